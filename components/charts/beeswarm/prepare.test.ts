import { describe, expect, it } from 'vitest'
import { placeDots, prepareBeeswarm, shadeOf } from './prepare'

const item = { id: 'wait', label: 'Waiting time', tendency: 'raise the score', values: [0.1, -0.3, 0.5], places: [0.5, 0, 1] }

describe('prepareBeeswarm', () => {
  it('has zero and every dot on the axis', () => {
    const { domain } = prepareBeeswarm({ items: [item, { ...item, id: 'b', values: [0.9], places: [null] }] })
    expect(domain[0]).toBeLessThanOrEqual(-0.3)
    expect(domain[1]).toBeGreaterThanOrEqual(0.9)
    expect(prepareBeeswarm({ items: [{ ...item, values: [0.2], places: [0] }] }).domain[0]).toBe(0)
  })

  it('tells each field in the table, with the spread of its contributions', () => {
    const { table } = prepareBeeswarm({ items: [item] })
    expect(table.rows[0]?.map((cell) => cell.text)).toEqual(['Waiting time', 'raise the score', '−0.3', '−0.3', '+0.1', '+0.5', '+0.5', '3'])
  })

  it('is empty without rows', () => {
    expect(prepareBeeswarm({ items: [] }).isEmpty).toBe(true)
  })
})

describe('placeDots', () => {
  const size = { width: 100, height: 20, radius: 2 }

  it('puts values along the axis and equal ones above and below each other', () => {
    const dots = placeDots({ values: [0, 1, 1, 1], places: [0, 1, 1, 1] }, [0, 1], size)
    expect(dots.map((dot) => dot.x)).toEqual([2, 98, 98, 98])
    expect(dots[0]?.y).toBe(10)
    expect(new Set(dots.slice(1).map((dot) => dot.y)).size).toBe(3)
  })

  it('stays inside the row however many there are', () => {
    const many = Array.from({ length: 500 }, () => 0.5)
    for (const dot of placeDots({ values: many, places: many }, [0, 1], size)) {
      expect(dot.y).toBeGreaterThanOrEqual(2)
      expect(dot.y).toBeLessThanOrEqual(18)
    }
  })

  it('shades by the place of the value, and marks missing ones', () => {
    expect([0, 0.19, 0.2, 0.99, 1, null].map(shadeOf)).toEqual(['shade-0', 'shade-0', 'shade-1', 'shade-4', 'shade-4', 'none'])
    expect(placeDots({ values: [0, 0], places: [null, 0.5], isMissing: [true, false] }, [0, 1], size).map((dot) => dot.shade)).toEqual(['missing', 'shade-2'])
  })
})
