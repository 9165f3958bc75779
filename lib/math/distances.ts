// How far current is from reference: distances between shares of bins or categories, and tests between samples.
import { chisquareTail } from './chisquare-tail'
import { kolmogorovLimit, kolmogorovSurvival } from './kolmogorov'
import { MathError } from './math-error'

/** Each share at least this in PSI: an empty bin would make it infinite. */
export const psiFloor = 1e-4

/** Counts as shares of their sum. Throws MathError `invalid-argument` when they sum to nothing or one is negative. */
export function shares(counts: ArrayLike<number>): Float64Array {
  const whole = total(counts)
  return Float64Array.from(counts, (count) => count / whole)
}

/**
 * Population stability index: sum of (q - p) ln(q / p), in nats, from 0, symmetric. Shares are raised to the floor and
 * not renormalised. Usual reading (Siddiqi 2006): to 0.1 stable, from 0.25 shifted.
 * @param p shares of reference, @param q shares of current in the same bins
 * @throws MathError `shape-mismatch` when the numbers of bins differ (so do all functions over shares here)
 */
export function psi(p: ArrayLike<number>, q: ArrayLike<number>, floor = psiFloor): number {
  return psiTerms(p, q, floor).reduce((sum, term) => sum + term, 0)
}

/** What each bin contributes to the PSI; all terms are at least 0. */
export function psiTerms(p: ArrayLike<number>, q: ArrayLike<number>, floor = psiFloor): Float64Array {
  const terms = new Float64Array(p.length)
  eachPair(p, q, (a, b, i) => {
    const reference = Math.max(a, floor)
    const current = Math.max(b, floor)
    terms[i] = (current - reference) * Math.log(current / reference)
  })
  return terms
}

/** Square root of the Jensen-Shannon divergence (doi:10.1109/TIT.2003.813506), a metric; in base 2 from 0 to 1. */
export function jensenShannonDistance(p: ArrayLike<number>, q: ArrayLike<number>, base = 2): number {
  let divergence = 0
  eachPair(p, q, (a, b) => {
    const middle = (a + b) / 2
    if (a > 0) divergence += a * Math.log(a / middle)
    if (b > 0) divergence += b * Math.log(b / middle)
  })
  return Math.sqrt(Math.max(0, divergence / 2) / Math.log(base))
}

/** sqrt(sum (sqrt p - sqrt q)^2 / 2), from 0 to 1. */
export function hellinger(p: ArrayLike<number>, q: ArrayLike<number>): number {
  let sum = 0
  eachPair(p, q, (a, b) => {
    sum += (Math.sqrt(a) - Math.sqrt(b)) ** 2
  })
  return Math.sqrt(sum / 2)
}

/** Half the sum of |p - q|: the share of rows that would have to change their bin, from 0 to 1. */
export function totalVariation(p: ArrayLike<number>, q: ArrayLike<number>): number {
  let sum = 0
  eachPair(p, q, (a, b) => {
    sum += Math.abs(a - b)
  })
  return sum / 2
}

/** The largest |p - q|, from 0 to 1. */
export function lInfinity(p: ArrayLike<number>, q: ArrayLike<number>): number {
  let largest = 0
  eachPair(p, q, (a, b) => {
    largest = Math.max(largest, Math.abs(a - b))
  })
  return largest
}

export interface TestResult {
  statistic: number
  /** The chance of a statistic at least as far out if both came from the same distribution; in [0, 1]. */
  pValue: number
}

/**
 * Two-sample Kolmogorov-Smirnov test: the largest difference of the two empirical distribution functions, in [0, 1].
 * `pValue` is scipy's ks_2samp(method='asymp'): the one-sample distribution with n = round(n m / (n + m));
 * `pValueLimit` is Kolmogorov's limit at sqrt(n m / (n + m)) D, conservative for small samples.
 *
 * @param reference, current finite numbers in any order, at least one each; not changed
 */
