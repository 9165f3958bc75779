// What a body of another protocol says, before the model is known: rows by name, rows of named columns, or rows whose
// columns stand in the model's own order. The shapes are those of pandas, numpy and TensorFlow Serving's JSON.
import { jsonType } from '@/lib/serving/rules/validation'
import { invalid } from '@/lib/serving/rules'
import type { ProblemError } from '@/lib/platform/errors'

export interface Given {
  /** Null where the columns stand in the order of the model's signature. */
  columns: readonly string[] | null
  /** Of each row: its cells in the order of the columns, or an object by name where `columns` is null too. */
  rows: readonly unknown[]
  /** The cells are texts of a CSV file: what they mean follows from the model's fields. */
  isText?: boolean
  /** Where a row stands in the body. */
  pathOf(row: number): string
}

export function badBody(path: string, rule: string, message: string): ProblemError {
  return invalid([{ path, rule, message }])
}

/** An object that a body must be, by its own members. */
export function membersOf(body: unknown, example: string): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>
  throw badBody('(body)', 'type', `The body must be an object such as ${example}, not ${jsonType(body)}.`)
}

/** A list with an object, a list of values, or (of a model with one field) a value for each row. */
export function rowFormat(list: unknown, path: string): Given {
  if (!Array.isArray(list)) throw badBody(path, 'type', `${path} must be a list with an entry for each row, not ${jsonType(list)}.`)
  const rows = list as unknown[]
  const isFlat = rows.length > 0 && rows.every((row) => typeof row !== 'object' || row === null)
  return { columns: null, rows: isFlat ? rows.map((value) => [value]) : rows, pathOf: (row) => `${path}[${row}]` }
}

/** An object with a list for each column, or with a value for each field of one row. */
export function columnFormat(columns: unknown, path: string): Given {
  if (Array.isArray(columns)) return rowFormat(columns, path)
  if (typeof columns !== 'object' || columns === null) throw badBody(path, 'type', `${path} must be an object of columns or a list of rows, not ${jsonType(columns)}.`)
  const entries = Object.entries(columns as Record<string, unknown>)
  const lists = entries.filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]))
  if (lists.length === 0) return { columns: null, rows: [columns], pathOf: () => path }
  const length = lists[0]?.[1].length ?? 0
  for (const [name, value] of entries) {
    if (!Array.isArray(value) || value.length !== length) {
      throw badBody(`${path}.${name.slice(0, 60)}`, 'items', `Every column of ${path} must be a list of the same length.`)
    }
  }
  const rows = Array.from({ length }, (_, row) => lists.map(([, column]) => column[row]))
  return { columns: lists.map(([name]) => name), rows, pathOf: (row) => `${path}[${row}]` }
}

/** `{columns, data, index}`, as pandas writes a frame with orient='split'. */
export function splitFormat(frame: unknown, path: string): Given {
  if (typeof frame !== 'object' || frame === null || Array.isArray(frame)) {
    throw badBody(path, 'type', `${path} must be an object with columns and data, not ${jsonType(frame)}.`)
  }
  const own = frame as Record<string, unknown>
  const extra = Object.keys(own).find((key) => !['columns', 'data', 'index'].includes(key))
  if (!Object.hasOwn(own, 'data') || extra !== undefined) {
    throw badBody(path, 'members', `${path} must have data and may have columns and index${extra === undefined ? '' : `, not ${extra.slice(0, 60)}`}.`)
  }
  const { data } = own
  if (!Array.isArray(data)) throw badBody(`${path}.data`, 'type', `${path}.data must be a list of rows, not ${jsonType(data)}.`)
  const { columns } = rowFormat(data, `${path}.data`)
  const names = Object.hasOwn(own, 'columns') && own.columns !== null ? namesOf(own.columns, `${path}.columns`) : columns
  return { ...rowFormat(data, `${path}.data`), columns: names }
}

/** Null for the numbers that pandas gives columns without names. */
function namesOf(columns: unknown, path: string): readonly string[] | null {
  if (!Array.isArray(columns)) throw badBody(path, 'type', `${path} must be a list of names, not ${jsonType(columns)}.`)
  const list = columns as unknown[]
  if (list.length > 0 && list.every((name, index) => name === index)) return null
  return list.map((name) => {
    if (typeof name === 'string') return name
    throw badBody(path, 'type', `${path} must have texts, not ${jsonType(name)}.`)
  })
}
