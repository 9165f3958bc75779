// Background (interventional) Shapley values of any model: how much each player (raw column) moves the model's value
// from its mean over the background rows to the value of the explained row. For one background row the game's value of
// a coalition is the model's value with the coalition's columns from the explained row and the others from the
// background row; values are averaged over the background rows (Lundberg and Lee 2017, arXiv:1705.07874; Merrick and
// Taly 2020, arXiv:1909.08128).
import normalCdf from '@stdlib/stats-base-dists-normal-cdf'
import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import { Coalitions, explainedRow, walk, type CoalitionBatch, type Walk } from './coalitions'
import { MathError } from './math-error'
import { Random } from './random'

export type { CoalitionBatch } from './coalitions'

export interface ShapleyGame {
  /** At least 1. */
  playerCount: number
  /** At least 1. */
  backgroundCount: number
  /**
   * The model's values for a batch, in order, finite. At most `batchSize` coalitions at a time, one batch after
   * another.
   */
  evaluate: (batch: CoalitionBatch) => Promise<ArrayLike<number>> | ArrayLike<number>
  /**
   * Whether this player's value in the explained row equals that of the background row. Such a player is a dummy of
   * that game: its contribution is 0 and no coalition is spent on it. Without it, no player is.
   */
  isSame?: (player: number, background: number) => boolean
  /** Default 4,096. */
  batchSize?: number
}

export interface ShapleyValues {
  method: 'exact' | 'permutation'
  /** The model's mean over the background rows. */
  base: number
  /** The model's value of the explained row. base + sum(values) = prediction up to float64 rounding. */
  prediction: number
  /** One for each player, in the unit of the model's value. */
  values: Float64Array
  /** Of `values`, from sampling only: 0 where exact. */
  standardErrors: Float64Array
  /** How many orders of the players were walked; 0 where exact. */
  permutations: number
  /** How many coalitions the model was asked for. */
  evaluations: number
}

export interface PermutationOptions extends ShapleyGame {
  /**
   * Rounded up to the next multiple of 2 x backgroundCount: pairs, the same number for every background row, at least
   * two in all.
   */
  permutations: number
  /** The same seed, the same coalitions. */
  seed: number
}

/** What `explainExactly` takes: 2^players coalitions for each background row. */
export const mostExactPlayers = 16

const defaultBatchSize = 4096

/**
 * Shapley values by antithetic permutation sampling (Mitchell and others 2022, arXiv:2104.12199): a random order of the
 * players is walked from the background row to the explained row, and then the same order backwards; each player's
 * contribution is the change when it joins. Every walk ends where it must, so base + sum(values) = prediction without
 * any correction, and every background row gets the same number m of pairs, so the base is the mean over all of them.
 *
 * Standard errors: the pairs of one background row are independent draws, and the background is not sampled but used in
 * full, so Var(value) = sum over the B rows b of v_b, v_b = s_b^2 / m / B^2, with s_b^2 the sample variance of row b's
 * pair means (divisor m - 1). The root is widened by t(0.99865, df) / 3, df = (sum v_b)^2 / (sum v_b^2 / (m - 1)) after
 * Satterthwaite (doi:10.2307/3002019): a player that differs from few background rows has an error estimated from few
 * draws, and three of these standard errors hold what three of exactly known ones do. With m = 1 there is no s_b^2; the
 * variance over all pairs, divided by B, stands in for it and is too large by the differences between background rows.
 * What only rare coalitions show, few pairs can miss, and their error with it.
 *
 * @throws MathError `invalid-argument` for counts below 1, or a value of the model that is missing or not finite
 */
