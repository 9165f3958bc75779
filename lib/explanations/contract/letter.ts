// The words of a letter to a customer.
import type { Locale } from '../contract'

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
