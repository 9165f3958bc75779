// Batch scoring over HTTP: files in, jobs, files out, schedules.
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { answers, createRoute, createRoutes, decodeCursor, encodeCursor, jsonBody, pageQuerySchema, principalOf, type ApiEnv } from '@/lib/access/http'
import { authorize } from '@/lib/access/rules'
import { database } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { parse } from '@/lib/platform/parse'
import { findModel } from '@/lib/registry/queries'
import {
  cancelBatchJob, changeBatchSchedule, createBatchJob, createBatchSchedule, deleteBatchSchedule, inspectBatchSource, openBatchFile, pauseBatchJob,
  redeliverBatchJob, requireBatchJob, requireBatchSchedule, resumeBatchJob, retryBatchJob, runBatchSchedule, uploadBatchFile,
} from './commands'
import {
  BATCH_FORMATS, BATCH_STATUSES, batchDeliverySchema, batchMappingSchema, batchOptionsSchema, batchScheduleChangeSchema, batchSourceSchema,
  inspectBatchSchema, newBatchJobSchema, newBatchScheduleSchema, previewTimingSchema, type BatchResultFile,
} from './contract'
import { batchPlaces, deliveriesOf, listBatchJobs, listBatchSchedules } from './queries'
import { nextRuns, timingInWords } from './rules'

const nullable = z.number().nullable()
const model = z.object({ id: z.string(), slug: z.string(), name: z.string() })
const checkpoint = z.object({
  sourceOffset: z.number(), rowsRead: z.number(), rowsScored: z.number(), rowsRejected: z.number(), chunks: z.number(), outputBytes: z.number(), rejectedBytes: z.number(),
})
const result = z.object({ name: z.enum(['results', 'rejected']), fileName: z.string(), bytes: z.number(), rows: z.number(), sha256: z.string() })
const job = z
  .object({
    id: z.string(), model, environment: z.string(), name: z.string(), schedule: z.object({ id: z.string(), name: z.string() }).nullable(),
    status: z.enum(BATCH_STATUSES), source: batchSourceSchema, mapping: batchMappingSchema, options: batchOptionsSchema, delivery: batchDeliverySchema.nullable(),
    version: z.object({ id: z.string(), number: z.number() }).nullable(), releaseId: z.string().nullable(), sourceSize: nullable, checkpoint: checkpoint.nullable(),
    results: z.array(result).nullable(), share: nullable.openapi({ description: 'Of the source that is read, 0 to 1' }), error: z.string().nullable(),
    createdAt: z.number(), createdBy: z.string(), createdByName: z.string(), startedAt: nullable, seenAt: nullable, finishedAt: nullable,
  })
  .openapi('BatchJob')
const schedule = z
  .object({
    id: z.string(), model, environment: z.string(), name: z.string(), pattern: z.string(), timeZone: z.string(), source: batchSourceSchema, mapping: batchMappingSchema,
    options: batchOptionsSchema, delivery: batchDeliverySchema.nullable(), isEnabled: z.boolean(), nextDueAt: z.number(), createdAt: z.number(), createdByName: z.string(),
    last: z.object({ id: z.string(), status: z.enum(BATCH_STATUSES), createdAt: z.number(), finishedAt: nullable }).nullable(),
  })
  .openapi('BatchSchedule')
const delivery = z
  .object({
    id: z.string(), jobId: z.string(), delivery: batchDeliverySchema, status: z.enum(['waiting', 'delivered', 'failed']), attempts: z.number(),
    nextAttemptAt: z.number(), lastError: z.string().nullable(), createdAt: z.number(), deliveredAt: nullable,
  })
  .openapi('BatchDelivery')
const inspection = z
  .object({
    columns: z.array(z.object({ name: z.string(), examples: z.array(z.string()), guessedType: z.enum(['number', 'integer', 'boolean', 'text', 'empty']) })),
    bytes: nullable, rows: nullable, separator: z.string().nullable(), sample: z.array(z.array(z.string().nullable())),
    fit: z
      .object({
        version: z.number(),
        fields: z.array(z.object({ name: z.string(), displayName: z.string(), type: z.string(), isSensitive: z.boolean(), isRequired: z.boolean() })),
        mapping: batchMappingSchema, problems: z.array(z.object({ path: z.string(), rule: z.string(), message: z.string() })), warnings: z.array(z.string()),
        rejections: z.array(z.string().nullable()), withoutReasons: z.string().nullable(),
      })
      .nullable(),
  })
  .openapi('BatchInspection')
