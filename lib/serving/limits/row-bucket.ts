// A token bucket (the idea of RFC 2697): so many rows a second, and a short burst above it. In any time it lets through at
// most rate × time + burst.
export class RowBucket {
  private rows: number

  /** @param at performance.now(); the bucket begins full */
  constructor(
    readonly rowsASecond: number,
    readonly burst: number,
    private at: number,
  ) {
    this.rows = burst
  }

  /** Rows that may pass at this time. */
  available(at: number): number {
    this.rows = Math.min(this.burst, this.rows + ((at - this.at) * this.rowsASecond) / 1000)
    this.at = at
    return this.rows
  }

  /** Only what is available may be taken. */
  take(rows: number): void {
    this.rows -= rows
  }

  /** Whole seconds, at least 1, until so many rows are available. */
  secondsUntil(rows: number, at: number): number {
    return Math.max(1, Math.ceil((rows - this.available(at)) / this.rowsASecond))
  }
}
