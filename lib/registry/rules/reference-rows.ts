// Reference rows as the model takes them: every cell checked against its field, every problem named by column and row.
import { Random } from '@/lib/math/random'
import { ProblemError, type FieldProblem } from '@/lib/platform/errors'
import type { Field, Signature } from '../contract'
import type { ReferenceTable } from './reference-file'

export type ReferenceRow = Record<string, string | number | boolean | null>

export interface ReferenceRows {
  rows: ReferenceRow[]
  /** What really happened, by row, where the file has that column: a number for regressors, a class as text otherwise. */
  targets: (string | number | null)[] | null
}

const DEFAULT_TARGET = 'target'
// What pandas and spreadsheets write for a number that is not there.
const MISSING_NUMBERS = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '-'])
const BOOLEANS = new Map([
  ['true', true], ['1', true], ['yes', true],
  ['false', false], ['0', false], ['no', false],
])
const MOST_ROWS_NAMED = 5

/** `target` names the column with the true answer; the column `target` where it is not given. */
export function checkReference(table: ReferenceTable, signature: Signature, target: string | undefined): ReferenceRows {
  const missing = signature.fields.map((field) => field.name).filter((name) => !table.columns.includes(name))
  if (missing.length > 0) {
    const [first] = missing
    const message =
      missing.length === 1
        ? `The reference file has no column ${first}, which the model needs.`
        : `The reference file lacks ${missing.length} columns that the model needs: ${missing.join(', ')}.`
    throw new ProblemError('invalid', message, {
      code: 'reference_columns',
      fields: missing.map((name) => ({ path: 'reference', rule: 'column_missing', message: `Column ${name} is missing.` })),
    })
  }
  if (target !== undefined && !table.columns.includes(target)) {
    throw refused('reference_columns', [
      { path: 'reference', rule: 'column_missing', message: `The reference file has no column ${target}, which the metadata names as the target.` },
    ])
  }
  const rows = table.rows.map((): ReferenceRow => ({}))
  const problems = signature.fields.flatMap((field) => readColumn(table, field, rows))
  const isField = signature.fields.some((field) => field.name === (target ?? DEFAULT_TARGET))
  const column = target ?? (table.columns.includes(DEFAULT_TARGET) && !isField ? DEFAULT_TARGET : undefined)
  const targets = column === undefined ? null : readTargets(table, column, signature, problems)
  if (problems.length > 0) throw refused('reference_values', problems)
  return { rows, targets }
}

/** Fills one field of every row; answers one problem for each reason, naming the rows. */
function readColumn(table: ReferenceTable, field: Field, rows: ReferenceRow[]): FieldProblem[] {
  const wrong = new Map<string, number[]>()
  const read = readerOf(field, table.isText)
  const rule = ruleOf(field)
  table.rows.forEach((cells, index) => {
    const value = read(cells[field.name])
    const reason = value instanceof Wrong ? value.reason : rule(value)
    if (reason !== null) {
      const at = wrong.get(reason)
      if (at) at.push(index + 1)
      else wrong.set(reason, [index + 1])
    }
    const row = rows[index]
    if (row) row[field.name] = value instanceof Wrong ? null : value
  })
  return [...wrong].map(([reason, at]) => ({
    path: 'reference',
    rule: 'value',
    message: `Column ${field.name}: ${rowsInWords(at)} ${reason}.`,
  }))
}

class Wrong {
  constructor(readonly reason: string) {}
}

type Read = (cell: unknown) => string | number | boolean | null | Wrong

function readerOf(field: Field, isText: boolean): Read {
  switch (field.type) {
    case 'number':
    case 'integer': {
      const wrong = new Wrong(field.type === 'integer' ? 'must hold a whole number' : 'must hold a number')
      return (cell) => {
        const value = asNumber(cell, isText)
        if (value === undefined || (field.type === 'integer' && value !== null && !Number.isInteger(value))) return wrong
        return value
      }
    }
    case 'boolean': {
      const wrong = new Wrong('must hold true or false')
      return (cell) => {
        if (typeof cell === 'boolean') return cell
        if (isMissing(cell)) return null
        return BOOLEANS.get(String(cell).trim().toLowerCase()) ?? wrong
      }
    }
    default: {
      const wrong = new Wrong('must hold text')
      return (cell) => (isMissing(cell) ? null : typeof cell === 'string' ? cell : wrong)
    }
  }
}

