// The numbers of one tree's leaves (see potential-weights.ts), counted over the background rows.
import type { BackgroundAnswers } from './background'
import { potentialWeights, type PotentialWeights } from './potential-weights'
import type { ReducedTree, Target } from './reduced-tree'
import { bitCount } from './weights'

/** Splits one after another, a parent before its children. */
export interface SplitList {
  conditions: Int32Array
  /** 2^bit of the player asked. */
  bits: Int32Array
  /** Places: of every split, then of every leaf, then one for what gives nothing. */
  holds: Int32Array
  fails: Int32Array
  places: number
}

export interface LeafTable {
  place: number
  players: readonly number[]
  /** Numbers of 16 bits, of which only whether they are 0 is known of the first: nobody asks for P of no player. */
  numbers: Uint16Array
  /** What one of these numbers is worth, in the unit of the margin. */
  unit: number
  /** What the row that reaches the leaf by itself gets of it, and each player alike. */
  own: number
}

export interface TreeTables {
  splits: SplitList
  leaves: LeafTable[]
  /** What the background's own way to the leaf takes from each of its players, whatever the row. */
  taken: { players: readonly number[]; each: number }[]
}

const known: PotentialWeights[] = []

export function splitList({ splits, leaves }: ReducedTree): SplitList {
  const placeOf = (target: Target) =>
    target === 'nothing'
      ? splits.length + leaves.length
      : 'split' in target
        ? target.split
        : splits.length + target.leaf
  return {
    conditions: Int32Array.from(splits, ({ condition }) => condition),
    bits: Int32Array.from(splits, ({ bit }) => 1 << bit),
    holds: Int32Array.from(splits, ({ holds }) => placeOf(holds)),
    fails: Int32Array.from(splits, ({ fails }) => placeOf(fails)),
    places: splits.length + leaves.length + 1,
  }
}

/** @param tree whose paths have at most `MOST_PATTERN_PLAYERS` players, and at least one */
export function tablesOf(tree: ReducedTree, background: BackgroundAnswers): TreeTables {
  const splits = splitList(tree)
  const counts = countFailures(tree, splits, background)
  const found: TreeTables = { splits, leaves: [], taken: [] }
  tree.leaves.forEach(({ value, players }, leaf) => {
    const own = counts[leaf] as Int32Array
    const size = players.length
    const weights = (known[size] ??= potentialWeights(size))
    const unit = value / background.rowCount / weights.denominator
    const place = splits.conditions.length + leaf
    digits(potentials(own, weights.weights, size)).forEach((numbers, digit) => {
      // A row that fails nobody reaches the leaf, whatever the numbers are.
      numbers[0] = 1
      found.leaves.push({ place, players, numbers, unit: unit * RADIX ** digit, own: digit === 0 ? value / size : 0 })
    })
    const reached = own[0] as number
    if (reached > 0) found.taken.push({ players, each: (value * (reached / background.rowCount)) / size })
  })
  // The processor guesses better how often a loop goes round that goes round as often as the one before.
  found.leaves.sort((a, b) => a.players.length - b.players.length)
  return found
}

/** For each leaf and set of its players, how many background rows fail exactly these. */
export function countFailures(tree: ReducedTree, splits: SplitList, background: BackgroundAnswers): Int32Array[] {
  const { conditions, bits, holds, fails } = splits
  const counts = tree.leaves.map(({ players }) => new Int32Array(2 ** players.length))
  const failed = new Int32Array(splits.places)
  for (let row = 0; row < background.rowCount; row++) {
    const [word, shift] = [row >>> 5, row & 31]
    for (let split = 0; split < conditions.length; split++) {
      const at = (conditions[split] as number) * background.words + word
      const answer = ((background.holds[at] as number) >>> shift) & 1
      const before = failed[split] as number
      const bit = bits[split] as number
      failed[holds[split] as number] = before | (bit & (answer - 1))
      failed[fails[split] as number] = before | (bit & -answer)
    }
    for (let leaf = 0; leaf < counts.length; leaf++) {
      const own = counts[leaf] as Int32Array
      const set = failed[conditions.length + leaf] as number
      own[set] = (own[set] as number) + 1
    }
  }
  return counts
}

/** P of every set but the empty one, in parts of the denominator. */
function potentials(counts: Int32Array, weights: Float64Array, size: number): Float64Array {
  const everyone = counts.length - 1
  const sums = new Float64Array(counts.length)
  for (let failed = 0; failed <= everyone; failed++) {
    const count = counts[failed] as number
    if (count === 0) continue
    const satisfied = everyone ^ failed
    const from = bitCount(failed) * size - 1
    for (let set = satisfied; set > 0; set = (set - 1) & satisfied) {
      sums[set] = (sums[set] as number) + count * (weights[from + bitCount(set)] as number)
    }
  }
  return sums
}

const RADIX = 2 ** 16 - 1

/**
 * Numbers as sums of 16-bit digits times powers of the radix, the lowest first. A number above 0 has no lowest digit of
 * 0, and the more players a set has the less is its P: so where a digit is 0, the digits of all larger sets are 0 too.
 */
function digits(numbers: Float64Array): Uint16Array[] {
  const found: Uint16Array[] = []
  let rest = numbers
  do {
    const higher = rest.map((number) => (number === 0 ? 0 : Math.floor((number - 1) / RADIX)))
    found.push(Uint16Array.from(rest, (number, set) => number - RADIX * (higher[set] as number)))
    rest = higher
  } while (rest.some((number) => number > 0))
  return found
}
