// Writes about schedules, and the jobs that come of them.
import { and, eq, isNull } from 'drizzle-orm'
import { SYSTEM, type Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { announceDeliveries, recordObservations } from '@/lib/alerts/commands'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database, type Session } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { notFound, ProblemError } from '@/lib/platform/errors'
import { publish } from '@/lib/platform/events'
import { newId } from '@/lib/platform/ids'
import { parse } from '@/lib/platform/parse'
import { batchScheduleChangeSchema, newBatchScheduleSchema, type BatchJob, type BatchSchedule, type BatchScheduleChange, type BatchSource, type NewBatchSchedule } from '../contract'
import { findBatchSchedule, lastJobOf, type ScheduleRow } from '../queries/schedules'
import { checkTiming, datedPath, hasEnded, nextDueAfter, sourceName, timingInWords, type DueRun } from '../rules'
import { batchTables } from '../tables'
import { insertJob, refuseImpossible, requireBatchJob } from './create-job'
import { championOf, fittingMapping } from './inspect-source'
import { scheduleObservation } from './schedule-incidents'

export async function createBatchSchedule(actor: Principal | null, input: NewBatchSchedule): Promise<BatchSchedule> {
  authorize(actor, 'batch:write')
  const { model: slug, mapping: given, ...wish } = parse(newBatchScheduleSchema, input)
  const db = await database()
  const at = now()
  checkTiming(wish, at)
  refuseUpload(wish.source)
  const { model, version } = await championOf(db, slug, wish.environment)
  await refuseImpossible(db, version, wish.options, wish.delivery)
  const mapping = await fittingMapping(sourceAt(wish.source, at, wish.timeZone), version, given)
  const id = newId()
  await db.write(async (tx) => {
    const { batchSchedules } = tx.tables(batchTables)
    await tx.insert(batchSchedules).values({
      ...wish, id, modelId: model.id, mapping, nextDueAt: nextDueAfter(wish, at), createdAt: at, createdBy: actor.id, createdByName: actor.name, deletedAt: null,
    })
    await audit(tx, actor, 'batch.schedule-created', { id, name: wish.name, modelId: model.id }, undefined, { ...wish, mapping, source: sourceName(wish.source) })
  })
  return requireBatchSchedule(db, id)
}

/** An upload never changes: every run would answer the same. */
function refuseUpload(source: BatchSource): void {
  if (source.kind !== 'upload') return
  throw new ProblemError('invalid', 'A schedule reads from the folder for batch jobs or from a database: an uploaded file never changes.', {
    code: 'batch_schedule_invalid',
    fields: [{ path: 'source', rule: 'source', message: 'Choose a file in the folder or a query.' }],
  })
}

export async function changeBatchSchedule(actor: Principal | null, id: string, input: BatchScheduleChange): Promise<BatchSchedule> {
  authorize(actor, 'batch:write')
  const change = parse(batchScheduleChangeSchema, input)
  const db = await database()
  const before = await requireBatchSchedule(db, id)
  const after = { ...before, ...change }
  const at = now()
  checkTiming(after, at)
  refuseUpload(after.source)
  if (change.source || change.mapping || change.options || change.delivery) {
    const { version } = await championOf(db, before.model.slug, before.environment)
    await refuseImpossible(db, version, after.options, after.delivery)
    if (change.source || change.mapping) await fittingMapping(sourceAt(after.source, at, after.timeZone), version, after.mapping)
  }
  // Counted from now: under a new pattern, or while it was switched off, nothing was missed.
  const isNewTiming = change.pattern !== undefined || change.timeZone !== undefined || (change.isEnabled === true && !before.isEnabled)
  await db.write(async (tx) => {
    const { batchSchedules } = tx.tables(batchTables)
    await tx.update(batchSchedules).set({ ...change, ...(isNewTiming ? { nextDueAt: nextDueAfter(after, at) } : {}) }).where(eq(batchSchedules.id, id))
    const { pattern, timeZone, isEnabled, name } = before
    await audit(tx, actor, 'batch.schedule-changed', { id, name: after.name, modelId: before.model.id }, { name, pattern, timeZone, isEnabled, source: sourceName(before.source) }, change)
  })
  return requireBatchSchedule(db, id)
}

