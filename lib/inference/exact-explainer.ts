// Explains answers as they are served: exact background Shapley values on the margin, without asking the model again.
import { compileExplainable, type AdditiveModel, type ExplainableModel, type ExplainedScale, type MarginExplainer } from '@/lib/onnx/explainable'
import { compileEncoder, type Encoder, type Row } from '@/lib/onnx/encode'
import type { Answer } from '@/lib/onnx/decode'
import type { ClassName } from '@/lib/onnx/classes'
import { readModelFile } from '@/lib/onnx/model-file'
import type { GraphSignature } from '@/lib/onnx/signature-types'
import { withoutZipMap } from '@/lib/onnx/zip-map'

/** What the tables of one version may take, all its classes together. */
export const EXPLAINER_BUDGET_BYTES = 64 * 1024 * 1024

export interface ExactExplanation {
  scale: ExplainedScale
  base: number
  /** In the order of the signature's fields, in the scale's unit. */
  values: Float64Array
  /** The runtime's answer minus the answer that follows from base + sum(values). */
  residual: number
  /** Of several classes, the one that was answered. */
  chosenClass?: string
}

export interface ExactExplainer {
  readonly scale: ExplainedScale
  readonly method: 'closed form' | 'tables' | 'walk' | 'mixed'
  readonly reason: string
  readonly heldBytes: number
  readonly budgetBytes: number
  /** Classes explained, in the signature's order; one where only one is. */
  readonly models: readonly AdditiveModel[]
  /** Of the same classes, over encoded rows. */
  readonly explainers: readonly MarginExplainer[]
  /**
   * Of one row and what the runtime answered for it. Null where the answer is missing or the class is not known. Not
   * re-entrant, as it is not asynchronous.
   * @throws EncodeError for a value that the model cannot take
   */
  explain(row: Row, answer: Answer): ExactExplanation | null
}

interface ExplainedAnswer {
  name: string | null
  model: AdditiveModel
  explainer: MarginExplainer
}

/**
 * Null where the model is no sum of trees or columns. Trusts its reading of the file: see `selfTest`.
 * @param background rows as they were given
 */
export function openExactExplainer(artifact: Uint8Array, signature: GraphSignature, background: readonly Row[], budgetBytes = EXPLAINER_BUDGET_BYTES): ExactExplainer | null {
  const wanted = explainedClasses(signature)
  const models = readModels(artifact, signature).filter(isAdditive)
  const [first] = models
  if (!first || models.length < wanted.length || background.length === 0) return null
  const encoder = compileEncoder(signature)
  const { feeds } = encoder.encode(background)
  const answers = models.map((model, index): ExplainedAnswer => {
    const rows = new Float64Array(background.length * model.width)
    for (let row = 0; row < background.length; row++) model.encode(feeds, row, rows, row * model.width)
    const explainedClass = wanted[index] ?? null
    return { name: explainedClass === null ? null : String(explainedClass), model, explainer: model.explainer(rows, { budgetBytes: budgetBytes / models.length }) }
  })
  return { ...described(answers), models, explainers: answers.map(({ explainer }) => explainer), scale: first.scale, budgetBytes, explain: explainerOf(encoder, answers) }
}

/** What is read of the file for each explained class; none where it holds something unknown. */
export function readModels(artifact: Uint8Array, signature: GraphSignature): ExplainableModel[] {
  const models: ExplainableModel[] = []
  for (const explainedClass of explainedClasses(signature)) {
    const found = readModel(artifact, signature, explainedClass)
    if ('reason' in found) return []
    models.push(found)
  }
  return models
}

/** The logarithm of a value is no scale that people read: such models are explained on the value itself, by asking. */
export function isAdditive(model: ExplainableModel): model is AdditiveModel {
  return model.kind !== 'function' && model.link !== 'exponential'
}

/** Of one class; null for the positive one, or a value. */
export function readModel(artifact: Uint8Array, signature: GraphSignature, explainedClass: ClassName | null): ExplainableModel | { reason: string } {
  const file = readModelFile(withoutZipMap(artifact) ?? artifact)
  return compileExplainable(file, signature, explainedClass === null ? {} : { explainedClass })
}

/** The positive class of two and a value are null; of several classes all. */
export function explainedClasses(signature: GraphSignature): (ClassName | null)[] {
  const { classes, positiveClass } = signature
  if (positiveClass !== undefined || classes === undefined || classes.length === 0) return [null]
  return [...classes]
}

function explainerOf(encoder: Encoder, answers: readonly ExplainedAnswer[]): ExactExplainer['explain'] {
  const width = Math.max(...answers.map(({ model }) => model.width))
  const encoded = new Float64Array(width)
  const ofSeveral = answers.length > 1
  return (row, answer) => {
    const chosen = ofSeveral ? answers.find(({ name }) => name === String(answer.label)) : answers[0]
    if (!chosen) return null
    const { model, explainer } = chosen
    const said = answerNumber(answer, ofSeveral ? chosen.name : null)
    if (said === undefined) return null
    const { feeds } = encoder.encode([row])
    model.encode(feeds, 0, encoded)
    const values = new Float64Array(model.players.length)
    explainer.explain(encoded, values)
    let margin = explainer.base
    for (let player = 0; player < values.length; player++) margin += values[player] as number
    const follows = model.answerOf(margin) ?? softmaxOf(answers, chosen, margin, (other) => {
      other.model.encode(feeds, 0, encoded)
      return other.model.margin(encoded)
    })
    const explanation = { scale: model.scale, base: explainer.base, values, residual: said - follows }
    return ofSeveral && chosen.name !== null ? { ...explanation, chosenClass: chosen.name } : explanation
  }
}

function answerNumber(answer: Answer, chosenClass: string | null): number | undefined {
  if (chosenClass === null) return answer.value ?? answer.score
  return answer.probabilities !== undefined && Object.hasOwn(answer.probabilities, chosenClass) ? answer.probabilities[chosenClass] : undefined
}

/** Of the chosen class, with the other classes' margins, in a way that does not overflow. */
function softmaxOf(answers: readonly ExplainedAnswer[], chosen: ExplainedAnswer, own: number, marginOf: (other: ExplainedAnswer) => number): number {
  let sum = 0
  for (const other of answers) sum += other === chosen ? 1 : Math.exp(marginOf(other) - own)
  return 1 / sum
}

function described(answers: readonly ExplainedAnswer[]): Pick<ExactExplainer, 'method' | 'reason' | 'heldBytes'> {
  const descriptions = answers.map(({ explainer }) => explainer.describe())
  const slowest = descriptions.find(({ method }) => method === 'walk') ?? descriptions.find(({ method }) => method === 'mixed') ?? descriptions[0]
  const heldBytes = descriptions.reduce((bytes, one) => bytes + ('heldBytes' in one ? one.heldBytes : 0), 0)
  return { method: slowest?.method ?? 'closed form', reason: slowest?.reason ?? '', heldBytes }
}
