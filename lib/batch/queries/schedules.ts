// Reads of batch schedules.
import { and, asc, desc, eq, isNull, lte } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { registryTables } from '@/lib/registry/tables'
import type { BatchSchedule } from '../contract'
import { batchTables } from '../tables'

export type ScheduleRow = ReturnType<typeof batchTables>['batchSchedules']['$inferSelect']

/** By name. A handful: schedules are made by people. */
export async function listBatchSchedules(db: Session, filter: { modelId?: string } = {}): Promise<BatchSchedule[]> {
  const { batchSchedules } = db.tables(batchTables)
  const rows = await selectSchedules(db)
    .where(and(isNull(batchSchedules.deletedAt), filter.modelId === undefined ? undefined : eq(batchSchedules.modelId, filter.modelId)))
    .orderBy(asc(batchSchedules.name), asc(batchSchedules.id))
  return withLast(db, rows)
}

export async function findBatchSchedule(db: Session, id: string): Promise<BatchSchedule | null> {
  const { batchSchedules } = db.tables(batchTables)
  const rows = await selectSchedules(db).where(and(eq(batchSchedules.id, id), isNull(batchSchedules.deletedAt)))
  return (await withLast(db, rows))[0] ?? null
}

export async function dueSchedules(db: Session, at: number): Promise<ScheduleRow[]> {
  const { batchSchedules } = db.tables(batchTables)
  return db
    .select()
    .from(batchSchedules)
    .where(and(isNull(batchSchedules.deletedAt), eq(batchSchedules.isEnabled, true), lte(batchSchedules.nextDueAt, at)))
    .orderBy(asc(batchSchedules.nextDueAt))
}

function selectSchedules(db: Session) {
  const { batchSchedules } = db.tables(batchTables)
  const { models } = db.tables(registryTables)
  return db.select({ schedule: batchSchedules, slug: models.slug, modelName: models.name }).from(batchSchedules).innerJoin(models, eq(models.id, batchSchedules.modelId))
}

async function withLast(db: Session, rows: readonly { schedule: ScheduleRow; slug: string; modelName: string }[]): Promise<BatchSchedule[]> {
  return Promise.all(
    rows.map(async ({ schedule: { modelId, deletedAt: _, createdBy: __, ...schedule }, slug, modelName }) => ({
      ...schedule,
      model: { id: modelId, slug, name: modelName },
      last: await lastJobOf(db, schedule.id),
    })),
  )
}

export async function lastJobOf(db: Session, schedule: string): Promise<BatchSchedule['last']> {
  const { batchJobs } = db.tables(batchTables)
  const { id, scheduleId, status, createdAt, finishedAt } = batchJobs
  const [job] = await db.select({ id, status, createdAt, finishedAt }).from(batchJobs).where(eq(scheduleId, schedule)).orderBy(desc(createdAt), desc(id)).limit(1)
  return job ?? null
}
