// What a counterfactual is to reach, and how far an answer is from it.
import type { Answer } from '@/lib/onnx/decode'
import { ProblemError } from '@/lib/platform/errors'
import type { Signature } from '@/lib/registry/contract'
import { scoreOf } from '@/lib/serving/rules/output'
import type { CounterfactualOptions } from '../../contract/lookup'
import { classInWords, scoreMeaningOf } from '../answer-words'
import { numberInWords } from '../value-words'

export type Goal =
  | { kind: 'threshold'; threshold: number; isAbove: boolean; isProbability: boolean }
  /** Another class than `from`; a certain one where `to` says so. */
  | { kind: 'class'; from: string; to: string | null }

const DEFAULT_THRESHOLD = 0.5
/** Of a value, where nobody says what is wanted and the version has no threshold: a tenth more. */
const DEFAULT_PERCENT = 10
/** An answer in float64 must be clearly on the other side, or the runtime's float32 may disagree. */
const MARGIN = 1e-6

/** @throws ProblemError `target_invalid` for a target that this kind of answer cannot have, `no_score` where there is nothing to move. */
export function goalOf(signature: Signature, answered: { label: string | null; score: number | null }, target?: CounterfactualOptions['target']): Goal {
  const { label, score } = answered
  if (signature.task === 'multiclass') {
    if (label === null) throw noScore()
    if (target !== undefined && !('label' in target)) throw wrongTarget('Name a class as the target: this model answers one of several.')
    const to = target?.label ?? null
    if (to !== null && (to === label || !signature.classes?.some((one) => String(one) === to))) throw wrongTarget(`${to} is not another class of this model.`)
    return { kind: 'class', from: label, to }
  }
  if (score === null) throw noScore()
  if (target !== undefined && 'label' in target) throw wrongTarget('This model answers a number: give a value or a percentage as the target.')
  const isProbability = signature.task === 'binary'
  const wanted = wantedScore(signature, score, target)
  return { kind: 'threshold', threshold: wanted, isAbove: target === undefined && hasThreshold(signature) ? score < wanted : wanted > score, isProbability }
}

function hasThreshold(signature: Signature): boolean {
  return signature.task === 'binary' || signature.decision !== undefined
}

function wantedScore(signature: Signature, score: number, target: CounterfactualOptions['target']): number {
  if (target === undefined && hasThreshold(signature)) return signature.decision?.threshold ?? DEFAULT_THRESHOLD
  const wanted = target !== undefined && 'value' in target ? target.value : score + (Math.abs(score) * (target !== undefined && 'percent' in target ? target.percent : DEFAULT_PERCENT)) / 100
  if (wanted === score) throw wrongTarget('The target is what the model answered already.')
  return wanted
}

function wrongTarget(message: string): ProblemError {
  return new ProblemError('invalid', message, { code: 'target_invalid', fields: [{ path: 'target', rule: 'target', message }] })
}

function noScore(): ProblemError {
  return new ProblemError('conflict', 'This answer has no score that changes could move.', { code: 'not_explainable' })
}

/** Of a score: how far it is on the wrong side, in log-odds for probabilities so that steps add up; 0 or less is reached. */
export function gapOfScore(goal: Goal & { kind: 'threshold' }, score: number): number {
  const { threshold, isAbove, isProbability } = goal
  const isLogit = isProbability && threshold > 0 && threshold < 1
  const distance = isLogit ? logit(threshold) - logit(score) : threshold - score
  const margin = isLogit ? MARGIN : MARGIN * Math.max(Math.abs(threshold), Number.MIN_VALUE)
  return (isAbove ? distance : -distance) + margin
}

export function gapOfAnswer(signature: Signature, goal: Goal, answer: Answer): number {
  if (goal.kind === 'threshold') {
    const score = scoreOf(signature, answer)
    return score === null ? Infinity : gapOfScore(goal, score)
  }
  const probabilities = answer.probabilities ?? (answer.label === undefined ? {} : { [String(answer.label)]: 1 })
  const wanted = goal.to ?? goal.from
  const own = Object.hasOwn(probabilities, wanted) ? (probabilities[wanted] ?? 0) : 0
  const best = Math.max(0, ...Object.entries(probabilities).flatMap(([name, probability]) => (name === wanted ? [] : [probability])))
  return (goal.to === null ? own - best : best - own) + MARGIN
}

/** Whether the answer, as the runtime gave it, is on the wanted side by the rule that decisions are made by. */
export function isReached(signature: Signature, goal: Goal, answer: Answer): boolean {
  if (goal.kind === 'class') return goal.to === null ? String(answer.label) !== goal.from : String(answer.label) === goal.to
  const score = scoreOf(signature, answer)
  if (score === null) return false
  return goal.isAbove ? score >= goal.threshold : score < goal.threshold
}

export function goalInWords(signature: Signature, goal: Goal): string {
  if (goal.kind === 'class') return goal.to === null ? `another answer than ${classInWords(signature, goal.from)}` : classInWords(signature, goal.to)
  const { decision } = signature
  const meaning = scoreMeaningOf(signature, null)
  const side = goal.isAbove ? 'of at least' : 'below'
  const number = goal.isProbability ? String(Number(goal.threshold.toPrecision(3))) : numberInWords(Number(goal.threshold.toPrecision(6)), signature.scoreUnit)
  const follows = decision?.threshold === goal.threshold ? (goal.isAbove ? decision.above : decision.below) : ''
  return `a ${meaning.replace(/^(the|a|an) /i, '')} ${side} ${number}${follows === '' ? '' : `: ${follows}`}`
}

/** Never infinite: a model may answer 0 or 1. */
function logit(probability: number): number {
  const bounded = Math.min(1 - 1e-12, Math.max(1e-12, probability))
  return Math.log(bounded / (1 - bounded))
}
