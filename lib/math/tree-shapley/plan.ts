// Which trees get tables: as many as fit the budget, those of few leaves first.
import type { BackgroundAnswers } from './background'
import { bytesOfChains, type Conditions } from './conditions'
import { waysOf, type Forest } from './forest'
import { leastTreeBytes, PotentialTables } from './potentials'
import { MOST_PATTERN_PLAYERS } from './potential-weights'
import { reducedTree, type ReducedTree } from './reduced-tree'
import { walkBytes } from './walk'

export interface Plan {
  tables: PotentialTables
  /** The roots of the trees without tables, and of those with them. */
  walked: Int32Array
  tabled: Int32Array
  /** Held besides the tables. */
  besideBytes: number
  method: 'tables' | 'walk' | 'mixed'
  reason: string
}

/** Of a leaf with one player. */
const LEAST_LEAF_BYTES = leastTreeBytes({ splits: [], leaves: [{ value: 1, players: [0] }] })

export function planOf(
  forest: Forest,
  conditions: Conditions,
  background: BackgroundAnswers,
  budgetBytes: number,
): Plan {
  const { roots } = forest
  const ways = waysOf(forest)
  const leavesOf = (tree: number) => ways[roots[tree] as number] as number
  const tables = new PotentialTables(conditions.count, forest.playerCount)
  const chainBytes = bytesOfChains(conditions.chains)
  const inTables: number[] = []
  const walked: number[] = []
  let wantedBytes = chainBytes + tables.bytes
  let isFull = false
  for (const tree of Array.from(roots.keys()).sort((a, b) => leavesOf(a) - leavesOf(b))) {
    const least = leavesOf(tree) * LEAST_LEAF_BYTES
    // Trees far over the budget are not looked into.
    isFull ||= least > budgetBytes
    const reduced = isFull ? null : reducedTree(forest, conditions, roots[tree] as number)
    const players = mostPlayers(reduced)
    // A tree that is one leaf, or whose leaves are all 0, asks nobody and gives nobody anything.
    if (!isFull && players === 0) continue
    wantedBytes += reduced ? leastTreeBytes(reduced) : least
    const fits = reduced !== null && players <= MOST_PATTERN_PLAYERS
    if (fits && tables.add(reduced, background, budgetBytes - chainBytes)) inTables.push(tree)
    else walked.push(tree)
    // The trees that follow are larger.
    if (fits && walked.at(-1) === tree) isFull = true
  }
  const rootsOf = (trees: readonly number[]) => Int32Array.from(trees, (tree) => roots[tree] as number)
  const walkedBytes = () => (walked.length === 0 ? 0 : walkBytes(forest, background, rootsOf(walked)))
  while (walked.length > 0 && inTables.length > 0 && chainBytes + tables.bytes + walkedBytes() > budgetBytes) {
    walked.push(inTables.pop() as number)
    tables.removeLast()
  }
  const besideBytes = chainBytes + walkedBytes()
  return {
    tables,
    walked: rootsOf(walked.sort((a, b) => a - b)),
    tabled: rootsOf(inTables.sort((a, b) => a - b)),
    besideBytes,
    method: walked.length === 0 ? 'tables' : walked.length === roots.length ? 'walk' : 'mixed',
    reason: reasonOf(roots.length, walked.length, {
      heldBytes: besideBytes + tables.bytes,
      wantedBytes,
      budgetBytes,
    }),
  }
}

function mostPlayers(tree: ReducedTree | null): number {
  return tree === null ? 0 : tree.leaves.reduce((most, { players }) => Math.max(most, players.length), 0)
}

function reasonOf(
  trees: number,
  walked: number,
  bytes: { heldBytes: number; wantedBytes: number; budgetBytes: number },
): string {
  const { heldBytes, wantedBytes, budgetBytes } = bytes
  const budget = `the budget of ${megabytes(budgetBytes)} MB`
  if (walked === 0) return `The tables of all ${trees} trees take ${megabytes(heldBytes)} MB, within ${budget}.`
  const why =
    wantedBytes > budgetBytes
      ? `Tables of all ${trees} trees would take ${megabytes(wantedBytes)} MB or more, over ${budget}`
      : `Tables of all ${trees} trees do not fit ${budget}, or a path asks more than ${MOST_PATTERN_PLAYERS} fields`
  const how = `${walked} trees are walked with all background rows for every explained row`
  const over = heldBytes > budgetBytes ? `, which takes ${megabytes(heldBytes)} MB` : ''
  return `${why}: ${how}${over}.`
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}
