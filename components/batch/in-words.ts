// Jobs in words.
import { formatBytes, formatCount, formatDuration } from '@/components/ui/format'
import type { State } from '@/components/ui/status-mark'
import type { BatchAction, BatchDelivery, BatchJob, BatchSource, BatchStatus } from '@/lib/batch/contract'

export const STATUS_WORDS: Record<BatchStatus, string> = {
  waiting: 'Waiting', running: 'Running', paused: 'Paused', finished: 'Finished', failed: 'Failed', cancelled: 'Cancelled',
}

export function statusInWords({ status, checkpoint }: Pick<BatchJob, 'status' | 'checkpoint'>): string {
  return status === 'finished' && (checkpoint?.rowsRejected ?? 0) > 0 ? 'Finished, rows rejected' : STATUS_WORDS[status]
}

/** A finished job with rejected rows is no quiet one. */
export function jobState({ status, checkpoint }: Pick<BatchJob, 'status' | 'checkpoint'>): State {
  switch (status) {
    case 'finished':
      return (checkpoint?.rowsRejected ?? 0) > 0 ? 'attention' : 'ok'
    case 'failed':
      return 'problem'
    case 'running':
      return 'info'
    case 'waiting':
      return 'pending'
    default:
      return 'unknown'
  }
}

export function sourceInWords(source: BatchSource): string {
  switch (source.kind) {
    case 'upload':
      return `Upload: ${source.fileName}`
    case 'folder':
      return `Folder: ${source.path}`
    case 'query':
      return `Query on ${source.connection}`
  }
}

export function deliveryInWords(delivery: BatchDelivery | null, channelName?: string): string {
  if (delivery === null) return 'None'
  if (delivery.kind === 'email') return `Link by e-mail to ${delivery.to}`
  return delivery.kind === 'webhook' ? `Webhook${channelName === undefined ? '' : ` ${channelName}`}` : `Copy into the folder ${delivery.path}`
}

export function rowsInWords({ checkpoint }: Pick<BatchJob, 'checkpoint'>): string {
  if (checkpoint === null) return 'No row yet'
  const { rowsScored, rowsRejected } = checkpoint
  return `${formatCount(rowsScored)} scored${rowsRejected > 0 ? `, ${formatCount(rowsRejected)} rejected` : ''}`
}

/** Rows a second from what was seen of a running job; null before there are two looks with a difference. */
export function paceOf(looks: readonly { at: number; rows: number; share: number | null }[]): { rowsASecond: number; leftMs: number | null } | null {
  const [first, last] = [looks[0], looks.at(-1)]
  if (!first || !last || last.at <= first.at || last.rows <= first.rows) return null
  const seconds = (last.at - first.at) / 1000
  const shareASecond = first.share === null || last.share === null ? 0 : (last.share - first.share) / seconds
  return { rowsASecond: (last.rows - first.rows) / seconds, leftMs: last.share === null || shareASecond <= 0 ? null : ((1 - last.share) / shareASecond) * 1000 }
}

export function paceInWords(pace: ReturnType<typeof paceOf>): string {
  if (pace === null) return ''
  const left = pace.leftMs === null ? '' : `, about ${formatDuration(Math.max(1000, Math.round(pace.leftMs / 1000) * 1000))} left`
  return `${formatCount(Math.round(pace.rowsASecond))} rows a second${left}`
}

interface ActionWords {
  label: string
  title: string
  effect: string
  undo: string
  tone: 'primary' | 'danger'
}

export const ACTION_WORDS: Record<BatchAction, ActionWords> = {
  pause: {
    label: 'Pause', title: 'Pause this job?', tone: 'primary',
    effect: 'It stops within a few seconds, at its next checkpoint. What was scored is kept, and the next job in the queue begins.',
    undo: 'Let it go on: it continues where it stopped.',
  },
  resume: {
    label: 'Go on', title: 'Let this job go on?', tone: 'primary',
    effect: 'It waits for its turn, then continues where it stopped, with the same version.', undo: 'Pause it again.',
  },
  cancel: {
    label: 'Cancel', title: 'Cancel this job?', tone: 'danger',
    effect: 'It stops within a few seconds and gives no results. Rows it has scored already stay counted in monitoring.',
    undo: 'Try again: it continues where it was cancelled.',
  },
  retry: {
    label: 'Try again', title: 'Try this job again?', tone: 'primary',
    effect: 'It waits for its turn, then continues after the last row that was kept, with the same version.', undo: 'Cancel it.',
  },
}

export function sizeInWords(bytes: number | null, rows: number | null): string {
  return [bytes === null ? null : formatBytes(bytes), rows === null ? null : `${formatCount(rows)} rows`].filter((part) => part !== null).join(', ')
}
