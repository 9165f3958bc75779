// The shape of an input: how many rows, how many values in each, and how many in all.
import { MOST_ROWS_A_CALL } from '@/lib/serving/contract'
import { invalidTensors } from './problem'

const MOST_DIMENSIONS = 8
/** No body that may be sent holds more. */
const MOST_ELEMENTS = 2 ** 24

/** @param sizes as they came: numbers, or texts of 64 bit numbers */
export function readShape(sizes: unknown, input: string): number[] {
  if (!Array.isArray(sizes) || sizes.length === 0 || sizes.length > MOST_DIMENSIONS) {
    throw invalidTensors(`The shape of ${input} must be a list of 1 to ${MOST_DIMENSIONS} sizes, the number of rows first.`)
  }
  const shape = new Array<number>(sizes.length)
  let elements = 1
  for (let index = 0; index < shape.length; index++) {
    const given: unknown = sizes[index]
    const size = typeof given === 'number' || (typeof given === 'string' && given !== '') ? Number(given) : NaN
    elements *= size
    if (!Number.isSafeInteger(size) || size < 0 || elements > MOST_ELEMENTS) {
      throw invalidTensors(`The shape of ${input} must have whole sizes from 0, and at most ${MOST_ELEMENTS} values in all.`)
    }
    shape[index] = size
  }
  return shape
}

export function elementsOf(shape: readonly number[]): number {
  return (shape[0] ?? 1) * widthOf(shape)
}

/** Values in each row. */
export function widthOf(shape: readonly number[]): number {
  let width = 1
  for (let index = 1; index < shape.length; index++) width *= shape[index] as number
  return width
}

/** The number of rows that all inputs agree on. */
export function rowsOf(inputs: readonly { name: string; shape: readonly number[] }[]): number {
  const [first] = inputs
  const rows = first?.shape[0] ?? 0
  for (const { name, shape } of inputs) {
    if (shape[0] !== rows) throw invalidTensors(`${name} has ${shape[0]} rows and ${first?.name} has ${rows}: each input must have all rows.`)
  }
  if (rows === 0) throw invalidTensors('The inputs must have at least one row.')
  if (rows > MOST_ROWS_A_CALL) throw invalidTensors(`A call may have at most ${MOST_ROWS_A_CALL} rows, not ${rows}. Send the rows in several calls.`)
  return rows
}
