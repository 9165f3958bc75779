// Rows by column, as every source is read: what the model's fields hold, and what of the row is repeated in the results.
import type { GraphSignature, SignatureElementType } from '@/lib/onnx/signature-types'
import type { BatchMapping } from '../contract'

/** Rows that are scored at once. */
export const CHUNK_ROWS = 1024

export type FieldKind = 'number' | 'text' | 'boolean'

/** The values of one field in one chunk. The arrays are used again for the next. */
export interface FieldColumn {
  name: string
  kind: FieldKind
  /** NaN where missing or wrong; of a boolean 1 and 0. Empty for a text. */
  numbers: Float64Array
  /** null where missing or wrong. Empty for numbers. */
  texts: (string | null)[]
  /** By row, values of another type than the field takes, as they came. */
  wrong: Map<number, unknown>
}

export interface Chunk {
  rows: number
  /** Of its first row in the source, from 1. */
  firstRow: number
  fields: FieldColumn[]
  /** By row, why it cannot be read at all. */
  broken: Map<number, string>
  /** Of the columns that are repeated in the results. */
  kept(column: number, row: number): string | null
  subject(row: number): string | null
  /** The whole row as it came. */
  source(row: number): (string | null)[]
}

/** What is read of a source. */
export interface ReadPlan {
  fields: { name: string; kind: FieldKind; column: string | null }[]
  keep: string[]
  subject: string | null
}

export function readPlan(signature: GraphSignature, mapping: BatchMapping): ReadPlan {
  const kinds = new Map(signature.tensors.map((tensor) => [tensor.name, kindOf(tensor.elementType)]))
  return {
    fields: signature.fields.map(({ name, tensor }) => ({
      name,
      kind: kinds.get(tensor) ?? 'number',
      column: Object.hasOwn(mapping.fields, name) ? (mapping.fields[name] ?? null) : null,
    })),
    keep: mapping.keep,
    subject: mapping.subject,
  }
}

function kindOf(type: SignatureElementType): FieldKind {
  return type === 'string' ? 'text' : type === 'bool' ? 'boolean' : 'number'
}

/** The columns of the source that a plan needs. */
export function namedColumns({ fields, keep, subject }: ReadPlan): string[] {
  const named = [...fields.map(({ column }) => column), ...keep, subject]
  return [...new Set(named.filter((column) => column !== null))]
}

/** All missing. */
export function emptyColumns(plan: ReadPlan): FieldColumn[] {
  return plan.fields.map(({ name, kind }) => ({
    name,
    kind,
    numbers: new Float64Array(kind === 'text' ? 0 : CHUNK_ROWS).fill(NaN),
    texts: kind === 'text' ? new Array<string | null>(CHUNK_ROWS).fill(null) : [],
    wrong: new Map(),
  }))
}

/** One value as the field takes it; `undefined` for one of a wrong type. */
export function putValue(column: FieldColumn, row: number, value: number | string | boolean | null | undefined, asCame: unknown): void {
  if (value === undefined) {
    column.wrong.set(row, asCame)
    value = null
  }
  if (column.kind === 'text') column.texts[row] = value as string | null
  else column.numbers[row] = value === null ? NaN : Number(value)
}

/** The value in a record, as a caller would have sent it; undefined where it is missing. */
export function valueAt(column: FieldColumn, row: number): unknown {
  if (column.wrong.has(row)) return column.wrong.get(row)
  if (column.kind === 'text') return column.texts[row] ?? undefined
  const number = column.numbers[row] as number
  if (Number.isNaN(number)) return undefined
  return column.kind === 'boolean' ? number === 1 : number
}

export function recordAt(fields: readonly FieldColumn[], row: number): Record<string, unknown> {
  const record: Record<string, unknown> = {}
  for (const column of fields) {
    const value = valueAt(column, row)
    // A field may be called __proto__.
    if (value !== undefined) Object.defineProperty(record, column.name, { value, enumerable: true, configurable: true, writable: true })
  }
  return record
}
