import normalCdf from '@stdlib/stats-base-dists-normal-cdf'

/**
 * The chance that a chi-squared variable exceeds x: the closed form for whole degrees of freedom (Abramowitz and Stegun
 * 26.4.4 and 26.4.5), a sum of positive terms. 1 - cdf has no digits left below 1e-16, where drift tests live.
 *
 * @param x at least 0
 * @param degreesOfFreedom whole, at least 0; with 0 the variable is always 0
 */
export function chisquareTail(x: number, degreesOfFreedom: number): number {
  if (Number.isNaN(x)) return NaN
  if (x <= 0) return 1
  if (degreesOfFreedom === 0) return 0
  const half = x / 2
  const isOdd = degreesOfFreedom % 2 === 1
  let sum = isOdd ? 2 * normalCdf(-Math.sqrt(x), 0, 1) : 0
  // Terms are half^r e^-half / gamma(r + 1) with r = 0, 1, .. or 1/2, 3/2, ..; in logarithms, as e^-half alone
  // underflows.
  let logTerm = isOdd ? -half + Math.log(half) / 2 - Math.log(Math.sqrt(Math.PI) / 2) : -half
  for (let r = isOdd ? 0.5 : 0; r < degreesOfFreedom / 2; r++) {
    sum += Math.exp(logTerm)
    logTerm += Math.log(half / (r + 1))
  }
  return Math.min(1, sum)
}
