// Confidence intervals and tests for shares, means and traffic splits. Levels are shares: 0.95.
import normalCdf from '@stdlib/stats-base-dists-normal-cdf'
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import tCdf from '@stdlib/stats-base-dists-t-cdf'
import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import { chisquareTail } from './chisquare-tail'
import { MathError } from './math-error'
import { sampleVariance, type Moments } from './moments'

export interface Interval {
  low: number
  high: number
}

/** `successes` of `trials`, whole numbers with 0 <= successes <= trials and trials >= 1. */
export interface Proportion {
  successes: number
  trials: number
}

/** Wilson's score interval of a share (Wilson 1927), within [0, 1]; good for small counts and shares near 0 or 1. */
export function wilson({ successes, trials }: Proportion, level = 0.95): Interval {
  const share = shareOf({ successes, trials })
  const z = normalCritical(level)
  const z2 = z * z
  const middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
  const half = (z / (1 + z2 / trials)) * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials))
  // At 0 and at all successes the end is exact; the subtraction leaves rounding.
  return {
    low: successes === 0 ? 0 : Math.max(0, middle - half),
    high: successes === trials ? 1 : Math.min(1, middle + half),
  }
}

/**
 * Wald's interval of a share: share ± z sqrt(share (1 - share) / trials). May leave [0, 1]; use wilson for small
 * counts.
 */
export function waldProportion({ successes, trials }: Proportion, level = 0.95): Interval {
  const share = shareOf({ successes, trials })
  return around(share, normalCritical(level) * Math.sqrt((share * (1 - share)) / trials))
}

/** Wald's interval of the difference of two shares, first minus second. */
export function waldDifference(first: Proportion, second: Proportion, level = 0.95): Interval {
  const difference = shareOf(first) - shareOf(second)
  return around(difference, normalCritical(level) * unpooledError(first, second))
}

/**
 * Newcombe's interval of the difference of two shares, first minus second: method 10 of
 * doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I, from both Wilson intervals, without continuity.
 */
export function newcombe(first: Proportion, second: Proportion, level = 0.95): Interval {
  const p1 = shareOf(first)
  const p2 = shareOf(second)
  const one = wilson(first, level)
  const two = wilson(second, level)
  return {
    low: p1 - p2 - Math.hypot(p1 - one.low, two.high - p2),
    high: p1 - p2 + Math.hypot(one.high - p1, p2 - two.low),
  }
}

export interface ProportionTest {
  /** First share minus second. */
  difference: number
  /** null when both shares are 0 or both 1: there is no spread to judge by. */
  z: number | null
  /** Two-sided. */
  pValue: number | null
}

/** Two-proportion z test. `pooled` takes the error under the hypothesis of one common share (the usual test). */
export function twoProportionZ(first: Proportion, second: Proportion, error: 'pooled' | 'unpooled'): ProportionTest {
  const difference = shareOf(first) - shareOf(second)
  const scale = error === 'pooled' ? pooledError(first, second) : unpooledError(first, second)
  if (scale === 0) return { difference, z: null, pValue: null }
  const z = difference / scale
  return { difference, z, pValue: 2 * normalCdf(-Math.abs(z), 0, 1) }
}

export interface WelchTest {
  /** First mean minus second, in the value's unit. */
  difference: number
  /** null when neither sample has any spread. */
  t: number | null
  degreesOfFreedom: number | null
  /** Two-sided, by Student's t. */
  pValue: number | null
  interval: Interval
  /** By the normal distribution: for large samples, where degrees of freedom do not matter. */
  intervalNormal: Interval
}

/**
 * Welch's test of two means with unequal variances (doi:10.1093/biomet/34.1-2.28), degrees of freedom by Satterthwaite.
 * @throws MathError `invalid-argument` when a sample has fewer than two values
 */
