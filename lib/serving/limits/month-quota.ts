// Rows of one month (UTC). The usage table says what was answered before this process counted and what other processes
// answer; what this one answers it counts itself, so that it never lets through a row too many. Two replicas learn of each
// other once a second: together they can overshoot by what they answer in that time.
import { HOUR_MS } from '@/lib/platform/clock'
import { monthOf } from '../rules/month'

export class MonthQuota {
  readonly begins: number
  readonly ends: number
  private answered = 0
  private inFlight = 0
  /** Answered before this process counted, or by others; never more than is true. */
  private elsewhere = 0
  /** Of hours that no longer change. */
  private settled: number
  private settledBelow: number

  /** @param settled rows in the usage table of this month's hours before `settledBelow` */
  constructor(at: number, settled: number, settledBelow: number) {
    const { begins, ends } = monthOf(at)
    this.begins = begins
    this.ends = ends
    this.settled = settled
    this.settledBelow = Math.max(settledBelow, begins)
  }

  covers(at: number): boolean {
    return at >= this.begins && at < this.ends
  }

  left(rowsAMonth: number): number {
    return Math.max(0, rowsAMonth - this.elsewhere - this.answered - this.inFlight)
  }

  begin(rows: number): void {
    this.inFlight += rows
  }

  end(rows: number, isAnswered: boolean): void {
    this.inFlight -= rows
    if (isAnswered) this.answered += rows
  }

  /**
   * Takes what the usage table says of the hours that may still change. A row in flight here may be in the table already, so
   * it is not counted as another's.
   * @param hours rows by hour, from the hour before the last look's at the latest
   */
  learn(hours: ReadonlyMap<number, number>, settlesBelow: number): void {
    let moving = 0
    for (const [hour, rows] of hours) {
      if (hour < this.settledBelow || hour >= this.ends) continue
      if (hour < settlesBelow) this.settled += rows
      else moving += rows
    }
    this.settledBelow = Math.max(this.settledBelow, settlesBelow)
    this.elsewhere = Math.max(this.elsewhere, this.settled + moving - this.answered - this.inFlight)
  }
}

/** Hours before this one are written: a call is in the log within seconds of its hour. */
export function settledBefore(hour: number): number {
  return hour - HOUR_MS
}