export function ks2Samp(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): TestResult & { pValueLimit: number; location: number } {
  const a = sortedSample(reference)
  const b = sortedSample(current)
  let statistic = 0
  let location = Math.min(a[0] as number, b[0] as number)
  eachStep(a, b, (value, belowA, belowB) => {
    const difference = Math.abs(belowA / a.length - belowB / b.length)
    if (difference > statistic) {
      statistic = difference
      location = value
    }
  })
  const effective = (a.length * b.length) / (a.length + b.length)
  return {
    statistic,
    location,
    pValue: kolmogorovSurvival(Math.max(1, roundHalfToEven(effective)), statistic),
    pValueLimit: kolmogorovLimit(Math.sqrt(effective) * statistic),
  }
}

/**
 * Wasserstein-1 (earth mover's) distance of two samples, in the value's unit: the area between the two empirical
 * distribution functions, as scipy.stats.wasserstein_distance.
 *
 * @param reference, current finite numbers in any order, at least one each; not changed
 */
export function wasserstein1(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const a = sortedSample(reference)
  const b = sortedSample(current)
  let area = 0
  let previous = 0
  let height = 0
  eachStep(a, b, (value, belowA, belowB) => {
    area += height * (value - previous)
    previous = value
    height = Math.abs(belowA / a.length - belowB / b.length)
  })
  return area
}

/**
 * Pearson's chi-squared test that two lists of counts come from the same shares: a 2 x k table without Yates's
 * correction. Categories that occur in neither do not count.
 * @throws MathError `shape-mismatch` for lists of different lengths, `invalid-argument` when one list is empty
 */
export function chi2Homogeneity(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): TestResult & { degreesOfFreedom: number } {
  const n = total(reference)
  const m = total(current)
  let statistic = 0
  let seen = 0
  eachPair(reference, current, (a, b) => {
    if (a + b === 0) return
    seen++
    const expectedA = ((a + b) * n) / (n + m)
    const expectedB = ((a + b) * m) / (n + m)
    statistic += (a - expectedA) ** 2 / expectedA + (b - expectedB) ** 2 / expectedB
  })
  const degreesOfFreedom = seen - 1
  return { statistic, degreesOfFreedom, pValue: chisquareTail(statistic, degreesOfFreedom) }
}

function total(counts: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i] as number
    if (!(count >= 0)) throw new MathError('invalid-argument', `A count cannot be ${count}.`)
    sum += count
  }
  if (!(sum > 0)) throw new MathError('invalid-argument', 'Nothing was counted, so there are no shares.')
  return sum
}

function eachPair(p: ArrayLike<number>, q: ArrayLike<number>, visit: (a: number, b: number, i: number) => void): void {
  if (p.length !== q.length) {
    throw new MathError('shape-mismatch', `${p.length} bins cannot be compared with ${q.length}.`)
  }
  for (let i = 0; i < p.length; i++) visit(p[i] as number, q[i] as number, i)
}

/** Visits each distinct value of both in ascending order, with how many of a and of b are at most that value. */
function eachStep(
  a: Float64Array,
  b: Float64Array,
  visit: (value: number, belowA: number, belowB: number) => void,
): void {
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    const value = Math.min(a[i] ?? Infinity, b[j] ?? Infinity)
    while (a[i] === value) i++
    while (b[j] === value) j++
    visit(value, i, j)
  }
}

function sortedSample(values: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(values).sort()
  if (!Number.isFinite(sorted[0]) || !Number.isFinite(sorted[sorted.length - 1])) {
    throw new MathError('invalid-argument', 'A sample needs at least one value, and finite numbers only.')
  }
  return sorted
}

/** As numpy.round, so that the p value is scipy's also for odd sums. */
function roundHalfToEven(value: number): number {
  const below = Math.floor(value)
  if (value - below !== 0.5) return Math.round(value)
  return below % 2 === 0 ? below : below + 1
}