export function welch(first: Moments, second: Moments, level = 0.95): WelchTest {
  const a = varianceOfMean(first)
  const b = varianceOfMean(second)
  const difference = first.mean - second.mean
  const error = Math.sqrt(a + b)
  if (error === 0) {
    const point = { low: difference, high: difference }
    return { difference, t: null, degreesOfFreedom: null, pValue: null, interval: point, intervalNormal: point }
  }
  const degreesOfFreedom = (a + b) ** 2 / (a ** 2 / (first.count - 1) + b ** 2 / (second.count - 1))
  const t = difference / error
  return {
    difference,
    t,
    degreesOfFreedom,
    pValue: 2 * tCdf(-Math.abs(t), degreesOfFreedom),
    interval: around(difference, tCritical(level, degreesOfFreedom) * error),
    intervalNormal: around(difference, normalCritical(level) * error),
  }
}

/** Student's interval of a mean, in the value's unit. Throws MathError `invalid-argument` below two values. */
export function meanInterval(moments: Moments, level = 0.95): Interval {
  return around(moments.mean, tCritical(level, moments.count - 1) * Math.sqrt(varianceOfMean(moments)))
}

/**
 * Sample-ratio check: does traffic arrive in the split it was given? Chi-squared of counts against expected shares.
 * @param expected shares above 0 that sum to 1, one for each arm
 * @throws MathError `invalid-argument`, or `shape-mismatch` for another number of arms
 */
export function sampleRatio(
  counts: readonly number[],
  expected: readonly number[],
): { statistic: number; degreesOfFreedom: number; pValue: number } {
  if (counts.length !== expected.length) {
    throw new MathError('shape-mismatch', `${counts.length} counts, but ${expected.length} expected shares.`)
  }
  const total = counts.reduce((sum, count) => sum + count, 0)
  const whole = expected.reduce((sum, share) => sum + share, 0)
  if (!(total > 0) || counts.some((count) => !(count >= 0))) {
    throw new MathError('invalid-argument', 'A sample ratio needs counts, not negative and not all 0.')
  }
  if (Math.abs(whole - 1) > 1e-9 || expected.some((share) => !(share > 0))) {
    throw new MathError('invalid-argument', 'Expected shares are above 0 and sum to 1.')
  }
  let statistic = 0
  counts.forEach((count, i) => {
    const share = (expected[i] as number) * total
    statistic += (count - share) ** 2 / share
  })
  return { statistic, degreesOfFreedom: counts.length - 1, pValue: chisquareTail(statistic, counts.length - 1) }
}

function shareOf({ successes, trials }: Proportion): number {
  if (!(trials >= 1 && successes >= 0 && successes <= trials)) {
    throw new MathError('invalid-argument', `${successes} of ${trials} is not a share.`)
  }
  return successes / trials
}

function pooledError(first: Proportion, second: Proportion): number {
  const pooled = (first.successes + second.successes) / (first.trials + second.trials)
  return Math.sqrt(pooled * (1 - pooled) * (1 / first.trials + 1 / second.trials))
}

function unpooledError(first: Proportion, second: Proportion): number {
  const p1 = shareOf(first)
  const p2 = shareOf(second)
  return Math.sqrt((p1 * (1 - p1)) / first.trials + (p2 * (1 - p2)) / second.trials)
}

function varianceOfMean(moments: Moments): number {
  const variance = sampleVariance(moments)
  if (variance === null) throw new MathError('invalid-argument', 'A mean needs two values before its error is known.')
  return variance / moments.count
}

function normalCritical(level: number): number {
  return normalQuantile(upperTail(level), 0, 1)
}

function tCritical(level: number, degreesOfFreedom: number): number {
  return tQuantile(upperTail(level), degreesOfFreedom)
}

function upperTail(level: number): number {
  if (!(level > 0 && level < 1)) throw new MathError('invalid-argument', `A level is between 0 and 1, not ${level}.`)
  return (1 + level) / 2
}

function around(middle: number, half: number): Interval {
  return { low: middle - half, high: middle + half }
}
