/** How many trees a node holds and how deep they are, for both layouts of ai.onnx.ml (before 5, and 5). */
import { intsOf, stringsOf, type GraphNode } from './graph'

export interface TreeShape {
  trees: number
  splits: number
  leaves: number
  /** Splits on the longest way from a root to a leaf. */
  maximumDepth: number
}

/** Null where the node is no tree ensemble, or its arrays do not fit together. */
export function treeShape(node: GraphNode): TreeShape | null {
  switch (node.opType) {
    case 'TreeEnsembleClassifier':
    case 'TreeEnsembleRegressor':
      return byNodeIds(node)
    case 'TreeEnsemble':
      return byRoots(node)
    default:
      return null
  }
}

function byNodeIds(node: GraphNode): TreeShape | null {
  const trees = intsOf(node, 'nodes_treeids')
  const ids = intsOf(node, 'nodes_nodeids')
  const modes = stringsOf(node, 'nodes_modes')
  const whenTrue = intsOf(node, 'nodes_truenodeids')
  const whenFalse = intsOf(node, 'nodes_falsenodeids')
  if (!trees || !ids || !modes || !whenTrue || !whenFalse) return null
  if ([ids, modes, whenTrue, whenFalse].some((array) => array.length !== trees.length)) return null

  const index = new Map<number, Map<number, number>>()
  trees.forEach((tree, at) => {
    const nodes = index.get(tree) ?? new Map<number, number>()
    nodes.set(ids[at] ?? -1, at)
    index.set(tree, nodes)
  })
  const isChild = new Uint8Array(trees.length)
  const children = trees.map((tree, at): number[] => {
    if (modes[at] === 'LEAF') return []
    const nodes = index.get(tree)
    const pair = [
      nodes?.get(whenTrue[at] ?? -1),
      nodes?.get(whenFalse[at] ?? -1),
    ].filter((child) => child !== undefined)
    for (const child of pair) isChild[child] = 1
    return pair
  })
  const roots = trees.flatMap((_, at) => (isChild[at] ? [] : [at]))
  const leaves = modes.filter((mode) => mode === 'LEAF').length
  return {
    trees: index.size,
    splits: trees.length - leaves,
    leaves,
    maximumDepth: deepest(children, roots, (at) => modes[at] !== 'LEAF'),
  }
}

function byRoots(node: GraphNode): TreeShape | null {
  const roots = intsOf(node, 'tree_roots')
  const whenTrue = intsOf(node, 'nodes_truenodeids')
  const whenFalse = intsOf(node, 'nodes_falsenodeids')
  const trueLeafs = intsOf(node, 'nodes_trueleafs')
  const falseLeafs = intsOf(node, 'nodes_falseleafs')
  if (!roots || !whenTrue || !whenFalse || !trueLeafs || !falseLeafs) return null
  if ([whenFalse, trueLeafs, falseLeafs].some((array) => array.length !== whenTrue.length)) return null
  const children = whenTrue.map((child, at) => [
    ...(trueLeafs[at] ? [] : [child]),
    ...(falseLeafs[at] ? [] : [whenFalse[at] ?? -1]),
  ])
  const leaves = new Set<number>()
  whenTrue.forEach((child, at) => {
    if (trueLeafs[at]) leaves.add(child)
    if (falseLeafs[at]) leaves.add(whenFalse[at] ?? -1)
  })
  return {
    trees: roots.length,
    splits: whenTrue.length,
    leaves: leaves.size,
    maximumDepth: deepest(children, roots, () => true),
  }
}

/**
 * @param children for each node the indexes of its children that are nodes.
 * Shared subtrees are measured once; a cycle, which no runtime takes, ends where it closes.
 */
function deepest(
  children: readonly (readonly number[])[],
  roots: readonly number[],
  isSplit: (at: number) => boolean,
): number {
  const UNSEEN = -1
  const depth = new Int32Array(children.length).fill(UNSEEN)
  let longest = 0
  for (const root of roots) {
    const stack = [root]
    for (let at = stack.at(-1); at !== undefined; at = stack.at(-1)) {
      const own = children[at] ?? []
      if (depth[at] === UNSEEN) {
        depth[at] = 0
        for (const child of own) if (depth[child] === UNSEEN) stack.push(child)
        continue
      }
      stack.pop()
      if (isSplit(at)) depth[at] = 1 + own.reduce((most, child) => Math.max(most, depth[child] ?? 0), 0)
    }
    longest = Math.max(longest, depth[root] ?? 0)
  }
  return longest
}
