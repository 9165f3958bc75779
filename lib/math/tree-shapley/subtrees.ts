// Small trees explained by whole subtrees instead of leaf by leaf: what all leaves of a subtree give to the players depends
// only on the row's answers to the few conditions in it and above it, so it is added up beforehand for every pattern of
// them. A tree of depth 4 is four look-ups of five numbers in place of sixteen leaves. The numbers are those of the leaves'
// tables (potential-weights.ts).
import type { LeafTable, SplitList } from './potential-tables'
import { BATCH_ROWS, type Potentials, type TabledTree } from './potentials'
import type { ReducedTree, Target } from './reduced-tree'
import { GROUP, openSubtreeKernel } from './subtree-kernel'

/** About a core's own cache: a look-up in larger tables waits for memory, and the leaves' own tables are quicker. */
const MOST_BYTES = 2 * 1024 * 1024
/** Conditions of a group, the most tried first: fewer groups, larger tables. */
const CONDITIONS_TRIED = [8, 7, 6, 5, 4] as const
const FLOAT_BYTES = 8
const WORD_BYTES = 4
const PAGE_BYTES = 65_536

interface Group {
  /** Distinct, the first the highest bit of a pattern. */
  conditions: number[]
  players: number[]
  /** For each pattern a number for each player, in the unit of the margin. */
  table: Float64Array
}

/** The splits of a subtree and those above it, and the leaves below it. */
interface Cut {
  splits: number[]
  leaves: number[]
}

/**
 * Null where there are no trees, or the groups' tables would not be small.
 * @param trees all of them, with their leaves' tables
 * @param bias by player, what the values begin with
 * @param mostBytes that all of it may take
 */
export function subtreeTables(
  trees: readonly TabledTree[] | null,
  conditionCount: number,
  playerCount: number,
  bias: Float64Array,
  mostBytes: number,
): Potentials | null {
  if (trees === null || trees.length === 0) return null
  const cuts = cutsOf(trees.map(({ tree }) => tree), Math.min(mostBytes, MOST_BYTES))
  if (cuts === null) return null
  const groups = trees.flatMap((tree, index) => groupsOf(tree, cuts[index] as Cut[]))
  // The processor guesses better how often a loop goes round that goes round as often as the one before.
  groups.sort((a, b) => a.conditions.length - b.conditions.length || a.players.length - b.players.length)
  const placed = groups.length === 0 ? null : place(groups, conditionCount, playerCount, bias)
  return placed !== null && placed.bytes <= mostBytes ? placed : null
}

/** Of each tree, with as many conditions a group as the memory allows; null where it allows none. */
function cutsOf(trees: readonly ReducedTree[], mostBytes: number): Cut[][] | null {
  for (const most of CONDITIONS_TRIED) {
    let bytes = 0
    const cuts: Cut[][] = []
    for (const tree of trees) {
      const own = cutTree(tree, most)
      bytes += own.reduce((sum, cut) => sum + 2 ** conditionsOfCut(tree, cut).length * playersOfCut(tree, cut).length * FLOAT_BYTES, 0)
      if (bytes > mostBytes) break
      cuts.push(own)
    }
    if (bytes <= mostBytes) return cuts
  }
  return null
}

/** The largest subtrees that ask at most so many conditions, those above them included; a leaf asks what it asks. */
function cutTree(tree: ReducedTree, most: number): Cut[] {
  const cuts: Cut[] = []
  const visit = (target: Target, above: readonly number[]): void => {
    if (target === 'nothing') return
    const below = belowOf(tree, target)
    const cut = { splits: [...above, ...below.splits], leaves: below.leaves }
    if ('leaf' in target || conditionsOfCut(tree, cut).length <= most) {
      cuts.push(cut)
      return
    }
    const split = tree.splits[target.split]
    if (!split) return
    visit(split.holds, [...above, target.split])
    visit(split.fails, [...above, target.split])
  }
  visit(tree.splits.length > 0 ? { split: 0 } : { leaf: 0 }, [])
  return cuts
}

function belowOf(tree: ReducedTree, target: Target): Cut {
  if (target === 'nothing') return { splits: [], leaves: [] }
  if ('leaf' in target) return { splits: [], leaves: [target.leaf] }
  const split = tree.splits[target.split]
  if (!split) return { splits: [], leaves: [] }
  const [first, second] = [belowOf(tree, split.holds), belowOf(tree, split.fails)]
  return { splits: [target.split, ...first.splits, ...second.splits], leaves: [...first.leaves, ...second.leaves] }
}

function conditionsOfCut(tree: ReducedTree, { splits }: Cut): number[] {
  return [...new Set(splits.map((split) => tree.splits[split]?.condition ?? 0))]
}

function playersOfCut(tree: ReducedTree, { leaves }: Cut): number[] {
  return [...new Set(leaves.flatMap((leaf) => tree.leaves[leaf]?.players ?? []))]
}