/** undefined where it is no number. */
function asNumber(cell: unknown, isText: boolean): number | null | undefined {
  if (isMissing(cell)) return null
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : Number.isNaN(cell) ? null : undefined
  if (typeof cell === 'bigint') return Number.isSafeInteger(Number(cell)) ? Number(cell) : undefined
  if (typeof cell === 'boolean') return cell ? 1 : 0
  if (!isText || typeof cell !== 'string') return undefined
  const text = cell.trim()
  if (MISSING_NUMBERS.has(text.toLowerCase())) return null
  // Number() also reads hexadecimal and the like, which no data file means.
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

function isMissing(cell: unknown): boolean {
  return cell === null || cell === undefined || cell === ''
}

/** The field's own rules, which later calls must keep as well: the reason it is broken, or null. */
function ruleOf(field: Field): (value: string | number | boolean | null) => string | null {
  const closed = field.isClosed ? new Set([...(field.categories ?? []), ...Object.keys(field.categoryLabels ?? {})]) : null
  const { min = -Infinity, max = Infinity } = field
  const range = [field.min === undefined ? '' : `at least ${field.min}`, field.max === undefined ? '' : `at most ${field.max}`]
  const outside = `must hold ${range.filter(Boolean).join(' and ')}, as the metadata says`
  return (value) => {
    if (value === null) return field.isRequired ? 'must not be empty' : null
    if (typeof value === 'number' && (value < min || value > max)) return outside
    if (closed && !closed.has(String(value))) return 'must hold one of the categories that the metadata lists'
    return null
  }
}

function readTargets(
  table: ReferenceTable,
  column: string,
  signature: Signature,
  problems: FieldProblem[],
): (string | number | null)[] {
  const classes = signature.classes?.map(String)
  const wrong: number[] = []
  const targets = table.rows.map((cells, index) => {
    const cell = cells[column]
    if (signature.task === 'regression') {
      const value = asNumber(cell, table.isText)
      if (value === undefined) wrong.push(index + 1)
      return value ?? null
    }
    if (isMissing(cell)) return null
    const name = classNameOf(cell, classes)
    if (name === undefined) wrong.push(index + 1)
    return name ?? null
  })
  if (wrong.length > 0) {
    const wanted = classes ? `one of the model's classes (${classes.join(', ')})` : 'a number'
    problems.push({ path: 'reference', rule: 'target', message: `Column ${column}: ${rowsInWords(wrong)} must hold ${wanted}.` })
  }
  return targets
}

/** 1, 1.0, "1" and "1.0" are the class 1; true and false are 1 and 0 where the classes are numbers. */
function classNameOf(cell: unknown, classes: readonly string[] | undefined): string | undefined {
  const text = String(cell).trim()
  if (classes === undefined || classes.includes(text)) return text
  const number = text === 'true' || text === 'True' ? 1 : text === 'false' || text === 'False' ? 0 : Number(text)
  return classes.find((name) => name !== '' && Number(name) === number)
}

function rowsInWords(rows: readonly number[]): string {
  const named = rows.slice(0, MOST_ROWS_NAMED)
  const last = named.at(-1)
  if (rows.length === 1) return `row ${last}`
  if (rows.length > MOST_ROWS_NAMED) return `rows ${named.join(', ')} and ${rows.length - named.length} more`
  return `rows ${named.slice(0, -1).join(', ')} and ${last}`
}

function refused(code: string, fields: FieldProblem[]): ProblemError {
  const rest = fields.length - 1
  const sentence = `${fields[0]?.message ?? 'The reference file does not fit.'}${rest > 0 ? ` There ${rest === 1 ? 'is one more problem' : `are ${rest} more problems`}.` : ''}`
  return new ProblemError('invalid', sentence, { code, fields })
}

/** Which rows a sample takes: the same for the same count and seed, in the order of the file. */
export function sampleIndexes(count: number, most: number, seed: number): number[] {
  const all = Array.from({ length: count }, (_, index) => index)
  if (count <= most) return all
  return new Random(seed).shuffle(all).slice(0, most).sort((a, b) => a - b)
}

/** A row that a model without reference data must at least answer. */
export function trialRow(signature: Signature): ReferenceRow {
  return Object.fromEntries(
    signature.fields.map((field) => {
      if (field.type === 'boolean') return [field.name, false]
      if (field.type === 'category' || field.type === 'text') return [field.name, field.categories?.[0] ?? '']
      const known = field.categories?.[0]
      return [field.name, known === undefined ? Math.max(field.min ?? 0, Math.min(field.max ?? 0, 0)) : Number(known)]
    }),
  )
}
