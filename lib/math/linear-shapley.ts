// Background Shapley values of a weighted sum of columns, in closed form: each column gives its weight times its
// distance from the background's mean (Lundberg and Lee 2017, arXiv:1705.07874, corollary 1), and players are added up,
// which here, unlike with trees, is exact: no column's contribution depends on another's.
import { MathError } from './math-error'

export interface LinearSum {
  playerCount: number
  /** For each column the player it is computed from. */
  playerOf: Int32Array
  /** One for each column. */
  weights: Float64Array
  constant: number
}

export interface LinearExplainer {
  playerCount: number
  /** The mean of the sum over the background rows. */
  base: number
  /** base + sum(out) = margin(row) up to float64 rounding; NaN for a player with a missing value. Allocates nothing. */
  explain(row: ArrayLike<number>, out: Float64Array): void
  /** Nothing interacts: the values on the diagonal. @param out written: `playerCount` times `playerCount` numbers */
  interactions(row: ArrayLike<number>, out: Float64Array): void
  margin(row: ArrayLike<number>): number
}

/**
 * @param background rows one after another, one number for each column; at least one row
 * @throws MathError `shape-mismatch` where the columns do not fit, `invalid-argument` where a column has no player
 */
export function buildLinearExplainer(linear: LinearSum, background: Float64Array): LinearExplainer {
  const { playerCount, playerOf, weights } = linear
  const width = weights.length
  const rows = background.length / width
  if (playerOf.length !== width || !Number.isInteger(rows) || rows < 1) {
    throw new MathError('shape-mismatch', `A background of ${background.length} numbers is no rows of ${width}.`)
  }
  if (playerOf.some((player) => player < 0 || player >= playerCount)) {
    throw new MathError('invalid-argument', `A column belongs to none of the ${playerCount} players.`)
  }
  const means = new Float64Array(width)
  for (let at = 0; at < background.length; at++) {
    means[at % width] = (means[at % width] as number) + (background[at] as number) / rows
  }
  /** @param step from one player's number to the next one's */
  const write = (row: ArrayLike<number>, out: Float64Array, step: number) => {
    out.fill(0)
    for (let column = 0; column < width; column++) {
      const at = (playerOf[column] as number) * step
      const moved = (row[column] as number) - (means[column] as number)
      out[at] = (out[at] as number) + (weights[column] as number) * moved
    }
  }
  return {
    playerCount,
    base: marginOfSum(linear, means),
    explain: (row, out) => write(row, out, 1),
    interactions: (row, out) => write(row, out, playerCount + 1),
    margin: (row) => marginOfSum(linear, row),
  }
}

export function marginOfSum({ weights, constant }: LinearSum, row: ArrayLike<number>): number {
  let sum = constant
  for (let column = 0; column < weights.length; column++) sum += (weights[column] as number) * (row[column] as number)
  return sum
}
