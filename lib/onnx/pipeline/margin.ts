/** One margin over an encoded row: its value, what the runtime's rounding may come to, and its explainer. */
import { buildLinearExplainer, marginOfSum } from '@/lib/math/linear-shapley'
import {
  buildTreeExplainer,
  leafOf,
  marginOf,
  type TreeExplainerDescription,
  type TreeExplainerOptions,
} from '@/lib/math/tree-shapley'
import type { GraphSignature } from '../signature-types'
import { partsOf, type AdditiveParts, type Layout } from './additive'
import type { Sum } from './forms'

export interface MarginExplainer {
  /** Mean margin over the background. */
  base: number
  /** base + sum(out) = margin(encoded) to float64 rounding. @param out by player. Allocates nothing; not re-entrant. */
  explain(encoded: ArrayLike<number>, out: Float64Array): void
  /** Pairs of players, a row of `out` for each; its rows add up to the values. Not re-entrant. */
  interactions(encoded: ArrayLike<number>, out: Float64Array): void
  describe(): TreeExplainerDescription | { method: 'closed form'; reason: string }
}

export interface Margin {
  parts: AdditiveParts
  playerOf: Int32Array
  value(encoded: ArrayLike<number>): number
  rounding(encoded: ArrayLike<number>): number
  /** The part of it that a weighted sum makes: the runtime adds trees in an order that is known, columns not. */
  roundingOfLine(encoded: ArrayLike<number>): number
  explainer(background: Float64Array, options?: TreeExplainerOptions): MarginExplainer
}

/** A float32 addition or product is off by at most half a unit in the last place: 2^-24 of it (Higham 2002, 4.2). */
const FLOAT32_UNIT = 2 ** -24

/** @throws UnsupportedError */
export function marginFor(sum: Sum, layout: Layout, signature: GraphSignature): Margin {
  const parts = partsOf(sum, layout, signature)
  const { forest, linear } = parts
  const trees = forest?.roots.length ?? 0
  const additions = parts.additions + trees + sum.operations
  return {
    parts,
    playerOf: (forest ?? linear)?.playerOf ?? new Int32Array(0),
    value: (encoded) => (forest ? marginOf(forest, encoded) : 0) + (linear ? marginOfSum(linear, encoded) : 0),
    roundingOfLine: (encoded) =>
      linear ? additions * FLOAT32_UNIT * (sum.constantSize + sizeOfLine(parts, encoded)) : 0,
    rounding: (encoded) =>
      additions * FLOAT32_UNIT * (sum.constantSize + sizeOfTrees(parts, encoded) + sizeOfLine(parts, encoded)),
    explainer: (background, options) => explainerOf(parts, background, options),
  }
}

/** The sizes of all leaves that are added up. */
function sizeOfTrees({ forest }: AdditiveParts, encoded: ArrayLike<number>): number {
  if (!forest) return 0
  let size = Math.abs(forest.constant)
  for (const root of forest.roots) size += Math.abs(forest.value[leafOf(forest, root, encoded)] as number)
  return size
}

function sizeOfLine({ linear, sizes }: AdditiveParts, encoded: ArrayLike<number>): number {
  if (!linear) return 0
  let size = Math.abs(linear.constant)
  for (let column = 0; column < sizes.length; column++)
    if (sizes[column] !== 0) size += (sizes[column] as number) * Math.abs(encoded[column] as number)
  return size
}

function explainerOf(
  { forest, linear }: AdditiveParts,
  background: Float64Array,
  options?: TreeExplainerOptions,
): MarginExplainer {
  const line = linear ? buildLinearExplainer(linear, background) : null
  const trees = forest ? buildTreeExplainer(forest, background, options) : null
  if (!trees) {
    if (!line) throw new TypeError('a margin of neither trees nor a weighted sum')
    const reason = 'A weighted sum of columns is explained by its weights.'
    return { base: line.base, explain: line.explain, interactions: line.interactions, describe: () => ({ method: 'closed form', reason }) }
  }
  if (!line) return trees
  const own = new Float64Array(trees.playerCount)
  return {
    base: trees.base + line.base,
    explain(encoded, out) {
      trees.explain(encoded, out)
      line.explain(encoded, own)
      for (let player = 0; player < out.length; player++)
        out[player] = (out[player] as number) + (own[player] as number)
    },
    interactions(encoded, out) {
      trees.interactions(encoded, out)
      line.explain(encoded, own)
      // A weighted sum's columns act alone: it lies on the diagonal.
      const step = own.length + 1
      for (let player = 0; player < own.length; player++)
        out[player * step] = (out[player * step] as number) + (own[player] as number)
    },
    describe() {
      const described = trees.describe()
      return { ...described, reason: `${described.reason} The weighted sum beside them is added in closed form.` }
    },
  }
}
