// What a reason did to the score, as the predicate of a sentence. It says what the model did with a value, and never that
// the value causes what the score is about.
import type { Signature } from '@/lib/registry/contract'
import type { Locale, Reason, ReasonSettings, Strength } from '../../contract'
import { scoreMeaningOf } from '../answer-words'
import { changeInWords } from '../value-words'

/** Of the largest contribution in the same direction; what equals it is `most` too. */
const STRONG_SHARE = 1 / 2
const SOME_SHARE = 1 / 5
/** A score named in more words than these has the adverb before it, or nobody would know what it belongs to. */
const SHORT_SCORE_WORDS = 5

const STRENGTH_WORDS: Record<Locale, Record<Strength, string>> = {
  en: { most: 'most', strongly: 'strongly', somewhat: 'somewhat', slightly: 'slightly' },
  de: { most: 'am stärksten', strongly: 'stark', somewhat: 'etwas', slightly: 'geringfügig' },
}
const VERBS: Record<Locale, Record<Reason['direction'], string>> = {
  en: { raised: 'raises', lowered: 'lowers' },
  de: { raised: 'erhöht', lowered: 'senkt' },
}

export function strengthOf(share: number): Strength {
  if (share >= 1) return 'most'
  if (share >= STRONG_SHARE) return 'strongly'
  return share >= SOME_SHARE ? 'somewhat' : 'slightly'
}

export function strengthInWords(strength: Strength, locale: Locale): string {
  return STRENGTH_WORDS[locale][strength]
}

/** Log-odds are nobody's unit: `raises the risk strongly`. */
export function effectByStrength(direction: Reason['direction'], strength: Strength, score: string, locale: Locale): string {
  const verb = VERBS[locale][direction]
  const adverb = strengthInWords(strength, locale)
  if (score.split(' ').length <= SHORT_SCORE_WORDS) return `${verb} ${score} ${adverb}`
  if (locale === 'de') return `${verb} ${adverb} ${score}`
  return `${strength === 'most' ? 'most strongly' : adverb} ${verb} ${score}`
}

/** On the scale of the answer itself: `added 12 percentage points to the risk`. */
export function effectByAmount(signature: Signature, contribution: number, score: string, locale: Locale): string {
  const amount = changeInWords(signature, contribution, locale)
  if (locale === 'de') return `${contribution > 0 ? 'erhöhte' : 'senkte'} ${score} um ${amount}`
  return contribution > 0 ? `added ${amount} to ${score}` : `took ${amount} off ${score}`
}

/** What the score is about, as the object of a sentence. */
export function scoreInSentence(signature: Signature, label: string | null, settings: Pick<ReasonSettings, 'score'>, locale: Locale): string {
  const told = settings.score?.[locale]
  if (told !== undefined) return told
  if (locale === 'de') return signature.task === 'regression' ? 'den berechneten Wert' : 'die berechnete Wahrscheinlichkeit'
  const meaning = scoreMeaningOf(signature, label)
  return /^(the|a|an) /i.test(meaning) ? meaning : `the ${meaning}`
}
