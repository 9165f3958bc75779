import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chisquareTail } from './chisquare-tail'
import {
  chi2Homogeneity,
  hellinger,
  jensenShannonDistance,
  ks2Samp,
  lInfinity,
  psi,
  psiTerms,
  shares,
  totalVariation,
  wasserstein1,
} from './distances'
import { kolmogorovLimit, kolmogorovSurvival } from './kolmogorov'
import { MathError } from './math-error'
import { expectClose, expectSameP, golden } from './testing'

describe('distances of shares', () => {
  it.each(golden.distances)('equal scipy: $reference and $current', (expected) => {
    const p = shares(expected.reference)
    const q = shares(expected.current)
    expectClose(psi(p, q), expected.psi)
    expectClose(jensenShannonDistance(p, q), expected.jensenShannonBase2)
    expectClose(jensenShannonDistance(p, q, Math.E), expected.jensenShannonBaseE)
    expectClose(hellinger(p, q), expected.hellinger)
    expectClose(totalVariation(p, q), expected.totalVariation)
    expectClose(lInfinity(p, q), expected.lInfinity)
    const test = chi2Homogeneity(expected.reference, expected.current)
    expectClose(test.statistic, expected.chi2)
    expect(test.degreesOfFreedom).toBe(expected.chi2DegreesOfFreedom)
    expectSameP(test.pValue, expected.chi2P)
  })

  it('are symmetric, 0 for the same shares and within their ranges', () => {
    const counts = fc.tuple(
      fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 }).filter((list) => list.some((count) => count > 0)),
      fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 }).filter((list) => list.some((count) => count > 0)),
    )
    fc.assert(
      fc.property(counts, ([a, b]) => {
        const p = shares(a)
        const q = shares(b)
        for (const distance of [psi, jensenShannonDistance, hellinger, totalVariation, lInfinity]) {
          expect(distance(p, p)).toBe(0)
          expect(Math.abs(distance(p, q) - distance(q, p))).toBeLessThan(1e-12)
          expect(distance(p, q)).toBeLessThanOrEqual(distance === psi ? Infinity : 1 + 1e-12)
        }
        expect(psiTerms(p, q).every((term) => term >= 0)).toBe(true)
      }),
    )
  })

  it('refuse other bins and nothing', () => {
    expect(() => psi([1], [0.5, 0.5])).toThrow(MathError)
    expect(() => shares([0, 0])).toThrow(MathError)
    expect(() => shares([1, -1])).toThrow(MathError)
    expect(() => shares([NaN, 1])).toThrow(MathError)
    expect(() => chi2Homogeneity([1, 2], [0, 0])).toThrow(MathError)
  })

  it('leave categories that never occur out of the chi-squared table', () => {
    const { statistic, degreesOfFreedom } = chi2Homogeneity([10, 0, 20], [15, 0, 15])
    expect(degreesOfFreedom).toBe(1)
    expectClose(statistic, chi2Homogeneity([10, 20], [15, 15]).statistic)
  })
})

describe('distances of samples', () => {
  it.each(golden.samples.map((sample, number) => ({ number, ...sample })))(
    'equal scipy (sample $number)',
    (expected) => {
      const test = ks2Samp(expected.reference, expected.current)
      expectClose(test.statistic, expected.ks)
      if (expected.ks > 0) expect(test.location).toBe(expected.ksLocation)
      expectSameP(test.pValue, expected.ksP)
      expectSameP(test.pValueLimit, expected.ksPLimit)
      expectClose(wasserstein1(expected.reference, expected.current), expected.wasserstein1)
    },
  )

  it('refuse samples that are empty or not finite', () => {
    for (const sample of [[], [NaN], [Infinity, 1]]) {
      expect(() => ks2Samp(sample, [1])).toThrow(MathError)
      expect(() => wasserstein1([1], sample)).toThrow(MathError)
    }
  })
})

describe('tails', () => {
  it.each(golden.tails.kolmogorov)("of Kolmogorov's statistic equal scipy's kstwo: n = %d, d = %d", (n, d, p) => {
    expectSameP(kolmogorovSurvival(n as number, d as number), p as number)
  })

  it.each(golden.tails.kolmogorovLimit)("of Kolmogorov's limit at %d", (z, p) => {
    expectSameP(kolmogorovLimit(z as number), p as number)
  })

  it.each(golden.tails.chisquare)('of chi-squared at %d with %d degrees of freedom', (x, k, p) => {
    expectSameP(chisquareTail(x as number, k as number), p as number)
  })

  it('at their ends', () => {
    expect(kolmogorovSurvival(10, 1)).toBe(0)
    expect(kolmogorovSurvival(10, 0)).toBe(1)
    expect(() => kolmogorovSurvival(0, 0.5)).toThrow(MathError)
    expect(chisquareTail(0, 3)).toBe(1)
    expect(chisquareTail(2, 0)).toBe(0)
  })
})
