// The words of the live stream: what a model answers at this moment.
import type { DecisionRow } from '../contract'

/** So many predictions a second are shown at most; all are counted. */
export const MOST_SHOWN_A_SECOND = 10
export const SUMMARY_EVERY_MS = 2000

/** What happened since the summary before. Only calls that this process answered. */
export interface LiveSummary {
  /** Its end, ms UTC. */
  at: number
  seconds: number
  /** Answered calls. */
  calls: number
  /** Their rows. */
  predictions: number
  refused: number
  refusedByCode: Record<string, number>
  /** Predictions that are not shown one by one, because they were too many. */
  leftOut: number
  /** Of the last minute, or since the stream began; null without answers. */
  latency: { p50Ms: number | null; p95Ms: number | null; p99Ms: number | null }
}

/** Names of the stream's events, and what each carries. */
export interface LiveEvents {
  prediction: DecisionRow
  summary: LiveSummary
  /** The caller may not listen any more. Listening again is refused. */
  ended: { code: string; detail: string }
}
