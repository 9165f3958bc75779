// What is typical in a version's reference, and where a value lies in it.
import { binIndex, edgesFromInner } from '@/lib/math/quantile-bins'
import { Profile, type CategorySummary, type NumberSummary, type ProfileColumn } from '@/lib/math/profile'
import type { Field, ReferenceData, Signature } from '@/lib/registry/contract'
import { isMissing, numberInWords } from './value-words'

/** Of one field: the median, or the most frequent category; null where the reference has no value of it. */
export type Typical = { kind: 'number'; value: number } | { kind: 'category'; value: string } | null

export interface FieldReference {
  column: ProfileColumn
  summary: NumberSummary | CategorySummary
}

/** The reference of each field in the signature's order; null for all where there is none. */
export type Reference = (FieldReference | null)[]

export function readReference(signature: Signature, reference: Pick<ReferenceData, 'shape' | 'profile'> | null): Reference {
  if (reference === null) return signature.fields.map(() => null)
  const profile = Profile.decode(reference.shape, Buffer.from(reference.profile, 'base64'))
  return signature.fields.map((field, index) => {
    const column = reference.shape[index]
    return column?.name === field.name ? { column, summary: profile.summary(index) } : null
  })
}

export function typicalOf(reference: FieldReference | null | undefined): Typical {
  if (!reference || reference.summary.count === 0) return null
  const { column, summary } = reference
  if (column.kind === 'number' && summary.kind === 'number') return { kind: 'number', value: medianOf(column.edges, summary) }
  if (column.kind !== 'category' || summary.kind !== 'category') return null
  const most = Math.max(...summary.counts)
  const value = column.categories[summary.counts.indexOf(most)]
  return value === undefined || most === 0 ? null : { kind: 'category', value }
}

/**
 * The edges are the reference's own deciles, so the median is the lower edge of the bin in which the count passes half:
 * the minimum where that is the first.
 */
function medianOf(edges: readonly number[], { counts, count, minimum }: NumberSummary): number {
  let below = 0
  for (let bin = 0; bin < counts.length; bin++) {
    below += counts[bin] ?? 0
    if (below > count / 2) return bin === 0 ? (minimum ?? NaN) : (edges[bin - 1] ?? NaN)
  }
  return edges.at(-1) ?? minimum ?? NaN
}

/** `higher than 90 % of the reference`, `in 27 % of the reference`; null without reference. */
export function placeInWords(field: Field, reference: FieldReference | null | undefined, value: unknown): string | null {
  if (!reference) return null
  const { column, summary } = reference
  const all = summary.count + summary.missing
  if (all === 0) return null
  if (isMissing(value)) return summary.missing === 0 ? 'always given in the reference' : `missing in ${share(summary.missing, all)} of the reference`
  if (column.kind === 'category' && summary.kind === 'category') {
    const seen = summary.counts[column.categories.indexOf(String(value))] ?? 0
    return seen === 0 ? 'not seen in the reference' : `in ${share(seen, all)} of the reference`
  }
  if (column.kind !== 'number' || summary.kind !== 'number' || typeof value !== 'number') return null
  return placeOfNumber(field, column.edges, summary, value)
}

function placeOfNumber(field: Field, edges: readonly number[], summary: NumberSummary, value: number): string | null {
  const { counts, count, minimum, maximum } = summary
  if (minimum === null || maximum === null) return null
  if (value < minimum) return `below the lowest of the reference, ${numberInWords(minimum, field.unit)}`
  if (value > maximum) return `above the highest of the reference, ${numberInWords(maximum, field.unit)}`
  const bin = binIndex(edgesFromInner(edges), value)
  const below = counts.slice(0, bin).reduce((sum, each) => sum + each, 0)
  const above = count - below - (counts[bin] ?? 0)
  // The bins are tenths of the reference: what is known is the share below the bin, or above it.
  if (below === 0 && above === 0) {
    return minimum === maximum ? 'as in all of the reference' : `the reference has ${numberInWords(minimum)} to ${numberInWords(maximum, field.unit)}`
  }
  if (below >= above) return `higher than ${share(below, count)} of the reference`
  return `lower than ${share(above, count)} of the reference`
}

function share(part: number, whole: number): string {
  const percent = (part / whole) * 100
  return percent < 1 ? 'less than 1 %' : `${Math.round(percent)} %`
}
