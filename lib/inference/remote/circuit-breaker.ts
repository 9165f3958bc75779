// Stops calling a server that mostly fails, and finds out with single trials when it is back (Nygard, Release It!).
import { SlidingCounts } from './sliding-counts'

export const BREAKER = {
  windowMs: 30_000,
  /** Fewer calls in the window say nothing. */
  fewestCalls: 8,
  failedShare: 0.5,
  /** After the first failure; each trial that fails doubles it. */
  firstWaitMs: 5_000,
  longestWaitMs: 60_000,
} as const

export type BreakerState = 'closed' | 'open' | 'half-open'

export type Admitted = { isAdmitted: true } | { isAdmitted: false; waitMs: number }

/** Times are milliseconds of a clock that never goes back. */
export class CircuitBreaker {
  private readonly counts = new SlidingCounts(BREAKER.windowMs)
  private openUntil: number | null = null
  private waitMs: number = BREAKER.firstWaitMs
  private isTrying = false
  private changedAt: number

  constructor(at: number) {
    this.changedAt = at
  }

  /** A call that is admitted must be recorded. */
  admit(at: number): Admitted {
    if (this.openUntil === null) return { isAdmitted: true }
    if (at < this.openUntil) return { isAdmitted: false, waitMs: this.openUntil - at }
    if (this.isTrying) return { isAdmitted: false, waitMs: 1000 }
    this.isTrying = true
    this.changedAt = at
    return { isAdmitted: true }
  }

  record(at: number, isFailed: boolean): void {
    if (this.openUntil !== null) return this.recordTrial(at, isFailed)
    this.counts.add(at, isFailed)
    const { all, marked } = this.counts.at(at)
    if (all >= BREAKER.fewestCalls && marked / all >= BREAKER.failedShare) this.open(at, BREAKER.firstWaitMs)
  }

  /** The call ended without a word about the server. */
  forget(): void {
    this.isTrying = false
  }

  state(at: number): { state: BreakerState; changedAt: number; waitMs: number; calls: number; failures: number } {
    const { all, marked } = this.counts.at(at)
    const state = this.openUntil === null ? 'closed' : at < this.openUntil ? 'open' : 'half-open'
    return { state, changedAt: this.changedAt, waitMs: Math.max(0, (this.openUntil ?? at) - at), calls: all, failures: marked }
  }

  private recordTrial(at: number, isFailed: boolean): void {
    // Calls that were under way when it opened say nothing new.
    if (!this.isTrying) return
    this.isTrying = false
    if (isFailed) return this.open(at, Math.min(BREAKER.longestWaitMs, this.waitMs * 2))
    this.openUntil = null
    this.waitMs = BREAKER.firstWaitMs
    this.changedAt = at
    this.counts.clear()
  }

  private open(at: number, waitMs: number): void {
    this.openUntil = at + waitMs
    this.waitMs = waitMs
    this.changedAt = at
  }
}
