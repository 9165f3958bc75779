// Operators that move cells, look up tables and compute with shapes, against the runtime.
import { describe, expect, it } from 'vitest'
import { readModelFile } from '../../model-file'
import { readSignature } from '../../signature'
import { constant, expectAsRuntime, ml, operatorGraph, type OperatorCase } from '../../testing/one-operator'
import { FLOAT, INT64, floatTensor, int64Tensor, node } from '../../testing/write-model'
import { compileProgram } from '../program'

const places = node('ArgMax', ['filled'], ['best'], { attributes: { axis: { int: 1 } } })
const axis = (int: number) => ({ attributes: { axis: { int } } })

const CASES: Record<string, OperatorCase> = {
  'Transpose of columns and depth': {
    nodes: [
      node('Unsqueeze', ['x', 'last'], ['deep']),
      node('Concat', ['deep', 'deep'], ['twice'], axis(2)),
      node('Transpose', ['twice'], ['turned'], { attributes: { perm: { ints: [0, 2, 1] } } }),
      node('Flatten', ['turned'], ['y']),
    ],
    initializers: [int64Tensor('last', [1], [2])],
    width: 6,
  },
  'Transpose of rows and columns, and back': {
    nodes: [
      node('Transpose', ['x'], ['turned']),
      node('Gather', ['turned', 'two'], ['picked'], axis(0)),
      node('Transpose', ['picked'], ['y'], { attributes: { perm: { ints: [1, 0] } } }),
    ],
    initializers: [int64Tensor('two', [2], [2, 0])],
    width: 2,
  },
  'Slice of two axes with all rows': {
    nodes: [node('Slice', ['x', 'from', 'to', 'axes'], ['y'])],
    initializers: [
      int64Tensor('from', [2], [0, -2]),
      int64Tensor('to', [2], [9_007_199_254_740_991, 3]),
      int64Tensor('axes', [2], [0, 1]),
    ],
    width: 2,
  },
  'Split of depth': {
    nodes: [
      node('Reshape', ['x', 'deep'], ['row']),
      node('Split', ['row', 'sizes'], ['left', 'right'], axis(2)),
      node('Flatten', ['right'], ['y']),
    ],
    initializers: [int64Tensor('deep', [3], [-1, 1, 3]), int64Tensor('sizes', [2], [1, 2])],
    width: 2,
  },
  'Gather of one place': {
    nodes: [node('Gather', ['x', 'two'], ['flat'], axis(1)), node('Unsqueeze', ['flat', 'last'], ['y'])],
    initializers: [int64Tensor('two', [], [2]), int64Tensor('last', [1], [1])],
    width: 1,
  },
  'a table by computed places, as calibration has it': {
    nodes: [
      places,
      node('ArrayFeatureExtractor', ['table', 'best'], ['found'], ml({})),
      node('Reshape', ['found', 'column'], ['y']),
    ],
    initializers: [constant('table', [3], [0.5, 7, -2]), int64Tensor('column', [2], [-1, 1])],
    width: 1,
  },
  'a table by several computed places': {
    nodes: [
      node('TopK', ['filled', 'k'], ['values', 'order']),
      node('ArrayFeatureExtractor', ['table', 'order'], ['found'], ml({})),
      node('Reshape', ['found', 'rows'], ['y']),
    ],
    initializers: [
      constant('table', [3], [0.5, 7, -2]),
      int64Tensor('k', [1], [2]),
      int64Tensor('rows', [2], [-1, 2]),
    ],
    width: 2,
  },
  'an embedding': {
    nodes: [places, node('Gather', ['table', 'best'], ['found'], axis(0)), node('Flatten', ['found'], ['y'])],
    initializers: [floatTensor('table', [3, 2], [1, 2, 3, 4, 5, 6])],
    width: 2,
  },
  'ones in as many rows as there are': {
    nodes: [
      node('Shape', ['x'], ['shape']),
      node('ConstantOfShape', ['shape'], ['ones'], {
        attributes: { value: { tensor: floatTensor('v', [1], [1.5]) } },
      }),
      node('Add', ['x', 'ones'], ['y']),
    ],
  },
  'a shape that is put together': {
    nodes: [
      node('Shape', ['x'], ['shape']),
      node('Gather', ['shape', 'zeros'], ['rows'], axis(0)),
      node('Concat', ['rows', 'width'], ['wanted'], axis(0)),
      node('Unsqueeze', ['x', 'last'], ['deep']),
      node('Reshape', ['deep', 'wanted'], ['y']),
    ],
    initializers: [int64Tensor('zeros', [1], [0]), int64Tensor('width', [1], [3]), int64Tensor('last', [1], [2])],
  },
  'a shape that is cut': {
    nodes: [
      node('Shape', ['x'], ['shape']),
      node('Slice', ['shape', 'zeros', 'ones'], ['rows']),
      node('Concat', ['rows', 'width'], ['wanted'], axis(0)),
      node('Reshape', ['x', 'wanted'], ['y']),
    ],
    initializers: [int64Tensor('zeros', [1], [0]), int64Tensor('ones', [1], [1]), int64Tensor('width', [1], [-1])],
  },
  'MatMul with a column of weights': {
    nodes: [node('MatMul', ['filled', 'w'], ['flat']), node('Reshape', ['flat', 'column'], ['y'])],
    initializers: [constant('w', [3], [0.1, 0.2, 0.3]), int64Tensor('column', [2], [-1, 1])],
    width: 1,
    tolerance: 1e-5,
  },
  'Cast of what is no whole number': {
    nodes: [
      node('Cast', ['x'], ['cut'], { attributes: { to: { int: INT64 } } }),
      node('Cast', ['cut'], ['y'], { attributes: { to: { int: FLOAT } } }),
    ],
  },
}

describe('cells are moved as the runtime moves them', () => {
  it.each(Object.entries(CASES))('%s', (_, made) => expectAsRuntime(made))
})

describe('what would move rows is refused', () => {
  const refused: Record<string, [OperatorCase, RegExp]> = {
    'rows in one line': [
      { nodes: [node('Reshape', ['x', 'shape'], ['y'])], initializers: [int64Tensor('shape', [1], [-1])] },
      /Reshape across rows/,
    ],
    'several places of a table in one line': [
      {
        nodes: [
          node('TopK', ['filled', 'k'], ['values', 'order']),
          node('ArrayFeatureExtractor', ['table', 'order'], ['found'], ml({})),
          node('Neg', ['found'], ['y']),
        ],
        initializers: [constant('table', [3], [0.5, 7, -2]), int64Tensor('k', [1], [2])],
      },
      /rows in one line/,
    ],
    'the first rows': [
      {
        nodes: [node('Slice', ['x', 'from', 'to', 'axes'], ['y'])],
        initializers: [int64Tensor('from', [1], [0]), int64Tensor('to', [1], [5]), int64Tensor('axes', [1], [0])],
      },
      /Slice across rows/,
    ],
    'columns beyond': [
      { nodes: [node('Gather', ['x', 'k'], ['y'], axis(1))], initializers: [int64Tensor('k', [1], [3])] },
      /beyond the columns/,
    ],
    'trees of turned rows': [
      {
        nodes: [
          node('Transpose', ['x'], ['turned']),
          node('Scaler', ['turned'], ['y'], ml({ offset: { floats: [0] }, scale: { floats: [1] } })),
        ],
      },
      /rows are not its first axis/,
    ],
  }
  it.each(Object.entries(refused))('%s', (_, [made, says]) => {
    const file = readModelFile(operatorGraph(made))
    expect(() => compileProgram(file, readSignature(file), ['y'])).toThrow(says)
  })
})