function groupsOf({ tree, tables: { splits: list, leaves } }: TabledTree, cuts: readonly Cut[]): Group[] {
  const first = list.conditions.length
  const byLeaf = tree.leaves.map((_, leaf) => leaves.filter(({ place }) => place === first + leaf))
  return cuts.flatMap((cut) => {
    const players = playersOfCut(tree, cut)
    if (players.length === 0) return []
    const conditions = conditionsOfCut(tree, cut)
    const shares = cut.leaves.flatMap((leaf) => (byLeaf[leaf] ?? []).map((own) => sharesOf(own, players)))
    return [{ conditions, players, table: tableOf(list, cut.splits, conditions, players.length, shares) }]
  })
}

/** What a leaf gives, for each set of its players whose conditions the row does not satisfy. */
interface LeafShares {
  place: number
  /** For each of its players its place in the group. */
  slots: number[]
  /** At [set * slots.length + bit]. */
  values: Float64Array
}

function sharesOf({ place, players, numbers, unit, own }: LeafTable, groupPlayers: readonly number[]): LeafShares {
  const size = players.length
  const values = new Float64Array(2 ** size * size)
  for (let set = 0; set < 2 ** size; set++) {
    if (numbers[set] === 0) continue
    let sum = 0
    for (let bit = 0; bit < size; bit++) sum += numbers[set | (1 << bit)] as number
    const share = (unit / size) * sum + (set === 0 ? own : 0)
    for (let bit = 0; bit < size; bit++) values[set * size + bit] = share - unit * (numbers[set | (1 << bit)] as number)
  }
  return { place, slots: players.map((player) => groupPlayers.indexOf(player)), values }
}

function tableOf(list: SplitList, splits: readonly number[], conditions: readonly number[], width: number, leaves: readonly LeafShares[]): Float64Array {
  const patterns = 2 ** conditions.length
  const table = new Float64Array(patterns * width)
  const failed = new Int32Array(list.places)
  const shifts = splits.map((split) => conditions.length - 1 - conditions.indexOf(list.conditions[split] as number))
  for (let pattern = 0; pattern < patterns; pattern++) {
    for (let index = 0; index < splits.length; index++) {
      const split = splits[index] as number
      const before = failed[split] as number
      const after = before | (list.bits[split] as number)
      const holds = (pattern >>> (shifts[index] as number)) & 1
      failed[list.holds[split] as number] = holds === 1 ? before : after
      failed[list.fails[split] as number] = holds === 1 ? after : before
    }
    for (const { place, slots, values } of leaves) {
      const start = (failed[place] as number) * slots.length
      for (let bit = 0; bit < slots.length; bit++) {
        const at = pattern * width + (slots[bit] as number)
        table[at] = (table[at] as number) + (values[start + bit] as number)
      }
    }
  }
  return table
}

/** Tables, groups, and room for the rows' answers and values in one memory. */
function place(groups: readonly Group[], conditionCount: number, playerCount: number, bias: Float64Array): Potentials {
  let end = 0
  const take = (bytes: number) => {
    const start = end
    end = Math.ceil((start + bytes) / FLOAT_BYTES) * FLOAT_BYTES
    return start
  }
  const tables = groups.map(({ table }) => take(table.byteLength))
  const sizes = groups.map(({ conditions, players }) => GROUP.conditions + (conditions.length + players.length) * WORD_BYTES)
  const groupsStart = take(sizes.reduce((sum, size) => sum + size, 0))
  const groupsEnd = groupsStart + sizes.reduce((sum, size) => sum + size, 0)
  const answersBytes = Math.ceil(conditionCount / FLOAT_BYTES) * FLOAT_BYTES
  const valuesBytes = playerCount * FLOAT_BYTES
  const answers = take(answersBytes * BATCH_ROWS)
  const values = take(valuesBytes * BATCH_ROWS)
  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / PAGE_BYTES) })
  const words = new Int32Array(memory.buffer)
  let at = groupsStart
  groups.forEach(({ conditions, players, table }, index) => {
    const start = tables[index] as number
    new Float64Array(memory.buffer, start, table.length).set(table)
    const conditionsEnd = at + GROUP.conditions + conditions.length * WORD_BYTES
    const groupEnd = conditionsEnd + players.length * WORD_BYTES
    words.set([start, players.length * FLOAT_BYTES, conditionsEnd, groupEnd, ...conditions, ...players.map((player) => player * FLOAT_BYTES)], at / WORD_BYTES)
    at = groupEnd
  })
  const run = openSubtreeKernel(memory)
  return {
    answersOf: (row) => new Uint8Array(memory.buffer, answers + row * answersBytes, conditionCount),
    valuesOf: (row) => new Float64Array(memory.buffer, values + row * valuesBytes, playerCount),
    bias,
    bytes: memory.buffer.byteLength + bias.byteLength,
    run: (rows) => run(groupsStart, groupsEnd, answers, answers + rows * answersBytes, answersBytes, values, valuesBytes),
  }
}
