/** Reads TreeEnsembleClassifier and TreeEnsembleRegressor (ai.onnx.ml 1 and 3) and TreeEnsemble (ai.onnx.ml 5). */
import { MathError } from '@/lib/math/math-error'
import { checkForest, LEAF } from '@/lib/math/tree-shapley'
import { classLabels } from '../classes'
import { floatsOf, intOf, intsOf, stringOf, stringsOf, type GraphNode } from '../graph'
import type { PostTransform, TreeEnsemble } from './ensemble'

/** The node's arrays do not make trees that this program can follow; the message says what about them. */
export class TreeReadError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'TreeReadError'
  }
}

export const TREE_OPERATORS = new Set(['TreeEnsembleClassifier', 'TreeEnsembleRegressor', 'TreeEnsemble'])

/** @throws TreeReadError */
export function readEnsemble(node: GraphNode): TreeEnsemble {
  return node.opType === 'TreeEnsemble'
    ? readByRoots(node)
    : readByNodeIds(node, node.opType === 'TreeEnsembleClassifier')
}

/** Places are the numbers of ai.onnx.ml 5, `nodes_modes`. */
const MODES = ['BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_GTE', 'BRANCH_GT', 'BRANCH_EQ', 'BRANCH_NEQ']
const MEMBER = 6

/** Places are the numbers of ai.onnx.ml 5, `aggregate_function` and `post_transform`. */
const AGGREGATES = ['AVERAGE', 'SUM', 'MIN', 'MAX']
const TRANSFORMS: readonly PostTransform[] = ['NONE', 'SOFTMAX', 'LOGISTIC', 'SOFTMAX_ZERO', 'PROBIT']

function readByNodeIds(node: GraphNode, isClassifier: boolean): TreeEnsemble {
  const ints = (name: string) => needed(intsOf(node, name), name)
  const floats = (name: string) => floatsOf(node, name) ?? floatsOf(node, `${name}_as_tensor`)
  const [trees, ids, features] = [ints('nodes_treeids'), ints('nodes_nodeids'), ints('nodes_featureids')]
  const [whenTrue, whenFalse] = [ints('nodes_truenodeids'), ints('nodes_falsenodeids')]
  const modes = needed(stringsOf(node, 'nodes_modes'), 'nodes_modes')
  const thresholds = needed(floats('nodes_values'), 'nodes_values')
  const tracks = intsOf(node, 'nodes_missing_value_tracks_true')
  sameLength(trees.length, { ids, features, whenTrue, whenFalse, modes, thresholds })

  const places = new Map<string, number>()
  trees.forEach((tree, at) => places.set(`${tree}:${ids[at]}`, at))
  if (places.size !== trees.length) throw new TreeReadError('two nodes of one tree have the same number')
  const placeOf = (tree: number | undefined, id: number | undefined) => places.get(`${tree}:${id}`)
  const branch = (at: number, id: number | undefined) => {
    const place = placeOf(trees[at], id)
    if (place === undefined) throw new TreeReadError(`a branch of node ${ids[at]} of tree ${trees[at]} leads nowhere`)
    return place
  }
  const isLeaf = (at: number) => modes[at] === 'LEAF'
  const roots = trees.flatMap((tree, at) => (at === 0 || trees[at - 1] !== tree ? [at] : []))
  if (new Set(roots.map((at) => trees[at])).size !== roots.length)
    throw new TreeReadError('the nodes of a tree are scattered')

  const prefix = isClassifier ? 'class' : 'target'
  const weighted = {
    trees: ints(`${prefix}_treeids`),
    nodes: ints(`${prefix}_nodeids`),
    targets: ints(`${prefix}_ids`),
  }
  const weights = needed(floats(`${prefix}_weights`), `${prefix}_weights`)
  sameLength(weights.length, weighted)
  const kept = weights.flatMap((weight, index) => {
    const place = placeOf(weighted.trees[index], weighted.nodes[index])
    if (place === undefined) throw new TreeReadError(`a weight stands at no node`)
    // ONNX Runtime passes over weights of splits, which old onnxmltools wrote.
    return isLeaf(place) ? [{ place, weight, target: weighted.targets[index] ?? 0 }] : []
  })
  const targetCount = isClassifier ? (classLabels(node)?.length ?? 0) : intOf(node, 'n_targets', 0)
  return checked(
    {
      nodes: {
        roots: Int32Array.from(roots),
        column: Int32Array.from(features, (feature, at) => (isLeaf(at) ? LEAF : feature)),
        comparison: Uint8Array.from(modes, (mode, at) => (isLeaf(at) ? 0 : comparisonOf(MODES.indexOf(mode)))),
        threshold: Float64Array.from(thresholds),
        missingIsTrue: Uint8Array.from(trees, (_, at) => (tracks?.[at] === 1 ? 1 : 0)),
        whenTrue: Int32Array.from(whenTrue, (id, at) => (isLeaf(at) ? at : branch(at, id))),
        whenFalse: Int32Array.from(whenFalse, (id, at) => (isLeaf(at) ? at : branch(at, id))),
        members: new Map(),
      },
      weights: {
        node: Int32Array.from(kept, ({ place }) => place),
        target: Int32Array.from(kept, ({ target }) => target),
        weight: Float64Array.from(kept, ({ weight }) => weight),
      },
      targetCount,
      isClassifier,
      baseValues: floats('base_values') ?? [],
      isAverage: isAverage(stringOf(node, 'aggregate_function', 'SUM')),
      postTransform: transformOf(TRANSFORMS.indexOf(stringOf(node, 'post_transform', 'NONE') as PostTransform)),
    },
    prefix,
  )
}

