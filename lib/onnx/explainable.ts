/**
 * What of a model file can be explained, and how exactly. Trees and weighted sums whose every column comes from one raw
 * field are explained exactly, by field, on the margin; where no function stands between margin and answer, that is the
 * answer itself. Other graphs of known operators can be asked for mixed rows without the runtime, for the listing and
 * sampling of lib/math/shapley. Nothing here trusts itself: see `selfTest`.
 */
import type { LinearSum } from '@/lib/math/linear-shapley'
import type { ShapleyGame } from '@/lib/math/shapley'
import type { Forest, TreeExplainerOptions } from '@/lib/math/tree-shapley'
import type { ClassName } from './classes'
import type { ModelFile } from './graph'
import { inputsOf, layoutOf, type Layout } from './pipeline/additive'
import { sigmoid } from './pipeline/operators/arithmetic'
import { UnsupportedError } from './pipeline/builder'
import { explainedCell, explainedValue, type ExplainedCell } from './pipeline/explained-cell'
import { isForm, moved, type Form, type Link } from './pipeline/forms'
import { mixedGame, rawGame } from './pipeline/games'
import { lineageOf, type Lineage } from './pipeline/lineage'
import { marginFor, type Margin, type MarginExplainer } from './pipeline/margin'
import { compileProgram, type Feeds, type Program } from './pipeline/program'
import type { GraphSignature } from './signature-types'

export type { Link } from './pipeline/forms'
export type { Lineage, LineageColumn } from './pipeline/lineage'
export type { MarginExplainer } from './pipeline/margin'
export type { Feeds } from './pipeline/program'
export { selfTest, type SelfTest } from './pipeline/self-test'
export { selfTestRows, type SelfTestRowsOptions } from './pipeline/self-test-rows'

/**
 * `margin`: log-odds, or the raw score of a class among three or more, or the logarithm of a value (see `link`).
 * `value`: what a regression answers.
 */
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
   * In float64 of an additive model, else in the runtime's float32.
   */
  game(feeds: Feeds, row: number, background: Feeds, backgroundCount: number): ShapleyGame
  /** What the graph is made of, and which field feeds which of its columns. */
  lineage(): Lineage
}

/** Explained in closed form or by tables. */
export interface AdditiveModel extends Explainable {
  /** `trees`: a sum of trees, beside which a weighted sum may stand. */
  kind: 'trees' | 'linear'
  /** The scale that `explainer` explains exactly. Where it is `margin`, the probability is explained by `game` only. */
  scale: ExplainedScale
  link: Link
  /** Columns of an encoded row: the trees' matrix. */
  width: number
  /** For each column of an encoded row the player it belongs to. */
  playerOf: Int32Array
  /** Writes the row as the trees see it. Allocates nothing. @param at where in `into` */
  encode(feeds: Feeds, row: number, into: Float64Array, at?: number): void
  /** In float64, on the thresholds, weights and constants of the file. */
  margin(encoded: ArrayLike<number>): number
  /** The most that the runtime's float32 additions, in whatever order, may be away from a class's margin. */
  rounding(encoded: ArrayLike<number>): number
  /** The part of `rounding` that weighted sums make; 0 of trees alone, whose order of additions is known. */
  roundingOfLine(encoded: ArrayLike<number>): number
  /** The answer that belongs to a margin in float64; null for a softmax of three and more classes. */
  answerOf(margin: number): number | null
  /** The answer of an encoded row in float64, also of three and more classes. */
  answerFrom(encoded: ArrayLike<number>): number
  /** @param background encoded rows one after another, as `encode` writes them */
  explainer(background: Float64Array, options?: TreeExplainerOptions): MarginExplainer
  /**
   * The margin as trees over encoded rows, for interaction values. Null of a weighted sum alone, which has none; where
   * `line` is there too, the margin is the sum of both.
   */
  forest(): Forest | null
  line(): LinearSum | null
}

/** Explained by asking it for mixed rows. */
export interface FunctionModel extends Explainable {
  kind: 'function'
  /** Why there is nothing exact, as a part of a sentence. */
  because: string
}

