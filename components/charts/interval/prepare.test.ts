import { describe, expect, it } from 'vitest'
import { prepareIntervals } from './prepare'

const v1 = { id: 'v1', label: 'Version 1', estimate: 0.1, low: 0.09, high: 0.11, count: 12_345 }

function verdictOf(other: { low: number; high: number; difference?: { estimate: number; low: number; high: number } }) {
  const v2 = { id: 'v2', label: 'Version 2', estimate: (other.low + other.high) / 2, ...other }
  const { rows } = prepareIntervals({ items: [v1, v2], baselineId: 'v1', format: 'percent', differenceFormat: 'change' })
  return { verdict: rows[1]?.verdict, words: rows[1]?.words }
}

describe('prepareIntervals', () => {
  it('trusts the interval of the difference over the look of the two', () => {
    expect(verdictOf({ low: 0.1, high: 0.13, difference: { estimate: 0.015, low: 0.002, high: 0.028 } })).toEqual({
      verdict: 'higher',
      words: 'higher: +1.5\u00a0% (+0.2\u00a0% to +2.8\u00a0%)',
    })
    expect(verdictOf({ low: 0.12, high: 0.14, difference: { estimate: 0.01, low: -0.01, high: 0.03 } })).toEqual({
      verdict: 'same',
      words: 'no difference visible (−1\u00a0% to +3\u00a0%)',
    })
    expect(verdictOf({ low: 0.05, high: 0.1, difference: { estimate: -0.02, low: -0.03, high: -0.01 } }).verdict).toBe('lower')
  })

  it('writes the difference of two shares in points', () => {
    const difference = { estimate: 0.015, low: 0.002, high: 0.028 }
    const { rows } = prepareIntervals({ items: [v1, { ...v1, id: 'v2', difference }], baselineId: 'v1', format: 'percent' })
    expect(rows[1]?.words).toBe('higher: +1.5\u00a0points (+0.2\u00a0points to +2.8\u00a0points)')
  })

  it('without it, claims a difference only for intervals that do not overlap', () => {
    expect(verdictOf({ low: 0.12, high: 0.14 })).toEqual({ verdict: 'higher', words: 'higher' })
    expect(verdictOf({ low: 0.05, high: 0.08 })).toEqual({ verdict: 'lower', words: 'lower' })
    expect(verdictOf({ low: 0.11, high: 0.14 })).toEqual({ verdict: 'same', words: 'no difference visible' })
  })

  it('compares nothing without a baseline', () => {
    expect(prepareIntervals({ items: [v1], baselineId: 'gone' }).rows[0]).toMatchObject({ verdict: 'unknown', words: '' })
    expect(prepareIntervals({ items: [v1], baselineId: 'v1' }).rows[0]?.verdict).toBe('baseline')
  })

  it('drops what has no interval and pads the axis', () => {
    const broken = { id: 'v0', label: 'Version 0', estimate: Number.NaN, low: 0, high: 0 }
    const { rows, domain } = prepareIntervals({ items: [broken, v1] })
    expect(rows.map((row) => row.id)).toEqual(['v1'])
    expect(domain[0]).toBeCloseTo(0.0884, 10)
    expect(domain[1]).toBeCloseTo(0.1116, 10)
    expect(prepareIntervals({ items: [] })).toMatchObject({ isEmpty: true, domain: [0, 1] })
  })

  it('has a table with observations and words', () => {
    const { table } = prepareIntervals({ items: [v1], baselineId: 'v1', format: 'percent', valueLabel: 'Conversion' })
    expect(table.rows[0]?.map((cell) => cell.text)).toEqual(['Version 1', '10\u00a0%', '9\u00a0%', '11\u00a0%', '12.3k', 'compared with this'])
    expect(table.rows[0]?.[4]?.raw).toBe(12_345)
  })
})
