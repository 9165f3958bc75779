import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { largestShift, prepareDistribution } from './prepare'

const BINS = [
  { label: '0–20', reference: 10, current: 3 },
  { label: '20–40', reference: 30, current: 1 },
  { label: '40+', reference: 60, current: null },
]

describe('prepareDistribution', () => {
  it('normalises each side on its own and keeps the order of bins', () => {
    const { rows } = prepareDistribution({ bins: BINS })
    expect(rows.map((row) => [row.label, row.reference, row.current])).toEqual([
      ['0–20', 0.1, 0.75],
      ['20–40', 0.3, 0.25],
      ['40+', 0.6, 0],
    ])
  })

  it('folds the smallest categories but keeps one that is only in the current data', () => {
    const bins = [
      { label: 'a', reference: 50, current: 40 },
      { label: 'b', reference: 40, current: 5 },
      { label: 'c', reference: 6, current: 5 },
      { label: 'd', reference: 4, current: 0 },
      { label: 'new', reference: 0, current: 50 },
    ]
    const { rows } = prepareDistribution({ bins, limit: 3 })
    expect(rows.map((row) => row.label)).toEqual(['a', 'new', 'b', 'Other 2 values'])
    expect(rows[3]?.reference).toBeCloseTo(0.1, 12)
    expect(rows[3]?.current).toBeCloseTo(0.05, 12)
  })

  it('says which sides have data', () => {
    const none = prepareDistribution({ bins: [{ label: 'a', reference: 0, current: null }] })
    expect(none).toMatchObject({ isEmpty: true, hasReference: false, hasCurrent: false })
    const onlyReference = prepareDistribution({ bins: [{ label: 'a', reference: 1, current: 0 }] })
    expect(onlyReference).toMatchObject({ isEmpty: false, hasReference: true, hasCurrent: false })
    expect(onlyReference.rows[0]?.current).toBe(0)
  })

  it('ignores what cannot be a count', () => {
    const bins = [
      { label: 'a', reference: Number.NaN, current: -2 },
      { label: 'b', reference: 1, current: 1 },
    ]
    expect(prepareDistribution({ bins }).rows.map((row) => [row.reference, row.current])).toEqual([
      [0, 0],
      [1, 1],
    ])
  })

  it('writes differences in points', () => {
    const { table } = prepareDistribution({ bins: BINS, currentLabel: 'Last 7 days' })
    expect(table.columns.map((column) => column.label)).toEqual(['Value', 'Reference', 'Last 7 days', 'Difference'])
    expect(table.rows[0]?.map((cell) => cell.text)).toEqual(['0–20', '10\u00a0%', '75\u00a0%', '+65\u00a0points'])
  })

  it('loses no share by folding', () => {
    const bin = fc.record({ label: fc.string(), reference: fc.nat(1000), current: fc.nat(1000) })
    fc.assert(
      fc.property(fc.array(bin, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 10 }), (bins, limit) => {
        const { rows, hasCurrent } = prepareDistribution({ bins, limit })
        expect(rows.length).toBeLessThanOrEqual(limit + 1)
        expect(rows.reduce((total, row) => total + row.current, 0)).toBeCloseTo(hasCurrent ? 1 : 0, 9)
      }),
    )
  })
})

describe('largestShift', () => {
  it('finds the bin that moved most in either direction', () => {
    expect(largestShift(prepareDistribution({ bins: BINS }).rows)?.label).toBe('0–20')
    expect(largestShift([])).toBeUndefined()
  })
})
