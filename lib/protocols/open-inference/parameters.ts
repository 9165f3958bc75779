// What a call says beside its tensors: whose the rows are, whether reasons are wanted, how long it may take.
import { LONGEST_SUBJECT } from '@/lib/serving/contract'
import { REASON_LOCALES, type Locale } from '@/lib/serving/rules/predict-call'
import type { Parameters } from './contract'
import { invalidTensors } from './problem'

const LONGEST_ID = 200
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/
/** As X-Request-Timeout-Ms. */
const LONGEST_MS = 120_000

export interface CallParameters {
  subject: string | null
  explain: boolean
  locale: Locale
  /** Null where the call says nothing, or more than any call may take. */
  timeoutMs: number | null
}

/** Others are left alone: the protocol lets every server have its own. */
export function readParameters(parameters: Parameters): CallParameters {
  const own = (name: string): unknown => (Object.hasOwn(parameters, name) ? (parameters[name] ?? null) : null)
  return {
    subject: readSubject(own('subject'), 'The parameter subject'),
    explain: readFlag(own('explain')),
    locale: readLocale(own('locale')),
    timeoutMs: readTimeout(own('timeout')),
  }
}

export function readSubject(value: unknown, name: string): string | null {
  return value === null ? null : readText(value, name, LONGEST_SUBJECT)
}

/** The caller's name for its request; empty is none. */
export function readId(value: unknown): string | null {
  return value === undefined || value === null || value === '' ? null : readText(value, 'The id', LONGEST_ID)
}

const NONE: Parameters = {}

/** @param of whose the object is, where several have one */
export function readObject(value: unknown, name: string, of?: string): Parameters {
  if (value === undefined || value === null) return NONE
  if (typeof value === 'object' && !Array.isArray(value)) return value as Parameters
  throw invalidTensors(`The ${name}${of === undefined ? '' : ` of ${of}`} must be an object.`)
}

function readText(value: unknown, name: string, most: number): string {
  if (typeof value !== 'string' || value === '' || value.length > most || CONTROL_CHARACTER.test(value)) {
    throw invalidTensors(`${name} must be a text of 1 to ${most} characters without control characters.`)
  }
  return value
}

function readFlag(value: unknown): boolean {
  if (value === null || typeof value === 'boolean') return value === true
  throw invalidTensors('The parameter explain must be true or false.')
}

function readLocale(value: unknown): Locale {
  const known = REASON_LOCALES.find((locale) => locale === value)
  if (known === undefined && value !== null) throw invalidTensors(`The parameter locale must be one of ${REASON_LOCALES.join(', ')}.`)
  return known ?? 'en'
}

/** Triton's parameter is in microseconds. */
function readTimeout(value: unknown): number | null {
  if (value === null || value === 0) return null
  if (typeof value !== 'number' || !(value > 0)) throw invalidTensors('The parameter timeout must be a number of microseconds.')
  return value <= LONGEST_MS * 1000 ? Math.ceil(value / 1000) : null
}
