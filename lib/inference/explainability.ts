// What can be promised of a version's explanations: its file is read, tried against the runtime's own answers, and its
// explainer built once to see what it holds. Runs where the file is opened for the first time, in the probe's child.
import { selfTest, selfTestRows, type ExplainableModel, type ExplainedScale, type SelfTest } from '@/lib/onnx/explainable'
import type { Answer } from '@/lib/onnx/decode'
import { compileEncoder, type Row } from '@/lib/onnx/encode'
import type { GraphSignature } from '@/lib/onnx/signature-types'
import { explainedClasses, isAdditive, openExactExplainer, readModel, type ExactExplainer } from './exact-explainer'

/** Rows whose answers are compared with the runtime's. */
export const SELF_TEST_ROWS = 200

/** How a version's answers can be explained. */
export interface Explainability {
  /**
   * `exact`: Shapley values in closed form or by tables, self-tested. `sampled`: the model is asked for mixed rows, by
   * listing every coalition or by sampling. `none`: there is no background sample.
   */
  kind: 'exact' | 'sampled' | 'none'
  method: 'closed form' | 'tables' | 'walk' | 'mixed' | null
  /** What is explained exactly; null where nothing is. */
  scale: ExplainedScale | null
  /** Why, for people. */
  sentence: string
  selfTest: SelfTest | null
  /** What the explainer holds in memory, how long it took to build, and what half of the rows took at most. */
  held: { bytes: number; budgetBytes: number; buildMilliseconds: number; rowMicroseconds: number } | null
}

export interface Assessment {
  explainability: Explainability
  /** Of the rows that were given, in the scale; null where a row has none, and altogether where nothing is exact. */
  attributions: (Float64Array | null)[] | null
}

export interface AssessedModel {
  artifact: Uint8Array
  signature: GraphSignature
  /** As they were given, with what the runtime answered. */
  rows: readonly Row[]
  answers: readonly Answer[]
  background: readonly Row[]
  /** Asks the runtime; null for a row that it has no answer to. */
  ask(rows: readonly Row[]): Promise<(Answer | null)[]>
}

export async function assessExplainability({ artifact, signature, rows, answers, background, ask }: AssessedModel): Promise<Assessment> {
  if (background.length === 0) return sampled('none', 'There is no reference data to explain it against.')
  const tested = await testModel(artifact, signature, rows, ask)
  if ('reason' in tested) return sampled('sampled', `It is explained by asking the model for mixed rows: it has ${tested.reason}.`)
  const { model, test } = tested
  if (model.kind === 'function') return sampled('sampled', `It is explained by asking the model for mixed rows: ${model.because}.`, test)
  if (!isAdditive(model)) return sampled('sampled', 'It adds up the logarithm of the value: it is explained on the value itself, by asking the model for mixed rows.', test)
  if (!test.isExact) return sampled('sampled', `It looks like one that can be explained exactly, but is not called so. ${test.reason}`, test)
  const startedAt = performance.now()
  const explainer = openExactExplainer(artifact, signature, background)
  const buildMilliseconds = performance.now() - startedAt
  if (!explainer) return sampled('sampled', 'It is explained by asking the model for mixed rows.', test)
  const { method, scale, reason, heldBytes, budgetBytes } = explainer
  const times: number[] = []
  const attributions = rows.map((row, index) => {
    const rowAt = performance.now()
    const values = attributionOf(explainer, row, answers[index])
    times.push((performance.now() - rowAt) * 1000)
    return values
  })
  // The median: the first rows are slower until the engine has compiled what they run.
  const rowMicroseconds = times.sort((a, b) => a - b)[times.length >> 1] ?? 0
  const held = { bytes: heldBytes, budgetBytes, buildMilliseconds, rowMicroseconds }
  return { explainability: { kind: 'exact', method, scale, sentence: reason, selfTest: test, held }, attributions }
}

function sampled(kind: 'sampled' | 'none', sentence: string, test: SelfTest | null = null): Assessment {
  return { explainability: { kind, method: null, scale: null, sentence, selfTest: test, held: null }, attributions: null }
}

/** The model of each explained class, and the worst test among them: on rows that look where errors hide. */
async function testModel(artifact: Uint8Array, signature: GraphSignature, rows: readonly Row[], ask: AssessedModel['ask']): Promise<{ model: ExplainableModel; test: SelfTest } | { reason: string }> {
  const encoder = compileEncoder(signature)
  let worst: { model: ExplainableModel; test: SelfTest } | undefined
  for (const explainedClass of explainedClasses(signature)) {
    const model = readModel(artifact, signature, explainedClass)
    if ('reason' in model) return model
    const tried = selfTestRows(model, signature, rows, { count: SELF_TEST_ROWS })
    const said = await ask(tried)
    const { feeds } = encoder.encode(tried)
    const numbers = said.map((answer, row) => (answer === null ? withoutAnswer(model.answer(feeds, row)) : runtimeAnswer(answer, explainedClass)))
    const test = selfTest(model, feeds, numbers)
    if (!worst || (worst.test.isExact && !test.isExact)) worst = { model, test }
  }
  return worst ?? { reason: 'no answer to explain' }
}

/** The runtime has no finite answer; neither must we have one. */
function withoutAnswer(own: number): number {
  return Number.isFinite(own) ? NaN : own
}

function runtimeAnswer(answer: Answer, explainedClass: string | number | null): number {
  if (explainedClass === null) return answer.value ?? answer.score ?? NaN
  return answer.probabilities?.[String(explainedClass)] ?? NaN
}

function attributionOf(explainer: ExactExplainer, row: Row, answer: Answer | undefined): Float64Array | null {
  const values = answer === undefined ? null : (explainer.explain(row, answer)?.values ?? null)
  return values?.every(Number.isFinite) ? values : null
}
