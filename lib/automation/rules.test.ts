import { describe, expect, it } from 'vitest'
import { dueRun, GRACE_MS, missedRun, nextDueAfter } from './rules'

const at = (text: string) => Date.parse(`2026-06-01T${text}:00Z`)
const hourly = { pattern: '0 * * * *', nextDueAt: at('10:00') }

describe('what is due', () => {
  it('nothing before its time', () => expect(dueRun(hourly, at('09:59'))).toBeNull())
  it('once at its time', () =>
    expect(dueRun(hourly, at('10:00'))).toEqual({ dueAt: at('10:00'), trigger: 'schedule', nextDueAt: at('11:00') }))
  it('once after any number of missed times', () =>
    expect(dueRun(hourly, at('15:30'))).toEqual({ dueAt: at('10:00'), trigger: 'catch-up', nextDueAt: at('16:00') }))
  it('a pattern that is none, in a sentence', () => {
    expect(() => nextDueAfter('each hour', 0)).toThrow(/FLIGHTDECK_CHECK_SCHEDULE is “each hour”, which is not a schedule/)
    expect(() => nextDueAfter('0 0 31 2 *', 0)).toThrow(/it never comes/)
  })
})

describe('what was missed', () => {
  const schedule = { name: 'checks', pattern: '0 * * * *', nextDueAt: at('10:00'), createdAt: at('08:30') }
  it.each([
    [null, at('09:00') + GRACE_MS, null],
    [null, at('09:00') + GRACE_MS + 1, at('09:00')],
    [at('09:00'), at('10:05'), null],
    [at('09:00'), at('10:11'), at('10:00')],
    [at('10:10'), at('10:11'), null],
  ])('last success %j, now %d: %j', (lastSuccessAt, now, missed) => {
    expect(missedRun(schedule, lastSuccessAt, now)).toBe(missed)
  })
})
