// The log of a server without database: calls that wait while the disk takes a group make the next one, and are answered
// when it is on disk.
import { ProblemError } from '@/lib/platform/errors'
import { logger } from '@/lib/platform/logging'
import { logHealth, type ProfiledRow, type ServingLog } from '@/lib/serving/log'
import { toSpooled } from '@/lib/serving/rules/spooled-row'
import type { Spool } from './spool'

const MOST_ROWS_A_GROUP = 2048
/** Beyond it the disk does not follow: callers are told to come back, before memory grows. */
const MOST_ROWS_WAITING = 20_000

interface Entry {
  rows: readonly ProfiledRow[]
  arrived: number
  resolve(): void
  reject(error: unknown): void
}

export class SpoolLog implements ServingLog {
  private waiting: Entry[] = []
  private rowsUnderWay = 0
  private expected = 0
  private writing: Promise<void> | null = null
  /** Refused calls by code: there is nobody to tell but this process's own log. */
  private readonly refused = new Map<string, number>()

  constructor(private readonly spool: Spool) {}

  expect(): void {
    this.expected += 1
  }

  cancel(): void {
    this.expected -= 1
  }

  write(rows: readonly ProfiledRow[], arrived: number): Promise<void> {
    this.expected -= 1
    if (this.rowsUnderWay + rows.length > MOST_ROWS_WAITING) {
      throw new ProblemError('unavailable', 'The log cannot be written as fast as calls come in. Try again in a moment.', { code: 'log_full', retryAfterSeconds: 1 })
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ rows, arrived, resolve, reject })
      this.rowsUnderWay += rows.length
      this.begin()
    })
  }

  countError(_modelId: string, _environment: string, _at: number, code: string): void {
    this.refused.set(code, (this.refused.get(code) ?? 0) + 1)
  }

  countRefused(): void {
    // Counted with its code.
  }

  /** Tries whether rows can be written again: without calls nobody else would find out. */
  async tryAgain(): Promise<void> {
    if (logHealth().failure === null || this.writing) return
    await this.spool.append(Buffer.from('\n')).then(() => logHealth().succeeded(), () => undefined)
  }

  async drain(): Promise<void> {
    while (this.expected > 0 || this.writing) await (this.writing ?? new Promise((resolve) => setImmediate(resolve)))
    await this.spool.end()
    if (this.refused.size > 0) logger().info({ refused: Object.fromEntries(this.refused) }, 'calls that were refused')
  }

  private begin(): void {
    this.writing ??= this.writeAll().finally(() => {
      this.writing = null
      if (this.waiting.length > 0) this.begin()
    })
  }

  private async writeAll(): Promise<void> {
    // The calls of this turn go together.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.waiting.length > 0) await this.writeGroup(this.take())
  }

  private take(): Entry[] {
    let rows = 0
    let count = 0
    for (const entry of this.waiting) {
      if (count > 0 && rows + entry.rows.length > MOST_ROWS_A_GROUP) break
      rows += entry.rows.length
      count += 1
    }
    return this.waiting.splice(0, count)
  }

  private async writeGroup(entries: readonly Entry[]): Promise<void> {
    try {
      const content = Buffer.from(linesOf(entries))
      if (!this.spool.hasRoom(content.length)) {
        throw new ProblemError('unavailable', 'The spool is full: bring its rows home with “npx flightdeck upload-spool --remove”, or allow more in FLIGHTDECK_SPOOL_MEGABYTES.', {
          code: 'log_full',
          retryAfterSeconds: 60,
        })
      }
      await this.spool.append(content)
      logHealth().succeeded()
      for (const entry of entries) entry.resolve()
    } catch (cause) {
      logHealth().failed(cause, entries.length)
      for (const entry of entries) entry.reject(refusal(cause))
    } finally {
      for (const entry of entries) this.rowsUnderWay -= entry.rows.length
    }
  }
}

function refusal(cause: unknown): ProblemError {
  if (cause instanceof ProblemError) return cause
  return new ProblemError('unavailable', 'The prediction could not be written to the log, so it is not given. Try again in a moment.', {
    code: 'log_unavailable',
    retryAfterSeconds: 1,
    cause,
  })
}

/** With their latency: from the call's arrival to now, when they are about to be written. */
function linesOf(entries: readonly Entry[]): string {
  const at = performance.now()
  let lines = ''
  for (const { rows, arrived } of entries) {
    const latencyMicros = Math.max(0, Math.round((at - arrived) * 1000))
    for (const { record } of rows) {
      record.latencyMicros = latencyMicros
      lines += `${JSON.stringify(toSpooled(record))}\n`
    }
  }
  return lines
}
