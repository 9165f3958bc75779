// Contributions as reasons that a customer could read, in the words of a model's settings.
import type { Signature } from '@/lib/registry/contract'
import { DEFAULT_REASON_SETTINGS, type Locale, type Reason, type ReasonSettings, type Scale } from '../../contract'
import { typicalOf, type Reference } from '../reference-place'
import { effectByAmount, effectByStrength, scoreInSentence, strengthInWords, strengthOf } from './effect-words'
import { fieldSentence, type Effect } from './sentence'
import { rankedReasons, reasonSubjects, type RankedReason, type ReasonSubject } from './subjects'

/** Row, explanation and, of several classes, the explained one → the reasons, the largest contribution first. */
export type ReasonTeller = (row: Readonly<Record<string, unknown>>, explanation: ToldExplanation, label?: string | null) => Reason[]

/** Without a scale that of the answer. */
export interface ToldExplanation {
  values: ArrayLike<number>
  errors: ArrayLike<number>
  scale?: Scale
}

export interface TellerFacts {
  signature: Signature
  reference: Reference
  settings?: ReasonSettings
  locale?: Locale
  /** Whether sentences may say how much in percentage points or units; without, by strength alone. */
  hasAmounts?: boolean
}

/** Compiles what does not depend on a row. Values of sensitive fields are never written down, forbidden fields never named. */
export function reasonTeller({ signature, reference, settings = DEFAULT_REASON_SETTINGS, locale = 'en', hasAmounts = true }: TellerFacts): ReasonTeller {
  const subjects = reasonSubjects(signature, settings, locale).filter((subject) => !subject.isForbidden)
  const sentences = signature.fields.map((field, index) => fieldSentence(field, typicalOf(reference[index]), settings, locale))
  const scoreOf = scoresByLabel(signature, settings, locale)
  return (row, explanation, label = null) => {
    const ranked = rankedReasons(subjects, signature, explanation)
    const most = { raised: largestOf(ranked, 'raised'), lowered: largestOf(ranked, 'lowered') }
    const score = scoreOf(label)
    const isByStrength = !hasAmounts || explanation.scale === 'margin'
    return ranked.map((reason): Reason => {
      const { subject, contribution, standardError, direction, index } = reason
      const strength = strengthOf(Math.abs(contribution) / most[direction])
      const effect: Effect = {
        direction,
        strength: strengthInWords(strength, locale),
        score,
        effect: isByStrength ? effectByStrength(direction, strength, score, locale) : effectByAmount(signature, contribution, score, locale),
      }
      const field = signature.fields[index]?.name ?? ''
      const sentence = subject.group === null ? (sentences[index]?.(own(row, field), effect) ?? '') : `${subject.group} ${effect.effect}.`
      return {
        field, fields: subject.fields, displayName: subject.name, contribution, standardError, direction, strength, sentence,
        code: direction === settings.adverse ? codeOf(subject, index) : null,
      }
    })
  }
}

function own(row: Readonly<Record<string, unknown>>, field: string): unknown {
  return Object.hasOwn(row, field) ? row[field] : undefined
}

/** Sorted by size, so the first in a direction is the largest. */
function largestOf(ranked: readonly RankedReason[], direction: Reason['direction']): number {
  return Math.abs(ranked.find((reason) => reason.direction === direction)?.contribution ?? 1)
}

/** The code of the field that contributes most, else the group's first. */
function codeOf({ codes, indexes }: ReasonSubject, index: number): Reason['code'] {
  return codes[indexes.indexOf(index)] ?? codes.find((code) => code !== null) ?? null
}

function scoresByLabel(signature: Signature, settings: ReasonSettings, locale: Locale): (label: string | null) => string {
  const scores = new Map<string | null, string>()
  return (label) => {
    const known = scores.get(label)
    if (known !== undefined) return known
    const score = scoreInSentence(signature, label, settings, locale)
    scores.set(label, score)
    return score
  }
}
