// What is being put together, and what becomes of it. Pure.
import { formatOfName, type BatchDelivery, type BatchMapping, type BatchSource, type NewBatchJob, type NewBatchSchedule } from '@/lib/batch/contract'

export const FREQUENCIES = ['night', 'weekdays', 'week', 'month', 'hour', 'pattern'] as const
export type Frequency = (typeof FREQUENCIES)[number]

export interface Draft {
  source: BatchSource | null
  /** Null while the guessed one is good enough. */
  mapping: BatchMapping | null
  output: 'csv' | 'parquet' | 'table'
  connection: string
  table: string
  reasons: number
  isLogged: boolean
  delivery: 'none' | BatchDelivery['kind']
  email: string
  channelId: string
  folder: string
  name: string
  when: 'now' | 'schedule'
  frequency: Frequency
  time: string
  pattern: string
  timeZone: string
}

export const EMPTY: Draft = {
  source: null, mapping: null, output: 'csv', connection: '', table: '', reasons: 0, isLogged: false, delivery: 'none', email: '', channelId: '', folder: '', name: '',
  when: 'now', frequency: 'night', time: '02:00', pattern: '0 2 * * *', timeZone: 'UTC',
}

/** Cron with five fields. */
export function patternOf({ frequency, time, pattern }: Pick<Draft, 'frequency' | 'time' | 'pattern'>): string {
  const [hour = 2, minute = 0] = time.split(':').map(Number)
  switch (frequency) {
    case 'night':
      return `${minute} ${hour} * * *`
    case 'weekdays':
      return `${minute} ${hour} * * 1-5`
    case 'week':
      return `${minute} ${hour} * * 1`
    case 'month':
      return `${minute} ${hour} 1 * *`
    case 'hour':
      return `${minute} * * * *`
    case 'pattern':
      return pattern.trim()
  }
}

export function folderSource(path: string): BatchSource | null {
  const format = formatOfName(path)
  return path.trim() === '' || format === null ? null : { kind: 'folder', path: path.trim(), format }
}

/** By the field of the form. */
export function problemsOf(draft: Draft): Partial<Record<keyof Draft, string>> {
  const problems: Partial<Record<keyof Draft, string>> = {}
  if (draft.output === 'table' && draft.connection === '') problems.connection = 'Choose a database.'
  if (draft.output === 'table' && !/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(draft.table)) problems.table = 'Use letters, digits and underscores.'
  if (draft.delivery === 'email' && !/^\S+@\S+\.\S+$/.test(draft.email)) problems.email = 'Enter an e-mail address such as ana@example.com.'
  if (draft.delivery === 'webhook' && draft.channelId === '') problems.channelId = 'Choose a channel.'
  if (draft.delivery === 'folder' && draft.folder.trim() === '') problems.folder = 'Name a folder within the opened one.'
  if (draft.when === 'schedule' && draft.name.trim() === '') problems.name = 'Name the schedule.'
  return problems
}

function deliveryOf({ delivery, email, channelId, folder }: Draft): BatchDelivery | null {
  switch (delivery) {
    case 'none':
      return null
    case 'email':
      return { kind: 'email', to: email.trim() }
    case 'webhook':
      return { kind: 'webhook', channelId }
    case 'folder':
      return { kind: 'folder', path: folder.trim() }
  }
}

export function jobOf(draft: Draft & { source: BatchSource }, model: string, environment: string, mapping: BatchMapping): NewBatchJob {
  const { output, connection, table, reasons, isLogged, name } = draft
  return {
    model,
    environment,
    source: draft.source,
    mapping,
    options: { output: output === 'table' ? { kind: 'table', connection, table } : { kind: 'file', format: output }, reasons, isLogged },
    delivery: deliveryOf(draft),
    ...(name.trim() === '' ? {} : { name: name.trim() }),
  }
}

export function scheduleOf(job: NewBatchJob, draft: Draft): NewBatchSchedule {
  return { ...job, name: draft.name.trim(), pattern: patternOf(draft), timeZone: draft.timeZone }
}
