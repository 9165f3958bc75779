import { describe, expect, it } from 'vitest'
import { categoryColumn, numberColumn, profileOf } from '@/lib/math/profile'
import { binBars, rectangles, referenceColumns } from './reference-columns'

describe('reference columns', () => {
  it('shows the bins that were counted, over their part of the axis', () => {
    expect(binBars([2, 4], [5, 10, 5], 0, 4)).toEqual([
      { label: '0 to 2', count: 5, from: 0, to: 2 },
      { label: '2 to 4', count: 10, from: 2, to: 4 },
      { label: '4', count: 5, from: 4, to: 4 },
    ])
    expect(binBars([], [9], 3, 3)).toEqual([{ label: '3', count: 9, from: 3, to: 3 }])
  })

  it('draws density, so that bins of equal counts show where values lie close together', () => {
    const [dense, sparse] = rectangles(binBars([1], [10, 10], 0, 10), 100, 22)
    expect(dense).toEqual({ x: 0, width: 10, height: 22 })
    expect(sparse).toMatchObject({ x: 10, width: 90, height: expect.closeTo(22 / 9, 10) })
    expect(rectangles([{ label: 'a', count: 3 }, { label: 'b', count: 1 }], 100, 20)).toEqual([
      { x: 0, width: 50, height: 20 },
      { x: 50, width: 50, height: expect.closeTo(20 / 3, 10) },
    ])
    const [, point] = rectangles(binBars([10], [10, 10], 0, 10), 100, 22)
    expect(point).toMatchObject({ x: 96, width: 4 })
  })

  it('says what is usual and how much is missing', () => {
    const ages = [20, 30, 40, 50, null]
    const cities = ['Bern', 'Bern', 'Bern', 'Basel', 'Chur']
    const shape = [numberColumn('age', ages), categoryColumn('city', cities), numberColumn('empty', [null])]
    const profile = profileOf(shape, ages.map((age, i) => [age, cities[i] ?? null, null]))
    const columns = referenceColumns({ rows: 5, shape, profile: Buffer.from(profile.encode()).toString('base64'), metrics: {} })
    expect(columns[0]).toMatchObject({ usual: 'mean 35, 20 to 50', missingShare: 0.2 })
    expect(columns[1]?.usual).toBe('mostly Bern (60\u00a0%)')
    expect(columns[1]?.bars[0]).toEqual({ label: 'Bern', count: 3 })
    const named = referenceColumns({ rows: 5, shape, profile: Buffer.from(profile.encode()).toString('base64'), metrics: {} }, [{}, { categoryLabels: { Bern: 'the capital' } }])
    expect(named[1]?.usual).toBe('mostly the capital (60\u00a0%)')
    expect(columns[2]).toEqual({ bars: [], usual: 'no values', missingShare: 1 })
  })
})
