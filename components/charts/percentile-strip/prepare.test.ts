import { describe, expect, it } from 'vitest'
import { prepareStrip } from './prepare'

describe('prepareStrip', () => {
  const number = { kind: 'number' as const, low: '4 months', middle: '18 months', high: '72 months' }

  it('marks a number among the tenths, and never outside', () => {
    const { parts, mark, text } = prepareStrip({ ...number, position: 0.62 })
    expect(parts).toHaveLength(10)
    expect(mark).toBeCloseTo(62, 9)
    expect(text).toBe('Above about 62 % of the reference. Lowest 4 months, typical 18 months, highest 72 months.')
    expect(prepareStrip({ ...number, position: 0 })).toMatchObject({ mark: 0, text: expect.stringMatching(/^At or below the lowest/) as string })
    expect(prepareStrip({ ...number, position: 1 })).toMatchObject({ mark: 100, text: expect.stringMatching(/^At or above the highest/) as string })
  })

  it('has no mark for what was not given', () => {
    expect(prepareStrip({ ...number, position: null })).toMatchObject({ mark: null, text: expect.stringMatching(/^Not given/) as string })
  })

  it('draws categories as wide as their shares, the own one marked', () => {
    const { parts, mark, ends, text } = prepareStrip({ kind: 'category', shares: [{ label: 'owns', share: 0.7, isOwn: false }, { label: 'rents', share: 0.2, isOwn: true }, { label: 'for free', share: 0.1, isOwn: false }] })
    expect(parts.map(({ from, width }) => [Math.round(from), Math.round(width)])).toEqual([[0, 70], [70, 20], [90, 10]])
    expect(mark).toBeCloseTo(80, 9)
    expect(ends).toBeNull()
    expect(text).toBe('Shares in the reference: owns 70 %, rents 20 %, for free 10 %.')
  })
})
