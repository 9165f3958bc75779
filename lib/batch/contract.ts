// The words of batch scoring: where rows come from, which column is which field, where the answers go.
import { z } from 'zod'

export const BATCH_FORMATS = ['csv', 'parquet', 'jsonl'] as const
export type BatchFormat = (typeof BATCH_FORMATS)[number]

/** Statuses a job goes through. `waiting` is also where a job comes back to after its process died. */
export const BATCH_STATUSES = ['waiting', 'running', 'paused', 'finished', 'failed', 'cancelled'] as const
export type BatchStatus = (typeof BATCH_STATUSES)[number]

export const batchSourceSchema = z.discriminatedUnion('kind', [
  /** A file that was uploaded: its hash in the store of files. */
  z.object({ kind: z.literal('upload'), fileName: z.string().min(1).max(200), hash: z.string().regex(/^[0-9a-f]{64}$/), format: z.enum(BATCH_FORMATS) }),
  /** A file in one of the folders that the operator of the installation has opened for batch jobs. */
  z.object({ kind: z.literal('folder'), path: z.string().min(1).max(1000), format: z.enum(BATCH_FORMATS) }),
  /** A query on a database whose address the operator of the installation has named. */
  z.object({ kind: z.literal('query'), connection: z.string().min(1).max(60), query: z.string().min(1).max(20_000) }),
])
export type BatchSource = z.infer<typeof batchSourceSchema>

export const batchMappingSchema = z.object({
  /** Column of the source by field of the model; a field that is not there is missing in every row. */
  fields: z.record(z.string(), z.string()),
  /** Column with the subject of each row. */
  subject: z.string().nullable().default(null),
  /** Columns of the source that are repeated in the results. */
  keep: z.array(z.string()).max(200).default([]),
})
export type BatchMapping = z.infer<typeof batchMappingSchema>

export const batchOptionsSchema = z.object({
  output: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('file'), format: z.enum(['csv', 'parquet']) }),
    /** A table of a named database; made if it is not there. */
    z.object({ kind: z.literal('table'), connection: z.string().min(1).max(60), table: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, 'Use letters, digits and underscores.') }),
  ]),
  /** The largest reasons of each row, in columns of their own. */
  reasons: z.number().int().min(0).max(5).default(0),
  /** Keep every row in the prediction log, where it can be looked up. Slower; monitoring sees the job either way. */
  isLogged: z.boolean().default(false),
})
export type BatchOptions = z.infer<typeof batchOptionsSchema>

export type BatchOptionsInput = z.input<typeof batchOptionsSchema>

export const batchDeliverySchema = z.discriminatedUnion('kind', [
  /** A link, never the file: who opens it signs in. */
  z.object({ kind: z.literal('email'), to: z.email('Enter an e-mail address such as ana@example.com.') }),
  /** Signed and sent as a webhook channel says: whom Flightdeck may call, and with which secret, is for administrators. */
  z.object({ kind: z.literal('webhook'), channelId: z.string().min(1).max(100) }),
  /** A copy of the results in a folder within the one that is open for jobs. */
  z.object({ kind: z.literal('folder'), path: z.string().min(1).max(1000) }),
])
export type BatchDelivery = z.infer<typeof batchDeliverySchema>

/** How far a job is: everything before it is on disk, so that a job goes on here after a crash. */
export interface BatchCheckpoint {
  /** Bytes of a text source, rows of a Parquet file or query. */
  sourceOffset: number
  rowsRead: number
  rowsScored: number
  rowsRejected: number
  chunks: number
  /** Length of each output file at this point; what is longer is cut off before the job goes on. */
  outputBytes: number
  rejectedBytes: number
}

export interface BatchResultFile {
  /** `results` or `rejected`. */
  name: 'results' | 'rejected'
  fileName: string
  bytes: number
  rows: number
  sha256: string
}

/** Above it, a file belongs into the folder for jobs. */
export const MOST_UPLOADED_BYTES = 2 * 1024 * 1024 * 1024

const nameSchema = z.string().trim().min(1, 'Name the job.').max(100)
const work = {
  model: z.string().min(1, 'Choose a model.').max(100),
  environment: z.string().min(1).max(60).default('production'),
  source: batchSourceSchema,
  /** Guessed from the names of the columns where it is left out. */
  mapping: batchMappingSchema.optional(),
  options: batchOptionsSchema.prefault({ output: { kind: 'file', format: 'csv' } }),
  delivery: batchDeliverySchema.nullable().default(null),
}
export const newBatchJobSchema = z.strictObject({ ...work, name: nameSchema.optional() })
export type NewBatchJob = z.input<typeof newBatchJobSchema>

