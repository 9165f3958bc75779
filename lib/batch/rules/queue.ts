// Which job runs next: one at a time in an installation.
import type { BatchStatus } from '../contract'

/** A worker says that it lives every second; one that was silent for so long has died, and its job is taken up again. */
export const STALE_MS = 15_000

export interface QueuedJob {
  id: string
  status: BatchStatus
  createdAt: number
  createdBy: string
  seenAt: number | null
  /** When it first began; null for one that never did. */
  startedAt: number | null
}

export function isHeld({ seenAt }: Pick<QueuedJob, 'seenAt'>, at: number): boolean {
  return seenAt !== null && seenAt > at - STALE_MS
}

/**
 * The job to take up; null where one is held by a worker or none waits. What has begun goes on first. Of the others the
 * turn is his whose last job began longest ago, so that ten jobs of one person do not hold up the one of another.
 * @param lastStarts when a job of each person last began
 */
export function nextJob<T extends QueuedJob>(jobs: readonly T[], lastStarts: ReadonlyMap<string, number>, at: number): T | null {
  if (jobs.some((job) => isHeld(job, at))) return null
  const open = jobs.filter(({ status }) => status === 'waiting' || status === 'running')
  const turn = (job: T) => (job.startedAt === null ? (lastStarts.get(job.createdBy) ?? -1) : -2)
  return open.toSorted((a, b) => turn(a) - turn(b) || a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))[0] ?? null
}
