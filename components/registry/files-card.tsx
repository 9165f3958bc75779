import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { CopyButton } from '@/components/ui/copy-button'
import { formatBytes, formatNumber } from '@/components/ui/format'
import type { Version } from '@/lib/registry/contract'

export interface FilesCardProps {
  slug: string
  version: Version
  /** Reference rows are of real people. */
  maySeeSensitive: boolean
}

export function FilesCard({ slug, version, maySeeSensitive }: FilesCardProps) {
  const base = `/api/models/${slug}/versions/${version.number}`
  const { reference, background } = version.files
  return (
    <Card title="Files" description="Named by their SHA-256: what is stored cannot change unnoticed.">
      <ul className="grid gap-3 text-sm">
        <StoredFile name={version.runtime === 'remote' ? 'Endpoint (JSON)' : 'Model (ONNX)'} detail={formatBytes(version.artifactBytes)} hash={version.artifactHash} href={`${base}/artifact`} />
        {reference !== undefined && (
          <StoredFile
            name="Reference data"
            detail={`${formatNumber(version.reference?.rows)} rows`}
            hash={reference}
            href={maySeeSensitive ? `${base}/files/reference` : undefined}
          />
        )}
        {background !== undefined && (
          <StoredFile name="Background sample" detail="for explanations" hash={background} href={maySeeSensitive ? `${base}/files/background` : undefined} />
        )}
        {reference === undefined && <li className="text-ink-muted">No reference data, so drift cannot be measured and no background sample exists.</li>}
      </ul>
    </Card>
  )
}

function StoredFile({ name, detail, hash, href }: { name: string; detail: string; hash: string; href: string | undefined }) {
  return (
    <li className="grid gap-0.5">
      <span className="flex flex-wrap items-center gap-2">
        <span className="font-medium">{name}</span>
        <Badge>{detail}</Badge>
        {href !== undefined && (
          <a href={href} download className="link">
            Download
          </a>
        )}
      </span>
      <span className="flex min-w-0 items-center gap-1">
        <span className="truncate font-mono text-xs text-ink-muted">{hash}</span>
        <CopyButton value={hash} label={`SHA-256 of ${name}`} />
      </span>
    </li>
  )
}
