// Runs a job that waits: takes it up, scores it from its last checkpoint on, and writes down how it ended. Called in the
// second process, which may die at any time: whatever is told of the job is then at its last checkpoint.
import { and, eq, inArray, isNull } from 'drizzle-orm'
import { SYSTEM } from '@/lib/access/contract'
import { findPerson } from '@/lib/access/queries'
import { announceDeliveries, recordObservations, type Changes } from '@/lib/alerts/commands'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database, type Session } from '@/lib/database'
import { reasonSettingsOf } from '@/lib/explanations/queries'
import { openVersion } from '@/lib/inference/open-version'
import type { LoadedModel } from '@/lib/inference/session'
import { now } from '@/lib/platform/clock'
import { isProblem, ProblemError } from '@/lib/platform/errors'
import { publish } from '@/lib/platform/events'
import { newId } from '@/lib/platform/ids'
import { logger } from '@/lib/platform/logging'
import { readStoredFile } from '@/lib/platform/storage'
import type { Version } from '@/lib/registry/contract'
import { readBackground, versionById } from '@/lib/registry/queries'
import { currentGuardrails } from '@/lib/serving/queries'
import type { BatchCheckpoint, BatchJob, BatchStatus } from '../contract'
import { runBatch, whyNoReasons, type BatchEnd, type BatchRun, type EngineVersion } from '../engine'
import { findBatchJob } from '../queries/jobs'
import { addressOf, engineSource, jobDirectory } from '../queries/places'
import { isHeld } from '../rules'
import { batchTables } from '../tables'
import { championOf } from './inspect-source'
import { keepChunk } from './keep-chunk'
import { scheduleObservation } from './schedule-incidents'

const SIGN_OF_LIFE_MS = 1000

export interface RunCircumstances {
  /** Aborted when the process ends: the job then waits again. */
  signal: AbortSignal
  report?(progress: { rowsRead: number }): void
  /** Threads that read and score; the engine's choice where not given. */
  threads?: number
}

/** Returns how the job is afterwards; null where another worker has it, or it does not wait. */
export async function runBatchJob(jobId: string, { signal, report, threads }: RunCircumstances): Promise<BatchJob | null> {
  const held = await Held.take(jobId)
  if (!held) return null
  const db = await database()
  const stop = new AbortController()
  const passOn = () => stop.abort('shutdown')
  if (signal.aborted) passOn()
  signal.addEventListener('abort', passOn)
  const life = setInterval(() => void held.beat().then((isWanted) => isWanted || stop.abort('stopped'), () => undefined), SIGN_OF_LIFE_MS)
  try {
    const end = await score(held, stop.signal, report, threads)
    if (end.state === 'finished') await held.finish(end)
    else await held.letGo()
  } catch (error) {
    if (error instanceof JobLost) return null
    await held.fail(error)
  } finally {
    clearInterval(life)
    signal.removeEventListener('abort', passOn)
  }
  return findBatchJob(db, jobId)
}

/** Another worker has taken the job: nothing of it may be written any more. */
class JobLost extends Error {}

type JobRow = ReturnType<typeof batchTables>['batchJobs']['$inferSelect']

/** A job that this worker has, for as long as its last sign of life is the one in the row. */
class Held {
  /** Of the transaction under way; it counts once that is committed. */
  private next: number
  private writing: Promise<unknown> = Promise.resolve()

  private constructor(
    public job: JobRow,
    private seenAt: number,
  ) {
    this.next = seenAt
  }

  /** Conditional on what was seen, so that of two workers one gets it. */
  static async take(id: string): Promise<Held | null> {
    const db = await database()
    const at = now()
    return db.write(async (tx) => {
      const { batchJobs } = tx.tables(batchTables)
      const [seen] = await tx.select().from(batchJobs).where(eq(batchJobs.id, id))
      if (!seen || !['waiting', 'running'].includes(seen.status) || isHeld(seen, at)) return null
      const seenAt = Math.max(at, (seen.seenAt ?? 0) + 1)
      const isAsSeen = and(eq(batchJobs.id, id), eq(batchJobs.status, seen.status), seen.seenAt === null ? isNull(batchJobs.seenAt) : eq(batchJobs.seenAt, seen.seenAt))
      const [taken] = await tx.update(batchJobs).set({ status: 'running', seenAt, startedAt: seen.startedAt ?? at }).where(isAsSeen).returning()
      return taken ? new Held(taken, seenAt) : null
    })
  }

