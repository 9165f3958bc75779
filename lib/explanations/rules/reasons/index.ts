// Why the model answered as it did: signed, ranked, and in sentences.
import type { Signature, Version } from '@/lib/registry/contract'
import type { PredictedReason, ServedExplanation } from '@/lib/serving/contract'
import type { Explanation, Locale, Reason, ReasonRevision, ReasonSettings } from '../../contract'
import { readReference, type Reference } from '../reference-place'
import { reasonTeller, type ReasonTeller, type ToldExplanation } from './teller'

export { checkReasonSettings } from './check-settings'
export { fieldWords, nameOf } from './field-words'
export { compileMessage, MessageError, slotsOf } from './message'
export { claimsCause } from './no-cause'
export { forbiddenCited, principalReasons } from './subjects'
export { reasonTeller, type ReasonTeller } from './teller'

export interface ReasonFacts {
  signature: Signature
  row: Readonly<Record<string, unknown>>
  explanation: Pick<Explanation, 'values' | 'errors'> & Partial<Pick<Explanation, 'scale'>>
  /** The answered class, where there are several. */
  label?: string | null | undefined
  reference: Reference
  settings?: ReasonSettings
  locale?: Locale
}

/** Of one row, the largest contribution first. For many rows make a teller. */
export function reasonSentences({ row, explanation, label = null, ...facts }: ReasonFacts): Reason[] {
  return reasonTeller(facts)(row, explanation, label)
}

/** What the serving lane answers of a reason. */
export function toPredictedReason({ field, contribution, standardError, sentence, code }: Reason): PredictedReason {
  return { field, contribution, standardError, sentence, ...(code === null ? {} : { code: code.code }) }
}

/** Some tens of kilobytes each: versions in force by revisions by languages are fewer. */
const MOST_TELLERS = 200
const tellers = new Map<string, ReasonTeller>()

/**
 * The reasons of a row that is being answered. Sentences are compiled once for each version, revision and language, so
 * neither of the first two is read again for the next row.
 */
export function predictedReasons(
  version: Pick<Version, 'id' | 'signature' | 'reference'>,
  row: Readonly<Record<string, unknown>>,
  explanation: ToldExplanation & Partial<Pick<Explanation, 'chosenClass'>>,
  { revision, settings }: Pick<ReasonRevision, 'revision' | 'settings'>,
  locale: Locale = 'en',
): PredictedReason[] {
  const key = `${version.id}/${revision}/${locale}`
  let teller = tellers.get(key)
  if (teller === undefined) {
    const [oldest] = tellers.keys()
    if (oldest !== undefined && tellers.size >= MOST_TELLERS) tellers.delete(oldest)
    teller = reasonTeller({ signature: version.signature, reference: readReference(version.signature, version.reference), settings, locale })
    tellers.set(key, teller)
  }
  return teller(row, explanation, explanation.chosenClass ?? null).map(toPredictedReason)
}

/** The exact explanation that was made with an answer, as reasons are told of it. */
export function exactly({ scale, values }: ServedExplanation, label: string | null): Parameters<typeof predictedReasons>[2] {
  return { scale, values: Array.from(values), errors: Array.from(values, () => 0), ...(label === null ? {} : { chosenClass: label }) }
}
