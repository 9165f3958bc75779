// Values of fields and scores as a customer reads them: labels, numbers, units. In a stated language, the same everywhere.
import type { Field, Signature } from '@/lib/registry/contract'
import type { Locale } from '../contract'
import { unitInWords } from './unit-words'

const WORDS = {
  en: { tag: 'en-US', notGiven: 'not given', yes: 'yes', no: 'no', point: 'percentage point', points: 'percentage points' },
  de: { tag: 'de-DE', notGiven: 'nicht angegeben', yes: 'ja', no: 'nein', point: 'Prozentpunkt', points: 'Prozentpunkte' },
} as const

/** 48 → `48 months`; a category's code → its label; missing → `not given`. */
export function valueInWords(field: Pick<Field, 'categoryLabels' | 'unit'>, value: unknown, locale: Locale = 'en'): string {
  if (isMissing(value)) return WORDS[locale].notGiven
  const label = own(field.categoryLabels, String(value))
  if (label !== undefined) return label
  if (typeof value === 'boolean') return value ? WORDS[locale].yes : WORDS[locale].no
  return typeof value === 'number' ? numberInWords(value, field.unit, locale) : String(value)
}

/** Two decimals for amounts (always two for a currency), three digits for small numbers; `1 month`, `level 4`, shares in per cent. */
export function numberInWords(value: number, unit?: string, locale: Locale = 'en'): string {
  if (unit === 'share') return `${formatOf(locale, 'tenth').format(value * 100)} %`
  const text = bareNumber(value, unit, locale)
  return unit === undefined || unit === '' ? text : unitInWords(text, unit, locale)
}

/** Without its unit; the unit still says how many digits an amount has. */
export function bareNumber(value: number, unit: string | undefined, locale: Locale): string {
  const size = Math.abs(value)
  // Written the same in every language, and most values are: a formatter would cost more than the rest of a sentence.
  if (Number.isInteger(value) && size < 1000) return String(value)
  if (Number.isInteger(value) || size >= 1000) return formatOf(locale, 'whole').format(value)
  if (size < 1) return formatOf(locale, 'digits').format(value)
  return formatOf(locale, unit !== undefined && /^[A-Z]{3}$/.test(unit) ? 'money' : 'decimal').format(value)
}

/** "price to offer in USD" → "price to offer": the number carries the unit. */
export function meaningWithoutUnit(meaning: string, unit: string | undefined): string {
  const tail = ` in ${unit}`
  return unit !== undefined && unit !== '' && meaning.endsWith(tail) ? meaning.slice(0, -tail.length) : meaning
}

/** A difference of probabilities in percentage points, one of values in their unit. Always positive. */
export function changeInWords(signature: Pick<Signature, 'task' | 'scoreUnit'>, change: number, locale: Locale = 'en'): string {
  if (signature.task === 'regression') return numberInWords(rounded(Math.abs(change), 3), signature.scoreUnit, locale)
  const points = Math.abs(change) * 100
  const text = formatOf(locale, points >= 9.95 ? 'whole' : 'tenth').format(points)
  return `${text} ${text === '1' ? WORDS[locale].point : WORDS[locale].points}`
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

const DIGITS = {
  whole: { maximumFractionDigits: 0 },
  tenth: { maximumFractionDigits: 1 },
  decimal: { maximumFractionDigits: 2 },
  money: { minimumFractionDigits: 2, maximumFractionDigits: 2 },
  digits: { maximumSignificantDigits: 3 },
} as const satisfies Record<string, Intl.NumberFormatOptions>
type Digits = keyof typeof DIGITS

/** Making a formatter costs some fifty times what using one does. */
const formats: Partial<Record<`${Locale}/${Digits}`, Intl.NumberFormat>> = {}

function formatOf(locale: Locale, digits: Digits): Intl.NumberFormat {
  return (formats[`${locale}/${digits}`] ??= new Intl.NumberFormat(WORDS[locale].tag, DIGITS[digits]))
}