export type ExplainableModel = AdditiveModel | FunctionModel

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
    const { size, rowAxis } = program.wire(value.value)
    if (rowAxis !== 0) throw new UnsupportedError('an answer whose rows are not its first axis')
    const cell = explainedCell(value, size, signature, options.explainedClass)
    const shared = explainable(signature, program, cell)
    try {
      return additive(model, signature, program, cell, shared)
    } catch (error) {
      if (!(error instanceof UnsupportedError)) throw error
      const game: Explainable['game'] = (feeds, row, background, count) =>
        rawGame(program, (own) => read(own, cell), feeds, row, background, count)
      const lineage = () => lineageOf(program.nodes, signature, null)
      return { ...shared, kind: 'function', because: error.message, game, lineage }
    }
  } catch (error) {
    if (error instanceof UnsupportedError) return { reason: error.message }
    throw error
  }
}

function explainable(
  signature: GraphSignature,
  program: Program,
  cell: ExplainedCell,
): Pick<Explainable, 'players' | 'answers' | 'answer'> {
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

function formOf(program: Program, { value, cell, isComplement }: ExplainedCell): Form {
  const direct = program.wire(value).cells[cell]?.form ?? 'the answer is not there'
  const form = isComplement ? moved(direct, -1, 1) : direct
  if (!isForm(form)) throw new UnsupportedError(form)
  return form
}

function additive(
  model: ModelFile,
  signature: GraphSignature,
  program: Program,
  cell: ExplainedCell,
  shared: Pick<Explainable, 'players' | 'answers' | 'answer'>,
): AdditiveModel {
  const form = formOf(program, cell)
  const sums = form.classes ?? [form]
  const encoder = compileProgram(model, signature, inputsOf(sums))
  const layout = layoutOf([form, ...sums], encoder)
  const margin = marginFor(form, layout, signature)
  const classes = form.classes?.map((sum) => marginFor(sum, layout, signature)) ?? []
  const { link } = form
  const { width } = layout
  const encode = encoderOf(encoder, layout)
  const answerFrom = (encoded: ArrayLike<number>) => behind(link, margin.value(encoded), classes, encoded)
  return {
    ...shared,
    kind: margin.parts.forest ? 'trees' : 'linear',
    scale: link === 'identity' ? cell.answers : 'margin',
    link,
    width,
    playerOf: margin.playerOf,
    encode,
    margin: margin.value,
    rounding: (encoded) => most([margin, ...classes], (one) => one.rounding(encoded)),
    roundingOfLine: (encoded) => most([margin, ...classes], (one) => one.roundingOfLine(encoded)),
    answerOf: (value) => (link === 'softmax' ? null : behind(link, value, [], [])),
    answerFrom,
    explainer: margin.explainer,
    forest: () => margin.parts.forest,
    line: () => margin.parts.linear,
    lineage: () => lineageOf(program.nodes, signature, { layout, parts: margin.parts, link }),
    game(feeds, row, background, count) {
      const rows = new Float64Array(count * width)
      for (let other = 0; other < count; other++) encode(background, other, rows, other * width)
      const own = new Float64Array(width)
      encode(feeds, row, own)
      const { playerOf } = margin
      const playerCount = signature.fields.length
      return mixedGame({ playerCount, playerOf, row: own, background: rows, value: answerFrom })
    },
  }
}

function most(margins: readonly Margin[], of: (margin: Margin) => number): number {
  return margins.reduce((highest, margin) => Math.max(highest, of(margin)), 0)
}

function encoderOf(encoder: Program, { blocks }: Layout): AdditiveModel['encode'] {
  const runs = blocks.map(({ wire, start, precision }) => ({ from: wire.start, size: wire.size, start, precision }))
  return (feeds, row, into, at = 0) => {
    encoder.load(feeds, row)
    encoder.run()
    for (let run = 0; run < runs.length; run++) {
      const { from, size, start, precision } = runs[run] as (typeof runs)[number]
      for (let column = 0; column < size; column++) {
        const value = encoder.numbers[from + column] as number
        into[at + start + column] = precision === 'float32' ? Math.fround(value) : value
      }
    }
  }
}

/** @param classes the margins of all classes of a softmax */
function behind(link: Link, margin: number, classes: readonly Margin[], encoded: ArrayLike<number>): number {
  switch (link) {
    case 'identity':
      return margin
    case 'logistic':
      return sigmoid(margin)
    case 'exponential':
      return Math.exp(margin)
    case 'softmax': {
      let total = 0
      for (const other of classes) total += Math.exp(other.value(encoded) - margin)
      return 1 / total
    }
  }
}
