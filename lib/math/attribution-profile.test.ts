import { describe, expect, it } from 'vitest'
import { attributionShape, attributionValues, rankColumn, RANKED_REASONS } from './attribution-profile'
import { Profile } from './profile'

const fields = ['age', 'income', 'city', 'job', 'term']

describe('the profile of explanations', () => {
  it('ranks the largest contributions, the first of equals before, and none of zero', () => {
    const row = (values: number[]) => attributionValues(fields, values).slice(fields.length)
    expect(row([0.1, -0.5, 0.2, 0.3, -0.4])).toEqual(['income', 'term', 'job', 'city'])
    expect(row([0.1, -0.1, 0, 0, 0])).toEqual(['age', 'income', null, null])
    expect(row([0, 0, 0, 0, 0])).toEqual([null, null, null, null])
    expect(attributionValues(fields, [1, 2, 3, 4, 5]).slice(0, 5)).toEqual([1, 2, 3, 4, 5])
  })

  it('adds up over hours: counts of reasons and contributions in the reference’s bins', () => {
    const reference = Array.from({ length: 40 }, (_, row) => [row / 40, -row / 20, 0.01, 0, 0.5])
    const shape = attributionShape(fields, reference)
    expect(shape.map((column) => column.name)).toEqual([...fields, ...Array.from({ length: RANKED_REASONS }, (_, rank) => rankColumn(rank))])
    const hours = [reference.slice(0, 13), reference.slice(13)].map((rows) => {
      const profile = new Profile(shape)
      for (const values of rows) profile.addRow(attributionValues(fields, values))
      return profile
    })
    const whole = new Profile(shape)
    for (const values of reference) whole.addRow(attributionValues(fields, values))
    const [first, second] = hours
    if (!first || !second) throw new Error('two hours were made')
    first.merge(second)
    const top = first.summary(fields.length)
    expect(top).toEqual(whole.summary(fields.length))
    // |-row / 20| is the largest from row 11 on, 0.5 before it (row 10 has both at 0.5, and income comes first).
    const categories = [...fields].sort()
    expect(top.counts).toEqual(categories.map((field) => (field === 'income' ? 30 : field === 'term' ? 10 : 0)))
    expect(first.summary(4)).toMatchObject({ kind: 'number', count: 40, mean: 0.5 })
  })
})
