// From input tensors to the rows that serving takes: records by field name, checked by the version itself.
import { SUBJECT_INPUT, type InputTensor, type TensorValue } from './contract'
import { columnsOf, type Column, type InputLayout } from './input-layout'
import { readSubject } from './parameters'
import { invalidTensors } from './problem'
import { rowsOf, widthOf } from './shape'

export type InputRow = Record<string, TensorValue>

export interface InputRows {
  rows: InputRow[]
  /** Of each row, where the call has a tensor of them. */
  subjects: (string | null)[] | null
}

export function rowsFrom(inputs: readonly InputTensor[], layout: InputLayout): InputRows {
  const subjects = layout.byField.has(SUBJECT_INPUT) ? undefined : inputs.find((input) => input.name === SUBJECT_INPUT)
  const columns = subjects === undefined ? inputs : inputs.filter((input) => input !== subjects)
  if (columns.length === 0) throw invalidTensors('A call must have at least one input tensor.')
  const count = rowsOf(inputs)
  const rows = Array.from({ length: count }, (): InputRow => ({}))
  const given = new Set<string>()
  for (const input of columns) place(input, columnsOf(layout, input.name, widthOf(input.shape), columns.length === 1), rows, given)
  return { rows, subjects: subjects ? subjectsOf(subjects) : null }
}

function place({ name, values, datatype }: InputTensor, columns: readonly Column[], rows: InputRow[], given: Set<string>): void {
  const width = columns.length
  for (let column = 0; column < width; column++) {
    const { name: field, takes } = columns[column] as Column
    if (given.has(field)) throw invalidTensors(`${field} is given twice.`)
    given.add(field)
    // Only a matrix has one datatype for several fields; a column of its own has the one that fits it.
    const isRead = datatype === 'BYTES' && takes !== 'text' && width > 1
    for (let row = 0; row < rows.length; row++) {
      const value = values[row * width + column] ?? null
      const read = isRead && typeof value === 'string' ? readText(value, takes, name, field) : value
      // NaN is how arrays say that a number is missing.
      ;(rows[row] as InputRow)[field] = Number.isNaN(read) ? null : read
    }
  }
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

function readText(text: string, takes: 'number' | 'flag', input: string, field: string): TensorValue {
  const trimmed = text.trim()
  if (trimmed === '' || trimmed.toLowerCase() === 'nan') return null
  if (takes === 'number' && NUMBER.test(trimmed)) return exact(trimmed, input, field)
  if (takes === 'flag' && /^(?:true|false)$/i.test(trimmed)) return trimmed.toLowerCase() === 'true'
  throw invalidTensors(`${input} has a text in the column ${field}, which takes ${takes === 'number' ? 'a number' : 'true or false'}.`)
}

function exact(text: string, input: string, field: string): number {
  const value = Number(text)
  if (/^[+-]?\d+$/.test(text) && !Number.isSafeInteger(value)) throw invalidTensors(`${input} has a whole number in the column ${field} that is too large to be exact.`)
  return value
}

function subjectsOf({ values, shape, datatype }: InputTensor): (string | null)[] {
  if (datatype !== 'BYTES' || widthOf(shape) !== 1) throw invalidTensors(`${SUBJECT_INPUT} must be of BYTES, one for each row.`)
  return Array.from(values, (value) => (value === '' ? null : readSubject(value, SUBJECT_INPUT)))
}
