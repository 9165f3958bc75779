import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { channelById } from '@/lib/alerts/queries'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database, type Session } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { notFound, ProblemError } from '@/lib/platform/errors'
import { publish } from '@/lib/platform/events'
import { newId } from '@/lib/platform/ids'
import { parse } from '@/lib/platform/parse'
import type { Version } from '@/lib/registry/contract'
import { newBatchJobSchema, type BatchDelivery, type BatchJob, type BatchOptions, type NewBatchJob } from '../contract'
import { whyNoReasons } from '../engine'
import { findBatchJob } from '../queries/jobs'
import { addressOf, pathToDeliver } from '../queries/places'
import { sourceName } from '../rules'
import { batchTables } from '../tables'
import { championOf, fittingMapping } from './inspect-source'

/** Puts a job into the queue, once its source was looked at and fits the model that answers now. */
export async function createBatchJob(actor: Principal | null, input: NewBatchJob): Promise<BatchJob> {
  authorize(actor, 'batch:write')
  const { model: slug, environment, source, options, delivery, name = sourceName(source).slice(0, 100), ...given } = parse(newBatchJobSchema, input)
  const db = await database()
  const { model, version } = await championOf(db, slug, environment)
  await refuseImpossible(db, version, options, delivery)
  const mapping = await fittingMapping(source, version, given.mapping)
  const id = newId()
  await db.write((tx) => insertJob(tx, actor, { id, modelId: model.id, environment, name, scheduleId: null, source, mapping, options, delivery }))
  await publish('batch.waiting', {})
  return requireBatchJob(db, id)
}

type JobRow = ReturnType<typeof batchTables>['batchJobs']['$inferInsert']
export type QueuedWork = Pick<JobRow, 'id' | 'modelId' | 'environment' | 'name' | 'scheduleId' | 'source' | 'mapping' | 'options' | 'delivery'>

/** In the caller's transaction. */
export async function insertJob(tx: Session, actor: Principal, work: QueuedWork): Promise<void> {
  const { batchJobs } = tx.tables(batchTables)
  await tx.insert(batchJobs).values({
    ...work, status: 'waiting', versionId: null, releaseId: null, sourceSize: null, checkpoint: null, results: null, error: null, createdAt: now(),
    createdBy: actor.id, createdByName: actor.name, startedAt: null, seenAt: null, finishedAt: null,
  })
  const { environment, source, options, scheduleId } = work
  await appendAuditEvent(tx, {
    actor,
    action: 'batch.created',
    target: { kind: 'batch-job', id: work.id, name: work.name },
    modelId: work.modelId,
    after: { environment, source: sourceName(source), output: options.output, reasons: options.reasons, isLogged: options.isLogged, scheduleId },
  })
}

/** What would fail at the end of a long job is told before it begins. */
export async function refuseImpossible(db: Session, version: Version, options: BatchOptions, delivery: BatchDelivery | null): Promise<void> {
  const why = options.reasons > 0 ? whyNoReasons(version) : null
  if (why !== null) throw new ProblemError('invalid', why, { code: 'batch_without_reasons', fields: [{ path: 'options.reasons', rule: 'reasons', message: why }] })
  if (options.output.kind === 'table') await addressOf(options.output.connection)
  if (delivery?.kind === 'folder') await pathToDeliver(delivery.path)
  if (delivery?.kind === 'webhook') {
    const channel = await channelById(db, delivery.channelId)
    if (channel?.settings.kind !== 'webhook') throw notFound('webhook channel with this id', 'channel_unknown')
  }
}

export async function requireBatchJob(db: Session, id: string): Promise<BatchJob> {
  const job = await findBatchJob(db, id)
  if (!job) throw notFound('batch job with this id', 'batch_job_unknown')
  return job
}
