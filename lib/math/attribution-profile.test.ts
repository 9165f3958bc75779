import { describe, expect, it } from 'vitest'
import { attributionShape, attributionValues, rankColumn } from './attribution-profile'
import { profileOf } from './profile'

const FIELDS = ['guarantor', 'age']

describe('a profile of explanations', () => {
  it('has a bin for each of a few contributions, and deciles of many', () => {
    // Nine of ten rows have the largest contribution: deciles would leave one bin.
    const rows = Array.from({ length: 100 }, (_, row) => [row < 5 ? -0.6 : row < 10 ? -0.1 : 0.1, row / 100])
    const [guarantor, age] = attributionShape(FIELDS, rows)
    expect(guarantor).toEqual({ name: 'guarantor', kind: 'number', edges: [-0.35, 0] })
    expect(age?.kind === 'number' && age.edges.length).toBe(9)
    const profile = profileOf(attributionShape(FIELDS, rows), rows.map((values) => attributionValues(FIELDS, values)))
    expect([...profile.counts(0)]).toEqual([5, 5, 90])
    expect(new Set(profile.counts(1))).toEqual(new Set([10]))
  })

  it('has one bin for a field that never contributes', () => {
    expect(attributionShape(['a'], [[0], [0]])[0]).toEqual({ name: 'a', kind: 'number', edges: [] })
    expect(attributionShape(['a'], [])[0]).toEqual({ name: 'a', kind: 'number', edges: [] })
  })

  it('ranks by size in either direction, equal ones in the order of the fields, and takes 0 for no reason', () => {
    expect(attributionValues(['a', 'b', 'c', 'd', 'e', 'f'], [1, -3, 0, 1, 2, -0.5])).toEqual([1, -3, 0, 1, 2, -0.5, 'b', 'e', 'a', 'd'])
    expect(attributionValues(['a', 'b'], [0, -1])).toEqual([0, -1, 'b', null, null, null])
    expect(attributionShape(['b', 'a'], [[1, 2]]).slice(2)).toEqual([0, 1, 2, 3].map((rank) => ({ name: rankColumn(rank), kind: 'category', categories: ['a', 'b'] })))
  })
})
