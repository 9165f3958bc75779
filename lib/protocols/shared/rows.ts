// From what a body says to the records that serving checks and runs.
import type { Field, Signature } from '@/lib/registry/contract'
import { jsonType } from '@/lib/serving/rules/validation'
import { MOST_ROWS_A_CALL } from '@/lib/serving/contract'
import { cellReader, type CellReader } from './cells'
import { badBody, type Given } from './given'

export type GivenRow = Record<string, unknown>

/**
 * `refuse`: a name that the model does not know is an error. `drop`: it is left out, as pandas' models do with columns
 * they were not trained on; but only where no field is missing that may be, for then it is probably that field, misspelt.
 */
export type ExtraColumns = 'refuse' | 'drop'

export function rowsOf(given: Given, signature: Signature, extra: ExtraColumns): GivenRow[] {
  const { rows } = given
  if (rows.length === 0) throw badBody(given.pathOf(0), 'min-items', 'Send at least one row.')
  if (rows.length > MOST_ROWS_A_CALL) throw badBody(given.pathOf(MOST_ROWS_A_CALL), 'max-items', `Send at most ${MOST_ROWS_A_CALL} rows in a call, not ${rows.length}.`)
  const readers = new Map(signature.fields.map((field) => [field.name, cellReader(field, signature, given.isText === true)]))
  const layout: Layout = { given, fields: signature.fields, readers, extra, columns: given.columns && namedColumns(given.columns, given.pathOf(0)) }
  return rows.map((row, index) => (isRecord(row) ? fromRecord(row, layout) : fromCells(row, index, layout)))
}

interface Layout {
  given: Given
  fields: readonly Field[]
  readers: ReadonlyMap<string, CellReader>
  extra: ExtraColumns
  columns: readonly string[] | null
}

function isRecord(row: unknown): row is GivenRow {
  return typeof row === 'object' && row !== null && !Array.isArray(row)
}

/** An unnamed column is the index that pandas writes beside a frame. */
function namedColumns(columns: readonly string[], path: string): readonly string[] {
  const seen = new Set<string>()
  for (const name of columns) {
    if (seen.has(name) && name !== '') throw badBody(path, 'columns', `The column ${name.slice(0, 60)} is there twice.`)
    seen.add(name)
  }
  return columns
}

function fromRecord(row: GivenRow, { fields, readers, extra }: Layout): GivenRow {
  const names = Object.keys(row)
  const unknown = names.some((name) => !readers.has(name))
  const kept = unknown && mayDrop(fields, (name) => Object.hasOwn(row, name), extra) ? names.filter((name) => readers.has(name)) : names
  return recordOf(kept, (index) => row[kept[index] as string], readers)
}

function fromCells(row: unknown, index: number, layout: Layout): GivenRow {
  const { given, fields, readers, extra } = layout
  if (!Array.isArray(row)) throw badBody(given.pathOf(index), 'type', `A row must be an object of fields or a list of values, not ${jsonType(row)}.`)
  const cells = unnested(row as unknown[], fields.length)
  const names = layout.columns ?? fields.map((field) => field.name)
  if (cells.length !== names.length) {
    const wanted = layout.columns === null ? `The model has ${names.length} fields` : `There are ${names.length} columns`
    throw badBody(given.pathOf(index), 'items', `${wanted}, and this row has ${cells.length} values.`)
  }
  const isDropping = layout.columns !== null && mayDrop(fields, (name) => names.includes(name), extra)
  const places = names.flatMap((name, place) => ((isDropping && !readers.has(name)) || (layout.columns !== null && name === '') ? [] : [place]))
  return recordOf(places.map((place) => names[place] as string), (place) => cells[places[place] as number], readers)
}

/** TensorFlow Serving writes a row of a matrix as [[1, 2]] where the model takes one row at a time. */
function unnested(row: unknown[], width: number): unknown[] {
  const [only] = row
  return row.length === 1 && Array.isArray(only) && width > 1 ? (only as unknown[]) : row
}

function mayDrop(fields: readonly Field[], isGiven: (name: string) => boolean, extra: ExtraColumns): boolean {
  return extra === 'drop' && fields.every((field) => isGiven(field.name))
}

function recordOf(names: readonly string[], valueAt: (index: number) => unknown, readers: ReadonlyMap<string, CellReader>): GivenRow {
  const record: GivenRow = {}
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string
    const value = valueAt(index)
    const read = readers.get(name)?.(value) ?? (readers.has(name) ? null : value)
    // Assigned, it would be the record's prototype and not a field.
    if (name === '__proto__') Object.defineProperty(record, name, { value: read, enumerable: true })
    else record[name] = read
  }
  return record
}
