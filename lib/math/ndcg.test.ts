import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MathError } from './math-error'
import { ndcg } from './ndcg'

describe('normalised discounted cumulative gain', () => {
  it('of SageMaker’s example, by hand', () => {
    // Training: SAT 0.70, GPA 0.50, class rank 0.05. Live: 0.10, 0.20, 0.70, which turns the ranking around.
    // DCG = 0.05/1 + 0.50/1.5849625 + 0.70/2 = 0.7154649; ideal = 0.70/1 + 0.50/1.5849625 + 0.05/2 = 1.0404649.
    expect(ndcg([0.7, 0.5, 0.05], [0.1, 0.2, 0.7])).toBeCloseTo(0.715464877 / 1.040464877, 9)
    expect(ndcg([0.7, 0.5, 0.05], [0.1, 0.2, 0.7])).toBeLessThan(0.9)
  })

  it('minds what was large falling more than what was small', () => {
    // Two neighbours changed places: (2 + 3/log2 3 + 1/2) / (3 + 2/log2 3 + 1/2) and (3 + 1/log2 3 + 2/2) / the same.
    expect(ndcg([3, 2, 1], [2, 3, 1])).toBeCloseTo((2.5 + 3 / Math.log2(3)) / (3.5 + 2 / Math.log2(3)), 12)
    expect(ndcg([3, 2, 1], [3, 1, 2])).toBeCloseTo((4 + 1 / Math.log2(3)) / (3.5 + 2 / Math.log2(3)), 12)
    expect(ndcg([3, 2, 1], [2, 3, 1])).toBeLessThan(ndcg([3, 2, 1], [3, 1, 2]))
  })

  it('lets equally ranked ones share their places', () => {
    // Both of two places are shared: 1 and 1/log2 3 have the mean discount of 0.8154649, whichever stands first.
    const expected = (3 * (1 + 1 / Math.log2(3))) / 2 / (2 + 1 / Math.log2(3))
    expect(ndcg([2, 1], [5, 5])).toBeCloseTo(expected, 12)
    expect(ndcg([1, 2], [5, 5])).toBeCloseTo(expected, 12)
    expect(ndcg([2, 1], [0, 0])).toBeCloseTo(expected, 12)
  })

  it('is 1 exactly where the order stays, whatever the sizes, and never above', () => {
    const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(fc.array(fc.tuple(positive, positive), { minLength: 1, maxLength: 12 }), (pairs) => {
        const gains = pairs.map(([gain]) => gain)
        expect(ndcg(gains, gains.map((gain) => gain * 3 + 1))).toBeCloseTo(1, 12)
        const value = ndcg(gains, pairs.map(([, score]) => score))
        expect(value).toBeGreaterThan(0)
        expect(value).toBeLessThanOrEqual(1 + 1e-12)
      }),
    )
  })

  it('refuses what is no ranking', () => {
    for (const [gains, scores] of [[[1], [1, 2]], [[0, 0], [1, 2]], [[], []], [[-1, 2], [1, 2]], [[1, NaN], [1, 2]], [[1, 2], [NaN, 2]]] as const) {
      expect(() => ndcg([...gains], [...scores])).toThrow(MathError)
    }
  })
})
