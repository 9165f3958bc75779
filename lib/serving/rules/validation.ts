// The check of a row against a version's signature, compiled once per version. It names the field, the rule and the JSON
// type that was found, and never repeats a value: what a caller sends by mistake may be a person's secret.
import type { FieldProblem } from '@/lib/platform/errors'
import type { Field, Signature } from '@/lib/registry/contract'
import { nearestName } from './nearest-name'

/** A field's value as logged: null where it was not given. */
export type InputValue = number | string | boolean | null

/** The row's values in the signature's order; null after adding what is wrong to `problems`. */
export type RowValidator = (row: unknown, path: string, problems: FieldProblem[]) => InputValue[] | null

interface Violation {
  rule: string
  message: string
}

type FieldCheck = (value: unknown) => Violation | null

export const MOST_PROBLEMS = 20
export const LONGEST_TEXT = 1000
const LARGEST_FLOAT32 = 3.4028234663852886e38
const LONGEST_NAME_SHOWN = 60

export function compileValidator(signature: Signature): RowValidator {
  const { fields } = signature
  const names = fields.map((field) => field.name)
  const known = new Set(names)
  const elementTypes = new Map(signature.tensors.map((tensor) => [tensor.name, tensor.elementType]))
  const checks = fields.map((field) => compileField(field, elementTypes.get(field.tensor) ?? 'float32'))
  const missing = fields.map((field): Violation | null =>
    field.mayBeMissing && !field.isRequired ? null : { rule: 'required', message: `${field.name} is required.` },
  )

  return (row, path, problems) => {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      problems.push({ path, rule: 'type', message: `A row must be an object of fields, not ${jsonType(row)}.` })
      return null
    }
    const record = row as Record<string, unknown>
    const before = problems.length
    const values = new Array<InputValue>(names.length)
    let given = 0
    for (let index = 0; index < names.length; index++) {
      const name = names[index] as string
      const isGiven = Object.hasOwn(record, name)
      if (isGiven) given++
      const value = isGiven ? record[name] : undefined
      const violation = value === undefined || value === null ? missing[index] : checks[index]?.(value)
      if (violation) problems.push({ path: `${path}.${name}`, ...violation })
      values[index] = value === undefined ? null : (value as InputValue)
    }
    const keys = Object.keys(record)
    if (keys.length !== given) addUnknown(keys.filter((key) => !known.has(key)), problems, (key) => unknownField(key, path, names))
    return problems.length > before ? null : values
  }
}

/** No more than are told of: looking for the nearest name costs time, and a body can have a million of them. */
export function addUnknown(keys: readonly string[], problems: FieldProblem[], problemOf: (key: string) => FieldProblem): void {
  for (const key of keys.slice(0, MOST_PROBLEMS)) problems.push(problemOf(key))
}

function unknownField(key: string, path: string, names: readonly string[]): FieldProblem {
  const shown = key.length > LONGEST_NAME_SHOWN ? `${key.slice(0, LONGEST_NAME_SHOWN)}…` : key
  const nearest = key.length > LONGEST_NAME_SHOWN ? undefined : nearestName(key, names)
  const hint = nearest === undefined ? 'Leave it out.' : `Did you mean ${nearest}?`
  return { path: `${path}.${shown}`, rule: 'unknown-field', message: `The model has no field ${shown}. ${hint}` }
}

function compileField(field: Field, elementType: string): FieldCheck {
  if (elementType === 'string') return textCheck(field)
  if (elementType === 'bool') {
    return (value) => (typeof value === 'boolean' ? null : wrongType(field.name, 'true or false', value))
  }
  return numberCheck(field, elementType)
}

function textCheck(field: Field): FieldCheck {
  const { name } = field
  const closed = closedSet(field)
  return (value) => {
    if (typeof value !== 'string') return wrongType(name, 'a text', value)
    if (value.length > LONGEST_TEXT) return { rule: 'max-length', message: `${name} may have at most ${LONGEST_TEXT} characters.` }
    return closed === null || closed.has(value) ? null : notInSet(name, closed)
  }
}

const WHOLE_RANGES: Record<string, [lowest: number, highest: number]> = {
  int8: [-0x80, 0x7f],
  int16: [-0x8000, 0x7fff],
  int32: [-0x8000_0000, 0x7fff_ffff],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  uint8: [0, 0xff],
  uint16: [0, 0xffff],
  uint32: [0, 0xffff_ffff],
  uint64: [0, Number.MAX_SAFE_INTEGER],
}

function numberCheck(field: Field, elementType: string): FieldCheck {
  const { name } = field
  const whole = WHOLE_RANGES[elementType]
  const mustBeWhole = whole !== undefined || field.type === 'integer'
  const [lowest, highest] = whole ?? (elementType === 'float32' ? [-LARGEST_FLOAT32, LARGEST_FLOAT32] : [-Infinity, Infinity])
  const min = Math.max(field.min ?? -Infinity, lowest)
  const max = Math.min(field.max ?? Infinity, highest)
  const closed = closedSet(field)
  const unit = field.unit === undefined ? '' : ` ${field.unit}`
  const below: Violation = { rule: 'min', message: `${name} must be at least ${min}${unit}.` }
  const above: Violation = { rule: 'max', message: `${name} must be at most ${max}${unit}.` }
  return (value) => {
    if (typeof value !== 'number') return wrongType(name, mustBeWhole ? 'a whole number' : 'a number', value)
    if (!Number.isFinite(value)) return { rule: 'finite', message: `${name} is larger than a number can be.` }
    if (mustBeWhole && !Number.isInteger(value)) return { rule: 'integer', message: `${name} must be a whole number.` }
    if (value < min) return below
    if (value > max) return above
    return closed === null || closed.has(String(value)) ? null : notInSet(name, closed)
  }
}

/** The categories of a field that takes no others; null where it takes any. */
function closedSet(field: Field): ReadonlySet<string> | null {
  if (!field.isClosed) return null
  const categories = [...(field.categories ?? []), ...Object.keys(field.categoryLabels ?? {})]
  return categories.length === 0 ? null : new Set(categories)
}

function notInSet(name: string, closed: ReadonlySet<string>): Violation {
  const shown = [...closed].slice(0, 10).join(', ')
  return { rule: 'category', message: `${name} must be one of ${shown}${closed.size > 10 ? ` and ${closed.size - 10} more` : ''}.` }
}

function wrongType(name: string, wanted: string, value: unknown): Violation {
  return { rule: 'type', message: `${name} must be ${wanted}, not ${jsonType(value)}.` }
}

export function jsonType(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'a list'
  switch (typeof value) {
    case 'number':
      return 'a number'
    case 'string':
      return 'a text'
    case 'boolean':
      return 'true or false'
    default:
      return 'an object'
  }
}
