/** Files of plain operators that load and answer, but not every row. */
import { BOOL, FLOAT, INT64, graph, int64Tensor, model, node, value } from './write-model'

const LEAST_INT64 = -(2 ** 63)

/** y = -2^63 / (x + 1) in whole numbers. At x = -2 the quotient has no place in 64 bits, and x86 ends the process (SIGFPE). */
export function dividingModel(): Uint8Array {
  return model({
    nodes: [
      node('Cast', ['x'], ['whole'], { attributes: { to: { int: INT64 } } }),
      node('Add', ['whole', 'one'], ['divisor']),
      node('Div', ['least', 'divisor'], ['quotient']),
      node('Cast', ['quotient'], ['y'], { attributes: { to: { int: FLOAT } } }),
    ],
    inputs: [value('x', FLOAT, [null, 1])],
    outputs: [value('y', FLOAT, [null, 1])],
    initializers: [int64Tensor('least', [1], [LEAST_INT64]), int64Tensor('one', [1], [1])],
  })
}

/** y = x, after x turns of a loop. */
export function loopingModel(): Uint8Array {
  const body = graph({
    nodes: [node('Identity', ['going_in'], ['going_out']), node('Identity', ['value_in'], ['value_out'])],
    inputs: [value('turn', INT64, []), value('going_in', BOOL, []), value('value_in', FLOAT, [null, 1])],
    outputs: [value('going_out', BOOL, []), value('value_out', FLOAT, [null, 1])],
  })
  return model({
    nodes: [
      node('ReduceMax', ['x'], ['largest'], { attributes: { keepdims: { int: 0 } } }),
      node('Cast', ['largest'], ['turns'], { attributes: { to: { int: INT64 } } }),
      node('Loop', ['turns', '', 'x'], ['y'], { attributes: { body: { graph: body } } }),
    ],
    inputs: [value('x', FLOAT, [null, 1])],
    outputs: [value('y', FLOAT, [null, 1])],
  })
}
