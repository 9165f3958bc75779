import { describe, expect, it } from 'vitest'
import { liveCalls } from './calls'
import { readOptions } from './options'

describe('options of demo:traffic', () => {
  it('are bounded, with a usual rate and time', () => {
    expect(readOptions([])).toEqual({ callsASecond: 5, minutes: 30 })
    expect(readOptions(['--rate', '20', '--minutes', '0.5'])).toEqual({ callsASecond: 20, minutes: 0.5 })
    for (const wrong of ['0', '51', '-1', 'many', '', 'Infinity']) {
      expect(() => readOptions([`--rate=${wrong}`])).toThrow('--rate takes a number from 0.1 to 50.')
    }
    expect(() => readOptions(['--minutes', '241'])).toThrow('--minutes takes a number from 0.1 to 240.')
    expect(() => readOptions(['--rat', '5'])).toThrow()
  })
})

describe('live calls', () => {
  const today = Date.UTC(2027, 2, 18, 15, 40)
  const take = (at: number, count: number) => {
    const calls = liveCalls(at)
    return Array.from({ length: count }, () => calls.next().value)
  }

  it('come from all three businesses, most from the shop', () => {
    const businesses = take(today, 500).map(({ scenario }) => scenario.business)
    const share = (name: string) => businesses.filter((business) => business === name).length / businesses.length
    expect(share('shop')).toBeCloseTo(0.6, 1)
    expect(share('clinic')).toBeCloseTo(0.3, 1)
    expect(share('credit-union')).toBeCloseTo(0.1, 1)
  })

  it('bring other people at another minute', () => {
    const subjects = (at: number) => take(at, 20).map(({ call }) => call.subject)
    expect(subjects(today)).toEqual(subjects(today))
    expect(subjects(today)).not.toEqual(subjects(today + 60_000))
  })
})
