// The nodes of a forest as the walks need them, four numbers side by side.
import type { Conditions } from './conditions'
import { LEAF, type Forest } from './forest'

/** What a walk has decided of a player: to be taken from the explained row, or from the background row. */
export const UNDECIDED = 0
export const JOINED = 1
export const ABSENT = 2

/** Numbers of one node: its player (`LEAF` for leaves), its condition, and the nodes where that holds and fails. */
export const NODE = 4

export function nodesOf(forest: Forest, { ofNode, isOpposite }: Conditions): Int32Array {
  const nodes = new Int32Array(forest.column.length * NODE)
  forest.column.forEach((column, node) => {
    const [yes, no] = [forest.whenTrue[node] as number, forest.whenFalse[node] as number]
    const [holds, fails] = isOpposite[node] === 1 ? [no, yes] : [yes, no]
    const player = column === LEAF ? LEAF : (forest.playerOf[column] as number)
    nodes.set([player, ofNode[node] as number, holds, fails], node * NODE)
  })
  return nodes
}

/** The most players that a path of these trees can have. */
export function longestPath(forest: Forest, roots: Int32Array): number {
  const known = new Map<number, number>()
  const depthOf = (node: number): number => {
    if (forest.column[node] === LEAF) return 0
    const found = known.get(node)
    if (found !== undefined) return found
    const depth = 1 + Math.max(depthOf(forest.whenTrue[node] as number), depthOf(forest.whenFalse[node] as number))
    known.set(node, depth)
    return depth
  }
  return Math.min(
    forest.playerCount,
    roots.reduce((deepest, root) => Math.max(deepest, depthOf(root)), 0),
  )
}
