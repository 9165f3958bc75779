import type { BatchCheckpoint, BatchStatus } from '../contract'

/** How much of its source a job has read, 0 to 1; null while nobody knows. */
export function shareOf({ status, sourceSize, checkpoint }: { status: BatchStatus; sourceSize: number | null; checkpoint: BatchCheckpoint | null }): number | null {
  if (status === 'finished') return 1
  if (checkpoint === null) return status === 'running' ? null : 0
  return sourceSize === null || sourceSize <= 0 ? null : Math.min(1, checkpoint.sourceOffset / sourceSize)
}
