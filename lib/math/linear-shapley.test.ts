import { describe, expect, it } from 'vitest'
import { buildLinearExplainer } from './linear-shapley'

describe('a weighted sum', () => {
  const sum = { playerCount: 3, playerOf: Int32Array.of(0, 2, 2), weights: Float64Array.of(2, -1, 0.5), constant: 4 }
  const explainer = buildLinearExplainer(sum, Float64Array.of(1, 0, 2, 3, 4, 2))

  it('gives each player its columns, and the interactions are on the diagonal alone', () => {
    const [values, pairs] = [new Float64Array(3).fill(9), new Float64Array(9).fill(9)]
    explainer.explain([5, 1, 8], values)
    explainer.interactions([5, 1, 8], pairs)
    // Means 2, 2 and 2.
    expect(explainer.base).toBe(7)
    expect([...values]).toEqual([6, 0, 4])
    expect([...pairs]).toEqual([6, 0, 0, 0, 0, 0, 0, 0, 4])
    expect(explainer.margin([5, 1, 8])).toBe(17)
  })

  it('refuses columns that do not fit', () => {
    expect(() => buildLinearExplainer(sum, new Float64Array(4))).toThrow('is no rows of 3')
    expect(() => buildLinearExplainer({ ...sum, playerCount: 2 }, new Float64Array(3))).toThrow('none of the 2 players')
  })
})
