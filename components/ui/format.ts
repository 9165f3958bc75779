// How numbers, times and sizes are written everywhere. Same text on server and browser: fixed locale, UTC.

/** A time as callers have it: milliseconds UTC, RFC 3339 text, or a Date. */
export type Moment = number | string | Date

/** Stands for a value that does not exist. */
export const NO_VALUE = '–'

const NBSP = '\u00a0'
const MINUS = '\u2212'
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

type Value = number | null | undefined

function isValue(value: Value): value is number {
  return value !== null && value !== undefined && Number.isFinite(value)
}

function plain(value: number, options: Intl.NumberFormatOptions): string {
  return value.toLocaleString('en-US', options).replace('-', MINUS)
}

export interface NumberFormat {
  /** Fixed number of decimals. Without it: whole numbers as they are, others to three significant digits. */
  decimals?: number
  unit?: string
  /** Writes + before positive values. */
  signed?: boolean
}

export function formatNumber(value: Value, { decimals, unit, signed = false }: NumberFormat = {}): string {
  if (!isValue(value)) return NO_VALUE
  const digits: Intl.NumberFormatOptions =
    decimals !== undefined
      ? { minimumFractionDigits: decimals, maximumFractionDigits: decimals }
      : Number.isInteger(value) || Math.abs(value) >= 1000
        ? { maximumFractionDigits: 0 }
        : { maximumSignificantDigits: 3 }
  const text = plain(value, { ...digits, signDisplay: signed ? 'exceptZero' : 'negative' })
  return unit === undefined || unit === '' ? text : `${text}${NBSP}${unit}`
}

/** 1,234 → 1,234; 12,345 → 12.3k; 4,500,000 → 4.5M. */
export function formatCount(value: Value): string {
  if (!isValue(value)) return NO_VALUE
  if (Math.abs(value) < 10_000) return plain(Math.round(value), {})
  return plain(value, { notation: 'compact', maximumSignificantDigits: 3 }).replace('K', 'k')
}

/** `share` is 0 to 1. */
export function formatPercent(share: Value, decimals = 1): string {
  if (!isValue(share)) return NO_VALUE
  return `${plain(share * 100, { maximumFractionDigits: decimals, signDisplay: 'negative' })}${NBSP}%`
}

/** A relative change: 0.042 → +4.2 %. */
export function formatChange(share: Value, decimals = 1): string {
  if (!isValue(share)) return NO_VALUE
  return `${plain(share * 100, { maximumFractionDigits: decimals, signDisplay: 'exceptZero' })}${NBSP}%`
}

/** A score or metric between 0 and 1, three decimals so that columns line up. */
export function formatScore(value: Value): string {
  return formatNumber(value, { decimals: 3 })
}

export function formatDuration(ms: Value): string {
  if (!isValue(ms)) return NO_VALUE
  const size = Math.abs(ms)
  if (size === 0) return `0${NBSP}ms`
  if (size < 1) return formatNumber(Math.round(ms * 1000), { unit: 'µs' })
  if (size < SECOND_MS) return formatNumber(ms, { decimals: size < 10 ? 1 : 0, unit: 'ms' })
  if (size < MINUTE_MS) return formatNumber(ms / SECOND_MS, { decimals: size < 10 * SECOND_MS ? 1 : 0, unit: 's' })
  if (size < HOUR_MS) return formatPair(ms, MINUTE_MS, 'min', SECOND_MS, 's')
  if (size < DAY_MS) return formatPair(ms, HOUR_MS, 'h', MINUTE_MS, 'min')
  return formatPair(ms, DAY_MS, 'd', HOUR_MS, 'h')
}

function formatPair(ms: number, bigMs: number, bigUnit: string, smallMs: number, smallUnit: string): string {
  const total = Math.round(Math.abs(ms) / smallMs)
  const perBig = bigMs / smallMs
  const big = Math.floor(total / perBig)
  const small = total % perBig
  const sign = ms < 0 ? MINUS : ''
  return `${sign}${big}${NBSP}${bigUnit}${small === 0 ? '' : `${NBSP}${small}${NBSP}${smallUnit}`}`
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** Decimal units, as storage is sold. */
export function formatBytes(bytes: Value): string {
  if (!isValue(bytes)) return NO_VALUE
  let size = bytes
  let unit = 0
  while (Math.abs(size) >= 999.5 && unit < BYTE_UNITS.length - 1) {
    size /= 1000
    unit += 1
  }
  return formatNumber(size, { decimals: unit === 0 || size >= 100 ? 0 : 1, unit: BYTE_UNITS[unit] })
}

function toDate(moment: Moment | null | undefined): Date | undefined {
  if (moment === null || moment === undefined) return undefined
  const date = new Date(moment)
  return Number.isNaN(date.getTime()) ? undefined : date
}

const two = (part: number): string => String(part).padStart(2, '0')

/** 3 May 2026 */
export function formatDate(moment: Moment | null | undefined): string {
  const date = toDate(moment)
  if (!date) return NO_VALUE
  return `${formatDay(date)} ${date.getUTCFullYear()}`
}

/** 3 May */
export function formatDay(moment: Moment | null | undefined): string {
  const date = toDate(moment)
  if (!date) return NO_VALUE
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''}`
}

/** 14:05 */
export function formatTime(moment: Moment | null | undefined): string {
  const date = toDate(moment)
  if (!date) return NO_VALUE
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`
}

/** 3 May 2026, 14:05 UTC */
export function formatDateTime(moment: Moment | null | undefined): string {
  const date = toDate(moment)
  if (!date) return NO_VALUE
  return `${formatDate(date)}, ${formatTime(date)} UTC`
}

/** 2026-05-03T14:05:00.000Z, for `datetime` attributes and CSV. */
export function formatIso(moment: Moment | null | undefined): string {
  return toDate(moment)?.toISOString() ?? ''
}

/** 5 min ago, in 3 h, 12 d ago; beyond 30 days the date. */
export function formatRelative(moment: Moment | null | undefined, nowMs: number): string {
  const date = toDate(moment)
  if (!date) return NO_VALUE
  const distanceMs = nowMs - date.getTime()
  const size = Math.abs(distanceMs)
  if (size < 45 * SECOND_MS) return distanceMs >= 0 ? 'just now' : 'in a moment'
  if (size >= 30 * DAY_MS) return formatDate(date)
  const text =
    size < HOUR_MS
      ? `${Math.max(1, Math.round(size / MINUTE_MS))} min`
      : size < DAY_MS
        ? `${Math.round(size / HOUR_MS)} h`
        : `${Math.round(size / DAY_MS)} d`
  return distanceMs >= 0 ? `${text} ago` : `in ${text}`
}
