import { describe, expect, it } from 'vitest'
import { categoryColumn, numberColumn, profileOf } from '@/lib/math/profile'
import { evenSteps, referenceColumns } from './reference-columns'

const sum = (bars: { count: number }[]) => bars.reduce((total, bar) => total + bar.count, 0)

describe('reference columns', () => {
  it('spreads bins of equal counts over even steps and loses nobody', () => {
    const bars = evenSteps([1, 2, 4], [10, 10, 10, 10], 0, 12)
    expect(bars).toHaveLength(12)
    expect(bars.map((bar) => bar.count)).toEqual([10, 10, 5, 5, 1.25, 1.25, 1.25, 1.25, 1.25, 1.25, 1.25, 1.25])
    expect(sum(bars)).toBeCloseTo(40, 12)
  })

  it('keeps the last bin where its lower edge is the maximum', () => {
    expect(sum(evenSteps([0, 12], [0, 5, 7], 0, 12))).toBeCloseTo(12, 12)
  })

  it('shows one bar for a column of one value', () => {
    expect(evenSteps([], [9], 3, 3)).toEqual([{ label: '3', count: 9 }])
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
    expect(columns[2]).toEqual({ bars: [], usual: 'no values', missingShare: 1 })
  })
})