const uploaded = z.object({ hash: z.string(), bytes: z.number(), fileName: z.string(), format: z.enum(BATCH_FORMATS) }).openapi('UploadedBatchFile')
const places = z
  .object({
    folder: z.object({ files: z.array(z.object({ path: z.string(), bytes: z.number(), changedAt: z.number() })), isCut: z.boolean() }),
    connections: z.array(z.string()), webhooks: z.array(z.object({ id: z.string(), name: z.string() })), hasMail: z.boolean(),
  })
  .openapi('BatchPlaces')
const timing = z.object({ words: z.string(), runs: z.array(z.number()) }).openapi('BatchTiming')

const id = z.object({ id: z.string().max(100) })
const cursor = z.object({ createdAt: z.number(), id: z.string() })
const listQuery = pageQuerySchema.extend({ model: z.string().max(100).optional(), schedule: z.string().max(100).optional(), status: z.enum([...BATCH_STATUSES, 'open']).optional() })
const uploadQuery = z.object({ name: z.string().min(1).max(500).openapi({ description: 'The file’s name' }), format: z.enum(BATCH_FORMATS).optional() })
const tags = ['batch']
const bytes = z.unknown().openapi({ type: 'string', format: 'binary' })

export const batchRoutes = createRoutes()
  .openapi(
    createRoute({
      method: 'post', path: '/batch/files', tags, summary: 'Upload a file of rows: CSV, Parquet or JSON lines, up to 2 GB',
      description: 'The body is the file itself; it is written to disk as it comes. With curl: `-T rows.csv -X POST`.',
      request: { query: uploadQuery, body: { content: { 'application/octet-stream': { schema: bytes } } } }, responses: answers(uploaded, 'The file, by its SHA-256'),
    }),
    async (c) => {
      const { name, format } = c.req.valid('query')
      return c.json(await uploadBatchFile(principalOf(c), { fileName: name, format, body: c.req.raw.body }), 200)
    },
  )
  .openapi(
    createRoute({ method: 'post', path: '/batch/inspect', tags, summary: 'Look at a source: its columns, and how they fit a model', request: jsonBody(inspectBatchSchema), responses: answers(inspection, 'Columns, first rows, a mapping and what is wrong with it') }),
    async (c) => c.json(await inspectBatchSource(principalOf(c), c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({ method: 'get', path: '/batch/places', tags, summary: 'Where rows can come from and go to beside an upload', responses: answers(places, 'Files of the folder, names of databases, webhook channels') }),
    async (c) => {
      authorize(principalOf(c), 'batch:write')
      return c.json(await batchPlaces(await database()), 200)
    },
  )
  .openapi(
    createRoute({ method: 'get', path: '/batch/jobs', tags, summary: 'Batch jobs, newest first', request: { query: listQuery }, responses: answers(z.object({ jobs: z.array(job), nextCursor: z.string().nullable() }), 'A page of jobs') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const query = c.req.valid('query')
      const db = await database()
      const modelId = query.model === undefined ? undefined : ((await findModel(db, query.model))?.id ?? '')
      const page = await listBatchJobs(db, { modelId, scheduleId: query.schedule, status: query.status, before: decodeCursor(cursor, query.cursor), limit: query.limit })
      return c.json({ jobs: page.jobs, nextCursor: page.next && encodeCursor(page.next) }, 200)
    },
  )
  .openapi(
    createRoute({ method: 'post', path: '/batch/jobs', tags, summary: 'Begin a job', request: jsonBody(newBatchJobSchema), responses: answers(job, 'The job, waiting for its turn') }),
    async (c) => c.json(await createBatchJob(principalOf(c), c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({ method: 'get', path: '/batch/jobs/{id}', tags, summary: 'A job: how far it is, and what came of it', request: { params: id }, responses: answers(job, 'The job') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      return c.json(await requireBatchJob(await database(), c.req.valid('param').id), 200)
    },
  )
  .openapi(
    createRoute({ method: 'post', path: '/batch/jobs/{id}/pause', tags, summary: 'Pause a job at its next checkpoint', request: { params: id }, responses: answers(job, 'The job') }),
    async (c) => c.json(await pauseBatchJob(principalOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({ method: 'post', path: '/batch/jobs/{id}/resume', tags, summary: 'Let a paused job go on', request: { params: id }, responses: answers(job, 'The job') }),
    async (c) => c.json(await resumeBatchJob(principalOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({ method: 'post', path: '/batch/jobs/{id}/cancel', tags, summary: 'End a job without results', request: { params: id }, responses: answers(job, 'The job') }),
    async (c) => c.json(await cancelBatchJob(principalOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({ method: 'post', path: '/batch/jobs/{id}/retry', tags, summary: 'Let a failed or cancelled job go on from its last checkpoint', request: { params: id }, responses: answers(job, 'The job') }),
    async (c) => c.json(await retryBatchJob(principalOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({ method: 'get', path: '/batch/jobs/{id}/results', tags, summary: 'The results; with Range, a part of them', request: { params: id }, responses: answers(bytes, 'CSV or Parquet') }),
    async (c) => (await sendFile(c, c.req.valid('param').id, 'results')) as never,
  )
  .openapi(
    createRoute({ method: 'get', path: '/batch/jobs/{id}/rejected', tags, summary: 'The rows that were rejected, each with its reason', request: { params: id }, responses: answers(bytes, 'CSV') }),
    async (c) => (await sendFile(c, c.req.valid('param').id, 'rejected')) as never,
  )
  .openapi(
    createRoute({ method: 'get', path: '/batch/jobs/{id}/deliveries', tags, summary: 'What was sent of a job, newest first', request: { params: id }, responses: answers(z.object({ deliveries: z.array(delivery) }), 'Deliveries') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const db = await database()
      return c.json({ deliveries: await deliveriesOf(db, (await requireBatchJob(db, c.req.valid('param').id)).id) }, 200)
    },
  )
  .openapi(
    createRoute({ method: 'post', path: '/batch/jobs/{id}/redeliver', tags, summary: 'Send the results of a finished job once more', request: { params: id }, responses: answers(z.object({ deliveries: z.array(delivery) }), 'Deliveries') }),
    async (c) => c.json({ deliveries: await redeliverBatchJob(principalOf(c), c.req.valid('param').id) }, 200),
  )
  .openapi(
    createRoute({ method: 'get', path: '/batch/schedules', tags, summary: 'Batch schedules, by name', request: { query: z.object({ model: z.string().max(100).optional() }) }, responses: answers(z.object({ schedules: z.array(schedule) }), 'Schedules') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const { model: slug } = c.req.valid('query')
      const db = await database()
      const modelId = slug === undefined ? undefined : ((await findModel(db, slug))?.id ?? '')
      return c.json({ schedules: await listBatchSchedules(db, { modelId }) }, 200)
    },
  )
  .openapi(
    createRoute({ method: 'post', path: '/batch/schedules', tags, summary: 'Plan a job that comes again and again', request: jsonBody(newBatchScheduleSchema), responses: answers(schedule, 'The schedule') }),
    async (c) => c.json(await createBatchSchedule(principalOf(c), c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({ method: 'post', path: '/batch/schedules/preview', tags, summary: 'A cron pattern in words, and when it comes', request: jsonBody(previewTimingSchema), responses: answers(timing, 'Words and the next five times') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const given = parse(previewTimingSchema, c.req.valid('json'))
      return c.json({ words: timingInWords(given), runs: nextRuns(given, now(), 5) }, 200)
    },
  )
  .openapi(
    createRoute({ method: 'get', path: '/batch/schedules/{id}', tags, summary: 'A schedule', request: { params: id }, responses: answers(schedule, 'The schedule') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      return c.json(await requireBatchSchedule(await database(), c.req.valid('param').id), 200)
    },
  )
  .openapi(
    createRoute({ method: 'patch', path: '/batch/schedules/{id}', tags, summary: 'Change a schedule, or switch it off or on', request: { params: id, ...jsonBody(batchScheduleChangeSchema) }, responses: answers(schedule, 'The schedule') }),
    async (c) => c.json(await changeBatchSchedule(principalOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({ method: 'delete', path: '/batch/schedules/{id}', tags, summary: 'Delete a schedule; its jobs stay', request: { params: id }, responses: answers(z.object({ deleted: z.literal(true) }), 'Deleted') }),
    async (c) => {
      await deleteBatchSchedule(principalOf(c), c.req.valid('param').id)
      return c.json({ deleted: true as const }, 200)
    },
  )
  .openapi(
    createRoute({ method: 'post', path: '/batch/schedules/{id}/run', tags, summary: 'Run a schedule now, beside what is planned', request: { params: id }, responses: answers(job, 'The job') }),
    async (c) => c.json(await runBatchSchedule(principalOf(c), c.req.valid('param').id), 200),
  )

/** A file of any size, as a stream. A part of it where the caller asks for one (RFC 9110, section 14). */
async function sendFile(c: Context<ApiEnv>, jobId: string, name: BatchResultFile['name']): Promise<Response> {
  const { body, size, range, contentType, name: fileName } = await openBatchFile(principalOf(c), jobId, name, c.req.header('range'))
  const headers: Record<string, string> = {
    'content-type': contentType,
    'content-disposition': `attachment; filename="${fileName}"`,
    'content-length': String(range === null ? size : range.to - range.from + 1),
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    ...(range === null ? {} : { 'content-range': `bytes ${range.from}-${range.to}/${size}` }),
  }
  return new Response(body as unknown as ReadableStream<Uint8Array>, { status: range === null ? 200 : 206, headers })
}
