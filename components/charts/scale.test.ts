import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { niceScale, niceTicks, timeTicks, toPercent } from './scale'

describe('toPercent', () => {
  it('places and clamps', () => {
    expect([toPercent(5, [0, 10]), toPercent(-1, [0, 10]), toPercent(11, [0, 10])]).toEqual([50, 0, 100])
    expect(toPercent(3, [2, 2])).toBe(0)
  })
})

describe('niceTicks', () => {
  it('are round and inside', () => {
    expect(niceTicks([0, 1])).toEqual([0, 0.5, 1])
    expect(niceTicks([-0.03, 0.31])).toEqual([0, 0.1, 0.2, 0.3])
    expect(niceTicks([7, 7])).toEqual([7])
  })

  it('stay inside the domain, rising, and few', () => {
    const end = fc.double({ min: -1e9, max: 1e9, noNaN: true })
    fc.assert(
      fc.property(end, fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (low, span) => {
        fc.pre(low + span > low && span / Math.max(1, Math.abs(low)) > 1e-9)
        const ticks = niceTicks([low, low + span])
        expect(ticks.length).toBeLessThanOrEqual(6)
        ticks.forEach((tick, index) => index === 0 || expect(tick).toBeGreaterThan(ticks[index - 1] ?? Infinity))
      }),
    )
  })
})

describe('niceScale', () => {
  it('reaches beyond the values, on round ticks', () => {
    expect(niceScale([0, 0.28])).toEqual({ domain: [0, 0.3], ticks: [0, 0.1, 0.2, 0.3] })
    expect(niceScale([0, 0.3]).domain).toEqual([0, 0.3])
    expect(niceScale([-3, 11]).domain).toEqual([-5, 15])
  })

  it('gives equal values room above', () => {
    expect(niceScale([0, 0])).toEqual({ domain: [0, 1], ticks: [0, 0.5, 1] })
    expect(niceScale([0.5, 0.5]).domain).toEqual([0.4, 1])
  })

  it('encloses the values with few ticks', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (low, span) => {
        const { domain, ticks } = niceScale([low, low + span])
        const slack = span * 1e-6
        expect(domain[0]).toBeLessThanOrEqual(low + slack)
        expect(domain[1]).toBeGreaterThanOrEqual(low + span - slack)
        expect(ticks.length).toBeLessThanOrEqual(7)
      }),
    )
  })
})

describe('timeTicks', () => {
  const MAY_3 = Date.UTC(2026, 4, 3)
  const HOUR = 3_600_000

  it('fall on whole hours of a day and whole days of a month', () => {
    const day = timeTicks([MAY_3 + 1, MAY_3 + 24 * HOUR])
    expect(day.map((at) => new Date(at).toISOString().slice(11, 16))).toEqual(['06:00', '12:00', '18:00', '00:00'])
    const month = timeTicks([MAY_3, MAY_3 + 30 * 24 * HOUR])
    expect(month.every((at) => at % (24 * HOUR) === 0)).toBe(true)
    expect(month.length).toBeLessThanOrEqual(7)
  })

  it('has one tick for a single moment', () => {
    expect(timeTicks([MAY_3 + 7, MAY_3 + 7])).toEqual([MAY_3 + 7])
  })
})
