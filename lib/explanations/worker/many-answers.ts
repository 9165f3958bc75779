// Answers for many made-up rows: in float64 from what was read of the file where that is trusted, else from the runtime.
import type { Answer } from '@/lib/onnx/decode'
import { compileEncoder, type Row } from '@/lib/onnx/encode'
import { scoreOf } from '@/lib/serving/rules/output'
import type { OpenedVersion } from './opened-version'

/** A bounded batch holds the runtime's memory, whatever is asked. */
const ROWS_A_RUN = 2048

/** Scores of two-class models and regressions; null where only the runtime knows. Synchronous. */
export function quickScores({ exact, version }: OpenedVersion): ((rows: readonly Row[]) => Float64Array) | null {
  const [model, ...others] = exact?.models ?? []
  // One of two classes, or a value; the link of several classes needs the others' margins.
  if (!model || others.length > 0 || model.link === 'softmax' || version.signature.task === 'multiclass') return null
  const { encode } = compileEncoder(version.signature)
  const encoded = new Float64Array(model.width)
  return (rows) => {
    const { feeds } = encode(rows)
    const scores = new Float64Array(rows.length)
    for (let row = 0; row < rows.length; row++) {
      model.encode(feeds, row, encoded)
      scores[row] = model.answerOf(model.margin(encoded)) ?? NaN
    }
    return scores
  }
}

export async function runtimeAnswers({ model }: OpenedVersion, rows: readonly Row[]): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let start = 0; start < rows.length; start += ROWS_A_RUN) answers.push(...(await model.run(rows.slice(start, start + ROWS_A_RUN))))
  return answers
}

/** The score as served; of several classes, the probability of this one. */
export async function manyScores(opened: OpenedVersion, rows: readonly Row[], chosen: string | null): Promise<number[]> {
  const quick = quickScores(opened)
  if (quick) return Array.from(quick(rows))
  const { signature } = opened.version
  const isOfSeveral = signature.task === 'multiclass' && chosen !== null
  return (await runtimeAnswers(opened, rows)).map((answer) => {
    const { probabilities } = answer
    if (!isOfSeveral) return scoreOf(signature, answer) ?? NaN
    return probabilities !== undefined && Object.hasOwn(probabilities, chosen) ? (probabilities[chosen] ?? NaN) : NaN
  })
}
