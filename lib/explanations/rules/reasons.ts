// Contributions as reasons that a customer could read. A sentence says what the model did with the value, and never that
// the value causes what the score is about.
import type { Field, Signature } from '@/lib/registry/contract'
import type { PredictedReason } from '@/lib/serving/contract'
import type { Explanation, Reason } from '../contract'
import { scoreMeaningOf } from './answer-words'
import { typicalOf, type Reference, type Typical } from './reference-place'
import { changeInWords, isMissing, own, valueInWords } from './value-words'

/** Below two standard errors a contribution may as well be none. */
const LEAST_ERRORS = 2
/** Less is written as 0 percentage points. */
const LEAST_PROBABILITY = 0.0005
/** Of the largest contribution, for values: less is noise to a reader. */
const LEAST_SHARE = 0.001
/** ECOA, Regulation B, comment 9(b)(2)-1: more than four reasons are not likely to help. */
const MOST_PRINCIPAL = 4

export interface ReasonFacts {
  signature: Signature
  row: Readonly<Record<string, unknown>>
  explanation: Pick<Explanation, 'values' | 'errors'>
  /** The answered class, where there are several. */
  label?: string | null | undefined
  reference: Reference
}

/** The largest contribution first. Values of sensitive fields are never written down. */
export function reasonSentences({ signature, row, explanation, label = null, reference }: ReasonFacts): Reason[] {
  const { values, errors } = explanation
  const largest = Math.max(0, ...values.map(Math.abs))
  const least = signature.task === 'regression' ? largest * LEAST_SHARE : LEAST_PROBABILITY
  const meaning = scoreMeaningOf(signature, label)
  const reasons = signature.fields.flatMap((field, index): Reason[] => {
    const contribution = values[index] ?? 0
    const standardError = errors[index] ?? 0
    const size = Math.abs(contribution)
    if (size === 0 || size < least || size <= LEAST_ERRORS * standardError) return []
    const direction = contribution > 0 ? 'raised' : 'lowered'
    const effect = `${contribution > 0 ? 'added' : 'took'} ${changeInWords(signature, contribution)} ${contribution > 0 ? 'to' : 'off'} ${withArticle(meaning)}`
    const value = own(row, field.name)
    const sentence = `${subjectOf(field, value)} ${effect}${comparison(field, value, typicalOf(reference[index]))}.`
    return [{ field: field.name, displayName: field.displayName, contribution, standardError, direction, sentence }]
  })
  return reasons.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
}

/**
 * The most important reasons against the person the decision is about: at most four. Which direction is against them
 * is the model's: with the probability of a default what raises it, with that of an approval what lowers it.
 */
export function principalReasons(reasons: readonly Reason[], against: Reason['direction'] = 'raised'): Reason[] {
  return reasons.filter((reason) => reason.direction === against).slice(0, MOST_PRINCIPAL)
}

/** What the serving lane answers of a reason. */
export function toPredictedReason({ field, contribution, standardError, sentence }: Reason): PredictedReason {
  return { field, contribution, standardError, sentence }
}

function subjectOf(field: Field, value: unknown): string {
  const name = field.displayName
  if (field.isSensitive) return name
  if (isMissing(value)) return `${name}, which was not given,`
  return isMeasured(field, value) ? `${name} of ${valueInWords(field, value)}` : `${name} (${valueInWords(field, value)})`
}

function comparison(field: Field, value: unknown, typical: Typical): string {
  if (typical === null || field.isSensitive) return ''
  // Categories are kept as text in the reference.
  const typicalValue = typical.kind === 'category' && typeof value === 'boolean' ? typical.value === 'true' : typical.value
  const typicalWords = valueInWords(field, typicalValue)
  if (!isMissing(value) && typicalWords === valueInWords(field, value)) return typical.kind === 'number' ? ', although it is the typical value' : ', although it is the most frequent'
  return typical.kind === 'number' ? `; the typical case has ${typicalWords}` : `; the most frequent is ${typicalWords}`
}

/** A quantity, not a code that happens to be a number. */
function isMeasured(field: Field, value: unknown): boolean {
  return typeof value === 'number' && own(field.categoryLabels, String(value)) === undefined
}

function withArticle(meaning: string): string {
  return /^(the|a|an) /i.test(meaning) ? meaning : `the ${meaning}`
}
