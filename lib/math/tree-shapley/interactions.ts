// Exact Shapley interaction values of a sum of trees: the interaction index of every pair of players (Grabisch and
// Roubens 1999, doi:10.1007/s001820050125) shared out as Lundberg and others do (2020, doi:10.1038/s42256-019-0138-9).
//
// For one background row a leaf is reached exactly by the coalitions that hold all of J, whom the background row fails,
// and none of A, whom the explained row fails, if the two have nobody in common; then every pair of these players has
// an index (weights.ts), and no other pair. So of the background only how often each set J occurs at a leaf is kept.
import { answersOf } from './background'
import { conditionsOf } from './conditions'
import { type Forest } from './forest'
import { InteractionWalk } from './interaction-walk'
import { countFailures, splitList, type SplitList } from './potential-tables'
import { MOST_PATTERN_PLAYERS } from './potential-weights'
import { reducedTree, type ReducedTree } from './reduced-tree'
import { bitCount, pairWeights } from './weights'

/** A leaf's players, and the sets of them that background rows fail, with how often. */
interface PairLeaf {
  unit: number
  players: Int32Array
  failures: Uint16Array
  counts: Uint32Array
}

interface PairTree {
  splits: SplitList
  leaves: PairLeaf[]
}

const { bothJoined, bothAbsent, oneEach, size: WEIGHTS } = pairWeights(MOST_PATTERN_PLAYERS)

export class Interactions {
  readonly bytes: number
  private readonly playerCount: number
  private readonly trees: PairTree[]
  private readonly walk: InteractionWalk | null
  private readonly failed: Int32Array
  /** Of one leaf, by bit: what the pairs of this player and one whom the explained row fails have. */
  private readonly across = new Float64Array(MOST_PATTERN_PLAYERS)

  /** @param tabled roots of trees of at most `MOST_PATTERN_PLAYERS` players on a path. @param walked of the others */
  constructor(
    forest: Forest,
    background: Float64Array,
    { tabled, walked }: { tabled: Int32Array; walked: Int32Array },
  ) {
    const conditions = conditionsOf(forest)
    const answers = answersOf(conditions, background, forest.playerOf.length)
    this.playerCount = forest.playerCount
    this.trees = Array.from(tabled, (root) => reducedTree(forest, conditions, root))
      .filter((tree) => tree !== null)
      .map((tree) => pairTree(tree, splitList(tree), answers))
    this.walk = walked.length > 0 ? new InteractionWalk(forest, conditions, answers, walked) : null
    this.failed = new Int32Array(this.trees.reduce((most, { splits }) => Math.max(most, splits.places), 1))
    this.bytes = this.trees.reduce((sum, tree) => sum + bytesOf(tree), this.walk?.bytes ?? 0)
  }

  /**
   * @param answers of the explained row to all conditions
   * @param values its Shapley values
   * @param out written: `playerCount` times `playerCount` numbers
   */
  explain(answers: Uint8Array, values: Float64Array, out: Float64Array): void {
    out.fill(0)
    for (const tree of this.trees) this.addTree(tree, answers, out)
    this.walk?.add(answers, out)
    shareOut(out, values, this.playerCount)
  }

  private addTree({ splits, leaves }: PairTree, answers: Uint8Array, out: Float64Array): void {
    const { failed } = this
    const { conditions, bits, holds, fails } = splits
    failed[0] = 0
    for (let split = 0; split < conditions.length; split++) {
      const before = failed[split] as number
      const answer = answers[conditions[split] as number] as number
      const bit = bits[split] as number
      failed[holds[split] as number] = before | (bit & (answer - 1))
      failed[fails[split] as number] = before | (bit & -answer)
    }
    for (let leaf = 0; leaf < leaves.length; leaf++) {
      this.addLeaf(leaves[leaf] as PairLeaf, failed[conditions.length + leaf] as number, out)
    }
  }

  private addLeaf({ unit, players, failures, counts }: PairLeaf, absent: number, out: Float64Array): void {
    const { across, playerCount } = this
    const absentCount = bitCount(absent)
    let outside = 0
    let met = 0
    for (let at = 0; at < failures.length; at++) {
      const joined = failures[at] as number
      if ((joined & absent) !== 0) continue
      const weights = bitCount(joined) * WEIGHTS + absentCount
      const part = unit * (counts[at] as number)
      outside += part * (bothAbsent[weights] as number)
      const inside = part * (bothJoined[weights] as number)
      const beside = part * (oneEach[weights] as number)
      for (let rest = joined; rest !== 0; rest &= rest - 1) {
        const one = lowest(rest)
        across[one] = (across[one] as number) + beside
        const row = (players[one] as number) * playerCount
        for (let others = rest & (rest - 1); others !== 0; others &= others - 1) {
          const cell = row + (players[lowest(others)] as number)
          out[cell] = (out[cell] as number) + inside
        }
      }
      met |= joined
    }
    for (let rest = absent; rest !== 0; rest &= rest - 1) {
      const row = (players[lowest(rest)] as number) * playerCount
      for (let others = rest & (rest - 1); others !== 0; others &= others - 1) {
        const cell = row + (players[lowest(others)] as number)
        out[cell] = (out[cell] as number) + outside
      }
      for (let others = met; others !== 0; others &= others - 1) {
        const other = lowest(others)
        const cell = row + (players[other] as number)
        out[cell] = (out[cell] as number) - (across[other] as number)
      }
    }
    for (let rest = met; rest !== 0; rest &= rest - 1) across[lowest(rest)] = 0
  }
}

function lowest(bits: number): number {
  return 31 - Math.clz32(bits & -bits)
}

function pairTree(tree: ReducedTree, splits: SplitList, answers: ReturnType<typeof answersOf>): PairTree {
  const counts = countFailures(tree, splits, answers)
  const leaves = tree.leaves.map(({ value, players }, leaf): PairLeaf => {
    const own = counts[leaf] as Int32Array
    const failures = Uint16Array.from(own.keys()).filter((set) => own[set] !== 0)
    return {
      unit: value / answers.rowCount,
      players: Int32Array.from(players),
      failures,
      counts: Uint32Array.from(failures, (set) => own[set] as number),
    }
  })
  return { splits, leaves }
}

function bytesOf({ splits, leaves }: PairTree): number {
  return leaves.reduce(
    (sum, { players, failures, counts }) => sum + players.byteLength + failures.byteLength + counts.byteLength,
    4 * splits.conditions.byteLength,
  )
}

/** Half of each pair's index to both places, and to each player itself what is left of its value. */
function shareOut(indices: Float64Array, values: Float64Array, players: number): void {
  for (let i = 0; i < players; i++) {
    for (let j = i + 1; j < players; j++) {
      const [one, other] = [i * players + j, j * players + i]
      const half = ((indices[one] as number) + (indices[other] as number)) / 2
      indices[one] = half
      indices[other] = half
    }
  }
  for (let i = 0; i < players; i++) {
    let main = values[i] as number
    for (let j = 0; j < players; j++) if (j !== i) main -= indices[i * players + j] as number
    indices[i * players + i] = main
  }
}
