// A tree shortened to what its leaves really ask of a row, with the players of each path numbered.
import type { Conditions } from './conditions'
import { LEAF, type Forest } from './forest'

/** The first split is the root; where there is none, the only leaf. */
export interface ReducedTree {
  splits: Split[]
  leaves: ReducedLeaf[]
}

export interface Split {
  condition: number
  /** The player asked is the path's `bit`-th: the first that a path asks is its 0th, one asked again keeps its bit. */
  bit: number
  holds: Target
  fails: Target
}

/** A number among the splits or the leaves; `nothing` where every leaf is 0. */
export type Target = { split: number } | { leaf: number } | 'nothing'

export interface ReducedLeaf {
  value: number
  /** The path's players, by bit. */
  players: readonly number[]
}

/** Without leaves that no row can reach, and splits that only one answer is left for. Null where all leaves are 0. */
export function reducedTree(forest: Forest, conditions: Conditions, root: number): ReducedTree | null {
  const path = new Path(conditions)
  const players: number[] = []
  const splits: Split[] = []
  const leaves: ReducedLeaf[] = []
  const visit = (node: number): Target => {
    const column = forest.column[node] as number
    if (column === LEAF) {
      const value = forest.value[node] as number
      return value === 0 ? 'nothing' : { leaf: leaves.push({ value, players: [...players] }) - 1 }
    }
    const condition = conditions.ofNode[node] as number
    const player = forest.playerOf[column] as number
    const [yes, no] = [forest.whenTrue[node] as number, forest.whenFalse[node] as number]
    const [whenHolds, whenFails] = conditions.isOpposite[node] === 1 ? [no, yes] : [yes, no]
    if (!path.allows(condition, true)) return visit(whenFails)
    if (!path.allows(condition, false)) return visit(whenHolds)
    const known = players.indexOf(player)
    const bit = known === -1 ? players.push(player) - 1 : known
    const own: Split = { condition, bit, holds: 'nothing', fails: 'nothing' }
    const split = splits.push(own) - 1
    const follow = (holds: boolean, next: number) => {
      const leave = path.enter(condition, holds)
      const target = visit(next)
      leave()
      return target
    }
    own.holds = follow(true, whenHolds)
    own.fails = follow(false, whenFails)
    if (known === -1) players.pop()
    if (own.holds !== 'nothing' || own.fails !== 'nothing') return { split }
    // Nothing was written after it.
    splits.pop()
    return 'nothing'
  }
  return visit(root) === 'nothing' ? null : { splits, leaves }
}

/** What holds on the way so far: for each chain, its answers are false up to one condition and true from another. */
class Path {
  /** The last condition of the chain known to fail, the first known to hold. */
  private readonly bounds = new Map<number, { fails: number; holds: number }>()

  constructor(private readonly conditions: Conditions) {}

  /** Whether the answer can still be given. */
  allows(condition: number, holds: boolean): boolean {
    const bound = this.bounds.get(this.conditions.chainOf[condition] as number)
    return bound === undefined || (holds ? condition > bound.fails : condition < bound.holds)
  }

  /** @returns what takes it back */
  enter(condition: number, holds: boolean): () => void {
    const chain = this.conditions.chainOf[condition] as number
    const before = this.bounds.get(chain)
    const bound = before ?? { fails: -1, holds: Infinity }
    this.bounds.set(
      chain,
      holds
        ? { ...bound, holds: Math.min(bound.holds, condition) }
        : { ...bound, fails: Math.max(bound.fails, condition) },
    )
    return () => {
      if (before) this.bounds.set(chain, before)
      else this.bounds.delete(chain)
    }
  }
}
