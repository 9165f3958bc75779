// What a person may do with a job, and what it then is.
import type { BatchAction, BatchStatus } from '../contract'

const AFTER: Record<BatchAction, Partial<Record<BatchStatus, BatchStatus>>> = {
  pause: { waiting: 'paused', running: 'paused' },
  resume: { paused: 'waiting' },
  cancel: { waiting: 'cancelled', running: 'cancelled', paused: 'cancelled' },
  // From its last checkpoint on: what was scored is not scored again.
  retry: { failed: 'waiting', cancelled: 'waiting' },
}

const REFUSED: Record<BatchAction, string> = {
  pause: 'Only a job that waits or runs can be paused.',
  resume: 'Only a paused job can go on.',
  cancel: 'Only a job that has not ended can be cancelled.',
  retry: 'Only a job that failed or was cancelled can be tried again.',
}

export function afterAction(status: BatchStatus, action: BatchAction): { status: BatchStatus } | { refused: string } {
  const after = AFTER[action][status]
  return after === undefined ? { refused: `${REFUSED[action]} This one is ${status}.` } : { status: after }
}

export function actionsFor(status: BatchStatus): BatchAction[] {
  return (Object.keys(AFTER) as BatchAction[]).filter((action) => AFTER[action][status] !== undefined)
}

export function hasEnded(status: BatchStatus): boolean {
  return status === 'finished' || status === 'failed' || status === 'cancelled'
}
