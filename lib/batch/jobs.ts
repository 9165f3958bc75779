// What the scheduler does for batch jobs: begins those that are due, hands the next one to the second process, delivers
// results, and removes files whose time is over. What is due lies in the database, so that a restart forgets nothing.
import { and, asc, eq, inArray, isNotNull, lt, lte } from 'drizzle-orm'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { leaseFor, waitAfter } from '@/lib/alerts/rules/delivery'
import { database } from '@/lib/database'
import { DAY_MS, HOUR_MS, now } from '@/lib/platform/clock'
import { environment } from '@/lib/platform/environment'
import { publish } from '@/lib/platform/events'
import { heavyProcess } from '@/lib/platform/heavy'
import { logger } from '@/lib/platform/logging'
import { once } from '@/lib/platform/once'
import { deliver } from './commands/deliver'
import { abandonBatchJob } from './commands/run-job'
import { beginScheduledJob } from './commands/schedules'
import type { BatchDeliveryRow } from './contract'
import { findBatchJob, queuedJobs } from './queries/jobs'
import { jobDirectory, uploadsDirectory } from './queries/places'
import { dueSchedules } from './queries/schedules'
import { dueRun, nextJob } from './rules'
import { batchTables } from './tables'

const DELIVERIES_AT_ONCE = 10

export async function beginDueJobs(): Promise<void> {
  const db = await database()
  const at = now()
  for (const schedule of await dueSchedules(db, at)) {
    const due = dueRun(schedule, at)
    if (due) await beginScheduledJob(schedule, due)
  }
}

interface BatchWork {
  /** With the second process. */
  jobId: string | null
  /** Where each job stood as it was handed over, and how often it has been since. */
  handed: Map<string, { rowsRead: number; times: number }>
  filesLookedAt: number
}

declare module '@/lib/platform/once' {
  interface Once {
    batchWork: BatchWork
  }
}

const batchWork = () => once('batchWork', () => ({ jobId: null, handed: new Map(), filesLookedAt: 0 }))

/** A job whose process died so often at one and the same place will not get past it. */
const MOST_TIMES = 3

/** What is due, then the next job. Returns at once: the job itself runs in the second process. */
export async function workOnBatch(): Promise<void> {
  await beginDueJobs()
  const work = batchWork()
  if (now() - work.filesLookedAt > HOUR_MS) {
    work.filesLookedAt = now()
    await removeOldBatchFiles()
  }
  const jobId = work.jobId === null ? await nextBatchJob() : null
  if (jobId !== null) await handOver(work, jobId)
}

async function handOver(work: BatchWork, jobId: string): Promise<void> {
  const job = await findBatchJob(await database(), jobId)
  const rowsRead = job?.checkpoint?.rowsRead ?? 0
  const before = work.handed.get(jobId)
  const times = before?.rowsRead === rowsRead ? before.times + 1 : 1
  if (times > MOST_TIMES && job?.status === 'running') {
    work.handed.delete(jobId)
    await abandonBatchJob(jobId, `The process that scores the rows ended ${MOST_TIMES} times after row ${rowsRead}. The log of the server says more; trying again goes on there.`)
    return
  }
  work.handed.set(jobId, { rowsRead, times })
  work.jobId = jobId
  heavyProcess()
    .run('batch', { jobId })
    .finished.catch((error: unknown) => logger().warn({ err: error, job: jobId }, 'a batch job was left by the second process'))
    .finally(() => {
      work.jobId = null
      // The next one, and the delivery of this one's results.
      void publish('batch.waiting', {})
    })
}

/** The job whose turn it is; null where one runs or none waits. */
export async function nextBatchJob(): Promise<string | null> {
  const { jobs, lastStarts } = await queuedJobs(await database())
  return nextJob(jobs, lastStarts, now())?.id ?? null
}

/** Sends what is due now, one attempt each. */
export async function sendBatchDeliveries(): Promise<void> {
  const db = await database()
  const { batchDeliveries } = db.tables(batchTables)
  const due = await db
    .select()
    .from(batchDeliveries)
    .where(and(eq(batchDeliveries.status, 'waiting'), lte(batchDeliveries.nextAttemptAt, now())))
    .orderBy(asc(batchDeliveries.nextAttemptAt))
    .limit(DELIVERIES_AT_ONCE)
  await Promise.all(due.map(attempt))
}

/** Conditional on what was seen, so that of two replicas one sends; lent out, so that a process that dies loses nothing. */
async function attempt(seen: BatchDeliveryRow): Promise<void> {
  const db = await database()
  const attempts = seen.attempts + 1
  const claimed = await db.write(async (tx) => {
    const { batchDeliveries } = tx.tables(batchTables)
    return tx
      .update(batchDeliveries)
      .set({ attempts, nextAttemptAt: now() + leaseFor(attempts) })
      .where(and(eq(batchDeliveries.id, seen.id), eq(batchDeliveries.status, 'waiting'), eq(batchDeliveries.nextAttemptAt, seen.nextAttemptAt)))
      .returning({ id: batchDeliveries.id })
  })
  const job = claimed.length === 0 ? null : await findBatchJob(db, seen.jobId)
  if (!job) return
  try {
    await deliver(seen.id, seen.delivery, job)
    await settle(seen.id, { status: 'delivered', deliveredAt: now(), lastError: null })
  } catch (error) {
    const lastError = error instanceof Error ? error.message : 'unknown reason'
    logger().warn({ delivery: seen.id, job: job.id, attempts, reason: lastError }, 'results of a batch job could not be delivered')
    const wait = waitAfter(attempts)
    await settle(seen.id, wait === null ? { status: 'failed', lastError } : { lastError, nextAttemptAt: now() + wait })
  }
}

async function settle(id: string, change: Partial<BatchDeliveryRow>): Promise<void> {
  const db = await database()
  await db.write(async (tx) => {
    const { batchDeliveries } = tx.tables(batchTables)
    await tx.update(batchDeliveries).set(change).where(eq(batchDeliveries.id, id))
  })
}

/** Results of jobs that ended long ago, and uploads that no open job reads. The rows stay, and say what there was. */
export async function removeOldBatchFiles(): Promise<void> {
  const db = await database()
  const { batchJobs } = db.tables(batchTables)
  const before = now() - environment().batchKeepDays * DAY_MS
  const old = await db
    .select({ id: batchJobs.id })
    .from(batchJobs)
    .where(and(inArray(batchJobs.status, ['finished', 'failed', 'cancelled']), isNotNull(batchJobs.finishedAt), lt(batchJobs.finishedAt, before)))
  for (const { id } of old) await rm(jobDirectory(id), { recursive: true, force: true })
  const kept = await db.select({ source: batchJobs.source, status: batchJobs.status, finishedAt: batchJobs.finishedAt }).from(batchJobs)
  const needed = new Set(kept.flatMap(({ source, finishedAt }) => (source.kind === 'upload' && (finishedAt === null || finishedAt >= before) ? [source.hash] : [])))
  for (const name of await readdir(uploadsDirectory()).catch(() => [])) {
    const path = join(uploadsDirectory(), name)
    // What was uploaded and never used, or cut off on its way, is as old as its file.
    if (!needed.has(name) && (await stat(path)).mtimeMs < before) await rm(path, { force: true })
  }
}
