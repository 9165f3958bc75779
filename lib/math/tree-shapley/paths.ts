// The ways from a tree's root to its leaves, shortened to what each leaf really asks of a row.
import type { Conditions } from './conditions'
import { LEAF, type Forest } from './forest'

/** A leaf that some row can reach and whose value is not 0. */
export interface Leaf {
  value: number
  /** The conditions that must hold (`wanted` 1) or fail (0), at most two of one chain. */
  conditions: Int32Array
  wanted: Uint8Array
}

/** A tree as the grouping of its leaves needs it. */
export type Branch = { leaf: Leaf } | { yes: Branch | null; no: Branch | null }

/** Null where every leaf is 0 or out of reach. */
export function branchOf(forest: Forest, conditions: Conditions, root: number): Branch | null {
  const path = new Path(conditions)
  const visit = (node: number): Branch | null => {
    if (forest.column[node] === LEAF) {
      const value = forest.value[node] as number
      return value === 0 ? null : { leaf: path.leaf(value) }
    }
    const condition = conditions.ofNode[node] as number
    const isOpposite = conditions.isOpposite[node] === 1
    const follow = (isTrue: boolean, next: number): Branch | null => {
      const undo = path.enter(condition, isTrue !== isOpposite)
      if (undo === null) return null
      const branch = visit(next)
      undo()
      return branch
    }
    const yes = follow(true, forest.whenTrue[node] as number)
    const no = follow(false, forest.whenFalse[node] as number)
    return yes === null && no === null ? null : { yes, no }
  }
  return visit(root)
}

/** What holds on the way so far: for each chain, its answers are false up to one condition and true from another. */
class Path {
  /** The last condition of the chain known to fail, the first known to hold. */
  private readonly bounds = new Map<number, { fails: number; holds: number }>()

  constructor(private readonly conditions: Conditions) {}

  /** Null where the answer cannot be given any more; else what takes it back. */
  enter(condition: number, holds: boolean): (() => void) | null {
    const chain = this.conditions.chainOf[condition] as number
    const before = this.bounds.get(chain)
    const bound = before ?? { fails: -1, holds: Infinity }
    if (holds ? condition <= bound.fails : condition >= bound.holds) return null
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

  leaf(value: number): Leaf {
    const conditions: number[] = []
    const wanted: number[] = []
    for (const { fails, holds } of this.bounds.values()) {
      if (fails >= 0) {
        conditions.push(fails)
        wanted.push(0)
      }
      if (holds !== Infinity) {
        conditions.push(holds)
        wanted.push(1)
      }
    }
    return { value, conditions: Int32Array.from(conditions), wanted: Uint8Array.from(wanted) }
  }
}
