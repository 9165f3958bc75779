// Which of many predictions are shown one by one: a token bucket, so that a quiet stream shows all and a loud one some of
// every moment.
export class LiveSample {
  private tokens: number
  private filledAt: number | null = null

  constructor(private readonly mostASecond: number) {
    this.tokens = mostASecond
  }

  /** @param at milliseconds of any clock that does not go back */
  admits(at: number): boolean {
    const passed = this.filledAt === null ? 0 : Math.max(0, at - this.filledAt)
    this.tokens = Math.min(this.mostASecond, this.tokens + (passed / 1000) * this.mostASecond)
    this.filledAt = at
    if (this.tokens < 1) return false
    this.tokens -= 1
    return true
  }
}
