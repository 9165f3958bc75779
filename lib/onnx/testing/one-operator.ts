/** One operator in a file of its own, for comparing it with the runtime. For tests. */
import { expect } from 'vitest'
import type { Row } from '../encode'
import { compare } from './compare'
import {
  BOOL,
  FLOAT,
  INT64,
  ML,
  STRING,
  floatTensor,
  int64Tensor,
  model,
  node,
  value,
  type AttributeValue,
} from './write-model'

export const DOUBLE = 11
const numbers = [0, -1, 1, 2, 3.5, -0.25, 1e-3, 40, -7.75, 2.5, 1.5, -2.5]
const texts = ['red', 'blue', '', 'violet', 'Red']
const wholes = [0, 1, 2, 3, 7, -1]

/** Whole numbers, fractions, gaps and unknown texts. */
export const operatorRows: Row[] = Array.from({ length: 24 }, (_, row) => ({
  a: row % 8 === 3 ? null : (numbers[row % numbers.length] ?? 0),
  b: row % 9 === 4 ? null : (numbers[(row * 5 + 1) % numbers.length] ?? 0),
  c: numbers[(row * 7 + 2) % numbers.length] ?? 0,
  n: wholes[row % wholes.length] ?? 0,
  t: texts[row % texts.length] ?? '',
  flag: row % 3 === 0,
}))

const TYPES = { a: FLOAT, b: FLOAT, c: FLOAT, n: INT64, t: STRING, flag: BOOL }
const INPUTS = Object.entries(TYPES).map(([name, type]) => value(name, type, [null, 1]))
/** [a, b, c] as one matrix, and without gaps. */
const MATRIX = node('Concat', ['a', 'b', 'c'], ['x'], { attributes: { axis: { int: 1 } } })
const FILLED = node('Imputer', ['x'], ['filled'], {
  domain: ML,
  attributes: { imputed_value_floats: { floats: [1, -2, 3] }, replaced_value_float: { float: NaN } },
})

export interface OperatorCase {
  nodes: Uint8Array[]
  initializers?: Uint8Array[]
  /** Cells of `y` in a row. */
  width?: number
  type?: number
  tolerance?: number
  opsets?: [string, number][]
}

/** The operator makes `y`; a sum over its columns is the answer, so that the file is one that can be served. */
export function operatorGraph({ nodes, initializers = [], width = 3, type = FLOAT, opsets }: OperatorCase): Uint8Array {
  return model({
    nodes: [MATRIX, FILLED, ...nodes, node('Gather', ['c', 'zero'], ['value'], { attributes: { axis: { int: 1 } } })],
    inputs: INPUTS,
    outputs: [value('value', FLOAT, [null, 1]), value('y', type, [null, width])],
    initializers: [int64Tensor('zero', [1], [0]), ...initializers],
    ...(opsets ? { opsets } : {}),
  })
}

export const ml = (attributes: Record<string, AttributeValue>) => ({ domain: ML, attributes })
export const one = (op: string, attributes: Record<string, AttributeValue> = {}, input = 'x') =>
  node(op, [input], ['y'], { attributes })
export const constant = (name: string, dims: number[], values: number[]) => floatTensor(name, dims, values)

/** Every cell of `y` in every row, and that it says something. */
export async function expectAsRuntime(made: OperatorCase): Promise<void> {
  const { own, runtime } = await compare(operatorGraph(made), operatorRows, 'y')
  expect(own).toHaveLength(operatorRows.length * (made.width ?? 3))
  expect(runtime).toHaveLength(own.length)
  own.forEach((found, index) => {
    const wanted = runtime[index] ?? NaN
    if (Number.isFinite(wanted))
      expect(Math.abs(found - wanted), `cell ${index}`).toBeLessThanOrEqual(
        (made.tolerance ?? 0) * Math.max(1, Math.abs(wanted)),
      )
    else expect(found, `cell ${index}`).toBe(wanted)
  })
  expect(new Set(runtime).size).toBeGreaterThan(1)
}
