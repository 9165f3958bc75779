// The simulated calendar the examples share. The models are trained on fixed dates of it, so that the same rows, hashes
// and metrics come out each time; a replay moves the whole calendar by weeks so that its last day is today.
import { DAY_MS } from '@/lib/platform/clock'

export const WEEK_MS = 7 * DAY_MS

/** First day of the 90 days that are replayed: a Monday. */
export const REPLAY_START = Date.UTC(2026, 7, 24)
export const REPLAY_DAYS = 90

/** From inclusive, to exclusive, milliseconds UTC. */
export interface Period {
  from: number
  to: number
}

/** A period in weeks from the first day of the replay; negative is before it. */
export function weeks(from: number, to: number): Period {
  return { from: REPLAY_START + from * WEEK_MS, to: REPLAY_START + to * WEEK_MS }
}

/**
 * What to add to a simulated time to get a real one, in whole weeks (weekdays must stay), such that `today` falls on
 * day 90 to 96 of the replay.
 */
export function calendarShift(today: number): number {
  return Math.floor((today - REPLAY_START - REPLAY_DAYS * DAY_MS) / WEEK_MS) * WEEK_MS
}

export function startOfDay(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS
}

/** The first milliseconds of the days of a period. */
export function daysOf(period: Period): number[] {
  const days: number[] = []
  for (let day = startOfDay(period.from); day < period.to; day += DAY_MS) days.push(day)
  return days
}

/** A period as metadata states it: dates, the last one not included. */
export function datesOf(period: Period): { from: string; to: string } {
  const date = (at: number) => new Date(at).toISOString().slice(0, 10)
  return { from: date(period.from), to: date(period.to) }
}

/** 0 is Sunday, as in Date. */
export function weekdayOf(at: number): number {
  return new Date(at).getUTCDay()
}

/** 20260824, for ids that people can read. */
export function compactDate(at: number): string {
  return new Date(at).toISOString().slice(0, 10).replaceAll('-', '')
}
