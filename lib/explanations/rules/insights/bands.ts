// The values of a field in a few groups: categories as they are, numbers in bands of the reference.
import type { ProfileColumn } from '@/lib/math/profile'
import type { Field, Signature } from '@/lib/registry/contract'
import type { ReferenceData } from '@/lib/registry/contract'
import type { InputValue } from '../shown-inputs'
import { isMissing, numberInWords, own, valueInWords } from '../value-words'

/** As many as a reader compares at a glance. */
const MOST_BANDS = 5
export const MISSING_BAND = 'missing'

export interface Band {
  /** Stands in addresses. */
  key: string
  label: string
}

export interface Banding {
  kind: 'number' | 'category'
  /** The same object for the same band. */
  bandOf(value: InputValue | undefined): Band
}

/** The profile column of a field in the version's reference. */
export function referenceColumn(signature: Signature, reference: Pick<ReferenceData, 'shape'> | null, field: string): ProfileColumn | undefined {
  const index = signature.fields.findIndex((one) => one.name === field)
  const column = reference?.shape[index]
  return column?.name === field ? column : undefined
}

/** Quantities are banded; codes that have names are categories although they are numbers. */
export function isQuantity(field: Field): boolean {
  return (field.type === 'number' || field.type === 'integer') && field.categoryLabels === undefined
}

/** Bands have about equal counts in the reference, so they mean the same in every period. */
export function bandingOf(field: Field, column: ProfileColumn | undefined): Banding {
  const missing: Band = { key: MISSING_BAND, label: 'not given' }
  if (isQuantity(field) && column?.kind === 'number') return numberBanding(field, bandEdges(column.edges), missing)
  const known = new Map<string, Band>()
  return {
    kind: 'category',
    bandOf(value) {
      if (isMissing(value)) return missing
      const key = String(value)
      let band = known.get(key)
      if (!band) known.set(key, (band = { key, label: own(field.categoryLabels, key) ?? valueInWords(field, value) }))
      return band
    },
  }
}

function numberBanding(field: Field, edges: readonly number[], missing: Band): Banding {
  const bands = Array.from({ length: edges.length + 1 }, (_, index): Band => ({ key: `band-${index + 1}`, label: bandLabel(field, edges, index) }))
  return {
    kind: 'number',
    bandOf(value) {
      if (typeof value !== 'number' || isMissing(value)) return missing
      let index = 0
      while (index < edges.length && value >= (edges[index] as number)) index += 1
      return bands[index] ?? missing
    },
  }
}

/** All bands that the reference knows, for a choice; rows may have others. */
export function bandsOf(field: Field, column: ProfileColumn | undefined): Band[] {
  const { bandOf } = bandingOf(field, column)
  const missing = field.isRequired ? [] : [bandOf(null)]
  if (!isQuantity(field)) {
    const codes = column?.kind === 'category' ? column.categories : Object.keys(field.categoryLabels ?? {})
    return [...codes.map((code) => bandOf(field.type === 'boolean' ? code === 'true' : code)), ...missing]
  }
  if (column?.kind !== 'number') return missing
  const edges = bandEdges(column.edges)
  return [...[-Infinity, ...edges].map((edge) => bandOf(edge)), ...missing]
}

/** Of the reference's deciles those that divide it in about five. */
export function bandEdges(deciles: readonly number[]): number[] {
  if (deciles.length < MOST_BANDS) return [...deciles]
  const picked = Array.from({ length: MOST_BANDS - 1 }, (_, index) => deciles[Math.round(((index + 1) * (deciles.length + 1)) / MOST_BANDS) - 1] as number)
  return [...new Set(picked)]
}

function bandLabel(field: Field, edges: readonly number[], index: number): string {
  const [low, high] = [edges[index - 1], edges[index]]
  if (low === undefined && high === undefined) return 'all values'
  if (low === undefined) return `below ${numberInWords(high as number, field.unit)}`
  if (high === undefined) return `${numberInWords(low, field.unit)} or more`
  return `${numberInWords(low)} to below ${numberInWords(high, field.unit)}`
}