  /** False once a person has paused or cancelled the job, or another worker has it. */
  beat(): Promise<boolean> {
    return this.write(async (tx) => (await this.change(tx, {}))?.status === 'running')
  }

  /** One after the other: a sign of life and a checkpoint at once would each take the other for another worker. */
  write<T>(work: (tx: Session) => Promise<T>): Promise<T> {
    const written = this.writing.then(async () => {
      const db = await database()
      this.next = this.seenAt
      const result = await db.write(work)
      this.seenAt = this.next
      return result
    })
    this.writing = written.catch(() => undefined)
    return written
  }

  /** Undefined where the job is lost. */
  private async change(tx: Session, change: Partial<JobRow>, whileIn?: BatchStatus[]): Promise<JobRow | undefined> {
    const { batchJobs } = tx.tables(batchTables)
    const seenAt = change.seenAt === null ? null : Math.max(now(), this.seenAt + 1)
    const [changed] = await tx
      .update(batchJobs)
      .set({ ...change, seenAt })
      .where(and(eq(batchJobs.id, this.job.id), eq(batchJobs.seenAt, this.seenAt), whileIn && inArray(batchJobs.status, whileIn)))
      .returning()
    if (changed && seenAt !== null) this.next = seenAt
    return changed
  }

  async must(tx: Session, change: Partial<JobRow>): Promise<JobRow> {
    const changed = await this.change(tx, change)
    if (!changed) throw new JobLost()
    return changed
  }

  /** What is paused or cancelled stays so; what was stopped by the end of the process waits for the next one. */
  async letGo(): Promise<void> {
    await this.write(async (tx) => {
      await this.change(tx, { status: 'waiting', seenAt: null }, ['running'])
      await this.change(tx, { seenAt: null })
    })
  }

  async finish({ checkpoint, results }: BatchEnd & { state: 'finished' }): Promise<void> {
    const changes = await this.write(async (tx) => {
      const at = now()
      // A person who cancelled it at the last moment meant it; one who paused it has what he waited for.
      const done = await this.change(tx, { status: 'finished', checkpoint, results, error: null, finishedAt: at, seenAt: null }, ['running', 'paused', 'waiting'])
      if (!done) {
        await this.change(tx, { seenAt: null })
        return { opened: [], resolved: [] }
      }
      await appendAuditEvent(tx, {
        actor: SYSTEM,
        action: 'batch.finished',
        target: { kind: 'batch-job', id: done.id, name: done.name },
        modelId: done.modelId,
        after: {
          versionId: done.versionId,
          releaseId: done.releaseId,
          rowsRead: checkpoint.rowsRead,
          rowsScored: checkpoint.rowsScored,
          rowsRejected: checkpoint.rowsRejected,
          files: results.map(({ name, rows, bytes, sha256 }) => ({ name, rows, bytes, sha256 })),
        },
      })
      if (done.delivery) {
        const { batchDeliveries } = tx.tables(batchTables)
        await tx.insert(batchDeliveries).values({
          id: newId(), jobId: done.id, delivery: done.delivery, status: 'waiting', attempts: 0, nextAttemptAt: at, lastError: null, createdAt: at, deliveredAt: null,
        })
      }
      return recordObservations(tx, scheduleObservation(done, { state: 'quiet', sentence: 'A job of this schedule has finished well.' }), at)
    })
    await announceDeliveries(changes)
    await publish('batch.waiting', {})
  }

  async fail(error: unknown): Promise<void> {
    if (!isProblem(error)) logger().error({ err: error, job: this.job.id }, 'a batch job failed')
    const why = isProblem(error) ? error.message : 'Something went wrong inside Flightdeck. The log of the server says what.'
    const changes = await this.write(async (tx) => {
      const failed = await this.change(tx, { status: 'failed', error: why, finishedAt: now(), seenAt: null }, ['running', 'paused', 'waiting'])
      if (!failed) {
        await this.change(tx, { seenAt: null })
        return { opened: [], resolved: [] }
      }
      return tellFailed(tx, failed, why)
    })
    await announceDeliveries(changes)
  }
}

