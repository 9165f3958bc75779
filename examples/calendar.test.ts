import { describe, expect, it } from 'vitest'
import { DAY_MS } from '@/lib/platform/clock'
import { REPLAY_START, WEEK_MS, calendarShift, daysOf, weekdayOf, weeks } from './calendar'

describe('the simulated calendar', () => {
  it('starts the replay on a Monday and moves by whole weeks', () => {
    expect(weekdayOf(REPLAY_START)).toBe(1)
    for (let today = Date.UTC(2026, 0, 1, 13); today < Date.UTC(2028, 0, 1); today += DAY_MS) {
      const shift = calendarShift(today)
      expect(shift % WEEK_MS).toBeCloseTo(0, 0)
      const dayOfReplay = Math.floor((today - shift - REPLAY_START) / DAY_MS)
      expect(dayOfReplay).toBeGreaterThanOrEqual(90)
      expect(dayOfReplay).toBeLessThanOrEqual(96)
    }
  })

  it('lists the days of a period, its end not included', () => {
    expect(daysOf(weeks(-1, 1))).toHaveLength(14)
    expect(daysOf(weeks(0, 1))[0]).toBe(REPLAY_START)
    expect(daysOf(weeks(0, 1)).at(-1)).toBe(REPLAY_START + 6 * DAY_MS)
  })
})