const timing = {
  /** Cron, five fields: minute, hour, day of the month, month, weekday. */
  pattern: z.string().trim().min(1, 'Say when it runs.').max(100),
  timeZone: z.string().trim().min(1).max(60).default('UTC'),
}
export const newBatchScheduleSchema = z.strictObject({ ...work, ...timing, name: nameSchema, isEnabled: z.boolean().default(true) })
export type NewBatchSchedule = z.input<typeof newBatchScheduleSchema>

export const batchScheduleChangeSchema = z
  .strictObject({
    name: nameSchema,
    pattern: timing.pattern,
    timeZone: z.string().trim().min(1).max(60),
    source: batchSourceSchema,
    mapping: batchMappingSchema,
    options: batchOptionsSchema,
    delivery: batchDeliverySchema.nullable(),
    isEnabled: z.boolean(),
  })
  .partial()
export type BatchScheduleChange = z.input<typeof batchScheduleChangeSchema>

export const inspectBatchSchema = z.strictObject({
  source: batchSourceSchema,
  model: work.model.optional(),
  environment: work.environment,
  mapping: batchMappingSchema.optional(),
})
export type InspectBatch = z.input<typeof inspectBatchSchema>

export const previewTimingSchema = z.strictObject(timing)

export const BATCH_ACTIONS = ['pause', 'resume', 'cancel', 'retry'] as const
export type BatchAction = (typeof BATCH_ACTIONS)[number]

/** A job as lists and pages read it. */
export interface BatchJob {
  id: string
  model: { id: string; slug: string; name: string }
  environment: string
  name: string
  schedule: { id: string; name: string } | null
  status: BatchStatus
  source: BatchSource
  mapping: BatchMapping
  options: BatchOptions
  delivery: BatchDelivery | null
  /** Once it began. */
  version: { id: string; number: number } | null
  releaseId: string | null
  sourceSize: number | null
  checkpoint: BatchCheckpoint | null
  results: BatchResultFile[] | null
  /** 0 to 1; null while nobody knows. */
  share: number | null
  error: string | null
  createdAt: number
  createdBy: string
  createdByName: string
  startedAt: number | null
  seenAt: number | null
  finishedAt: number | null
}

export interface BatchSchedule {
  id: string
  model: { id: string; slug: string; name: string }
  environment: string
  name: string
  pattern: string
  timeZone: string
  source: BatchSource
  mapping: BatchMapping
  options: BatchOptions
  delivery: BatchDelivery | null
  isEnabled: boolean
  nextDueAt: number
  createdAt: number
  createdByName: string
  /** Its latest job. */
  last: { id: string; status: BatchStatus; createdAt: number; finishedAt: number | null } | null
}

export interface BatchDeliveryRow {
  id: string
  jobId: string
  delivery: BatchDelivery
  status: 'waiting' | 'delivered' | 'failed'
  attempts: number
  nextAttemptAt: number
  lastError: string | null
  createdAt: number
  deliveredAt: number | null
}

/** What a source looks like, and how it fits a model. */
export interface BatchInspection {
  columns: { name: string; examples: string[]; guessedType: 'number' | 'integer' | 'boolean' | 'text' | 'empty' }[]
  bytes: number | null
  rows: number | null
  separator: string | null
  /** The first rows, as text by column; null where a cell is empty. */
  sample: (string | null)[][]
  /** Where a model was named. */
  fit: BatchFit | null
}

export interface BatchFit {
  version: number
  fields: { name: string; displayName: string; type: string; isSensitive: boolean; isRequired: boolean }[]
  mapping: BatchMapping
  /** What stands in the way of a start. */
  problems: { path: string; rule: string; message: string }[]
  /** What a start would not fail of, and somebody should know. */
  warnings: string[]
  /** Of the sample's rows, in their order: why each would be rejected; null where it would be scored. */
  rejections: (string | null)[]
  /** Why this version gives no reasons in batch; null where it does. */
  withoutReasons: string | null
}

/** Where rows can come from and go to, beside an upload. */
export interface BatchPlaces {
  /** What lies highest first, then the newest. */
  folder: { files: { path: string; bytes: number; changedAt: number }[]; isCut: boolean }
  connections: string[]
  webhooks: { id: string; name: string }[]
  hasMail: boolean
}

export interface UploadedFile {
  hash: string
  bytes: number
  fileName: string
  format: BatchFormat
}

/** Why rows were not scored, most frequent first; counted over the first ones of a long file. */
export interface RejectedSummary {
  counted: number
  isCut: boolean
  reasons: { reason: string; count: number; firstRow: string | null }[]
}

/** By the ending of the file's name; null where it tells nothing. */
export function formatOfName(fileName: string): BatchFormat | null {
  const ending = /\.([a-z0-9]+)$/i.exec(fileName)?.[1]?.toLowerCase()
  if (ending === 'csv' || ending === 'tsv' || ending === 'txt') return 'csv'
  if (ending === 'parquet' || ending === 'pq') return 'parquet'
  return ending === 'jsonl' || ending === 'ndjson' ? 'jsonl' : null
}
