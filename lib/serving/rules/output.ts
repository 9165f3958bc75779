// From what the model answered to what is answered and logged.
import type { Answer } from '@/lib/onnx/decode'
import type { Signature } from '@/lib/registry/contract'
import { answerScore } from '@/lib/registry/rules/reference-profile'
import type { PredictedOutput } from '../contract'

const DEFAULT_THRESHOLD = 0.5

/** Probability of the positive class, value of a regression, or probability of the chosen of several classes. */
export function scoreOf(signature: Signature, answer: Answer): number | null {
  if (signature.task !== 'multiclass') {
    const score = answerScore(signature, answer)
    return typeof score === 'number' ? score : null
  }
  const { label, probabilities } = answer
  if (label === undefined || probabilities === undefined) return null
  const name = String(label)
  return Object.hasOwn(probabilities, name) ? (probabilities[name] ?? null) : null
}

export function outputOf(signature: Signature, answer: Answer): PredictedOutput {
  const { decision } = signature
  const output: PredictedOutput = { ...answer }
  const judged = answer.score ?? answer.value
  if (decision && judged !== undefined) output.decision = judged >= decision.threshold ? decision.above : decision.below
  return output
}

/** The answer with another score: of two classes, the probabilities and the chosen class follow it. */
export function withScore(signature: Signature, answer: Answer, score: number): Answer {
  if (signature.task === 'regression') return { ...answer, value: score }
  const { positiveClass } = signature
  const other = signature.classes?.find((one) => one !== positiveClass)
  if (positiveClass === undefined || other === undefined) return { ...answer, score }
  return {
    label: score >= DEFAULT_THRESHOLD ? positiveClass : other,
    score,
    probabilities: { [String(other)]: 1 - score, [String(positiveClass)]: score },
  }
}

/** All probabilities are kept where there are more than two; of two, the score says both. */
export function extraOf(answer: Answer): Record<string, number> | null {
  const { probabilities } = answer
  return probabilities !== undefined && Object.keys(probabilities).length > 2 ? probabilities : null
}
