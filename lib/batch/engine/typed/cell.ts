// Cells of sources that have types of their own, Parquet and databases: as text, and as what a field takes. A code that is
// stored as a number is still the code, and a number that is stored as text still the number: the storage is not the caller's word.
import type { FieldKind } from '../columns'
import { booleanOfText, numberOfText } from '../text/decimal'

export function cellText(value: unknown): string | null {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
      return Number.isNaN(value) ? null : String(value)
    case 'bigint':
    case 'boolean':
      return String(value)
    case 'object':
      if (value === null) return null
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
      if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
      return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part))
    default:
      return null
  }
}

/** null for a missing one, undefined for one that the field does not take. */
export function cellOfKind(value: unknown, kind: FieldKind): number | string | boolean | null | undefined {
  if (value === null || value === undefined) return null
  if (kind === 'text') {
    const text = cellText(value)
    return text === '' ? null : text
  }
  if (typeof value === 'string') return kind === 'number' ? numberOfText(value, false) : booleanOfText(value)
  if (kind === 'number') return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : typeof value === 'boolean' ? Number(value) : undefined
  return typeof value === 'boolean' ? value : value === 0 || value === 0n ? false : value === 1 || value === 1n ? true : undefined
}