export async function explainByPermutation(options: PermutationOptions): Promise<ShapleyValues> {
  const { playerCount, backgroundCount, permutations, seed } = options
  checkGame(options)
  if (!(permutations >= 1)) throw new MathError('invalid-argument', 'At least one permutation is needed.')
  const random = new Random(seed)
  // A single pair has no spread to take an error from.
  const pairs = Math.max(backgroundCount === 1 ? 2 : 1, Math.ceil(permutations / (2 * backgroundCount)))
  const coalitions = new Coalitions(playerCount)
  const walks: Walk[] = []
  for (let background = 0; background < backgroundCount; background++) {
    const players = activePlayers(options, background)
    const empty = coalitions.startBackground(background)
    for (let pair = 0; pair < pairs; pair++) {
      const order = random.shuffle(players.slice())
      walks.push(walk(coalitions, empty, order), walk(coalitions, empty, order.slice().reverse()))
    }
  }
  const values = await evaluateAll(options, coalitions)
  return {
    method: 'permutation',
    ...endsOf(values, coalitions.emptyOnes),
    ...contributions(walks, values, playerCount, backgroundCount, pairs),
    permutations: 2 * pairs * backgroundCount,
    evaluations: values.length,
  }
}

/**
 * Shapley values by listing every coalition of the players that differ from the background row: exact up to the
 * rounding of the model's values, in at most backgroundCount x 2^playerCount evaluations.
 *
 * @throws MathError `invalid-argument` as explainByPermutation, and when more than 16 players differ from a background
 * row
 */
export async function explainExactly(game: ShapleyGame): Promise<ShapleyValues> {
  const { playerCount, backgroundCount } = game
  checkGame(game)
  const values = new Float64Array(playerCount)
  let base = 0
  let prediction = 0
  let evaluations = 0
  for (let background = 0; background < backgroundCount; background++) {
    const players = activePlayers(game, background)
    if (players.length > mostExactPlayers) {
      throw new MathError('invalid-argument', `${players.length} players are too many to list all their coalitions.`)
    }
    const coalitions = new Coalitions(playerCount)
    coalitions.startBackground(background)
    const places = listAll(coalitions, players)
    const found = await evaluateAll(game, coalitions)
    evaluations += found.length
    const ends = endsOf(found, coalitions.emptyOnes)
    base += ends.base / backgroundCount
    prediction = ends.prediction
    addExact(values, players, places, found, backgroundCount)
  }
  return {
    method: 'exact',
    base,
    prediction,
    values,
    standardErrors: new Float64Array(playerCount),
    permutations: 0,
    evaluations,
  }
}

function activePlayers({ playerCount, isSame }: ShapleyGame, background: number): Int32Array {
  const all = Int32Array.from({ length: playerCount }, (_, player) => player)
  return isSame ? all.filter((player) => !isSame(player, background)) : all
}

async function evaluateAll(game: ShapleyGame, coalitions: Coalitions): Promise<Float64Array> {
  const size = Math.min(coalitions.count, game.batchSize ?? defaultBatchSize)
  const masks = new Uint8Array(size * game.playerCount)
  const background = new Int32Array(size)
  const values = new Float64Array(coalitions.count)
  for (let start = 0; start < coalitions.count; start += size) {
    const count = Math.min(size, coalitions.count - start)
    const batch = {
      count,
      masks: masks.subarray(0, count * game.playerCount),
      background: background.subarray(0, count),
    }
    coalitions.fill(batch, start)
    const found = await game.evaluate(batch)
    for (let i = 0; i < count; i++) {
      const value = found[i]
      if (value === undefined || !Number.isFinite(value)) {
        throw new MathError(
          'invalid-argument',
          `The model's value of a coalition is ${value}, which cannot be explained.`,
        )
      }
      values[start + i] = value
    }
  }
  return values
}

function endsOf(values: Float64Array, emptyOnes: readonly number[]): { base: number; prediction: number } {
  const base = emptyOnes.reduce((sum, empty) => sum + (values[empty] as number), 0) / emptyOnes.length
  return { base, prediction: values[explainedRow] as number }
}

/**
 * Means and standard errors over the pairs; walks come as pairs of one order and its reverse, background row by row.
 */
