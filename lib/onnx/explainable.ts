/**
 * What of a model file can be explained, and how exactly. Trees and weighted sums whose every column comes from one raw
 * field are explained exactly, by field, on the margin; where no function stands between margin and answer, that is the
 * answer itself. Other graphs of known operators can be asked for mixed rows without the runtime, for the listing and
 * sampling of lib/math/shapley. Nothing here trusts itself: see `selfTest`.
 */
import { buildLinearExplainer, marginOfSum, type LinearSum } from '@/lib/math/linear-shapley'
import type { ShapleyGame } from '@/lib/math/shapley'
import {
  buildTreeExplainer,
  marginOf,
  type Forest,
  type TreeExplainerDescription,
  type TreeExplainerOptions,
} from '@/lib/math/tree-shapley'
import type { ClassName } from './classes'
import type { ModelFile } from './graph'
import { sigmoid } from './pipeline/arithmetic'
import { UnsupportedError, type Wire } from './pipeline/builder'
import { explainedCell, explainedValue, type ExplainedCell } from './pipeline/explained-cell'
import { headOf, moved, type Head, type Link } from './pipeline/heads'
import { mixedGame, rawGame } from './pipeline/games'
import { compileProgram, type Feeds, type Program } from './pipeline/program'
import { leafValues } from './trees/ensemble'
import { lastColumn } from './pipeline/tree-operators'
import type { GraphSignature } from './signature-types'

export type { Feeds } from './pipeline/program'
export { selfTest, type SelfTest } from './pipeline/self-test'

/** `margin`: log-odds, or the raw score of a class among three or more. `value`: what a regression answers. */
export type ExplainedScale = 'margin' | 'probability' | 'value'

interface Explainable {
  /** Raw fields, in the signature's order. */
  players: readonly string[]
  /** The answer: the score of the explained class, or the value. */
  answers: 'probability' | 'value'
  /** The answer of one row in float32, as the runtime computes it. */
  answer(feeds: Feeds, row: number): number
  /**
   * The game of the answer for one row, for `explainExactly` and `explainByPermutation`: every scale, every kind.
   * In float64 where the kind and link allow, else in the runtime's float32.
   */
  game(feeds: Feeds, row: number, background: Feeds, backgroundCount: number): ShapleyGame
}

/** Explained in closed form or by tables. */
export interface AdditiveModel extends Explainable {
  kind: 'trees' | 'linear'
  /** The scale that `explainer` explains exactly. Where it is `margin`, the probability is explained by `game` only. */
  scale: ExplainedScale
  link: Link
  /** Columns of an encoded row: the trees' matrix. */
  width: number
  /** Writes the row as the trees see it. Allocates nothing. @param at where in `into` */
  encode(feeds: Feeds, row: number, into: Float64Array, at?: number): void
  /** In float64, on the thresholds, weights and constants of the file. */
  margin(encoded: ArrayLike<number>): number
  /** The most that the runtime's float32 additions, in whatever order, may be away from `margin`. */
  rounding(encoded: ArrayLike<number>): number
  /** The answer that belongs to a margin in float64; null for a softmax of three and more classes. */
  answerOf(margin: number): number | null
  /** @param background encoded rows one after another, as `encode` writes them */
  explainer(background: Float64Array, options?: TreeExplainerOptions): MarginExplainer
}

/** Explained by asking it for mixed rows. */
export interface FunctionModel extends Explainable {
  kind: 'function'
  /** Why there is nothing exact, as a part of a sentence. */
  because: string
}

export type ExplainableModel = AdditiveModel | FunctionModel

export interface MarginExplainer {
  /** Mean margin over the background. */
  base: number
  /** base + sum(out) = margin(encoded) to float64 rounding. @param out by player. Allocates nothing; not re-entrant. */
  explain(encoded: ArrayLike<number>, out: Float64Array): void
  describe(): TreeExplainerDescription | { method: 'closed form'; reason: string }
}

export interface ExplainableOptions {
  /** The class to explain; without it the signature's positive class. */
  explainedClass?: ClassName
}

/** A reason, as a part of a sentence, where the graph holds something unknown: then only the runtime can be asked. */
export function compileExplainable(
  model: ModelFile,
  signature: GraphSignature,
  options: ExplainableOptions = {},
): ExplainableModel | { reason: string } {
  try {
    const value = explainedValue(model, signature)
    const program = compileProgram(model, signature, [value.value])
    const cell = explainedCell(value, program.wire(value.value).size, signature, options.explainedClass)
    const shared = explainable(signature, program, cell)
    try {
      return additive(model, signature, program, cell, shared)
    } catch (error) {
      if (!(error instanceof UnsupportedError)) throw error
      const game: Explainable['game'] = (feeds, row, background, count) =>
        rawGame(program, (own) => read(own, cell), feeds, row, background, count)
      return { ...shared, kind: 'function', because: error.message, game }
    }
  } catch (error) {
    if (error instanceof UnsupportedError) return { reason: error.message }
    throw error
  }
}

function explainable(signature: GraphSignature, program: Program, cell: ExplainedCell): Omit<Explainable, 'game'> {
  return {
    players: signature.fields.map((field) => field.name),
    answers: cell.answers,
    answer(feeds, row) {
      program.load(feeds, row)
      program.run()
      return read(program, cell)
    },
  }
}

