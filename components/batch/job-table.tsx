'use client'

import { useQuery } from '@tanstack/react-query'
import { Card } from '@/components/ui/card'
import { Progress } from '@/components/ui/progress'
import { RelativeTime } from '@/components/ui/relative-time'
import { StatusMark } from '@/components/ui/status-mark'
import { RowLink, Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'
import { batchJobsQuery } from '@/lib/batch/client'
import type { BatchJob } from '@/lib/batch/contract'
import { jobState, rowsInWords, sourceInWords, statusInWords } from './in-words'

/** Jobs under way move. */
export function JobTable({ jobs: given }: { jobs: readonly BatchJob[] }) {
  const { data: jobs } = useQuery(batchJobsQuery(given))
  return (
    <Card flush>
      <Table caption="Batch jobs, newest first">
        <TableHeader>
          <TableRow>
            <TableHead>State</TableHead>
            <TableHead>Job</TableHead>
            <TableHead>Model</TableHead>
            <TableHead>Rows</TableHead>
            <TableHead>Begun by</TableHead>
            <TableHead>Since</TableHead>
          </TableRow>
        </TableHeader>
        <TableBody>
          {jobs.map((job) => (
            <TableRow key={job.id}>
              <TableCell className="whitespace-nowrap">
                <StatusMark state={jobState(job)} label={statusInWords(job)} />
              </TableCell>
              <TableCell className="min-w-52">
                <RowLink href={`/batch/${job.id}`} className="whitespace-normal!">{job.name}</RowLink>
                <p className="text-sm break-words text-ink-muted">{job.schedule ? `Schedule: ${job.schedule.name}` : sourceInWords(job.source)}</p>
              </TableCell>
              <TableCell className="whitespace-nowrap">
                {job.model.name}
                <p className="text-sm text-ink-muted">{job.environment}{job.version ? `, version ${job.version.number}` : ''}</p>
              </TableCell>
              <TableCell className="min-w-44 tabular-nums">
                {job.status === 'running' || job.status === 'paused' ? <Progress label={`Progress of ${job.name}`} share={job.share} /> : null}
                <p className="text-sm whitespace-nowrap text-ink-muted">{rowsInWords(job)}</p>
              </TableCell>
              <TableCell className="whitespace-nowrap">{job.createdByName}</TableCell>
              <TableCell className="whitespace-nowrap">
                <RelativeTime at={job.createdAt} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Card>
  )
}
