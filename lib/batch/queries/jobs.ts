// Reads of batch jobs.
import { and, asc, desc, eq, inArray, isNotNull, lt, max, or } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { registryTables } from '@/lib/registry/tables'
import type { BatchDeliveryRow, BatchJob, BatchStatus } from '../contract'
import type { QueuedJob } from '../rules'
import { shareOf } from '../rules/share'
import { batchTables } from '../tables'

export interface JobFilter {
  modelId?: string
  scheduleId?: string
  /** `open` stands for waiting, running and paused. */
  status?: BatchStatus | 'open'
  before?: JobCursor
  limit?: number
}

export interface JobCursor {
  createdAt: number
  id: string
}

export interface JobPage {
  jobs: BatchJob[]
  next: JobCursor | null
}

const OPEN: BatchStatus[] = ['waiting', 'running', 'paused']

/** Newest first. */
export async function listBatchJobs(db: Session, filter: JobFilter = {}): Promise<JobPage> {
  const { batchJobs } = db.tables(batchTables)
  const limit = Math.min(filter.limit ?? 50, 200)
  const { before, status } = filter
  const rows = await selectJobs(db)
    .where(
      and(
        filter.modelId === undefined ? undefined : eq(batchJobs.modelId, filter.modelId),
        filter.scheduleId === undefined ? undefined : eq(batchJobs.scheduleId, filter.scheduleId),
        status === undefined ? undefined : status === 'open' ? inArray(batchJobs.status, OPEN) : eq(batchJobs.status, status),
        before && or(lt(batchJobs.createdAt, before.createdAt), and(eq(batchJobs.createdAt, before.createdAt), lt(batchJobs.id, before.id))),
      ),
    )
    .orderBy(desc(batchJobs.createdAt), desc(batchJobs.id))
    .limit(limit + 1)
  const jobs = rows.slice(0, limit).map(asJob)
  const last = jobs.at(-1)
  return { jobs, next: rows.length > limit && last ? { createdAt: last.createdAt, id: last.id } : null }
}

export async function findBatchJob(db: Session, id: string): Promise<BatchJob | null> {
  const { batchJobs } = db.tables(batchTables)
  const [row] = await selectJobs(db).where(eq(batchJobs.id, id))
  return row ? asJob(row) : null
}

function selectJobs(db: Session) {
  const { batchJobs, batchSchedules } = db.tables(batchTables)
  const { models, versions } = db.tables(registryTables)
  return db
    .select({ job: batchJobs, slug: models.slug, modelName: models.name, versionNumber: versions.number, scheduleName: batchSchedules.name })
    .from(batchJobs)
    .innerJoin(models, eq(models.id, batchJobs.modelId))
    .leftJoin(versions, eq(versions.id, batchJobs.versionId))
    .leftJoin(batchSchedules, eq(batchSchedules.id, batchJobs.scheduleId))
}

type SelectedJob = Awaited<ReturnType<ReturnType<typeof selectJobs>['where']>>[number]

function asJob({ job, slug, modelName, versionNumber, scheduleName }: SelectedJob): BatchJob {
  const { modelId, versionId, scheduleId, ...rest } = job
  return {
    ...rest,
    model: { id: modelId, slug, name: modelName },
    version: versionId === null || versionNumber === null ? null : { id: versionId, number: versionNumber },
    schedule: scheduleId === null ? null : { id: scheduleId, name: scheduleName ?? 'a deleted schedule' },
    share: shareOf(job),
  }
}

/** What could be taken up, and when each person's last job began. */
export async function queuedJobs(db: Session): Promise<{ jobs: QueuedJob[]; lastStarts: Map<string, number> }> {
  const { batchJobs } = db.tables(batchTables)
  const { id, status, createdAt, createdBy, seenAt, startedAt } = batchJobs
  const jobs = await db
    .select({ id, status, createdAt, createdBy, seenAt, startedAt })
    .from(batchJobs)
    // A paused or cancelled job is held until its worker has let go of it.
    .where(or(inArray(status, ['waiting', 'running']), isNotNull(seenAt)))
    .orderBy(asc(createdAt))
  const starts = await db.select({ createdBy, at: max(startedAt) }).from(batchJobs).where(isNotNull(startedAt)).groupBy(createdBy)
  return { jobs, lastStarts: new Map(starts.map((row) => [row.createdBy, Number(row.at)])) }
}

/** Of a job, newest first. */
export async function deliveriesOf(db: Session, jobId: string): Promise<BatchDeliveryRow[]> {
  const { batchDeliveries } = db.tables(batchTables)
  return db.select().from(batchDeliveries).where(eq(batchDeliveries.jobId, jobId)).orderBy(desc(batchDeliveries.createdAt), desc(batchDeliveries.id))
}

export async function countOpenBatchJobs(db: Session): Promise<number> {
  const { batchJobs } = db.tables(batchTables)
  return db.$count(batchJobs, inArray(batchJobs.status, OPEN))
}
