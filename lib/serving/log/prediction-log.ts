// The log of predictions: a group commit. Rows wait for company for at most 2 ms, one transaction writes them and their
// profiles, and only then are they answered: what was answered is on disk.
import { database, type Database } from '@/lib/database'
import { ProblemError } from '@/lib/platform/errors'
import { newId } from '@/lib/platform/ids'
import { logger } from '@/lib/platform/logging'
import { once } from '@/lib/platform/once'
import { servingTables } from '../tables'
import { ErrorCounts } from './error-counts'
import { HourlyProfiles, type ProfiledRow } from './hourly-profiles'

export type PredictionRecord = ReturnType<typeof servingTables>['predictions']['$inferInsert']

const LONGEST_WAIT_MS = 2
const FULL_GROUP_ROWS = 256
const MOST_ROWS_A_COMMIT = 2048
/** Beyond it the disk does not follow: callers are told to come back, before memory grows. */
const MOST_ROWS_WAITING = 20_000
const ERRORS_WAIT_MS = 1000

declare module '@/lib/platform/once' {
  interface Once {
    predictionLog: PredictionLog
  }
}

export function predictionLog(): PredictionLog {
  return once('predictionLog', () => new PredictionLog())
}

interface Entry {
  rows: readonly ProfiledRow[]
  /** performance.now() at the call's arrival. */
  arrived: number
  resolve(): void
  reject(error: unknown): void
}

export class PredictionLog {
  /** Names this process's rows in the profiles, so that replicas never write the same one. */
  readonly writer = newId()
  readonly errors = new ErrorCounts()
  private readonly profiles = new HourlyProfiles(this.writer)
  private waiting: Entry[] = []
  private rowsWaiting = 0
  /** Calls on their way to the log: their rows are worth a short wait. */
  private expected = 0
  private timer: NodeJS.Timeout | null = null
  private errorTimer: NodeJS.Timeout | null = null
  private committing: Promise<void> | null = null

  /** Says that a call will write soon. Its `write` or `cancel` must follow. */
  expect(): void {
    this.expected += 1
  }

  cancel(): void {
    this.expected -= 1
    this.schedule()
  }

  /** Resolves when the rows are on disk. Throws `unavailable`, with when to try again, where they are not. */
  write(rows: readonly ProfiledRow[], arrived: number): Promise<void> {
    this.expected -= 1
    if (this.rowsWaiting + rows.length > MOST_ROWS_WAITING) {
      this.schedule()
      throw new ProblemError('unavailable', 'The log cannot be written as fast as calls come in. Try again in a moment.', {
        code: 'log_full',
        retryAfterSeconds: 1,
      })
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ rows, arrived, resolve, reject })
      this.rowsWaiting += rows.length
      this.schedule()
    })
  }

  countError(modelId: string, environment: string, at: number, code: string): void {
    this.errors.add(modelId, environment, at, code)
    this.errorTimer ??= setTimeout(() => {
      this.errorTimer = null
      if (!this.errors.isEmpty) this.commitSoon()
    }, ERRORS_WAIT_MS).unref()
  }

  /** Waits until every call on its way is through and everything is on disk. */
  async drain(): Promise<void> {
    while (this.expected > 0 || this.waiting.length > 0 || this.committing) {
      if (this.waiting.length > 0) this.commitSoon()
      await (this.committing ?? new Promise((resolve) => setImmediate(resolve)))
    }
    if (this.errorTimer) clearTimeout(this.errorTimer)
    this.errorTimer = null
    if (!this.errors.isEmpty) this.commitSoon()
    await this.committing
  }

  private schedule(): void {
    if (this.waiting.length === 0 || this.committing) return
    if (this.expected <= 0 || this.rowsWaiting >= FULL_GROUP_ROWS) this.commitSoon()
    else this.timer ??= setTimeout(() => this.commitSoon(), LONGEST_WAIT_MS)
  }

  private commitSoon(): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    this.committing ??= this.commitAll().finally(() => {
      this.committing = null
      this.schedule()
    })
  }

  private async commitAll(): Promise<void> {
    const db = await database()
    do {
      await this.commitGroup(db, this.take())
    } while (this.rowsWaiting >= FULL_GROUP_ROWS || (this.waiting.length > 0 && this.expected <= 0))
  }

  private take(): Entry[] {
    let rows = 0
    let count = 0
    for (const entry of this.waiting) {
      if (count > 0 && rows + entry.rows.length > MOST_ROWS_A_COMMIT) break
      rows += entry.rows.length
      count += 1
    }
    this.rowsWaiting -= rows
    return this.waiting.splice(0, count)
  }

  private async commitGroup(db: Database, entries: readonly Entry[]): Promise<void> {
    try {
      const keep = await db.write(async (tx) => {
        const rows = stamped(entries)
        await tx.insertMany(tx.tables(servingTables).predictions, rows.map((row) => row.record))
        const keepProfiles = await this.profiles.write(tx, rows)
        const keepErrors = await this.errors.write(tx)
        return () => {
          keepProfiles()
          keepErrors()
        }
      })
      keep()
      for (const entry of entries) entry.resolve()
    } catch (cause) {
      this.profiles.forget()
      logger().error({ err: cause, calls: entries.length }, 'predictions could not be written')
      const problem = new ProblemError('unavailable', 'The prediction could not be written to the log, so it is not given. Try again in a moment.', {
        code: 'log_unavailable',
        retryAfterSeconds: 1,
        cause,
      })
      for (const entry of entries) entry.reject(problem)
    }
  }
}

/** The rows with their latency: from the call's arrival to now, when they are about to be written. */
function stamped(entries: readonly Entry[]): ProfiledRow[] {
  const at = performance.now()
  const rows: ProfiledRow[] = []
  for (const entry of entries) {
    const latencyMicros = Math.max(0, Math.round((at - entry.arrived) * 1000))
    for (const row of entry.rows) {
      row.record.latencyMicros = latencyMicros
      rows.push(row)
    }
  }
  return rows
}
