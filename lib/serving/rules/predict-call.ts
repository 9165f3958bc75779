// The body of a predict call, read by hand: a schema library would cost more than the model.
import { ProblemError, type FieldProblem } from '@/lib/platform/errors'
import { LONGEST_SUBJECT, MOST_ROWS_A_CALL } from '../contract'
import { nearestName } from './nearest-name'
import { addUnknown, jsonType, MOST_PROBLEMS } from './validation'

export interface PredictCall {
  rows: readonly unknown[]
  /** Whether `inputs` was a list, so that the answer is one too. */
  isList: boolean
  environment: string
  /** The number of the version that must answer; null for the one that the release in force chooses. */
  version: number | null
  /** The subject of each row, or one for all. */
  subjects: readonly (string | null)[] | string | null
  requestId: string | null
  explain: boolean
  /** Of the reasons. */
  locale: Locale
}

/** Languages that reasons are told in. */
export const REASON_LOCALES = ['en', 'de'] as const
export type Locale = (typeof REASON_LOCALES)[number]

export const DEFAULT_ENVIRONMENT = 'production'
const MEMBERS = ['inputs', 'environment', 'version', 'subject', 'subjects', 'requestId', 'explain', 'locale']
const KNOWN_MEMBERS = new Set(MEMBERS)
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/
const MOST_ENVIRONMENT_CHARACTERS = 64
const MOST_REQUEST_ID_CHARACTERS = 200

export function readPredictCall(body: unknown): PredictCall {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid([{ path: '(body)', rule: 'type', message: `The body must be an object such as {"inputs": {…}}, not ${jsonType(body)}.` }])
  }
  const record = body as Record<string, unknown>
  const problems: FieldProblem[] = []
  for (const key in record) {
    if (KNOWN_MEMBERS.has(key)) continue
    addUnknown(Object.keys(record).filter((one) => !KNOWN_MEMBERS.has(one)), problems, unknownMember)
    break
  }
  const own = (name: string): unknown => (Object.hasOwn(record, name) ? record[name] : undefined)
  const inputs = own('inputs')
  const call: PredictCall = {
    rows: readRows(inputs, problems),
    isList: Array.isArray(inputs),
    environment: readText(own('environment'), 'environment', MOST_ENVIRONMENT_CHARACTERS, problems) ?? DEFAULT_ENVIRONMENT,
    version: readVersion(own('version'), problems),
    subjects: readText(own('subject'), 'subject', LONGEST_SUBJECT, problems),
    requestId: readText(own('requestId'), 'requestId', MOST_REQUEST_ID_CHARACTERS, problems),
    explain: readFlag(own('explain'), problems),
    locale: readLocale(own('locale'), problems),
  }
  const listed = own('subjects')
  if (listed !== undefined && listed !== null) call.subjects = readSubjects(listed, call, problems)
  if (problems.length > 0) throw invalid(problems.slice(0, MOST_PROBLEMS))
  return call
}

export function invalid(problems: readonly FieldProblem[]): ProblemError {
  return new ProblemError('invalid', problems[0]?.message ?? 'The inputs are not valid.', { code: 'inputs_invalid', fields: [...problems] })
}

function readRows(inputs: unknown, problems: FieldProblem[]): unknown[] {
  if (Array.isArray(inputs)) {
    if (inputs.length === 0) problems.push({ path: 'inputs', rule: 'min-items', message: 'inputs must have at least one row.' })
    if (inputs.length > MOST_ROWS_A_CALL) {
      problems.push({ path: 'inputs', rule: 'max-items', message: `inputs may have at most ${MOST_ROWS_A_CALL} rows, not ${inputs.length}.` })
    }
    return inputs as unknown[]
  }
  if (typeof inputs === 'object' && inputs !== null) return [inputs]
  const message =
    inputs === undefined ? 'inputs is required: an object of fields, or a list of them.' : `inputs must be an object of fields or a list of them, not ${jsonType(inputs)}.`
  problems.push({ path: 'inputs', rule: inputs === undefined ? 'required' : 'type', message })
  return []
}

function readVersion(value: unknown, problems: FieldProblem[]): number | null {
  if (value === undefined || value === null) return null
  if (Number.isSafeInteger(value) && (value as number) > 0 && (value as number) < 2 ** 31) return value as number
  problems.push({ path: 'version', rule: 'type', message: 'version must be the number of a version, such as 3.' })
  return null
}

function readText(value: unknown, path: string, most: number, problems: FieldProblem[]): string | null {
  if (value === undefined || value === null) return null
  const wrong = textProblem(value, path, most)
  if (wrong === null) return value as string
  problems.push(wrong)
  return null
}

function textProblem(value: unknown, path: string, most: number): FieldProblem | null {
  if (typeof value !== 'string') return { path, rule: 'type', message: `${path} must be a text, not ${jsonType(value)}.` }
  if (value.length === 0) return { path, rule: 'min-length', message: `${path} must not be empty; leave it out instead.` }
  if (value.length > most) return { path, rule: 'max-length', message: `${path} may have at most ${most} characters.` }
  return CONTROL_CHARACTER.test(value) ? { path, rule: 'characters', message: `${path} must not have control characters.` } : null
}

function readFlag(value: unknown, problems: FieldProblem[]): boolean {
  if (value === undefined || value === null) return false
  if (typeof value === 'boolean') return value
  problems.push({ path: 'explain', rule: 'type', message: `explain must be true or false, not ${jsonType(value)}.` })
  return false
}

function readLocale(value: unknown, problems: FieldProblem[]): Locale {
  const known = REASON_LOCALES.find((locale) => locale === value)
  if (known === undefined && value !== undefined && value !== null) {
    problems.push({ path: 'locale', rule: 'options', message: `locale must be one of ${REASON_LOCALES.join(', ')}.` })
  }
  return known ?? 'en'
}

function readSubjects(value: unknown, call: PredictCall, problems: FieldProblem[]): (string | null)[] {
  if (!call.isList || !Array.isArray(value) || value.length !== call.rows.length) {
    problems.push({ path: 'subjects', rule: 'items', message: 'subjects must be a list with one subject (or null) for each row of a list of inputs.' })
    return []
  }
  return value.map((subject: unknown, row) => readText(subject, `subjects[${row}]`, LONGEST_SUBJECT, problems))
}

function unknownMember(key: string): FieldProblem {
  const shown = key.slice(0, 60)
  const nearest = nearestName(shown, MEMBERS)
  return {
    path: shown,
    rule: 'unknown-field',
    message: `There is no member ${shown}. ${nearest === undefined ? `Use ${MEMBERS.join(', ')}.` : `Did you mean ${nearest}?`}`,
  }
}
