import { describe, expect, it } from 'vitest'
import { prepareResponse, type ResponsePoint } from './prepare'

const point = (at: number | null, own: number, more: Partial<ResponsePoint> = {}): ResponsePoint => ({ at, label: `${at} days`, isOwn: false, mean: 0.3, low: 0.2, high: 0.4, own, ...more })

describe('prepareResponse', () => {
  it('holds every line, and the threshold, within the axes', () => {
    const { xDomain, yDomain, yTicks, ownIndex, isNumber } = prepareResponse({ points: [point(2, 0.1), point(30, 0.7, { isOwn: true })], curves: [[0.05, 0.92]], threshold: { value: 0.35, label: 'call' }, format: 'score' })
    expect(isNumber).toBe(true)
    expect(xDomain).toEqual([2, 30])
    expect(yDomain[0]).toBeLessThanOrEqual(0.05)
    expect(yDomain[1]).toBeGreaterThanOrEqual(0.92)
    expect(yTicks.length).toBeGreaterThan(2)
    expect(ownIndex).toBe(1)
  })

  it('tells categories apart, and leaves single rows out of their scale', () => {
    const { isNumber, yDomain } = prepareResponse({ points: [point(null, 0.3), point(null, 0.5)], curves: [[9, 9]] })
    expect(isNumber).toBe(false)
    expect(yDomain[1]).toBeLessThan(1)
  })

  it('writes what is drawn, with the own value named', () => {
    const { table } = prepareResponse({ points: [point(2, 0.1), point(30, 0.7, { isOwn: true })], curves: [], format: 'score' })
    expect(table.rows[1]?.map(({ text }) => text)).toEqual(['30 days (as it is)', '0.700', '0.300', '0.200', '0.400'])
    expect(table.rows[0]?.[1]?.raw).toBe(0.1)
  })

  it('is empty with fewer than two values, and stands one value in the middle', () => {
    expect(prepareResponse({ points: [], curves: [] })).toMatchObject({ isEmpty: true, yDomain: [0, 1] })
    expect(prepareResponse({ points: [point(5, 0.1)], curves: [] })).toMatchObject({ isEmpty: true, xDomain: [4, 6] })
  })
})
