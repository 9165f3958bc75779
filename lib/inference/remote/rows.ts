// Rows as they are sent: the values of the fields in their order, each of its field's type.
import { EncodeError, type Row } from '@/lib/onnx/encode'
import type { RemoteField } from './endpoint'

export type SentValue = number | string | boolean | null
export type SentRow = readonly SentValue[]

/** @throws EncodeError for a value that the field cannot take */
export function compileRows(fields: readonly RemoteField[]): (rows: readonly Row[]) => SentRow[] {
  return (rows) => rows.map((row, index) => fields.map((field) => valueOf(field, Object.hasOwn(row, field.name) ? row[field.name] : undefined, index)))
}

const TYPES: Record<RemoteField['type'], { type: 'number' | 'boolean' | 'string'; words: string }> = {
  number: { type: 'number', words: 'a number' },
  integer: { type: 'number', words: 'a whole number' },
  boolean: { type: 'boolean', words: 'true or false' },
  category: { type: 'string', words: 'a text' },
  text: { type: 'string', words: 'a text' },
}

function valueOf({ name, type, mayBeMissing }: RemoteField, value: unknown, row: number): SentValue {
  const wanted = TYPES[type]
  if (value === null || value === undefined || Number.isNaN(value)) {
    if (mayBeMissing === true) return null
    throw new EncodeError(name, `must be ${wanted.words} and is missing`, row)
  }
  if (typeof value !== wanted.type) throw new EncodeError(name, `must be ${wanted.words}, not a ${typeof value}`, row)
  if (typeof value === 'number' && !Number.isFinite(value)) throw new EncodeError(name, 'must be a finite number', row)
  if (type === 'integer' && !Number.isSafeInteger(value)) throw new EncodeError(name, 'must be a whole number', row)
  return value as SentValue
}
