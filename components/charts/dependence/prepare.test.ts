import { describe, expect, it } from 'vitest'
import { prepareDependence } from './prepare'

const number = {
  kind: 'number' as const,
  values: [0, 50, 100],
  categories: [],
  contributions: [-0.5, 0, 1],
  groups: [0, 1, 2],
  bands: [{ label: 'below 50', rows: 1, middle: 0, mean: -0.5, standardError: 0.1 }, { label: '50 or more', rows: 2, middle: 75, mean: 0.5, standardError: 0 }],
}

describe('prepareDependence', () => {
  it('places numbers along the axis, with the means of their bands', () => {
    const { points, means, isLine, xTicks } = prepareDependence(number)
    expect(points).toEqual([{ x: 0, y: -0.5, group: 0 }, { x: 0.5, y: 0, group: 1 }, { x: 1, y: 1, group: 2 }])
    expect(means[0]).toMatchObject({ x: 0, mean: -0.5, low: -0.7, high: -0.3 })
    expect(means[1]?.x).toBe(0.75)
    expect(isLine).toBe(true)
    expect(xTicks.map((tick) => tick.label)).toEqual(['0', '20', '40', '60', '80', '100'])
  })

  it('keeps a column of its own for values that are not given', () => {
    const { points, hasMissing } = prepareDependence({ ...number, values: [0, 100, null] })
    expect(hasMissing).toBe(true)
    expect(points[1]?.x).toBeCloseTo(0.92, 12)
    expect(points[2]?.x).toBeGreaterThan(0.92)
    expect(points[2]?.x).toBeLessThan(1)
  })

  it('puts categories side by side, their cases spread without meaning and never into the next', () => {
    const values = Array.from({ length: 100 }, (_, row) => row % 2)
    const { points, xTicks, isLine } = prepareDependence({
      ...number, kind: 'category', values, categories: ['online', 'phone'], contributions: values.map(() => 0.1), groups: [],
      bands: [{ label: 'online', rows: 50, middle: null, mean: 0.1, standardError: 0 }, { label: 'phone', rows: 50, middle: null, mean: 0.1, standardError: 0 }],
    })
    expect(isLine).toBe(false)
    expect(xTicks).toEqual([{ at: 0.25, label: 'online' }, { at: 0.75, label: 'phone' }])
    for (const [row, point] of points.entries()) expect(point.x < 0.5).toBe(row % 2 === 0)
    expect(new Set(points.map((point) => point.x)).size).toBeGreaterThan(90)
  })

  it('has zero on its axis, and the bands in its table', () => {
    const { yDomain, table } = prepareDependence({ ...number, contributions: [1, 2, 3] })
    expect(yDomain[0]).toBe(0)
    expect(table.rows.map((row) => row.map((cell) => cell.text))).toEqual([['below 50', '1', '−0.5', '0.1'], ['50 or more', '2', '+0.5', '0']])
  })

  it('is empty without cases', () => {
    expect(prepareDependence({ ...number, values: [], contributions: [], groups: [], bands: [] }).isEmpty).toBe(true)
  })
})
