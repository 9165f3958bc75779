// The distribution of Kolmogorov's statistic, for p values of the Kolmogorov-Smirnov tests.
import { MathError } from './math-error'

/**
 * The chance that sqrt(n) D exceeds z when n goes to infinity: Kolmogorov's limit, Q_KS.
 * For small z by the theta-transformed series, which converges there.
 */
export function kolmogorovLimit(z: number): number {
  if (!(z > 0)) return 1
  if (z < 1.18) {
    const exponent = -(Math.PI * Math.PI) / (8 * z * z)
    let sum = 0
    for (let k = 1; k <= 5; k++) sum += Math.exp(exponent * (2 * k - 1) ** 2)
    return Math.max(0, 1 - (Math.sqrt(2 * Math.PI) / z) * sum)
  }
  let sum = 0
  for (let k = 1; k <= 8; k++) sum += (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * z * z)
  return Math.min(1, 2 * sum)
}

/**
 * The chance that the two-sided statistic of a sample of n exceeds d (scipy.stats.kstwo.sf): the selection of methods
 * of Simard and L'Ecuyer 2011 (doi:10.18637/jss.v039.i11), as scipy has it;
 * tested to 1e-6 of scipy's value.
 *
 * @param n whole number, at least 1
 * @param d in [0, 1]
 */
export function kolmogorovSurvival(n: number, d: number): number {
  if (!Number.isInteger(n) || n < 1) throw new MathError('invalid-argument', `A sample cannot have ${n} values.`)
  if (d >= 1) return 0
  const t = n * d
  if (!(t > 0.5)) return 1
  if (t <= 1) {
    // Ruben and Gambino: n! / n^n (2t - 1)^n.
    let logarithm = n * Math.log(2 * t - 1)
    for (let i = 1; i <= n; i++) logarithm += Math.log(i / n)
    return 1 - Math.exp(logarithm)
  }
  if (t >= n - 1) return 2 * (1 - d) ** n
  if (d >= 0.5) return 2 * smirnovSurvival(n, d)
  const spread = t * d
  if (spread >= 370) return 0
  if (spread >= (n <= 140 ? 4 : 2.2)) return Math.min(1, 2 * smirnovSurvival(n, d))
  const isMatrixSmall = n <= 140 || (n <= 100_000 && n * d ** 1.5 <= 1.4)
  const below = isMatrixSmall ? durbinMatrix(n, d) : pelzGood(n, d)
  return Math.min(1, Math.max(0, 1 - below))
}

/**
 * The one-sided statistic's survival function: Birnbaum and Tingey 1951 (doi:10.1214/aoms/1177729550).
 */
function smirnovSurvival(n: number, d: number): number {
  let sum = 0
  let logBinomial = 0
  for (let j = 0; j <= Math.floor(n * (1 - d)); j++) {
    const rest = 1 - d - j / n
    if (rest > 0) sum += Math.exp(logBinomial + (j - 1) * Math.log(d + j / n) + (n - j) * Math.log(rest))
    logBinomial += Math.log((n - j) / (j + 1))
  }
  return d * sum
}

/** P(D <= d): Marsaglia, Tsang and Wang 2003 (doi:10.18637/jss.v008.i18): n! / n^n times the middle of H^n. */
function durbinMatrix(n: number, d: number): number {
  const k = Math.floor(n * d) + 1
  const size = 2 * k - 1
  const h = k - n * d
  const matrix = new Float64Array(size * size)
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) matrix[i * size + j] = i - j + 1 < 0 ? 0 : 1
  for (let i = 0; i < size; i++) {
    matrix[i * size] = (matrix[i * size] as number) - h ** (i + 1)
    const last = (size - 1) * size + i
    matrix[last] = (matrix[last] as number) - h ** (size - i)
  }
  const corner = (size - 1) * size
  matrix[corner] = (matrix[corner] as number) + (2 * h - 1 > 0 ? (2 * h - 1) ** size : 0)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let value = matrix[i * size + j] as number
      for (let g = 1; g <= i - j + 1; g++) value /= g
      matrix[i * size + j] = value
    }
  }
  const power = matrixPower({ values: matrix, exponent: 0 }, size, n)
  let value = power.values[(k - 1) * size + k - 1] as number
  let exponent = power.exponent
  for (let i = 1; i <= n; i++) {
    value = (value * i) / n
    if (value < 1e-140) {
      value *= 1e140
      exponent -= 140
    }
  }
  return value * 10 ** exponent
}

