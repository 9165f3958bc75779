'use client'

import { useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { Callout } from '@/components/ui/callout'
import { Card } from '@/components/ui/card'
import { formatCount, formatDuration } from '@/components/ui/format'
import { Progress } from '@/components/ui/progress'
import { Stat } from '@/components/ui/stat'
import { StatusMark } from '@/components/ui/status-mark'
import { batchJobQuery } from '@/lib/batch/client'
import type { BatchJob } from '@/lib/batch/contract'
import { hasEnded } from '@/lib/batch/rules/status'
import { JobActions } from './job-actions'
import { jobState, paceInWords, paceOf, statusInWords } from './in-words'

const LOOKS_KEPT = 15

/** How far a job is, now; `children` are what there is once it has ended. */
export function JobView({ job: given, mayWrite, children }: { job: BatchJob; mayWrite: boolean; children: ReactNode }) {
  const router = useRouter()
  const { data: job, dataUpdatedAt, isError } = useQuery(batchJobQuery(given))
  const pace = usePace(job, dataUpdatedAt)
  const ended = hasEnded(job.status)
  // Results, rejected rows and the answers come from the server once they are there.
  const wasEnded = useRef(ended)
  useEffect(() => {
    if (ended && !wasEnded.current) router.refresh()
    wasEnded.current = ended
  }, [ended, router])
  const { checkpoint } = job
  const tookMs = job.finishedAt !== null && job.startedAt !== null ? job.finishedAt - job.startedAt : null
  return (
    <div className="grid gap-5">
      <Card title="Progress" actions={mayWrite ? <JobActions job={job} /> : undefined}>
        <div className="grid gap-4">
          <div className="flex flex-wrap items-center gap-x-4 gap-y-2" role="status">
            <StatusMark state={jobState(job)} label={statusInWords(job)} />
            <span className="text-sm text-ink-muted">{sentenceOf(job, paceInWords(pace))}</span>
          </div>
          {!ended && <Progress label="Progress of the job" share={job.status === 'waiting' && checkpoint === null ? 0 : job.share} />}
          {job.error !== null && <Callout state="problem" title="The job failed">{job.error}</Callout>}
          {isError && <Callout state="attention" title="The progress cannot be read at the moment">The job goes on. This page tries again every second.</Callout>}
          <div className="grid grid-cols-2 gap-4 sm:grid-cols-4">
            <Stat label="Rows read" value={formatCount(checkpoint?.rowsRead ?? 0)} />
            <Stat label="Scored" value={formatCount(checkpoint?.rowsScored ?? 0)} />
            <Stat label="Rejected" value={formatCount(checkpoint?.rowsRejected ?? 0)} hint={(checkpoint?.rowsRejected ?? 0) > 0 ? 'Each with its reason below' : undefined} />
            <Stat
              label={ended ? 'Took' : 'Pace'}
              value={ended ? (tookMs === null ? '–' : formatDuration(tookMs)) : pace === null ? '–' : formatCount(Math.round(pace.rowsASecond))}
              unit={!ended && pace !== null ? 'rows/s' : undefined}
              hint={ended && tookMs && checkpoint ? `${formatCount(Math.round(checkpoint.rowsRead / Math.max(0.001, tookMs / 1000)))} rows a second` : undefined}
            />
          </div>
        </div>
      </Card>
      {children}
    </div>
  )
}

function sentenceOf(job: BatchJob, pace: string): string {
  switch (job.status) {
    case 'waiting':
      return 'Its turn comes when the jobs before it have ended. One job runs at a time.'
    case 'running':
      return pace === '' ? 'Scoring has begun.' : pace
    case 'paused':
      return 'It stands at its last checkpoint until somebody lets it go on.'
    case 'finished':
      return 'Every row was either scored or rejected with its reason.'
    case 'failed':
      return 'Rows before the failure are kept; trying again goes on after them.'
    case 'cancelled':
      return 'It gives no results.'
  }
}

/** From the looks of the last seconds, so that it follows what the machine does now. */
function usePace(job: BatchJob, at: number) {
  const [looks, setLooks] = useState<{ at: number; rows: number; share: number | null }[]>([])
  const rows = job.checkpoint?.rowsRead ?? 0
  const { share, status } = job
  useEffect(() => {
    setLooks((known) => (status === 'running' ? [...known, { at, rows, share }].slice(-LOOKS_KEPT) : []))
  }, [at, rows, share, status])
  return paceOf(looks)
}
