// What a live view knows: the newest predictions, and counts of the last minutes. Pure.
import type { DecisionRow } from '@/lib/explanations/contract'
import { SUMMARY_EVERY_MS, type LiveSummary } from '@/lib/explanations/contract/live'

const MOST_ROWS = 8
const KEPT_MS = 5 * 60_000
const NOW_MS = 10_000
export const BUCKET_MS = 10_000

export interface LiveState {
  /** Newest first. */
  rows: readonly DecisionRow[]
  /** Oldest first. */
  summaries: readonly LiveSummary[]
}

export function withRow(state: LiveState, row: DecisionRow): LiveState {
  if (state.rows.some((present) => present.id === row.id)) return state
  // They may come in another order than they were answered; ids are in the order of time.
  const rows = [row, ...state.rows].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, MOST_ROWS)
  return { ...state, rows }
}

export function withSummary(state: LiveState, summary: LiveSummary): LiveState {
  return { ...state, summaries: [...state.summaries.filter((one) => one.at > summary.at - KEPT_MS), summary] }
}

export interface LiveNow {
  callsASecond: number
  refusedASecond: number
  latency: LiveSummary['latency']
  /** Predictions that were too many to be shown one by one. */
  leftOut: number
}

/** Of the last ten seconds; null before the first summary. */
export function liveNow({ summaries }: LiveState): LiveNow | null {
  const last = summaries.at(-1)
  if (!last) return null
  const recent = summaries.filter((one) => one.at > last.at - NOW_MS)
  const sum = (pick: (one: LiveSummary) => number) => recent.reduce((total, one) => total + pick(one), 0)
  // The first one comes at once, before a second is over.
  const seconds = Math.max(sum((one) => one.seconds), SUMMARY_EVERY_MS / 1000)
  return { callsASecond: sum((one) => one.calls) / seconds, refusedASecond: sum((one) => one.refused) / seconds, latency: last.latency, leftOut: sum((one) => one.leftOut) }
}

/** Calls a second in steps of ten seconds, oldest first; null where nobody listened. */
export function callsASecond({ summaries }: LiveState): (number | null)[] {
  const [first, last] = [summaries[0], summaries.at(-1)]
  if (!first || !last) return []
  const bucketOf = (at: number) => Math.floor(at / BUCKET_MS)
  const points: (number | null)[] = []
  for (let bucket = bucketOf(first.at); bucket < bucketOf(last.at); bucket += 1) {
    const own = summaries.filter((one) => bucketOf(one.at) === bucket && one.seconds > 0)
    const seconds = own.reduce((total, one) => total + one.seconds, 0)
    points.push(seconds === 0 ? null : own.reduce((total, one) => total + one.calls, 0) / seconds)
  }
  return points
}
