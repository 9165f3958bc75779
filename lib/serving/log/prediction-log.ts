// The log of predictions: a group commit. Rows wait for company for at most 2 ms, one transaction writes them and their
// profiles, and only then are they answered: what was answered is on disk. While the disk takes one group, the next is made.
import { database } from '@/lib/database'
import { ProblemError } from '@/lib/platform/errors'
import { newId } from '@/lib/platform/ids'
import { once } from '@/lib/platform/once'
import type { Channel } from '../contract'
import { ErrorCounts } from './error-counts'
import { logHealth } from './log-health'
import { HourlyProfiles, type ProfiledRow } from './hourly-profiles'
import { liveFeed } from './live-feed'
import { insertPredictions } from './packed-rows'
import { UsageCounts, type AnsweredCall } from './usage-counts'

const LONGEST_WAIT_MS = 2
/** So many rows do not wait for those on their way: a commit costs as much as two rows. */
const GOOD_GROUP_ROWS = 32
/** While the disk takes a group the next one grows, up to here. */
const FULL_GROUP_ROWS = 64
const MOST_ROWS_A_COMMIT = 2048
/** Beyond it the disk does not follow: callers are told to come back, before memory grows. */
const MOST_ROWS_WAITING = 20_000
const COUNTS_WAIT_MS = 1000

/** What serving asks of a log; an edge server keeps one of its own, without a database. */
export type ServingLog = Pick<PredictionLog, 'expect' | 'cancel' | 'write' | 'countError' | 'countRefused' | 'drain'>

declare module '@/lib/platform/once' {
  interface Once {
    predictionLog: ServingLog
  }
}

export function predictionLog(): ServingLog {
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
  readonly usage = new UsageCounts()
  private readonly profiles = new HourlyProfiles(this.writer)
  private waiting: Entry[] = []
  /** Of `waiting`. */
  private rowsWaiting = 0
  /** Given to the log and not on disk yet. */
  private rowsUnderWay = 0
  /** Calls on their way to the log: their rows are worth a short wait. */
  private expected = 0
  private timer: NodeJS.Timeout | null = null
  private countsTimer: NodeJS.Timeout | null = null
  /** A transaction is open: the next begins after it. */
  private isCommitting = false
  private readonly groups = new Set<Promise<void>>()

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
    if (this.rowsUnderWay + rows.length > MOST_ROWS_WAITING) {
      this.schedule()
      throw new ProblemError('unavailable', 'The log cannot be written as fast as calls come in. Try again in a moment.', {
        code: 'log_full',
        retryAfterSeconds: 1,
      })
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ rows, arrived, resolve, reject })
      this.rowsWaiting += rows.length
      this.rowsUnderWay += rows.length
      this.schedule()
    })
  }

  countError(modelId: string, environment: string, at: number, code: string): void {
    this.errors.add(modelId, environment, at, code)
    liveFeed().refused(modelId, environment, code)
    this.commitCountsLater()
  }

  countRefused(caller: string, modelId: string, environment: string, channel: Channel, at: number): void {
    this.usage.addRefused(caller, modelId, environment, channel, at)
    this.commitCountsLater()
  }

  /** Waits until every call on its way is through and everything is on disk. */
  async drain(): Promise<void> {
    while (this.expected > 0 || this.waiting.length > 0 || this.groups.size > 0) {
      if (this.waiting.length > 0) this.commitSoon()
      await (this.groups.size > 0 ? Promise.all(this.groups) : new Promise((resolve) => setImmediate(resolve)))
    }
    if (this.countsTimer) clearTimeout(this.countsTimer)
    this.countsTimer = null
    if (this.hasCounts) this.commitSoon()
    await Promise.all(this.groups)
  }

  private get hasCounts(): boolean {
    return !this.errors.isEmpty || !this.usage.isEmpty
  }

  private commitCountsLater(): void {
    this.countsTimer ??= setTimeout(() => {
      this.countsTimer = null
      if (this.hasCounts) this.commitSoon()
    }, COUNTS_WAIT_MS).unref()
  }

  private schedule(): void {
    if (this.waiting.length === 0 || this.isCommitting) return
    const isDiskBusy = this.groups.size > 0
    const isReady = isDiskBusy ? this.rowsWaiting >= FULL_GROUP_ROWS : this.expected <= 0 || this.rowsWaiting >= GOOD_GROUP_ROWS
    if (isReady) this.commitSoon()
    else this.timer ??= setTimeout(() => this.commitSoon(), LONGEST_WAIT_MS)
  }

  private commitSoon(): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    if (this.isCommitting) return
    this.isCommitting = true
    const entries = this.take()
    const group = this.commitGroup(entries)
      .then(
        () => {
          logHealth().succeeded()
          for (const entry of entries) entry.resolve()
          liveFeed().committed(entries)
        },
        (cause: unknown) => this.refuse(entries, cause),
      )
      .finally(() => {
        this.groups.delete(group)
        for (const entry of entries) this.rowsUnderWay -= entry.rows.length
        this.schedule()
      })
    this.groups.add(group)
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

  private async commitGroup(entries: readonly Entry[]): Promise<void> {
    try {
      const db = await database()
      await db.write(
        async (tx) => {
          const rows = stamped(entries)
          const keepNumbers = await insertPredictions(tx, rows.map((row) => row.record))
          const keepProfiles = await this.profiles.write(tx, rows)
          const keepErrors = await this.errors.write(tx)
          const keepUsage = await this.usage.write(tx, callsOf(entries))
          return () => {
            keepNumbers()
            keepProfiles()
            keepErrors()
            keepUsage()
          }
        },
        (keep) => {
          keep()
          this.goOn()
        },
      )
    } catch (cause) {
      // Nobody knows what is on disk.
      this.profiles.forget()
      this.goOn()
      throw cause
    }
  }

  private goOn(): void {
    this.isCommitting = false
    this.schedule()
  }

  private refuse(entries: readonly Entry[], cause: unknown): void {
    logHealth().failed(cause, entries.length)
    const problem = new ProblemError('unavailable', 'The prediction could not be written to the log, so it is not given. Try again in a moment.', {
      code: 'log_unavailable',
      retryAfterSeconds: 1,
      cause,
    })
    for (const entry of entries) entry.reject(problem)
  }
}

function* callsOf(entries: readonly Entry[]): Generator<AnsweredCall> {
  for (const { rows } of entries) {
    const [first] = rows
    if (!first) continue
    const { caller, modelId, environment, channel = 'online', at, latencyMicros } = first.record
    yield { caller, modelId, environment, channel, at, rows: rows.length, latencyMicros }
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
