// A token bucket per caller (RFC 2697's idea): so many rows a second, and a short burst above it.
export interface CallLimit {
  rowsASecond: number
  burst: number
}

/** Generous: it stops a program that has gone wild, not one that is busy. */
export const DEFAULT_CALL_LIMIT: CallLimit = { rowsASecond: 50_000, burst: 100_000 }

interface Bucket {
  rows: number
  at: number
}

const MOST_CALLERS = 10_000

export class CallLimiter {
  private readonly buckets = new Map<string, Bucket>()

  constructor(private readonly limit: CallLimit = DEFAULT_CALL_LIMIT) {}

  /** 0 when the call may pass, else the seconds to wait. */
  take(caller: string, rows: number, nowMs: number): number {
    const { rowsASecond, burst } = this.limit
    let bucket = this.buckets.get(caller)
    if (!bucket) {
      if (this.buckets.size >= MOST_CALLERS) this.buckets.clear()
      this.buckets.set(caller, (bucket = { rows: burst, at: nowMs }))
    }
    bucket.rows = Math.min(burst, bucket.rows + ((nowMs - bucket.at) * rowsASecond) / 1000)
    bucket.at = nowMs
    if (bucket.rows < rows) return Math.max(1, Math.ceil((rows - bucket.rows) / rowsASecond))
    bucket.rows -= rows
    return 0
  }
}