async function tellFailed(tx: Session, failed: JobRow, why: string): Promise<Changes> {
  await appendAuditEvent(tx, {
    actor: SYSTEM,
    action: 'batch.failed',
    target: { kind: 'batch-job', id: failed.id, name: failed.name },
    modelId: failed.modelId,
    after: { rowsRead: failed.checkpoint?.rowsRead ?? 0 },
    reason: why,
  })
  return recordObservations(tx, scheduleObservation(failed, { state: 'fired', sentence: `The job ${failed.name} failed: ${why}` }), now())
}

/** For a job whose worker dies each time: it would be taken up for ever. */
export async function abandonBatchJob(id: string, why: string): Promise<void> {
  const db = await database()
  const changes = await db.write(async (tx) => {
    const { batchJobs } = tx.tables(batchTables)
    const [failed] = await tx.update(batchJobs).set({ status: 'failed', error: why, finishedAt: now(), seenAt: null }).where(and(eq(batchJobs.id, id), eq(batchJobs.status, 'running'))).returning()
    return failed ? tellFailed(tx, failed, why) : { opened: [], resolved: [] }
  })
  await announceDeliveries(changes)
}

async function score(held: Held, signal: AbortSignal, report: RunCircumstances['report'], threads: number | undefined): Promise<BatchEnd> {
  const db = await database()
  const { job } = held
  const version = await versionOf(held)
  const { opened, runtime } = await engineVersion(version)
  const caller = await callerOf(db, job.createdBy)
  try {
    const run: BatchRun = {
      jobId: job.id,
      startedAt: job.startedAt ?? job.createdAt,
      source: await engineSource(job.source),
      mapping: job.mapping,
      output: job.options.output.kind === 'file' ? job.options.output : { kind: 'table', address: await addressOf(job.options.output.connection), table: job.options.output.table },
      version: { number: version.number, signature: version.signature, reference: version.reference, runtime },
      guardrails: (await currentGuardrails(db, job.modelId, job.environment)).rules,
      reasons: await engineReasons(job, version),
      isLogged: job.options.isLogged,
      directory: jobDirectory(job.id),
      from: job.checkpoint,
      onSize: (sourceSize) => held.write(async (tx) => void (await held.must(tx, { sourceSize }))),
      onCheckpoint: async (checkpoint: BatchCheckpoint, added) => {
        await held.write(async (tx) => {
          const changed = await held.must(tx, { checkpoint })
          await keepChunk(tx, { ...changed, caller }, version, added)
        })
        report?.({ rowsRead: checkpoint.rowsRead })
      },
      signal,
      ...(threads === undefined ? {} : { threads }),
    }
    return await runBatch(run)
  } finally {
    await opened?.close()
  }
}

/** The champion when the job first began: one file of results is of one version, whatever is released meanwhile. */
async function versionOf(held: Held): Promise<Version> {
  const db = await database()
  const { versionId, modelId, environment } = held.job
  if (versionId !== null) {
    const version = await versionById(db, versionId)
    if (version) return version
  }
  const { version, releaseId } = await championOf(db, modelId, environment)
  held.job = await held.write((tx) => held.must(tx, { versionId: version.id, releaseId }))
  return version
}

async function engineVersion(version: Version): Promise<{ runtime: EngineVersion['runtime']; opened?: LoadedModel }> {
  const artifact = await readStoredFile(version.artifactHash)
  if (version.runtime === 'onnx') return { runtime: { kind: 'onnx', artifact } }
  const opened = await openVersion({ runtime: version.runtime, artifact, signature: version.signature })
  return { runtime: { kind: 'records', model: opened }, opened }
}

async function engineReasons(job: JobRow, version: Version): Promise<BatchRun['reasons']> {
  if (job.options.reasons === 0) return null
  const why = whyNoReasons(version)
  if (why !== null) throw new ProblemError('invalid', why, { code: 'batch_without_reasons' })
  return { most: job.options.reasons, background: await readBackground(version), settings: await reasonSettingsOf(await database(), job.modelId), locale: 'en' }
}

/** People and programs begin jobs; the log and the usage know them as callers. */
async function callerOf(db: Session, createdBy: string): Promise<string> {
  if (createdBy === SYSTEM.id) return `system:${createdBy}`
  return `${(await findPerson(db, createdBy)) ? 'user' : 'token'}:${createdBy}`
}