function readByRoots(node: GraphNode): TreeEnsemble {
  const ints = (name: string) => needed(intsOf(node, name), name)
  const roots = ints('tree_roots')
  const features = ints('nodes_featureids')
  const modes = ints('nodes_modes')
  const [whenTrue, whenFalse] = [ints('nodes_truenodeids'), ints('nodes_falsenodeids')]
  const [trueLeafs, falseLeafs] = [ints('nodes_trueleafs'), ints('nodes_falseleafs')]
  const splits = needed(floatsOf(node, 'nodes_splits'), 'nodes_splits')
  const targets = ints('leaf_targetids')
  const weights = needed(floatsOf(node, 'leaf_weights'), 'leaf_weights')
  const tracks = intsOf(node, 'nodes_missing_value_tracks_true')
  const count = features.length
  sameLength(count, { modes, whenTrue, whenFalse, trueLeafs, falseLeafs, splits })
  sameLength(weights.length, { targets })
  // Leaves stand after the splits.
  const child = (at: number, next: number, isLeaf: number | undefined) => {
    if (next < 0 || next >= (isLeaf ? weights.length : count))
      throw new TreeReadError(`a branch of node ${at} leads nowhere`)
    return isLeaf ? count + next : next
  }
  const padded = (numbers: number[], of: number) => [...numbers, ...new Array<number>(weights.length).fill(of)]
  return checked(
    {
      nodes: {
        roots: Int32Array.from(roots),
        column: Int32Array.from(padded(features, LEAF)),
        comparison: Uint8Array.from(padded(modes.map(comparisonOf), 0)),
        threshold: Float64Array.from(padded(splits, 0)),
        missingIsTrue: Uint8Array.from(
          padded(
            features.map((_, at) => (tracks?.[at] === 1 ? 1 : 0)),
            0,
          ),
        ),
        whenTrue: Int32Array.from(
          padded(
            whenTrue.map((next, at) => child(at, next, trueLeafs[at])),
            0,
          ),
        ),
        whenFalse: Int32Array.from(
          padded(
            whenFalse.map((next, at) => child(at, next, falseLeafs[at])),
            0,
          ),
        ),
        members: membersOf(modes, floatsOf(node, 'membership_values') ?? []),
      },
      weights: {
        node: Int32Array.from(weights, (_, leaf) => count + leaf),
        target: Int32Array.from(targets),
        weight: Float64Array.from(weights),
      },
      targetCount: intOf(node, 'n_targets', 0),
      isClassifier: false,
      baseValues: [],
      isAverage: isAverage(AGGREGATES[intOf(node, 'aggregate_function', 1)] ?? ''),
      postTransform: transformOf(intOf(node, 'post_transform', 0)),
    },
    'target',
  )
}

/** Sets of all member splits in the nodes' order, each ended by a NaN. */
function membersOf(modes: readonly number[], values: readonly number[]): Map<number, ReadonlySet<number>> {
  const members = new Map<number, ReadonlySet<number>>()
  let at = 0
  modes.forEach((mode, node) => {
    if (mode !== MEMBER) return
    const set = new Set<number>()
    for (; at < values.length && !Number.isNaN(values[at]); at++) set.add(values[at] as number)
    at++
    members.set(node, set)
  })
  return members
}

function checked(ensemble: TreeEnsemble, kind: string): TreeEnsemble {
  const { nodes, weights, targetCount } = ensemble
  if (targetCount < 1 || weights.target.some((target) => target < 0 || target >= targetCount)) {
    throw new TreeReadError(`a weight counts for a ${kind} that the trees do not have`)
  }
  if (nodes.roots.some((root) => root < 0 || root >= nodes.column.length)) throw new TreeReadError('a root is no node')
  if (nodes.column.some((column) => column < LEAF)) throw new TreeReadError('a split looks at a column below 0')
  checkWays(nodes)
  if (targetCount === 1 && new Set(weights.node).size !== weights.node.length) {
    throw new TreeReadError('a leaf has several weights for one target')
  }
  return ensemble
}

/** A column number beyond this is no column of a row (field-names.ts). */
const MOST_COLUMNS = 1_000_000

/** Nothing that follows trees may run in a circle. */
function checkWays(nodes: TreeEnsemble['nodes']): void {
  const columns = 1 + nodes.column.reduce((last, column) => Math.max(last, column), 0)
  if (columns > MOST_COLUMNS) throw new TreeReadError(`a split looks at column ${columns - 1}`)
  const value = new Float64Array(nodes.column.length)
  try {
    checkForest({ ...nodes, value, constant: 0, playerCount: 1, playerOf: new Int32Array(columns) })
  } catch (error) {
    if (error instanceof MathError) throw new TreeReadError(`the trees cannot be followed (${error.message})`)
    throw error
  }
}

function needed<T>(found: T[] | null, name: string): T[] {
  if (found === null) throw new TreeReadError(`the trees have no ${name}`)
  return found
}

function sameLength(length: number, arrays: Record<string, { length: number }>): void {
  for (const [name, array] of Object.entries(arrays)) {
    if (array.length !== length) throw new TreeReadError(`the arrays of the trees are of different lengths (${name})`)
  }
}

function comparisonOf(mode: number): number {
  if (!Number.isInteger(mode) || mode < 0 || mode > MEMBER)
    throw new TreeReadError('a split compares in an unknown way')
  return mode
}

function isAverage(aggregate: string): boolean {
  if (aggregate === 'SUM' || aggregate === 'AVERAGE') return aggregate === 'AVERAGE'
  throw new TreeReadError(`the trees are combined by ${aggregate || 'an unknown function'}, not by their sum`)
}

function transformOf(place: number): PostTransform {
  const found = TRANSFORMS[place]
  if (found === undefined) throw new TreeReadError('the post-transform is unknown')
  return found
}
