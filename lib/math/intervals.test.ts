import { describe, expect, it } from 'vitest'
import {
  meanInterval,
  newcombe,
  sampleRatio,
  twoProportionZ,
  waldDifference,
  waldProportion,
  welch,
  wilson,
  type Interval,
} from './intervals'
import { MathError } from './math-error'
import { momentsOf, type Moments } from './moments'
import { expectClose, expectSameP, golden, isSharedPresent, needsShared, sharedJson } from './testing'

function expectInterval({ low, high }: Interval, expected: readonly number[], what = ''): void {
  expectClose(low, expected[0] ?? NaN, 1e-9, `${what} low`)
  expectClose(high, expected[1] ?? NaN, 1e-9, `${what} high`)
}

describe('intervals', () => {
  it.each(golden.intervals.wilson)(
    "Wilson's for %d of %d at %d equals scipy",
    (successes = 0, trials = 0, level = 0, low = 0, high = 0) => {
      expectInterval(wilson({ successes, trials }, level), [low, high])
    },
  )

  it("Welch's test, Student's interval and the sample ratio equal scipy", () => {
    const { welch: expected, meanInterval: mean, sampleRatio: ratio } = golden.intervals
    const first = momentsOf(expected.first)
    const found = welch(first, momentsOf(expected.second))
    expectClose(found.t, expected.t)
    expectClose(found.degreesOfFreedom, expected.degreesOfFreedom)
    expectSameP(found.pValue, expected.p)
    expectInterval(found.interval, expected.interval)
    expectInterval(meanInterval(first, mean.level), mean.interval)
    const split = sampleRatio(ratio.counts, ratio.expected)
    expectClose(split.statistic, ratio.statistic)
    expectSameP(split.pValue, ratio.p)
  })

  it('hold at the ends', () => {
    expect(wilson({ successes: 0, trials: 5 }).low).toBe(0)
    expect(wilson({ successes: 5, trials: 5 }).high).toBe(1)
    const none = { successes: 0, trials: 8 }
    expect(twoProportionZ(none, none, 'pooled')).toEqual({ difference: 0, z: null, pValue: null })
    const flat = momentsOf([2, 2, 2])
    expect(welch(flat, flat)).toMatchObject({ difference: 0, t: null, pValue: null, interval: { low: 0, high: 0 } })
    expectInterval(waldProportion({ successes: 50, trials: 100 }), [
      0.5 - 0.09799819922700268,
      0.5 + 0.09799819922700268,
    ])
  })

  it('refuse what is no share, level, sample or split', () => {
    for (const [successes, trials] of [
      [1, 0],
      [-1, 3],
      [4, 3],
      [NaN, 3],
    ] as const) {
      expect(() => wilson({ successes, trials })).toThrow(MathError)
    }
    for (const level of [0, 1, 95]) expect(() => wilson({ successes: 1, trials: 2 }, level)).toThrow(MathError)
    expect(() => meanInterval(momentsOf([1]))).toThrow(MathError)
    expect(() => welch(momentsOf([1]), momentsOf([1, 2]))).toThrow(MathError)
    expect(() => sampleRatio([1, 2], [0.5, 0.4])).toThrow(MathError)
    expect(() => sampleRatio([1, 2], [1, 0])).toThrow(MathError)
    expect(() => sampleRatio([0, 0], [0.5, 0.5])).toThrow(MathError)
    expect(() => sampleRatio([1], [0.5, 0.5])).toThrow(MathError)
  })
})

describe.skipIf(!isSharedPresent)(`experiments ${needsShared}`, () => {
  interface Shares {
    x1: number
    n1: number
    x2: number
    n2: number
    difference: number
    zPooled: number
    pTwoSidedPooled: number
    zUnpooled: number
    pTwoSidedUnpooled: number
    level: number
    waldInterval: number[]
    wilson1: number[]
    wilson2: number[]
    newcombeInterval: number[]
  }
  interface Means {
    n1: number
    n2: number
    mean1: number
    mean2: number
    std1Sample: number
    std2Sample: number
    difference: number
    t: number
    df: number
    p: number
    level: number
    intervalT: number[]
    intervalNormal: number[]
  }
  interface Split {
    counts: number[]
    expected: number[]
    chi2: number
    p: number
  }
  const momentsFrom = (count: number, mean: number, deviation: number): Moments => ({
    count,
    mean,
    m2: deviation ** 2 * (count - 1),
  })

  function check(name: string, value: unknown): number {
    if (value === null || typeof value !== 'object') return 0
    if ('x1' in value) expectShares(name, value as Shares)
    else if ('std1Sample' in value) expectMeans(name, value as Means)
    else if ('chi2' in value) {
      const { counts, expected, chi2, p } = value as Split
      const found = sampleRatio(counts, expected)
      expectClose(found.statistic, chi2)
      expectSameP(found.pValue, p)
    } else return Object.entries(value).reduce((sum, [key, part]) => sum + check(`${name}, ${key}`, part), 0)
    return 1
  }

  function expectShares(name: string, wanted: Shares): void {
    const first = { successes: wanted.x1, trials: wanted.n1 }
    const second = { successes: wanted.x2, trials: wanted.n2 }
    const pooled = twoProportionZ(first, second, 'pooled')
    const unpooled = twoProportionZ(first, second, 'unpooled')
    expectClose(pooled.difference, wanted.difference, 1e-9, name)
    expectClose(pooled.z, wanted.zPooled, 1e-9, name)
    expectSameP(pooled.pValue, wanted.pTwoSidedPooled, name)
    expectClose(unpooled.z, wanted.zUnpooled, 1e-9, name)
    expectSameP(unpooled.pValue, wanted.pTwoSidedUnpooled, name)
    expectInterval(waldDifference(first, second, wanted.level), wanted.waldInterval, name)
    expectInterval(wilson(first, wanted.level), wanted.wilson1, name)
    expectInterval(wilson(second, wanted.level), wanted.wilson2, name)
    expectInterval(newcombe(first, second, wanted.level), wanted.newcombeInterval, name)
  }

  function expectMeans(name: string, wanted: Means): void {
    const first = momentsFrom(wanted.n1, wanted.mean1, wanted.std1Sample)
    const found = welch(first, momentsFrom(wanted.n2, wanted.mean2, wanted.std2Sample), wanted.level)
    expectClose(found.difference, wanted.difference, 1e-9, name)
    expectClose(found.t, wanted.t, 1e-9, name)
    expectClose(found.degreesOfFreedom, wanted.df, 1e-9, name)
    expectSameP(found.pValue, wanted.p, name)
    expectInterval(found.interval, wanted.intervalT, name)
    expectInterval(found.intervalNormal, wanted.intervalNormal, name)
  }

  it('equal the reference values', () => {
    const { experiments } = sharedJson<{ experiments: Record<string, unknown> }>('models/stats/metrics.json')
    expect(check('experiments', experiments)).toBe(8)
  })
})