function contributions(
  walks: readonly Walk[],
  values: Float64Array,
  playerCount: number,
  backgroundCount: number,
  pairs: number,
): { values: Float64Array; standardErrors: Float64Array } {
  const total = new Float64Array(playerCount)
  const squares = new Float64Array(playerCount)
  const variance = new Float64Array(playerCount)
  const quartic = new Float64Array(playerCount)
  const strata = pairs === 1 ? 1 : backgroundCount
  const perStratum = (pairs * backgroundCount) / strata
  for (let stratum = 0; stratum < strata; stratum++) {
    const mean = new Float64Array(playerCount)
    squares.fill(0)
    for (let k = 0; k < perStratum; k++) {
      const pair = pairMeans(walks, stratum * perStratum + k, values, playerCount)
      for (let player = 0; player < playerCount; player++) {
        const delta = (pair[player] as number) - (mean[player] as number)
        mean[player] = (mean[player] as number) + delta / (k + 1)
        squares[player] = (squares[player] as number) + delta * ((pair[player] as number) - (mean[player] as number))
      }
    }
    for (let player = 0; player < playerCount; player++) {
      total[player] = (total[player] as number) + (mean[player] as number) / strata
      if (perStratum < 2) continue
      const ofMean = (squares[player] as number) / (perStratum - 1) / perStratum / (strata * strata)
      variance[player] = (variance[player] as number) + ofMean
      quartic[player] = (quartic[player] as number) + (ofMean * ofMean) / (perStratum - 1)
    }
  }
  const standardErrors = variance.map((sum, player) => Math.sqrt(sum) * widening(sum, quartic[player] as number))
  return { values: total, standardErrors }
}

/** By how much Student's t at the normal distribution's three-sigma level exceeds three. */
function widening(variance: number, quartic: number): number {
  if (variance === 0) return 1
  return tQuantile(threeSigma, Math.max(1, (variance * variance) / quartic)) / 3
}

/** The normal distribution function at 3. */
const threeSigma = normalCdf(3, 0, 1)

function pairMeans(walks: readonly Walk[], pair: number, values: Float64Array, playerCount: number): Float64Array {
  const means = new Float64Array(playerCount)
  for (const { order, steps } of walks.slice(2 * pair, 2 * pair + 2)) {
    order.forEach((player, i) => {
      const change = (values[steps[i + 1] as number] as number) - (values[steps[i] as number] as number)
      means[player] = (means[player] as number) + change / 2
    })
  }
  return means
}

/** Adds every coalition of these players; the answer's place s is that of the players whose bits are set in s. */
function listAll(coalitions: Coalitions, players: Int32Array): Int32Array {
  const places = new Int32Array(2 ** players.length)
  const mask = new Uint8Array(coalitions.playerCount)
  for (let set = 0; set < places.length; set++) {
    players.forEach((player, i) => {
      mask[player] = (set >> i) & 1
    })
    places[set] = set === places.length - 1 ? explainedRow : coalitions.add(mask)
  }
  return places
}

/**
 * Shapley 1953: the mean over coalitions S without the player, weighted |S|! (d - |S| - 1)! / d!, of its contribution.
 */
function addExact(
  values: Float64Array,
  players: Int32Array,
  places: Int32Array,
  found: Float64Array,
  backgroundCount: number,
): void {
  const weights = coalitionWeights(players.length)
  players.forEach((player, i) => {
    const bit = 1 << i
    let sum = 0
    for (let set = 0; set < places.length; set++) {
      if ((set & bit) !== 0) continue
      const change = (found[places[set | bit] as number] as number) - (found[places[set] as number] as number)
      sum += (weights[bitCount(set)] as number) * change
    }
    values[player] = (values[player] as number) + sum / backgroundCount
  })
}

function coalitionWeights(players: number): Float64Array {
  const weights = new Float64Array(players)
  // |S|! (d - |S| - 1)! / d! = 1 / (d binomial(d - 1, |S|)).
  let binomial = 1
  for (let size = 0; size < players; size++) {
    weights[size] = 1 / (players * binomial)
    binomial = (binomial * (players - 1 - size)) / (size + 1)
  }
  return weights
}

function bitCount(set: number): number {
  let count = 0
  for (let rest = set; rest !== 0; rest &= rest - 1) count++
  return count
}

function checkGame({ playerCount, backgroundCount, batchSize = defaultBatchSize }: ShapleyGame): void {
  for (const count of [playerCount, backgroundCount, batchSize]) {
    if (!Number.isInteger(count) || count < 1) {
      throw new MathError('invalid-argument', `Players, background rows and batches are counted from 1, not ${count}.`)
    }
  }
}
