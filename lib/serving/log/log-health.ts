// Whether predictions can be logged: told to people as an incident, to load balancers by /health/ready, and to the
// process's own log once and not once a call.
import { diskFailure } from '@/lib/platform/disk-problem'
import { publish } from '@/lib/platform/events'
import { logger } from '@/lib/platform/logging'
import { once } from '@/lib/platform/once'

const FAILURES_LOGGED_EVERY_MS = 60_000
/** After so long without another failure or unlogged answer, the matter is over: at the edge of a full disk, writes come and go. */
const QUIET_AFTER_MS = 5000
const LOOK_EVERY_MS = 1000

declare module '@/lib/platform/once' {
  interface Once {
    logHealth: LogHealth
  }
}

export function logHealth(): LogHealth {
  return once('logHealth', () => new LogHealth())
}

/** A model in an environment that answers although its predictions cannot be logged. */
export interface UnloggedPlace {
  modelId: string
  slug: string
  environment: string
}

interface Unlogged extends UnloggedPlace {
  rows: number
  /** performance.now() */
  since: number
  last: number
}

export class LogHealth {
  /** Why the last write failed; null when it did not. */
  failure: string | null = null
  private logged = { reason: '', at: -Infinity }
  /** When a write failed last, until people were told that it is over; performance.now() */
  private failedAt: number | null = null
  private readonly unlogged = new Map<string, Unlogged>()
  private timer: NodeJS.Timeout | null = null

  failed(cause: unknown, calls: number): void {
    const reason = diskFailure(cause) ?? 'The log of the server says why.'
    const at = performance.now()
    if (reason !== this.logged.reason || at - this.logged.at > FAILURES_LOGGED_EVERY_MS) {
      this.logged = { reason, at }
      logger().error({ err: cause, calls }, 'predictions could not be written')
    }
    if (this.failedAt === null) this.tellFailure(true, `Predictions cannot be logged, so they are refused or answered unlogged, as each model’s settings say. ${reason}`)
    this.failure = reason
    this.failedAt = at
    this.lookSoon()
  }

  succeeded(): void {
    this.failure = null
  }

  /** Rows were answered that are not in the log. */
  answeredUnlogged(place: UnloggedPlace, rows: number): void {
    const key = `${place.modelId}\n${place.environment}`
    const known = this.unlogged.get(key)
    if (known) {
      known.rows += rows
      known.last = performance.now()
      return
    }
    const { modelId, slug, environment } = place
    this.unlogged.set(key, { modelId, slug, environment, rows, since: performance.now(), last: performance.now() })
    this.tellUnlogged(place, true, `${slug} answers in ${environment} although its predictions cannot be logged, as its settings allow.`)
    this.lookSoon()
  }

  private lookSoon(): void {
    this.timer ??= setInterval(() => this.look(), LOOK_EVERY_MS).unref()
  }

  private look(): void {
    if (this.failedAt !== null && this.failure === null && performance.now() - this.failedAt >= QUIET_AFTER_MS) {
      this.failedAt = null
      logger().info('predictions are written again')
      this.tellFailure(false, 'Predictions are logged again. What was refused meanwhile was not answered; nothing that was logged is lost.')
    }
    for (const [key, place] of this.unlogged) {
      if (performance.now() - place.last < QUIET_AFTER_MS) continue
      this.unlogged.delete(key)
      const { rows, since, slug, environment } = place
      const minutes = Math.max(1, Math.round((performance.now() - since) / 60_000))
      this.tellUnlogged(place, false, `${rows} predictions of ${slug} in ${environment} were answered and are not in the log, within ${minutes} min.`)
    }
    if (this.unlogged.size > 0 || this.failedAt !== null || this.timer === null) return
    clearInterval(this.timer)
    this.timer = null
  }

  private tellFailure(isFired: boolean, sentence: string): void {
    const title = isFired ? 'Predictions cannot be logged' : 'Predictions are logged again'
    void publish('condition.observed', { fingerprint: 'log:unavailable', kind: 'log', modelId: null, environment: null, isFired, severity: 'problem', title, sentence })
  }

  private tellUnlogged({ modelId, environment, slug }: UnloggedPlace, isFired: boolean, sentence: string): void {
    const title = isFired ? `${slug} answers without being logged` : `${slug} is logged again`
    void publish('condition.observed', { fingerprint: `log:unlogged:${modelId}:${environment}`, kind: 'log', modelId, environment, isFired, severity: 'problem', title, sentence })
  }
}
