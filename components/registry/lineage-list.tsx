import { CopyButton } from '@/components/ui/copy-button'
import { formatDate, formatDateTime, formatNumber } from '@/components/ui/format'
import { KeyValueList, type KeyValueItem } from '@/components/ui/key-value-list'
import type { Version } from '@/lib/registry/contract'

export interface LineageListProps {
  version: Pick<Version, 'lineage' | 'createdAt' | 'createdByName'>
  /** The short form leaves out parameters. */
  isShort?: boolean
}

/** Where a version comes from; what nobody told is left out. */
export function LineageList({ version, isShort = false }: LineageListProps) {
  const { lineage } = version
  const items: (KeyValueItem | null)[] = [
    { label: 'Registered', value: `${formatDateTime(version.createdAt)} by ${version.createdByName}` },
    told('Repository', lineage.repository && <Repository address={lineage.repository} />),
    told('Commit', lineage.commit && <Code text={lineage.commit} label="commit" />),
    told('Dataset', lineage.dataset),
    told('Period', lineage.period && `${periodEnd(lineage.period.from)} to ${periodEnd(lineage.period.to)}`),
    told('Training rows', lineage.rows === null || lineage.rows === undefined ? null : formatNumber(lineage.rows)),
    told('Data hash', lineage.dataHash && <Code text={lineage.dataHash} label="data hash" />),
    told('Run', lineage.runId && <Code text={lineage.runId} label="run id" />),
    ...(isShort ? [] : Object.entries(lineage.parameters ?? {}).map(([name, value]) => ({ label: <span className="font-mono text-xs">{name}</span>, value: value === null ? 'none' : String(value) }))),
  ]
  return <KeyValueList items={items.filter((item) => item !== null)} />
}

function told(label: string, value: React.ReactNode): KeyValueItem | null {
  return value === null || value === undefined || value === '' ? null : { label, value }
}

function periodEnd(text: string): string {
  return Number.isNaN(Date.parse(text)) ? text : formatDate(text)
}

function Repository({ address }: { address: string }) {
  return /^https?:\/\//.test(address) ? (
    <a href={address} className="link" rel="noreferrer">
      {address}
    </a>
  ) : (
    <span className="font-mono text-xs">{address}</span>
  )
}

function Code({ text, label }: { text: string; label: string }) {
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <span className="truncate font-mono text-xs">{text}</span>
      <CopyButton value={text} label={label} />
    </span>
  )
}
