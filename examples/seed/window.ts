// The stretch of real time that the story is played in, and where its simulated days fall in it.
import { DAY_MS, HOUR_MS } from '@/lib/platform/clock'
import { REPLAY_DAYS, REPLAY_START, calendarShift, startOfDay, weekdayOf } from '../calendar'

export interface ReplayWindow {
  /** Midnight of the first day with calls. */
  from: number
  /** The last moment; what would come later does not happen. */
  until: number
  /** What to add to a simulated time to get a real one. */
  shift: number
}

/** The days that end now. */
export function replayWindow(today: number, days: number = REPLAY_DAYS): ReplayWindow {
  return { from: startOfDay(today) - days * DAY_MS, until: today, shift: calendarShift(today) }
}

/** Day of the story (0 is a Monday) and hour, as a real time. */
export function storyTime({ shift }: ReplayWindow, day: number, hour: number): number {
  return REPLAY_START + shift + day * DAY_MS + Math.round(hour * HOUR_MS)
}

/** Days before the first call, when everything is set up. */
export function setUpTime({ from }: ReplayWindow, daysBefore: number, hour: number): number {
  return from - daysBefore * DAY_MS + Math.round(hour * HOUR_MS)
}

/** That many working days before the last one, today not counted, at an hour. */
export function workdayBefore({ until }: ReplayWindow, workdays: number, hour: number): number {
  let day = startOfDay(until)
  for (let left = workdays; left > 0; ) {
    day -= DAY_MS
    if (weekdayOf(day) % 6 !== 0) left -= 1
  }
  return day + Math.round(hour * HOUR_MS)
}
