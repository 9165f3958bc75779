// What a person may enter in a field when trying a decision out: within the version's limits, else what the reference has.
import type { Field } from '@/lib/registry/contract'
import type { FieldControl } from '../contract/lookup'
import { roundStep } from './counterfactuals/freedoms'
import type { FieldReference } from './reference-place'
import { isMissing, own, valueInWords } from './value-words'

const MOST_OPTIONS = 200

export function fieldControl(field: Field, reference: FieldReference | null | undefined, value: unknown): FieldControl {
  if (field.type === 'boolean') return { kind: 'choice', options: [true, false].map((one) => ({ value: one, label: valueInWords(field, one) })) }
  const isNumber = field.type === 'number' || field.type === 'integer'
  const codes = codesOf(field, reference, value)
  if (codes.length > 0) {
    const options = codes.slice(0, MOST_OPTIONS).map((code) => ({ value: isNumber ? Number(code) : code, label: own(field.categoryLabels, code) ?? code }))
    return { kind: 'choice', options }
  }
  const range = isNumber ? rangeOf(field, reference, value) : null
  return range === null ? { kind: 'text' } : { kind: 'number', ...range, unit: field.unit ?? null }
}

/** Labels first, in their order, then what the model's encoder and the reference know besides. */
function codesOf(field: Field, reference: FieldReference | null | undefined, value: unknown): string[] {
  const seen = reference?.column.kind === 'category' ? reference.column.categories : []
  const known = [...new Set([...Object.keys(field.categoryLabels ?? {}), ...(field.categories ?? []), ...(field.isClosed ? [] : seen)])]
  if (known.length === 0 || isMissing(value) || known.includes(String(value))) return known
  return [...known, String(value)]
}

/** The reference's own range where the version has no limits: a slider to a limit that nobody reaches is of no use. */
function rangeOf(field: Field, reference: FieldReference | null | undefined, value: unknown): { min: number; max: number; step: number } | null {
  const summary = reference?.summary.kind === 'number' ? reference.summary : null
  const low = Math.max(field.min ?? -Infinity, summary?.minimum ?? field.min ?? NaN)
  const high = Math.min(field.max ?? Infinity, summary?.maximum ?? field.max ?? NaN)
  const given = typeof value === 'number' ? value : null
  const [min, max] = [Math.min(low, given ?? low), Math.max(high, given ?? high)]
  if (!Number.isFinite(min) || !Number.isFinite(max)) return null
  const isWhole = field.type === 'integer' || [min, max, ...(reference?.column.kind === 'number' ? reference.column.edges : [])].every(Number.isInteger)
  return { min, max, step: roundStep(max - min, isWhole) }
}
