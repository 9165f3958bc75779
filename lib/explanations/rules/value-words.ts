// Values of fields and scores as a customer reads them: labels, numbers, units. Fixed locale, the same everywhere.
import type { Field, Signature } from '@/lib/registry/contract'

const NOT_GIVEN = 'not given'

/** 48 → `48 months`; a category's code → its label; missing → `not given`. */
export function valueInWords(field: Field, value: unknown): string {
  if (isMissing(value)) return NOT_GIVEN
  const label = own(field.categoryLabels, String(value))
  if (label !== undefined) return label
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'number' ? numberInWords(value, field.unit) : String(value)
}

/** Two decimals for amounts (always two for a currency), three digits for small numbers; `1 month`, `level 4`, shares in per cent. */
export function numberInWords(value: number, unit?: string): string {
  if (unit === 'share') return `${(value * 100).toLocaleString('en-US', { maximumFractionDigits: 1 })} %`
  const size = Math.abs(value)
  const isMoney = unit !== undefined && /^[A-Z]{3}$/.test(unit)
  const digits = Number.isInteger(value) || size >= 1000 ? { maximumFractionDigits: 0 } : size >= 1 ? { minimumFractionDigits: isMoney ? 2 : 0, maximumFractionDigits: 2 } : { maximumSignificantDigits: 3 }
  const text = value.toLocaleString('en-US', digits)
  if (unit === undefined || unit === '') return text
  // A level is a rank, not an amount: nobody says "4 level".
  if (unit === 'level') return `level ${text}`
  return `${text} ${text === '1' ? singular(unit) : unit}`
}

/** "price to offer in USD" → "price to offer": the number carries the unit. */
export function meaningWithoutUnit(meaning: string, unit: string | undefined): string {
  const tail = ` in ${unit}`
  return unit !== undefined && unit !== '' && meaning.endsWith(tail) ? meaning.slice(0, -tail.length) : meaning
}

/** `months` → `month`; a symbol such as `ms` or `class` stays. */
function singular(unit: string): string {
  return /^[a-z]{3,}s$/.test(unit) && !unit.endsWith('ss') ? unit.slice(0, -1) : unit
}

/** A difference of probabilities in percentage points, one of values in their unit. Always positive. */
export function changeInWords(signature: Signature, change: number): string {
  if (signature.task === 'regression') return numberInWords(rounded(Math.abs(change), 3), signature.scoreUnit)
  const points = Math.abs(change) * 100
  const text = points.toLocaleString('en-US', { maximumFractionDigits: points >= 9.95 ? 0 : 1 })
  return `${text} percentage ${text === '1' ? 'point' : 'points'}`
}

function rounded(value: number, digits: number): number {
  return Number(value.toPrecision(digits))
}

export function isMissing(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (typeof value === 'number' && Number.isNaN(value))
}

export function own<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined
}