function read(program: Program, { value, cell, isComplement }: ExplainedCell): number {
  const answer = program.numbers[program.wire(value).start + cell] as number
  return isComplement ? Math.fround(1 - answer) : answer
}

function additive(
  model: ModelFile,
  signature: GraphSignature,
  program: Program,
  cell: ExplainedCell,
  shared: Omit<Explainable, 'game'>,
): AdditiveModel {
  const direct = headOf(model, program, cell.value, cell.cell)
  const head = cell.isComplement ? moved(direct, -1, 1) : direct
  const encoder = compileProgram(model, signature, [head.input])
  const wire = encoder.wire(head.input)
  const core = coreOf(head, wire, signature)
  const { link } = head
  const answerOf = (margin: number) => (link === 'identity' ? margin : link === 'logistic' ? sigmoid(margin) : null)
  const encode: AdditiveModel['encode'] = (feeds, row, into, at = 0) => {
    encoder.load(feeds, row)
    encoder.run()
    for (let column = 0; column < wire.size; column++)
      into[at + column] = encoder.numbers[wire.start + column] as number
  }
  return {
    ...shared,
    kind: core.kind,
    scale: link === 'identity' ? cell.answers : 'margin',
    link,
    width: wire.size,
    encode,
    margin: core.margin,
    rounding: core.rounding,
    answerOf,
    explainer: core.explainer,
    game(feeds, row, background, count) {
      if (link === 'softmax') return rawGame(program, (own) => read(own, cell), feeds, row, background, count)
      const rows = new Float64Array(count * wire.size)
      for (let other = 0; other < count; other++) encode(background, other, rows, other * wire.size)
      const own = new Float64Array(wire.size)
      encode(feeds, row, own)
      return mixedGame({
        playerCount: signature.fields.length,
        playerOf: core.playerOf,
        row: own,
        background: rows,
        value: (mixed) => answerOf(core.margin(mixed)) ?? NaN,
      })
    },
  }
}

interface Core {
  kind: 'trees' | 'linear'
  playerOf: Int32Array
  margin(encoded: ArrayLike<number>): number
  rounding(encoded: ArrayLike<number>): number
  explainer(background: Float64Array, options?: TreeExplainerOptions): MarginExplainer
}

/** A float32 addition or product is off by at most half a unit in the last place: 2^-24 of it (Higham 2002, 4.2). */
const FLOAT32_UNIT = 2 ** -24

function coreOf({ core, margin }: Head, wire: Wire, signature: GraphSignature): Core {
  const playerCount = signature.fields.length
  if (core.kind === 'trees') {
    const asked = new Set(core.ensemble.nodes.column)
    const playerOf = playersOf(wire, (column) => asked.has(column), signature)
    if (lastColumn(core.ensemble) >= wire.size)
      throw new UnsupportedError('the trees look at columns that are not there')
    const forest: Forest = { ...core.ensemble.nodes, ...leafValues(core.ensemble, margin), playerCount, playerOf }
    const sizes: Forest = { ...forest, value: forest.value.map(Math.abs), constant: Math.abs(forest.constant) }
    const additions = forest.roots.length + 2
    return {
      kind: 'trees',
      playerOf,
      margin: (encoded) => marginOf(forest, encoded),
      rounding: (encoded) => additions * FLOAT32_UNIT * marginOf(sizes, encoded),
      explainer: (background, options) => buildTreeExplainer(forest, background, options),
    }
  }
  const { linear } = core
  const weights = new Float64Array(linear.width)
  let { constant } = margin
  for (const { target, factor } of margin.terms) {
    constant += factor * (linear.constants[target] as number)
    for (let column = 0; column < linear.width; column++) {
      weights[column] =
        (weights[column] as number) + factor * (linear.weights[target * linear.width + column] as number)
    }
  }
  const playerOf = playersOf(wire, (column) => weights[column] !== 0, signature)
  const sum: LinearSum = { playerCount, playerOf, weights, constant }
  return {
    kind: 'linear',
    playerOf,
    margin: (encoded) => marginOfSum(sum, encoded),
    rounding(encoded) {
      let size = Math.abs(constant)
      for (let column = 0; column < weights.length; column++)
        size += Math.abs((weights[column] as number) * (encoded[column] as number))
      return (weights.length + 2) * FLOAT32_UNIT * size
    },
    explainer: (background) => ({
      ...buildLinearExplainer(sum, background),
      describe: () => ({ method: 'closed form', reason: 'A weighted sum of columns is explained by its weights.' }),
    }),
  }
}

/** The one field that each column comes from; of columns that nothing looks at any will do. */
function playersOf(wire: Wire, isUsed: (column: number) => boolean, signature: GraphSignature): Int32Array {
  return Int32Array.from(wire.fields, (fields, column) => {
    const [field, ...others] = fields
    if (others.length > 0 && isUsed(column)) {
      const names = fields.map((own) => signature.fields[own]?.name ?? '')
      throw new UnsupportedError(
        `column ${column} of the model is computed from several fields (${names.slice(0, 5).join(', ')})`,
      )
    }
    return field ?? 0
  })
}
