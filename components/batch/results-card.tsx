import { Download } from 'lucide-react'
import { buttonClass } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Card } from '@/components/ui/card'
import { CopyButton } from '@/components/ui/copy-button'
import { formatBytes, formatCount } from '@/components/ui/format'
import type { BatchJob, BatchResultFile } from '@/lib/batch/contract'

const TITLES: Record<BatchResultFile['name'], string> = { results: 'Results', rejected: 'Rejected rows' }

export interface ResultsCardProps {
  job: BatchJob
  mayFetch: Record<BatchResultFile['name'], boolean>
  keepDays: number
  areGone: boolean
}

export function ResultsCard({ job, mayFetch, keepDays, areGone }: ResultsCardProps) {
  const { output } = job.options
  const files = (job.results ?? []).filter((file) => file.name === 'results' || file.rows > 0)
  return (
    <Card title="Results" description={areGone ? undefined : `Files are kept for ${keepDays} days after the end.`}>
      <div className="grid gap-3">
        {output.kind === 'table' && <p className="text-sm">The answers are in the table <code>{output.table}</code> of the database {output.connection}, with this job’s id in each row.</p>}
        {areGone ? (
          <Callout state="unknown" title="The files are no longer there">They were kept for {keepDays} days. What they held is written down here; run the job again for new ones.</Callout>
        ) : (
          <ul className="grid gap-3">
            {files.map((file) => (
              <li key={file.name} className="flex flex-wrap items-center gap-x-4 gap-y-2">
                <div className="min-w-0 flex-1">
                  <p className="text-sm font-medium">{TITLES[file.name]}</p>
                  <p className="text-sm text-ink-muted tabular-nums">{formatCount(file.rows)} rows, {formatBytes(file.bytes)}</p>
                  <p className="flex items-center gap-1 text-xs text-ink-subtle">
                    <span className="truncate font-mono">SHA-256 {file.sha256.slice(0, 16)}…</span>
                    <CopyButton value={file.sha256} label={`SHA-256 of ${TITLES[file.name].toLowerCase()}`} />
                  </p>
                </div>
                {mayFetch[file.name] ? (
                  // A plain link: the browser streams it to disk, and the router has no business with it.
                  <a href={`/api/batch/jobs/${job.id}/${file.name}`} download className={buttonClass({ variant: file.name === 'results' ? 'primary' : 'secondary' })}>
                    <Download aria-hidden />
                    Download {TITLES[file.name].toLowerCase()}
                  </a>
                ) : (
                  <p className="text-sm text-ink-muted">Holds values that your role may not read.</p>
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
    </Card>
  )
}