/** Its jobs and their results stay. */
export async function deleteBatchSchedule(actor: Principal | null, id: string): Promise<void> {
  authorize(actor, 'batch:write')
  const db = await database()
  const schedule = await requireBatchSchedule(db, id)
  await db.write(async (tx) => {
    const { batchSchedules } = tx.tables(batchTables)
    const deleted = await tx.update(batchSchedules).set({ deletedAt: now(), isEnabled: false }).where(and(eq(batchSchedules.id, id), isNull(batchSchedules.deletedAt))).returning({ id: batchSchedules.id })
    if (deleted.length === 0) throw unknown()
    await audit(tx, actor, 'batch.schedule-deleted', { id, name: schedule.name, modelId: schedule.model.id }, { pattern: schedule.pattern, timeZone: schedule.timeZone }, undefined)
    await recordObservations(tx, scheduleObservation({ scheduleId: id, modelId: schedule.model.id, environment: schedule.environment, name: schedule.name }, { state: 'quiet', sentence: 'The schedule was deleted.' }), now())
  })
}

/** Now, beside what is planned. */
export async function runBatchSchedule(actor: Principal | null, id: string): Promise<BatchJob> {
  authorize(actor, 'batch:write')
  const db = await database()
  const schedule = await requireBatchSchedule(db, id)
  const jobId = newId()
  await db.write((tx) => insertScheduledJob(tx, actor, jobId, { ...schedule, modelId: schedule.model.id }))
  await publish('batch.waiting', {})
  return requireBatchJob(db, jobId)
}

/** Conditional on the due time that was seen: one of several replicas makes the job, once for all the runs that were missed. */
export async function beginScheduledJob(schedule: ScheduleRow, due: DueRun): Promise<void> {
  const db = await database()
  const at = now()
  const changes = await db.write(async (tx) => {
    const { batchSchedules } = tx.tables(batchTables)
    const claimed = await tx
      .update(batchSchedules)
      .set({ nextDueAt: due.nextDueAt })
      .where(and(eq(batchSchedules.id, schedule.id), eq(batchSchedules.nextDueAt, due.dueAt), eq(batchSchedules.isEnabled, true)))
      .returning({ id: batchSchedules.id })
    if (claimed.length === 0) return null
    const watched = { scheduleId: schedule.id, modelId: schedule.modelId, environment: schedule.environment, name: schedule.name }
    const last = await lastJobOf(tx, schedule.id)
    if (last && !hasEnded(last.status)) {
      const sentence = `The run of ${timingInWords(schedule)} was left out: the job before is still ${last.status}.`
      return recordObservations(tx, scheduleObservation(watched, { state: 'fired', sentence, at: due.dueAt }), at)
    }
    await insertScheduledJob(tx, SYSTEM, newId(), schedule)
    const late = `It was due at ${new Date(due.dueAt).toISOString().slice(0, 16).replace('T', ' ')} UTC and began ${Math.round((at - due.dueAt) / 60_000)} minutes later: Flightdeck did not run then. One job makes up for what was missed.`
    return due.isLate ? recordObservations(tx, scheduleObservation(watched, { state: 'fired', severity: 'attention', sentence: late, at: due.dueAt }), at) : { opened: [], resolved: [] }
  })
  if (!changes) return
  await announceDeliveries(changes)
}

/** Its mapping was checked when the schedule was made; what does not fit today's file, the job itself tells. */
async function insertScheduledJob(tx: Session, actor: Principal, id: string, schedule: Pick<ScheduleRow, 'id' | 'modelId' | 'environment' | 'name' | 'source' | 'mapping' | 'options' | 'delivery' | 'timeZone'>): Promise<void> {
  const { modelId, environment, name, mapping, options, delivery } = schedule
  await insertJob(tx, actor, { id, modelId, environment, name, scheduleId: schedule.id, source: sourceAt(schedule.source, now(), schedule.timeZone), mapping, options, delivery })
}

function sourceAt(source: BatchSource, at: number, timeZone: string): BatchSource {
  return source.kind === 'folder' ? { ...source, path: datedPath(source.path, at, timeZone) } : source
}

export async function requireBatchSchedule(db: Session, id: string): Promise<BatchSchedule> {
  const schedule = await findBatchSchedule(db, id)
  if (!schedule) throw unknown()
  return schedule
}

function unknown(): ProblemError {
  return notFound('batch schedule with this id', 'batch_schedule_unknown')
}

async function audit(tx: Session, actor: Principal, action: string, schedule: { id: string; name: string; modelId: string }, before: unknown, after: unknown): Promise<void> {
  await appendAuditEvent(tx, { actor, action, target: { kind: 'batch-schedule', id: schedule.id, name: schedule.name }, modelId: schedule.modelId, before, after })
}
