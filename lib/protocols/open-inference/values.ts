// Tensor data of JSON and of gRPC's typed contents: checked against its datatype and its shape.
import type { Datatype, TensorValue } from './contract'
import { DATATYPES, outOfRange } from './datatypes'
import { invalidTensors } from './problem'

/**
 * @param data flat, or in lists of lists as the shape has them
 * @returns as many values as `count`; null is missing. BYTES may hold numbers and booleans beside texts, for matrices whose columns are of several types.
 */
export function readValues(data: unknown, datatype: Datatype, count: number, input: string): TensorValue[] {
  if (!Array.isArray(data)) throw invalidTensors(`The data of ${input} must be a list.`)
  const values = flat(data as unknown[], count)
  if (values.length !== count) {
    throw invalidTensors(`${input} has ${values.length > count ? `more than ${count}` : values.length} values of data, where its shape needs ${count}.`)
  }
  const { kind, lowest, highest } = DATATYPES[datatype]
  for (let index = 0; index < count; index++) {
    const value = values[index]
    if (value === null) continue
    if (kind === 'float') {
      if (typeof value !== 'number') throw wrongType(input, datatype, 'numbers')
    } else if (kind === 'whole') {
      if (typeof value !== 'number') throw wrongType(input, datatype, 'whole numbers')
      if (!Number.isInteger(value) || value < lowest || value > highest) throw outOfRange(input, datatype)
    } else if (kind === 'flag') {
      if (value === 0 || value === 1) values[index] = value === 1
      else if (typeof value !== 'boolean') throw wrongType(input, datatype, 'true or false')
    } else if (typeof value === 'object' || value === undefined) throw wrongType(input, datatype, 'texts')
  }
  return values as TensorValue[]
}

/** Lists within lists, one after the other; it stops soon after what the shape needs. */
function flat(data: unknown[], count: number): unknown[] {
  if (!data.some(Array.isArray)) return data
  const values: unknown[] = []
  const collect = (list: readonly unknown[]): void => {
    for (const item of list) {
      if (values.length > count) return
      if (Array.isArray(item)) collect(item)
      else values.push(item)
    }
  }
  collect(data)
  return values
}

function wrongType(input: string, datatype: Datatype, wanted: string): Error {
  return invalidTensors(`The data of ${input} must be ${wanted}, as its datatype ${datatype} says.`)
}
