// What was answered, as a sentence: `Probability 0.71 that the loan is not paid back: refer to a loan officer.`
import type { Signature } from '@/lib/registry/contract'
import { meaningWithoutUnit, numberInWords, own } from './value-words'

export interface GivenAnswer {
  label: string | null
  /** As it is stored with a prediction. */
  score: number | null
}

export function answerInWords(signature: Signature, { label, score }: GivenAnswer): string {
  const { decision } = signature
  const said = scoreInWords(signature, label, score)
  const chosen = decision === undefined || score === null ? null : score >= decision.threshold ? decision.above : decision.below
  return chosen === null || chosen === '' ? `${said}.` : `${said}: ${chosen}.`
}

/** What really happened, as it is kept with the prediction: of two classes 1 is the positive one. */
export function outcomeInWords(signature: Signature, { value, label }: { value: number | null; label: string | null }): string {
  if (signature.task === 'regression') return value === null ? (label ?? '') : numberInWords(value, signature.scoreUnit)
  if (signature.task === 'multiclass') return label === null ? '' : classInWords(signature, label)
  const isPositive = value === 1
  const other = signature.classes?.find((one) => one !== signature.positiveClass)
  const name = own(signature.classNames, String(isPositive ? signature.positiveClass : other))
  if (name !== undefined) return name
  const event = /^probability that (.+)$/i.exec(signature.scoreMeaning)?.[1]
  if (isPositive) return event === undefined ? 'it happened' : `it happened: ${event}`
  return 'it did not happen'
}

/** The name of a class, as its metadata has it. */
export function classInWords(signature: Signature, label: string): string {
  return own(signature.classNames, label) ?? label
}

/** What the score is the probability, or the value, of. */
export function scoreMeaningOf(signature: Signature, label: string | null): string {
  if (signature.task !== 'multiclass' || label === null) return meaningWithoutUnit(signature.scoreMeaning, signature.scoreUnit)
  return `probability of ${classInWords(signature, label)}`
}

function scoreInWords(signature: Signature, label: string | null, score: number | null): string {
  if (score === null) return label === null ? 'No answer' : capital(classInWords(signature, label))
  const meaning = meaningWithoutUnit(signature.scoreMeaning, signature.scoreUnit)
  if (signature.task === 'multiclass') {
    return label === null ? `Probability ${probability(score)}` : `${capital(classInWords(signature, label))}, with probability ${probability(score)}`
  }
  if (signature.task === 'regression') return `${capital(meaning)}: ${numberInWords(score, signature.scoreUnit)}`
  // "Probability 0.71 that …" reads better than the number behind a long clause.
  const rest = /^probability (that|of) (.+)$/i.exec(meaning)
  return rest ? `Probability ${probability(score)} ${rest[1]} ${rest[2]}` : `${capital(meaning)} ${probability(score)}`
}

/** Two decimals, and never a certainty that is not there. */
function probability(score: number): string {
  const text = score.toFixed(2)
  if (text === '1.00' && score < 1) return 'above 0.99'
  return text === '0.00' && score > 0 ? 'below 0.01' : text
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
