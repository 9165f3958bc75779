import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  mergeMoments,
  mergeSums,
  momentsOf,
  momentsOfSums,
  noMoments,
  populationVariance,
  sampleVariance,
  type Sums,
} from './moments'
import { expectClose, golden } from './testing'

const sumsOf = (values: readonly number[]): Sums => ({
  count: values.length,
  sum: values.reduce((sum, value) => sum + value, 0),
  sumOfSquares: values.reduce((sum, value) => sum + value * value, 0),
})

describe('moments', () => {
  it('are those of numpy, from values and from sums', () => {
    const { welch, moments } = golden.intervals
    for (const found of [momentsOf(welch.first), momentsOfSums(sumsOf(welch.first))]) {
      expectClose(found.mean, moments.mean)
      expectClose(sampleVariance(found), moments.sampleVariance)
      expectClose(populationVariance(found), moments.populationVariance)
    }
  })

  it('of parts merge to those of the whole', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }))
    fc.assert(
      fc.property(values, values, (a, b) => {
        const whole = momentsOf([...a, ...b])
        const scale = Math.max(1, ...[...a, ...b].map(Math.abs))
        for (const merged of [
          mergeMoments(momentsOf(a), momentsOf(b)),
          momentsOfSums(mergeSums(sumsOf(a), sumsOf(b))),
        ]) {
          expect(merged.count).toBe(whole.count)
          expect(Math.abs(merged.mean - whole.mean)).toBeLessThanOrEqual(1e-9 * scale)
          expect(Math.abs(merged.m2 - whole.m2)).toBeLessThanOrEqual(1e-9 * scale * scale * Math.max(1, whole.count))
        }
      }),
    )
  })

  it('say nothing of too few values', () => {
    expect(sampleVariance(momentsOf([3]))).toBeNull()
    expect(populationVariance(noMoments)).toBeNull()
    expect(momentsOfSums({ count: 0, sum: 0, sumOfSquares: 0 })).toEqual(noMoments)
  })
})
