// Count, mean and spread of something that arrives in parts.
import { MathError } from './math-error'

/** Sums as a database keeps them: additive over parts. `sum` in the value's unit, `sumOfSquares` in its square. */
export interface Sums {
  count: number
  sum: number
  sumOfSquares: number
}

/** Count, mean, and the sum of squared differences from the mean; keeps its digits where sums of squares lose them. */
export interface Moments {
  count: number
  mean: number
  m2: number
}

export const noMoments: Moments = { count: 0, mean: 0, m2: 0 }

export function mergeSums(a: Sums, b: Sums): Sums {
  return { count: a.count + b.count, sum: a.sum + b.sum, sumOfSquares: a.sumOfSquares + b.sumOfSquares }
}

/**
 * Moments from sums. The subtraction loses digits when the mean is large against the spread: relative error of the
 * variance about 2^-52 (mean / standard deviation)^2. A negative rest of rounding becomes 0.
 * @throws MathError `invalid-argument` for a negative count
 */
export function momentsOfSums({ count, sum, sumOfSquares }: Sums): Moments {
  if (!(count >= 0)) throw new MathError('invalid-argument', `A count cannot be ${count}.`)
  if (count === 0) return noMoments
  return { count, mean: sum / count, m2: Math.max(0, sumOfSquares - (sum * sum) / count) }
}

/** Moments of finite numbers by Welford's updating formula (doi:10.1080/00401706.1962.10490022). */
export function momentsOf(values: Iterable<number>): Moments {
  let moments = noMoments
  for (const value of values) moments = addToMoments(moments, value)
  return moments
}

export function addToMoments({ count, mean, m2 }: Moments, value: number): Moments {
  const delta = value - mean
  const next = mean + delta / (count + 1)
  return { count: count + 1, mean: next, m2: m2 + delta * (value - next) }
}

/** Moments of both parts together: Chan, Golub and LeVeque 1979 (STAN-CS-79-773). */
export function mergeMoments(a: Moments, b: Moments): Moments {
  if (a.count === 0) return b
  if (b.count === 0) return a
  const count = a.count + b.count
  const delta = b.mean - a.mean
  return {
    count,
    mean: a.mean + (delta * b.count) / count,
    m2: a.m2 + b.m2 + (delta * delta * a.count * b.count) / count,
  }
}

/** The unbiased sample variance (divisor count - 1), in the value's unit squared; null below two values. */
export function sampleVariance({ count, m2 }: Moments): number | null {
  return count < 2 ? null : m2 / (count - 1)
}

/** The variance of the values as a population (divisor count); null without values. */
export function populationVariance({ count, m2 }: Moments): number | null {
  return count < 1 ? null : m2 / count
}