interface Scaled {
  values: Float64Array
  /** The matrix is values times 10^exponent, so that high powers do not overflow. */
  exponent: number
}

function matrixPower(base: Scaled, size: number, n: number): Scaled {
  if (n === 1) return base
  const half = matrixPower(base, size, Math.floor(n / 2))
  const square = multiply(half, half, size)
  return n % 2 === 0 ? square : multiply(base, square, size)
}

function multiply(a: Scaled, b: Scaled, size: number): Scaled {
  const values = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const factor = a.values[i * size + k] as number
      if (factor === 0) continue
      for (let j = 0; j < size; j++) {
        values[i * size + j] = (values[i * size + j] as number) + factor * (b.values[k * size + j] as number)
      }
    }
  }
  const exponent = a.exponent + b.exponent
  if (Math.abs(values[Math.floor((size * size) / 2)] as number) <= 1e140) return { values, exponent }
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * 1e-140
  return { values, exponent: exponent + 140 }
}

/** P(D <= d) for large n: Pelz and Good 1976 (J. R. Stat. Soc. B 38, 152-156): four terms in 1 / sqrt(n). */
function pelzGood(n: number, d: number): number {
  const z = Math.sqrt(n) * d
  const z2 = z * z
  const z4 = z2 * z2
  const z6 = z4 * z2
  const pi2 = Math.PI ** 2
  const pi4 = Math.PI ** 4
  const pi6 = Math.PI ** 6
  let k0 = 0
  let k1 = 0
  let k2 = 0
  let k3 = 0
  for (let k = Math.ceil((16 * z) / Math.PI); k >= 1; k--) {
    const odd2 = (2 * k - 1) ** 2
    const odd4 = odd2 * odd2
    const weight = Math.exp((-pi2 / (8 * z2)) * odd2)
    k0 += weight
    k1 += weight * (-z2 + (pi2 / 4) * odd2)
    k2 += weight * (6 * z6 + 2 * z4 + (((2 * z4 - 5 * z2) * pi2) / 4) * odd2 + ((pi4 * (1 - 2 * z2)) / 16) * odd4)
    k3 +=
      weight *
      (-30 * z6 -
        90 * z4 * z4 +
        ((pi2 * (135 * z4 - 96 * z6)) / 4) * odd2 +
        ((pi4 * (212 * z4 - 60 * z2)) / 16) * odd4 +
        ((pi6 * (5 - 30 * z2)) / 64) * odd4 * odd2)
  }
  let extra2 = 0
  let extra3 = 0
  for (let k = Math.ceil((16 * z) / Math.PI); k >= 1; k--) {
    const weight = k * k * Math.exp((-pi2 / (2 * z2)) * k * k)
    extra2 += weight
    extra3 += weight * (3 * z2 - pi2 * k * k)
  }
  const root = Math.sqrt(2 * Math.PI)
  const first = (k0 * root) / z
  const second = (k1 * root) / (6 * z4)
  const third = (k2 * root) / (72 * z6 * z) - (extra2 * pi2 * root) / (36 * z2 * z)
  const fourth = (k3 * root) / (6480 * z6 * z4) + (extra3 * pi2 * root) / (216 * z6)
  return first + second / Math.sqrt(n) + third / n + fourth / (n * Math.sqrt(n))
}
