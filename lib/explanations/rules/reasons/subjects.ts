// What a reason can be about, a field or a group of fields that are one, and the order in which they weigh.
import type { Signature } from '@/lib/registry/contract'
import type { Locale, Reason, ReasonSettings, Scale } from '../../contract'
import { nameOf } from './field-words'

/** Below two standard errors a contribution may as well be none. */
const LEAST_ERRORS = 2
/** Less is written as 0 percentage points. */
const LEAST_PROBABILITY = 0.0005
/** Of the largest contribution: less is noise to a reader. Where only a strength is told, a hundredth is. */
const LEAST_SHARE = 0.001
const LEAST_MARGIN_SHARE = 0.01
/** ECOA, Regulation B, comment 9(b)(2)-1: more than four reasons are not likely to help. */
const MOST_PRINCIPAL = 4

export interface ReasonSubject {
  name: string
  /** The group's name; null for a field of its own. */
  group: string | null
  fields: string[]
  /** Of the fields in the signature. */
  indexes: number[]
  /** Of the same fields. */
  codes: Reason['code'][]
  isForbidden: boolean
}

export function reasonSubjects({ fields }: Signature, settings: ReasonSettings, locale: Locale): ReasonSubject[] {
  const codes = new Map(settings.codes.flatMap(({ code, text, fields: named }) => named.map((field) => [field, { code, text: text[locale] ?? text.en }] as const)))
  const forbidden = new Set(settings.forbidden)
  const grouped = new Set<string>()
  const subject = (members: readonly number[], group: string | null): ReasonSubject => {
    const names = members.flatMap((index) => fields[index]?.name ?? [])
    const [first] = members.map((index) => fields[index])
    return {
      name: group ?? (first ? nameOf(first, settings, locale) : ''),
      group,
      fields: names,
      indexes: [...members],
      codes: names.map((name) => codes.get(name) ?? null),
      isForbidden: names.some((name) => forbidden.has(name)),
    }
  }
  const groups = settings.groups.flatMap(({ name, fields: named }) => {
    const members = fields.flatMap((field, index) => (named.includes(field.name) ? [index] : []))
    for (const member of named) grouped.add(member)
    return members.length === 0 ? [] : [subject(members, name[locale] ?? name.en)]
  })
  return [...groups, ...fields.flatMap((field, index) => (grouped.has(field.name) ? [] : [subject([index], null)]))]
}

export interface RankedReason {
  subject: ReasonSubject
  contribution: number
  standardError: number
  direction: Reason['direction']
  /** Of a group, the member that contributes most in the group's direction. */
  index: number
}

export interface Ranked {
  values: ArrayLike<number>
  errors: ArrayLike<number>
  scale?: Scale
}

/** The largest contribution first; what may as well be nothing is left out. */
export function rankedReasons(subjects: readonly ReasonSubject[], signature: Signature, { values, errors, scale }: Ranked): RankedReason[] {
  const summed = subjects.map((subject): RankedReason => {
    let contribution = 0
    let standardError = 0
    for (const index of subject.indexes) {
      contribution += values[index] ?? 0
      // Errors of one sample's values are not independent: their sum is what the group's is at most.
      standardError += errors[index] ?? 0
    }
    const direction = contribution > 0 ? 'raised' : 'lowered'
    return { subject, contribution, standardError, direction, index: leading(subject.indexes, values, contribution) }
  })
  const largest = summed.reduce((most, { contribution }) => Math.max(most, Math.abs(contribution)), 0)
  const least = leastOf(signature, scale, largest)
  return summed
    .filter(({ contribution, standardError }) => {
      const size = Math.abs(contribution)
      return size > 0 && size >= least && size > LEAST_ERRORS * standardError
    })
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
}

function leading(indexes: readonly number[], values: ArrayLike<number>, sign: number): number {
  return indexes.reduce((lead, index) => ((values[index] ?? 0) * sign > (values[lead] ?? 0) * sign ? index : lead), indexes[0] ?? 0)
}

function leastOf({ task }: Signature, scale: Scale | undefined, largest: number): number {
  if (scale === 'margin') return largest * LEAST_MARGIN_SHARE
  return scale === 'value' || task === 'regression' ? largest * LEAST_SHARE : LEAST_PROBABILITY
}

/**
 * The most important reasons against the person the decision is about: at most four, and each reason of the lender's list
 * once. Which direction is against them is the model's: with the probability of a default what raises it, with that of
 * an approval what lowers it.
 */
export function principalOf<T>(ranked: readonly T[], against: Reason['direction'], directionOf: (one: T) => Reason['direction'], codeOf: (one: T) => string | undefined): T[] {
  const principal: T[] = []
  const told = new Set<string>()
  for (const reason of ranked) {
    if (principal.length === MOST_PRINCIPAL) break
    const code = codeOf(reason)
    if (directionOf(reason) !== against || (code !== undefined && told.has(code))) continue
    if (code !== undefined) told.add(code)
    principal.push(reason)
  }
  return principal
}

export function principalReasons(reasons: readonly Reason[], against: Reason['direction'] = 'raised'): Reason[] {
  return principalOf(reasons, against, (reason) => reason.direction, (reason) => reason.code?.code)
}

/**
 * The forbidden fields that would be among the principal reasons of one row if they were not forbidden: what the model
 * made of them must then be looked at.
 */
export function forbiddenCited(signature: Signature, explanation: Ranked, settings: ReasonSettings): string[] {
  if (settings.forbidden.length === 0) return []
  const ranked = rankedReasons(reasonSubjects(signature, settings, 'en'), signature, explanation)
  const principal = principalOf(ranked, settings.adverse, (reason) => reason.direction, ({ subject }) => subject.codes.find((code) => code !== null)?.code)
  return principal.flatMap(({ subject }) => (subject.isForbidden ? subject.fields.filter((field) => settings.forbidden.includes(field)) : []))
}
