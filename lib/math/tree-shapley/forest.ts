// Trees as plain arrays: what the explainer is built from. Nodes of all trees stand in one numbering.
import { MathError } from '../math-error'

/** How a split compares a column's value with its threshold; the numbers are those of ai.onnx.ml 5, `nodes_modes`. */
export const Comparison = {
  lessOrEqual: 0,
  less: 1,
  greaterOrEqual: 2,
  greater: 3,
  equal: 4,
  notEqual: 5,
  /** The value is one of the node's set. */
  member: 6,
} as const

/** Stands in `column` where a node is a leaf. */
export const LEAF = -1

/**
 * A sum of trees: margin(row) = constant + the value of the leaf each tree leads to. Arrays without another note have
 * one entry for each node. Subtrees may be shared; no way leads back.
 */
export interface Forest {
  /** The players of the game: raw fields. */
  playerCount: number
  /** For each column of the trees' matrix the player it is computed from. */
  playerOf: Int32Array
  roots: Int32Array
  /** The column a split looks at, `LEAF` for a leaf. */
  column: Int32Array
  comparison: Uint8Array
  /** Compared as they stand: a float32 file's thresholds are float32 values, and so must be the rows'. */
  threshold: Float64Array
  /** Whether a missing (NaN) value takes the true branch; else the comparison says (only `notEqual` is true of NaN). */
  missingIsTrue: Uint8Array
  whenTrue: Int32Array
  whenFalse: Int32Array
  /** Of leaves, in the unit of the margin. */
  value: Float64Array
  /** The sets of `member` splits, by node. */
  members: ReadonlyMap<number, ReadonlySet<number>>
  constant: number
}

/** Deeper trees are not trained, and a way as long as this leads in a circle. */
const DEEPEST = 1000
/** Ways from roots to leaves, all trees together: shared subtrees could make endlessly many of a few nodes. */
const MOST_WAYS = 20_000_000

/** Whether a value takes the true branch, as ONNX Runtime decides it (tree_ensemble_common.h). */
export function isTrueAt(forest: Forest, node: number, value: number): boolean {
  if (value !== value) {
    return forest.missingIsTrue[node] === 1 || forest.comparison[node] === Comparison.notEqual
  }
  const threshold = forest.threshold[node] as number
  switch (forest.comparison[node]) {
    case Comparison.lessOrEqual:
      return value <= threshold
    case Comparison.less:
      return value < threshold
    case Comparison.greaterOrEqual:
      return value >= threshold
    case Comparison.greater:
      return value > threshold
    case Comparison.equal:
      return value === threshold
    case Comparison.notEqual:
      return value !== threshold
    default:
      return forest.members.get(node)?.has(value) === true
  }
}

/** The leaf that a row leads to in the tree of this root. @param start where the row begins in `rows`. */
export function leafOf(forest: Forest, root: number, rows: ArrayLike<number>, start = 0): number {
  let node = root
  for (let column = forest.column[node] as number; column !== LEAF; column = forest.column[node] as number) {
    const isTrue = isTrueAt(forest, node, rows[start + column] as number)
    node = (isTrue ? forest.whenTrue[node] : forest.whenFalse[node]) as number
  }
  return node
}

/** The sum of the leaves' values and the constant in float64, in the unit of the margin. */
export function marginOf(forest: Forest, rows: ArrayLike<number>, start = 0): number {
  let sum = 0
  for (let tree = 0; tree < forest.roots.length; tree++) {
    sum += forest.value[leafOf(forest, forest.roots[tree] as number, rows, start)] as number
  }
  return sum + forest.constant
}

/** @throws MathError `shape-mismatch` or `invalid-argument` where the arrays make no forest. */
export function checkForest(forest: Forest): void {
  const { column, playerOf, playerCount } = forest
  const arrays = [
    forest.comparison,
    forest.threshold,
    forest.missingIsTrue,
    forest.whenTrue,
    forest.whenFalse,
    forest.value,
  ]
  if (arrays.some((array) => array.length !== column.length)) {
    throw new MathError('shape-mismatch', 'The arrays of the nodes are not of one length.')
  }
  if (playerOf.some((player) => player < 0 || player >= playerCount)) {
    throw new MathError('invalid-argument', `A column belongs to none of the ${playerCount} players.`)
  }
  const isNode = (node: number | undefined) => node !== undefined && node >= 0 && node < column.length
  if (!forest.roots.every(isNode)) throw new MathError('invalid-argument', 'A root is no node.')
  for (let node = 0; node < column.length; node++) {
    const own = column[node] as number
    if (own === LEAF) continue
    if (own < 0 || own >= playerOf.length)
      throw new MathError('invalid-argument', `Node ${node} looks at column ${own}.`)
    if (!isNode(forest.whenTrue[node]) || !isNode(forest.whenFalse[node])) {
      throw new MathError('invalid-argument', `A branch of node ${node} leads nowhere.`)
    }
  }
  checkWays(forest)
}

/** @throws MathError `invalid-argument` where a way leads in a circle, or there are too many */
function checkWays(forest: Forest): void {
  const ways = waysOf(forest)
  const total = forest.roots.reduce((sum, root) => sum + (ways[root] as number), 0)
  if (total > MOST_WAYS) {
    throw new MathError('invalid-argument', `The trees have ${total} ways to their leaves, more than ${MOST_WAYS}.`)
  }
}

/**
 * For each node that a root leads to, how many ways lead from it to leaves.
 * @throws MathError `invalid-argument` where one of them is longer than 1,000 splits
 */
export function waysOf(forest: Forest): Float64Array {
  const ways = new Float64Array(forest.column.length)
  for (const root of forest.roots) {
    const stack = [root]
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      if (stack.length > DEEPEST) throw new MathError('invalid-argument', `A tree is deeper than ${DEEPEST}.`)
      const [yes, no] = [forest.whenTrue[node] as number, forest.whenFalse[node] as number]
      if (forest.column[node] === LEAF) ways[node] = 1
      else if (ways[yes] === 0) stack.push(yes)
      else if (ways[no] === 0) stack.push(no)
      else ways[node] = (ways[yes] as number) + (ways[no] as number)
      if (ways[node] !== 0) stack.pop()
    }
  }
  return ways
}
