// The words of a letter to a customer.
import type { Locale } from '../contract'

export const LETTER_FORMATS = ['pdf', 'text'] as const
export type LetterFormat = (typeof LETTER_FORMATS)[number]

/** Of a set of changes that together lead to another answer. */
export interface LetterChange {
  field: string
  from: number | string | boolean | null
  to: number | string | boolean | null
}

/** A letter to a customer as its page shows it. */
export interface Letter {
  predictionId: string
  locale: Locale
  text: string
  /** How many principal reasons it names. */
  reasons: number
  /** Whether the answer was the one against the person; null where the model has no threshold. */
  isAgainst: boolean | null
  /** Of the settings it was written by. */
  revision: number
}

/** A model's reasons for one of its recent decisions, by settings that may not be saved yet. */
export interface ReasonPreview {
  prediction: { id: string; at: number; answer: string }
  /** Whether there is an earlier one to look at. */
  hasEarlier: boolean
  byLocale: Record<Locale, { sentences: PreviewedReason[]; principal: PreviewedReason[]; letter: string }>
  /** Fields that would have been among the principal reasons and are forbidden. */
  forbiddenCited: string[]
}

export interface PreviewedReason {
  field: string
  direction: 'raised' | 'lowered'
  sentence: string
  code: { code: string; text: string } | null
}
