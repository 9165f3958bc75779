// A letter to a customer, as plain text: the principal reasons and what could change, without internal numbers.
import type { Signature } from '@/lib/registry/contract'
import type { Locale, Reason, ReasonSettings } from '../../contract'
import type { LetterChange } from '../../contract/letter'
import { fieldWords } from '../reasons/field-words'
import { compileMessage, slotsOf, type Fillings } from '../reasons/message'
import { principalReasons } from '../reasons/subjects'
import { reasonTeller } from '../reasons/teller'
import type { ToldExplanation } from '../reasons/teller'
import type { Reference } from '../reference-place'
import { DEFAULT_LETTERS, LETTER_SLOTS, LIST_SLOTS, type LetterSlot } from './template'

/** More ways to another result are hard to tell apart, and one page is one page. */
const MOST_ALTERNATIVES = 3

export interface LetterFacts {
  signature: Signature
  settings: ReasonSettings
  reference: Reference
  /** What the model said: of the score, and of several classes the chosen one. */
  prediction: { id: string; at: number; label: string | null; score: number | null; subject: string | null }
  row: Readonly<Record<string, unknown>>
  explanation: ToldExplanation
  owner: string
  today: number
  /** Each is a set of changes that together lead to another result. */
  alternatives: readonly (readonly LetterChange[])[]
}

/** As plain text: paragraphs with an empty line between them, reasons as numbered lines. */
export function composeLetter(facts: LetterFacts, locale: Locale): string {
  const { settings, prediction } = facts
  const values: Record<LetterSlot, string> = {
    reasons: numbered(letterReasons(facts, locale).map((reason) => reason.code?.text ?? reason.sentence)),
    changes: numbered(alternativesInWords(facts, locale)),
    decision: decisionInWords(facts, locale) ?? '',
    date: dateInWords(prediction.at, locale),
    today: dateInWords(facts.today, locale),
    subject: prediction.subject ?? '',
    reference: prediction.id,
    owner: facts.owner,
  }
  const fillings = Object.fromEntries(Object.entries(values).map(([slot, text]) => [slot, { text }])) as unknown as Fillings<LetterSlot>
  const isEmpty = (text: string, slots: readonly LetterSlot[]) => {
    const { used } = slotsOf(text, LETTER_SLOTS)
    return slots.some((slot) => used.has(slot) && values[slot] === '')
  }
  const template = settings.letter[locale] ?? DEFAULT_LETTERS[locale]
  return template
    .split(/\n[ \t]*\n/)
    // A heading without its list would be left standing.
    .filter((paragraph) => !isEmpty(paragraph, LIST_SLOTS))
    .map((paragraph) =>
      paragraph
        .split('\n')
        .filter((line) => !isEmpty(line, LETTER_SLOTS))
        .map((line) => compileMessage(line, LETTER_SLOTS, locale)(fillings).trimEnd())
        .join('\n'),
    )
    .filter((paragraph) => paragraph.trim() !== '')
    .join('\n\n')
}

/** The principal reasons in words of strength: amounts are the model's own business. */
export function letterReasons({ signature, settings, reference, row, explanation, prediction }: LetterFacts, locale: Locale): Reason[] {
  const tell = reasonTeller({ signature, reference, settings, locale, hasAmounts: false })
  return principalReasons(tell(row, explanation, prediction.label), settings.adverse)
}

/** Whether the model's answer was the one against the person; null where the model has no threshold. */
export function isAgainst({ decision }: Pick<Signature, 'decision'>, score: number | null, adverse: ReasonSettings['adverse']): boolean | null {
  if (decision === undefined || score === null) return null
  return adverse === 'raised' ? score >= decision.threshold : score < decision.threshold
}

function decisionInWords({ signature: { decision }, settings, prediction: { score } }: LetterFacts, locale: Locale): string | null {
  if (decision === undefined || score === null) return null
  const side = score >= decision.threshold ? 'above' : 'below'
  const told = settings.decision[side]?.[locale]
  // A letter in German has nothing to say in English.
  return told ?? (locale === 'en' && decision[side] !== '' ? decision[side] : null)
}

function alternativesInWords({ alternatives, signature, settings }: LetterFacts, locale: Locale): string[] {
  const fields = new Map(signature.fields.map((field) => [field.name, field]))
  const sentences = alternatives.flatMap((changes) => {
    const words = changes.flatMap(({ field: name, from, to }) => {
      const field = fields.get(name)
      if (field === undefined || field.isSensitive || settings.forbidden.includes(name)) return []
      const told = fieldWords(field, settings, locale)
      return [`${told.name}: ${told.filling(to).text} ${locale === 'de' ? 'statt' : 'instead of'} ${told.filling(from).text}`]
    })
    // Half of a set of changes would not lead where the whole does.
    return words.length === changes.length && words.length > 0 ? [`${words.join(locale === 'de' ? '; und ' : '; and ')}.`] : []
  })
  return sentences.slice(0, MOST_ALTERNATIVES)
}

function numbered(lines: readonly string[]): string {
  return lines.map((line, index) => `${index + 1}. ${/[.!?]$/.test(line) ? line : `${line}.`}`).join('\n')
}

const dates: Readonly<Record<Locale, Intl.DateTimeFormat>> = {
  en: new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }),
  de: new Intl.DateTimeFormat('de-DE', { dateStyle: 'long', timeZone: 'UTC' }),
}

function dateInWords(at: number, locale: Locale): string {
  return dates[locale].format(at)
}
