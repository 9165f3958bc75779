// Ranges of time a page shows, their buckets, and the windows a rule compares. All edges are whole hours UTC, because
// profiles are kept by the hour.
import { DAY_MS, HOUR_MS, hourOf } from '@/lib/platform/clock'
import type { Window } from '../contract'

export const RANGE_PRESETS = ['24h', '7d', '30d', '90d'] as const
export type RangePreset = (typeof RANGE_PRESETS)[number]

const PRESET_MS: Record<RangePreset, number> = { '24h': DAY_MS, '7d': 7 * DAY_MS, '30d': 30 * DAY_MS, '90d': 90 * DAY_MS }
const LONGEST_RANGE_MS = 732 * DAY_MS
export const WEEK_MS = 7 * DAY_MS

export interface TimeRange extends Window {
  preset: RangePreset | 'custom'
  bucketMs: number
}

export function isRangePreset(text: string | undefined): text is RangePreset {
  return (RANGE_PRESETS as readonly string[]).includes(text ?? '')
}

/** What an address asks for: `?range=7d`, or `?from=…&to=…` in milliseconds or RFC 3339. Anything else is 7 days. */
export function readTimeRange(asked: { range?: string; from?: string; to?: string }, at: number): TimeRange {
  const from = readMoment(asked.from)
  const to = readMoment(asked.to)
  if (from !== null && (to === null || to > from)) {
    const end = Math.min(to ?? at, at)
    const start = Math.max(hourOf(from), end - LONGEST_RANGE_MS)
    if (start < end) return { preset: 'custom', from: hourOf(start), to: end, bucketMs: bucketFor(end - start) }
  }
  const preset = isRangePreset(asked.range) ? asked.range : '7d'
  return { preset, from: hourOf(at) - PRESET_MS[preset], to: at, bucketMs: bucketFor(PRESET_MS[preset]) }
}

function readMoment(text: string | undefined): number | null {
  if (text === undefined || text === '') return null
  const value = /^\d+$/.test(text) ? Number(text) : Date.parse(text)
  return Number.isFinite(value) && value >= 0 ? value : null
}

/** Between 24 and about 110 points: a line that can be read on a phone too. */
export function bucketFor(lengthMs: number): number {
  if (lengthMs <= 2 * DAY_MS) return HOUR_MS
  if (lengthMs <= 14 * DAY_MS) return 6 * HOUR_MS
  if (lengthMs <= 110 * DAY_MS) return DAY_MS
  return WEEK_MS
}

export function bucketOf(at: number, bucketMs: number): number {
  return Math.floor(at / bucketMs) * bucketMs
}

/** Starts of all buckets that touch the window. */
export function bucketStarts({ from, to }: Window, bucketMs: number): number[] {
  const starts: number[] = []
  for (let at = bucketOf(from, bucketMs); at < to; at += bucketMs) starts.push(at)
  return starts
}

/** The last whole hours and the hour that is running. */
export function windowUntil(at: number, hours: number): Window {
  return { from: hourOf(at) - hours * HOUR_MS, to: at }
}

/**
 * Whole hours only, and beside them the same hours one to four weeks before (windows longer than a week: the four
 * windows before). Weekly rhythm is the strongest one of a business, so Sundays are compared with Sundays.
 */
export function volumeWindows(at: number, hours: number): { current: Window; earlier: Window[] } {
  const to = hourOf(at)
  const length = hours * HOUR_MS
  const step = Math.max(WEEK_MS, Math.ceil(length / WEEK_MS) * WEEK_MS)
  const current = { from: to - length, to }
  return { current, earlier: [1, 2, 3, 4].map((n) => ({ from: current.from - n * step, to: current.to - n * step })) }
}

/** "24 hours", "7 days". */
export function lengthInWords(hours: number): string {
  if (hours % 24 === 0 && hours >= 48) return `${hours / 24} days`
  return hours === 1 ? 'hour' : `${hours} hours`
}
