// Two counts over the last while: how many, and how many of a kind.
const BUCKETS = 10

export class SlidingCounts {
  private readonly buckets: { from: number; all: number; marked: number }[] = []

  constructor(private readonly windowMs: number) {}

  /** @param at milliseconds of a clock that never goes back */
  add(at: number, isMarked: boolean): void {
    const last = this.buckets.at(-1)
    const bucket = last && at - last.from < this.windowMs / BUCKETS ? last : { from: at, all: 0, marked: 0 }
    if (bucket !== last) this.buckets.push(bucket)
    bucket.all += 1
    if (isMarked) bucket.marked += 1
  }

  at(at: number): { all: number; marked: number } {
    while (this.buckets[0] && at - this.buckets[0].from >= this.windowMs) this.buckets.shift()
    let all = 0
    let marked = 0
    for (const bucket of this.buckets) {
      all += bucket.all
      marked += bucket.marked
    }
    return { all, marked }
  }

  clear(): void {
    this.buckets.length = 0
  }
}
