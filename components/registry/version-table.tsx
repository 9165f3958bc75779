'use client'

import { useRouter } from 'next/navigation'
import { parseAsArrayOf, parseAsInteger, useQueryState } from 'nuqs'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { DataTable, type DataColumn } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { formatBytes } from '@/components/ui/format'
import { RelativeTime } from '@/components/ui/relative-time'
import { metricName, type VersionSummary } from '@/lib/registry/contract'
import { leadingMetric, metricValue } from './words'

export interface ListedVersion extends VersionSummary {
  /** Environments it serves in now, in words. */
  serves: string[]
}

const MOST_COMPARED = 6

export function VersionTable({ slug, versions, mayRegister }: { slug: string; versions: readonly ListedVersion[]; mayRegister: boolean }) {
  const router = useRouter()
  const [chosen, setChosen] = useQueryState('compare', parseAsArrayOf(parseAsInteger).withDefault([]))
  const toggle = (number: number) =>
    void setChosen(chosen.includes(number) ? chosen.filter((one) => one !== number) : [...chosen, number].slice(-MOST_COMPARED))

  const columns: DataColumn<ListedVersion>[] = [
    { id: 'version', header: 'Version', sortValue: (row) => row.number, cell: (row) => `v${row.number}` },
    {
      id: 'compare',
      header: 'Compare',
      cell: (row) => (
        <label className="relative z-10 grid size-6 place-items-center">
          <span className="sr-only">Compare version {row.number}</span>
          <input type="checkbox" className="size-4" checked={chosen.includes(row.number)} onChange={() => toggle(row.number)} />
        </label>
      ),
    },
    {
      id: 'serves',
      header: 'Serves in',
      cell: (row) => (
        <span className="flex flex-wrap gap-1">
          {row.serves.map((one) => (
            <Badge key={one} state="ok">{one}</Badge>
          ))}
        </span>
      ),
    },
    { id: 'description', header: 'What is new', className: 'min-w-52 text-ink-muted', cell: (row) => row.description || '–' },
    { id: 'quality', header: 'Quality', numeric: true, sortValue: (row) => leadingMetric(row.metrics)?.value ?? null, cell: qualityOf },
    { id: 'size', header: 'Size', numeric: true, sortValue: (row) => row.artifactBytes, cell: (row) => formatBytes(row.artifactBytes) },
    { id: 'registered', header: 'Registered', className: 'whitespace-nowrap', sortValue: (row) => row.createdAt, cell: (row) => <RelativeTime at={row.createdAt} /> },
    { id: 'by', header: 'By', cell: (row) => row.createdByName },
  ]
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <Button
          disabled={chosen.length < 2}
          onClick={() => router.push(`/models/${slug}/compare?${[...chosen].sort((a, b) => a - b).map((number) => `v=${number}`).join('&')}`)}
        >
          {chosen.length < 2 ? 'Compare' : `Compare ${chosen.length} versions`}
        </Button>
        <p className="text-sm text-ink-muted" role="status">
          {chosen.length < 2 ? 'Choose two or more versions to see what differs.' : `Chosen: ${chosen.map((number) => `v${number}`).join(', ')}.`}
        </p>
      </div>
      <div className="rounded-lg border bg-surface shadow-card">
        <DataTable
          caption="Versions"
          columns={columns}
          rows={versions}
          rowKey={(row) => row.id}
          rowHref={(row) => `/models/${slug}/versions/${row.number}`}
          empty={<EmptyState title="No version yet">{mayRegister ? 'Register one with the button above.' : 'An operator registers versions.'}</EmptyState>}
        />
      </div>
    </div>
  )
}

function qualityOf(row: ListedVersion) {
  const metric = leadingMetric(row.metrics)
  return metric === null ? '–' : `${metricName(metric.name)} ${metricValue(metric.value)}`
}
