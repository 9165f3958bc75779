// Counts of what happens between two summaries, and the latencies of the last minute.
import { LatencyHistogram } from '@/lib/math/latency-histogram'
import type { LiveSummary } from '../contract/live'

const LATENCY_MS = 60_000

export class LiveCounts {
  private calls = 0
  private predictions = 0
  private refused = 0
  private refusedByCode: Record<string, number> = Object.create(null) as Record<string, number>
  private left = 0
  private latency = new LatencyHistogram()
  /** Of the spans before, oldest first. */
  private earlier: { endedAt: number; latency: LatencyHistogram }[] = []

  constructor(private since: number) {}

  answered(latenciesMicros: readonly number[]): void {
    this.calls += 1
    this.predictions += latenciesMicros.length
    for (const micros of latenciesMicros) this.latency.add(micros)
  }

  refuse(code: string): void {
    this.refused += 1
    this.refusedByCode[code] = (this.refusedByCode[code] ?? 0) + 1
  }

  leaveOut(count: number): void {
    this.left += count
  }

  /** What happened until now, and begins the next span. */
  take(at: number): LiveSummary {
    this.earlier = [...this.earlier.filter((span) => span.endedAt > at - LATENCY_MS), { endedAt: at, latency: this.latency }]
    const minute = new LatencyHistogram()
    for (const span of this.earlier) minute.merge(span.latency)
    const summary: LiveSummary = {
      at,
      seconds: (at - this.since) / 1000,
      calls: this.calls,
      predictions: this.predictions,
      refused: this.refused,
      refusedByCode: { ...this.refusedByCode },
      leftOut: this.left,
      latency: { p50Ms: ms(minute, 0.5), p95Ms: ms(minute, 0.95), p99Ms: ms(minute, 0.99) },
    }
    this.since = at
    this.calls = this.predictions = this.refused = this.left = 0
    this.refusedByCode = Object.create(null) as Record<string, number>
    this.latency = new LatencyHistogram()
    return summary
  }
}

function ms(latency: LatencyHistogram, share: number): number | null {
  const micros = latency.percentile(share)
  return micros === null ? null : micros / 1000
}
