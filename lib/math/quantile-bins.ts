// Bins at the reference's deciles: what drift is measured in.
import { MathError } from './math-error'

/**
 * The q-quantile of sorted finite numbers with linear interpolation between order statistics: type 7 of Hyndman and Fan
 * (doi:10.1080/00031305.1996.10473566), numpy.quantile's default, the same to the last bit.
 *
 * @param sorted ascending, at least one value
 * @param q in [0, 1]
 */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  if (!(q >= 0 && q <= 1)) throw new MathError('invalid-argument', `A quantile is asked for between 0 and 1, not ${q}.`)
  const position = q * (sorted.length - 1)
  const below = Math.floor(position)
  const low = sorted[below]
  const high = sorted[Math.min(below + 1, sorted.length - 1)]
  if (low === undefined || high === undefined) throw new MathError('invalid-argument', 'Nothing has no quantiles.')
  const share = position - below
  // numpy interpolates from the nearer end, which decides the last bit.
  return share < 0.5 ? low + (high - low) * share : high - (high - low) * (1 - share)
}

/**
 * The edges of `bins` bins of about equal counts: the distinct quantiles 0, 1/bins .. 1, the outer two replaced by
 * -Infinity and Infinity, so that every number has a bin. Bin i holds edges[i] <= v < edges[i + 1]. Equal quantiles
 * fall together, so a column of mostly one value has fewer bins, down to one.
 *
 * @param values finite numbers in any order; not changed
 * @returns ascending, 2 to bins + 1 edges
 * @throws MathError `invalid-argument` without values, with a value that is not finite, or fewer than one bin
 */
export function quantileEdges(values: ArrayLike<number>, bins = 10): Float64Array {
  if (!Number.isInteger(bins) || bins < 1) throw new MathError('invalid-argument', `There are no ${bins} bins.`)
  const sorted = Float64Array.from(values).sort()
  for (const end of [sorted[0], sorted[sorted.length - 1]]) {
    if (end === undefined) throw new MathError('invalid-argument', 'Bins need at least one value.')
    if (!Number.isFinite(end)) throw new MathError('invalid-argument', 'Bins are made from finite numbers only.')
  }
  const distinct: number[] = []
  // numpy.linspace: multiples of the step, the last one exact.
  for (let i = 0; i <= bins; i++) {
    const edge = quantile(sorted, i === bins ? 1 : i * (1 / bins))
    if (distinct.length === 0 || edge !== distinct[distinct.length - 1]) distinct.push(edge)
  }
  return Float64Array.of(-Infinity, ...distinct.slice(1, -1), Infinity)
}

/** Without the infinite outer edges: what JSON can hold. */
export function innerEdges(edges: Float64Array): number[] {
  return Array.from(edges.subarray(1, -1))
}

/** With the infinite outer edges again. */
export function edgesFromInner(inner: readonly number[]): Float64Array {
  return Float64Array.of(-Infinity, ...inner, Infinity)
}

/**
 * The bin of v: the i with edges[i] <= v < edges[i + 1], by halving. For every number of every row, so it does not
 * check its arguments: edges ascend from -Infinity to Infinity, v is not NaN. Infinity belongs to the last bin.
 */
export function binIndex(edges: Float64Array, v: number): number {
  let low = 0
  let high = edges.length - 1
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if ((edges[middle] as number) <= v) low = middle
    else high = middle
  }
  return low
}
