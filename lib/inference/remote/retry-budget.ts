// How often calls may be tried again: a share of all calls, so that retries never double the load of a server that is down
// (Google, Site Reliability Engineering, ch. 21).
import { SlidingCounts } from './sliding-counts'

export const RETRIES = {
  windowMs: 60_000,
  share: 0.1,
  /** In each window, so that little traffic is tried again too. */
  fewest: 2,
  mostPerCall: 2,
  firstWaitMs: 50,
  longestWaitMs: 1000,
} as const

export class RetryBudget {
  private readonly counts = new SlidingCounts(RETRIES.windowMs)

  countCall(at: number): void {
    this.counts.add(at, false)
  }

  /** Takes one retry out of the budget, if there is one. */
  take(at: number): boolean {
    const { all, marked } = this.counts.at(at)
    if (marked >= Math.max(RETRIES.fewest, RETRIES.share * (all - marked))) return false
    this.counts.add(at, true)
    return true
  }

  spent(at: number): { calls: number; retries: number } {
    const { all, marked } = this.counts.at(at)
    return { calls: all - marked, retries: marked }
  }
}

/** Full jitter: anything up to a limit that doubles. @param chance 0 to 1 */
export function retryWait(attempt: number, chance: number): number {
  return chance * Math.min(RETRIES.longestWaitMs, RETRIES.firstWaitMs * 2 ** attempt)
}
