// Operators along an axis of the columns against the runtime.
import { describe, expect, it } from 'vitest'
import { readModelFile } from '../../model-file'
import { readSignature } from '../../signature'
import { constant, expectAsRuntime, one, operatorGraph, type OperatorCase } from '../../testing/one-operator'
import { FLOAT, INT64, int64Tensor, node } from '../../testing/write-model'
import { compileProgram } from '../program'

const alongColumns = { axes: { ints: [1] } }
const size = node('Abs', ['filled'], ['size'])
const toFloat = (from: string) => node('Cast', [from], ['y'], { attributes: { to: { int: FLOAT } } })

const CASES: Record<string, OperatorCase> = {
  ...Object.fromEntries(
    ['Mean', 'Prod', 'Max', 'Min', 'L1', 'L2', 'SumSquare', 'LogSumExp', 'LogSum'].map(
      (kind): [string, OperatorCase] => [
        `Reduce${kind}`,
        { nodes: [size, one(`Reduce${kind}`, alongColumns, 'size')], width: 1, tolerance: 1e-6 },
      ],
    ),
  ),
  'ReduceSum, its axes an input': {
    nodes: [node('ReduceSum', ['filled', 'axes'], ['y'])],
    initializers: [int64Tensor('axes', [1], [-1])],
    width: 1,
    tolerance: 1e-6,
  },
  'ReduceMean over models that stand before the rows, as bagging has it': {
    nodes: [
      node('Mul', ['filled', 'k'], ['other']),
      node('Reshape', ['filled', 'front'], ['one']),
      node('Reshape', ['other', 'front'], ['two']),
      node('Concat', ['one', 'two'], ['both'], { attributes: { axis: { int: 0 } } }),
      node('ReduceMean', ['both'], ['y'], { attributes: { axes: { ints: [0] }, keepdims: { int: 0 } } }),
    ],
    initializers: [constant('k', [], [3]), int64Tensor('front', [3], [1, -1, 3])],
    tolerance: 1e-6,
  },
  'ReduceMax of two axes': {
    nodes: [
      node('Reshape', ['filled', 'deep'], ['row']),
      node('ReduceMax', ['row'], ['y'], { attributes: { axes: { ints: [1, 2] }, keepdims: { int: 0 } } }),
    ],
    initializers: [int64Tensor('deep', [4], [-1, 1, 3, 1])],
    width: 1,
  },
  ArgMax: { nodes: [one('ArgMax', { axis: { int: 1 } }, 'filled')], width: 1, type: INT64 },
  'ArgMin, the last of equals': {
    nodes: [
      node('Sign', ['filled'], ['signs']),
      one('ArgMin', { axis: { int: 1 }, select_last_index: { int: 1 } }, 'signs'),
    ],
    width: 1,
    type: INT64,
  },
  'ArgMax, the first of equals': {
    nodes: [node('Sign', ['filled'], ['signs']), one('ArgMax', { axis: { int: -1 } }, 'signs')],
    width: 1,
    type: INT64,
  },
  'TopK, its values': {
    nodes: [node('TopK', ['filled', 'k'], ['y', 'places'])],
    initializers: [int64Tensor('k', [1], [2])],
    width: 2,
  },
  'TopK, the places of the lowest, with equals': {
    nodes: [
      node('Sign', ['filled'], ['signs']),
      node('TopK', ['signs', 'k'], ['lowest', 'places'], { attributes: { largest: { int: 0 } } }),
      toFloat('places'),
    ],
    initializers: [int64Tensor('k', [1], [3])],
  },
  CumSum: { nodes: [node('CumSum', ['filled', 'axis'], ['y'])], initializers: [int64Tensor('axis', [], [1])] },
  GatherElements: {
    nodes: [
      node('TopK', ['filled', 'k'], ['best', 'places']),
      node('GatherElements', ['x', 'places'], ['y'], { attributes: { axis: { int: 1 } } }),
    ],
    initializers: [int64Tensor('k', [1], [2])],
    width: 2,
  },
  LogSoftmax: { nodes: [one('LogSoftmax', { axis: { int: 1 } }, 'filled')], tolerance: 1e-6 },
  ...Object.fromEntries(
    ['Selu', 'Celu', 'HardSigmoid', 'ThresholdedRelu', 'Softsign', 'Sin', 'Cos'].map((op): [string, OperatorCase] => [
      op,
      { nodes: [one(op, {}, 'filled')], tolerance: 1e-6 },
    ]),
  ),
  BatchNormalization: {
    nodes: [node('BatchNormalization', ['filled', 'scale', 'bias', 'mean', 'variance'], ['y'])],
    initializers: [
      constant('scale', [3], [1, 2, 0.5]),
      constant('bias', [3], [0, -1, 3]),
      constant('mean', [3], [1, 0.5, 3]),
      constant('variance', [3], [1, 0.25, 9]),
    ],
    tolerance: 1e-6,
  },
}

describe('operators along an axis do what the runtime does', () => {
  it.each(Object.entries(CASES))('%s', (_, made) => expectAsRuntime(made))
})

describe('what joins rows is refused', () => {
  const refused: Record<string, [OperatorCase, RegExp]> = {
    'a mean over rows': [{ nodes: [one('ReduceMean', { axes: { ints: [0] } })] }, /ReduceMean across rows/],
    'a sum of everything': [{ nodes: [one('ReduceSum')] }, /ReduceSum of all axes/],
    'the best row': [{ nodes: [one('ArgMax', { axis: { int: 0 } })], type: INT64 }, /ArgMax across rows/],
    'running sums down the rows': [
      { nodes: [node('CumSum', ['x', 'axis'], ['y'])], initializers: [int64Tensor('axis', [], [0])] },
      /CumSum across rows/,
    ],
    'more columns than there are': [
      { nodes: [node('TopK', ['x', 'k'], ['y', 'places'])], initializers: [int64Tensor('k', [1], [4])] },
      /TopK of columns that are not there/,
    ],
  }
  it.each(Object.entries(refused))('%s', (_, [made, says]) => {
    const file = readModelFile(operatorGraph(made))
    expect(() => compileProgram(file, readSignature(file), ['y'])).toThrow(says)
  })
})
