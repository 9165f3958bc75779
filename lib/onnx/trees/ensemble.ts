/** A tree ensemble of either layout of ai.onnx.ml as one set of tables, and what ONNX Runtime makes of its sums. */
import { LEAF, type Forest } from '@/lib/math/tree-shapley'

export type PostTransform = 'NONE' | 'LOGISTIC' | 'SOFTMAX' | 'SOFTMAX_ZERO' | 'PROBIT'

export interface TreeEnsemble {
  /** The tables of the nodes, as lib/math/tree-shapley reads them. Thresholds stand as in the file. */
  nodes: Pick<
    Forest,
    'roots' | 'column' | 'comparison' | 'threshold' | 'missingIsTrue' | 'whenTrue' | 'whenFalse' | 'members'
  >
  /** One entry for each weight: the leaf it stands at, the target or class it counts for, and itself. */
  weights: { node: Int32Array; target: Int32Array; weight: Float64Array }
  targetCount: number
  isClassifier: boolean
  /** As many as targets, or fewer: see `outputsOf`. */
  baseValues: readonly number[]
  isAverage: boolean
  postTransform: PostTransform
}

/** Weighted sum of the targets' sums over the trees, and a constant. */
export interface Affine {
  constant: number
  terms: readonly { target: number; factor: number }[]
}

/** How one column of the output is made of the sums. */
export interface EnsembleOutput {
  margin: Affine
  link: 'identity' | 'logistic' | 'softmax'
}

/** How many nodes a row may meet, all trees together. The nodes are `readEnsemble`'s: no way leads in a circle. */
export function longestWays({ nodes }: Pick<TreeEnsemble, 'nodes'>): number {
  const longest = new Int32Array(nodes.column.length).fill(-1)
  let total = 0
  for (const root of nodes.roots) {
    const stack = [root]
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      const [yes, no] = [nodes.whenTrue[node] as number, nodes.whenFalse[node] as number]
      if (nodes.column[node] === LEAF) longest[node] = 1
      else if (longest[yes] === -1) stack.push(yes)
      else if (longest[no] === -1) stack.push(no)
      else longest[node] = 1 + Math.max(longest[yes] as number, longest[no] as number)
      if (longest[node] !== -1) stack.pop()
    }
    total += longest[root] as number
  }
  return total
}

/** Leaf values of the margin, one for each node, and its constant: what makes an ensemble a `Forest`. */
export function leafValues(
  ensemble: TreeEnsemble,
  { constant, terms }: Affine,
): { value: Float64Array; constant: number } {
  const value = new Float64Array(ensemble.nodes.column.length)
  const factors = new Float64Array(ensemble.targetCount)
  for (const { target, factor } of terms) factors[target] = (factors[target] ?? 0) + factor
  const share = ensemble.isAverage ? 1 / ensemble.nodes.roots.length : 1
  const { node, target, weight } = ensemble.weights
  for (let index = 0; index < node.length; index++) {
    const at = node[index] as number
    const factor = factors[target[index] as number] as number
    value[at] = (value[at] as number) + factor * share * (weight[index] as number)
  }
  return { value, constant }
}

/**
 * The columns of the output as ONNX Runtime 1.30 makes them (tree_ensemble_aggregator.h, `FinalizeScores`, and
 * ml_common.h, `write_scores`; trees.test.ts asks the runtime itself), which for two classes goes beyond the
 * specification:
 * - Weights of class 0 alone count for class 1: its column is their sum, class 0's is 1 - sum where no weight is
 *   negative (a forest), else -sum; LOGISTIC makes the two logistic(sum) and logistic(-sum), SOFTMAX is passed over.
 * - A class without weights stays at 0, whatever its base value.
 * - With two base values and weights of class 1, the first class's sum decides both.
 * A regression of one target is never post-transformed, but for PROBIT.
 * Null for PROBIT and SOFTMAX_ZERO, which no exporter known to us writes.
 */
export function outputsOf(ensemble: TreeEnsemble): EnsembleOutput[] | null {
  const { targetCount, isClassifier, baseValues, postTransform } = ensemble
  if (postTransform === 'PROBIT' || postTransform === 'SOFTMAX_ZERO') return null
  if (isClassifier && targetCount === 2) return twoClasses(ensemble)
  const link = linkOf(targetCount === 1 ? 'NONE' : postTransform)
  const hasBase = baseValues.length === targetCount
  return Array.from({ length: targetCount }, (_, target) => ({
    margin: { constant: hasBase ? (baseValues[target] ?? 0) : 0, terms: [{ target, factor: 1 }] },
    link,
  }))
}

function twoClasses({ weights, baseValues, postTransform }: TreeEnsemble): EnsembleOutput[] {
  const [hasFirst, hasSecond] = [weights.target.includes(0), weights.target.includes(1)]
  const link = linkOf(postTransform)
  const [first = 0, second = 0] = baseValues
  const nothing: Affine = { constant: 0, terms: [] }
  const sum = (target: number, constant: number, factor = 1): Affine => ({
    constant: factor * constant,
    terms: [{ target, factor }],
  })
  const pair = (one: Affine, other: Affine, both = link): EnsembleOutput[] => [
    { margin: one, link: both },
    { margin: other, link: both },
  ]
  if (hasSecond && baseValues.length === 2) return pair(hasFirst ? sum(0, second, -1) : nothing, sum(0, second))
  if (hasSecond) return pair(hasFirst ? sum(0, first) : nothing, sum(1, 0))
  if (baseValues.length === 2) return pair(sum(0, first), nothing)
  if (postTransform === 'LOGISTIC') return pair(sum(0, first, -1), sum(0, first))
  const isForest = weights.weight.every((weight) => weight >= 0)
  return pair(
    isForest ? { constant: 1 - first, terms: [{ target: 0, factor: -1 }] } : sum(0, first, -1),
    sum(0, first),
    'identity',
  )
}

function linkOf(postTransform: PostTransform): EnsembleOutput['link'] {
  return postTransform === 'LOGISTIC' ? 'logistic' : postTransform === 'SOFTMAX' ? 'softmax' : 'identity'
}
