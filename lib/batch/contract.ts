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

/** From the column of the source to the field of the model; a field that is not there is missing in every row. */
export const batchMappingSchema = z.object({
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

export const batchDeliverySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('email'), to: z.email() }),
  z.object({ kind: z.literal('webhook'), url: z.url() }),
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
