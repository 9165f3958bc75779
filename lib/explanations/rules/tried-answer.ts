// What a model says of a row that nobody sent, beside what was decided.
import type { Answer } from '@/lib/onnx/decode'
import type { Signature } from '@/lib/registry/contract'
import { scoreOf } from '@/lib/serving/rules/output'
import type { TriedAnswer } from '../contract/lookup'
import { answerInWords, classInWords, type GivenAnswer } from './answer-words'

/** What the model itself answered: a guardrail may have answered something else. */
export function modelAnswerOf({ label, score, modelScore, guardrail }: GivenAnswer & { modelScore: number | null; guardrail: unknown }): GivenAnswer {
  return { label, score: guardrail === null ? score : modelScore }
}

/** @param before what the model that decided had answered, read by its own signature */
export function triedAnswer(signature: Signature, answer: Answer, before: { signature: Signature; answered: GivenAnswer }): TriedAnswer {
  const given: GivenAnswer = { label: answer.label === undefined ? null : String(answer.label), score: scoreOf(signature, answer) }
  const decision = decisionOf(signature, given)
  return { ...given, answer: answerInWords(signature, given), decision, isDecisionChanged: decision !== decisionOf(before.signature, before.answered) }
}

/** Of the version's threshold; at it is above. Null where it has none. */
export function sideOf({ decision }: Signature, score: number | null): 'above' | 'below' | null {
  if (decision === undefined || score === null) return null
  return score >= decision.threshold ? 'above' : 'below'
}

/** What follows from an answer, where the version has a rule for that, else its class; null of a plain number. */
export function decisionOf(signature: Signature, { label, score }: GivenAnswer): string | null {
  const { decision, task } = signature
  const side = sideOf(signature, score)
  if (decision !== undefined && side !== null) return decision[side]
  return task === 'regression' || label === null ? null : classInWords(signature, label)
}
