// Operators of several values against the runtime: which axes repeat, and that rows never mix.
import { describe, expect, it } from 'vitest'
import { readModelFile } from '../../model-file'
import { readSignature } from '../../signature'
import { constant, expectAsRuntime, ml, operatorGraph, type OperatorCase } from '../../testing/one-operator'
import { BOOL, FLOAT, INT64, byteTensor, int64Tensor, node, textTensor } from '../../testing/write-model'
import { compileProgram } from '../program'

const toFloat = node('Cast', ['is'], ['y'], { attributes: { to: { int: FLOAT } } })
const positive = node('Greater', ['x', 'none'], ['positive'])
const none = constant('none', [], [0])
const hotTexts = node('OneHotEncoder', ['word'], ['y'], ml({ cats_strings: { texts: ['none', 'red', 'blue'] } }))

const CASES: Record<string, OperatorCase> = {
  'Sum of three': { nodes: [node('Sum', ['x', 'c', 'k'], ['y'])], initializers: [constant('k', [1, 3], [1, 0.1, 2])] },
  'Mean of three': { nodes: [node('Mean', ['x', 'c', 'k'], ['y'])], initializers: [constant('k', [3], [1, 0.1, 2])] },
  'Max of three': { nodes: [node('Max', ['filled', 'c', 'k'], ['y'])], initializers: [constant('k', [], [1])] },
  'Min of three': { nodes: [node('Min', ['filled', 'c', 'k'], ['y'])], initializers: [constant('k', [], [1])] },
  'Min of one': { nodes: [node('Min', ['x'], ['y'])] },
  'Add of whole numbers': {
    nodes: [node('Add', ['n', 'k'], ['y'])],
    initializers: [int64Tensor('k', [1], [5])],
    width: 1,
    type: INT64,
  },
  'a row of columns against a table, as naive Bayes has it': {
    nodes: [
      node('Reshape', ['filled', 'deep'], ['row']),
      node('Sub', ['row', 'means'], ['distances']),
      node('Reshape', ['distances', 'flat'], ['y']),
    ],
    initializers: [
      int64Tensor('deep', [3], [-1, 1, 3]),
      int64Tensor('flat', [2], [-1, 6]),
      constant('means', [1, 2, 3], [1, 2, 3, 4, 5, 6]),
    ],
    width: 6,
  },
  'a column against a row': {
    nodes: [
      node('Unsqueeze', ['filled', 'last'], ['column']),
      node('Unsqueeze', ['filled', 'middle'], ['row']),
      node('Mul', ['column', 'row'], ['products']),
      node('Flatten', ['products'], ['y']),
    ],
    initializers: [int64Tensor('last', [1], [2]), int64Tensor('middle', [1], [1])],
    width: 9,
  },
  'models before the rows, each with its weights': {
    nodes: [
      node('Mul', ['filled', 'k'], ['both']),
      node('ReduceSum', ['both', 'first'], ['y'], { attributes: { keepdims: { int: 0 } } }),
    ],
    initializers: [constant('k', [2, 1, 3], [1, 2, 3, -4, 5, 0.5]), int64Tensor('first', [1], [0])],
    tolerance: 1e-6,
  },
  PRelu: { nodes: [node('PRelu', ['x', 'k'], ['y'])], initializers: [constant('k', [3], [0.5, 0.1, 2])] },
  'Where of numbers': { nodes: [positive, node('Where', ['positive', 'x', 'c'], ['y'])], initializers: [none] },
  'Where of a constant': {
    nodes: [positive, node('Where', ['positive', 'k', 'x'], ['y'])],
    initializers: [none, constant('k', [1], [7])],
  },
  'Where of texts, with a constant that is computed': {
    nodes: [
      node('Equal', ['t', 'empty'], ['lacks']),
      node(
        'LabelEncoder',
        ['zero'],
        ['filling'],
        ml({ keys_int64s: { ints: [0] }, values_strings: { texts: ['none'] }, default_string: { text: '?' } }),
      ),
      node('Where', ['lacks', 'filling', 't'], ['word']),
      hotTexts,
    ],
    initializers: [textTensor('empty', [''])],
    opsets: [
      ['', 19],
      ['ai.onnx.ml', 3],
    ],
  },
  'Not and IsNaN': { nodes: [node('IsNaN', ['x'], ['gap']), node('Not', ['gap'], ['is']), toFloat] },
  IsInf: {
    nodes: [node('Reciprocal', ['filled'], ['inverse']), node('IsInf', ['inverse'], ['is']), toFloat],
  },
  ...Object.fromEntries(
    ['And', 'Or', 'Xor'].map((op): [string, OperatorCase] => [
      op,
      { nodes: [positive, node(op, ['positive', 'flag'], ['is']), toFloat], initializers: [none] },
    ]),
  ),
  'Equal of flags': {
    nodes: [positive, node('Equal', ['positive', 'flag'], ['is']), toFloat],
    initializers: [none],
  },
  'Cast of whole numbers to texts': {
    nodes: [
      node('Cast', ['n'], ['word'], { attributes: { to: { int: 8 } } }),
      node('OneHotEncoder', ['word'], ['y'], ml({ cats_strings: { texts: ['1', '-1', '7'] } })),
    ],
  },
}

describe('operators of several values do what the runtime does', () => {
  it.each(Object.entries(CASES))('%s', (_, made) => expectAsRuntime(made))
})

describe('what would mix rows is refused', () => {
  const refused: Record<string, [OperatorCase, RegExp]> = {
    'rows against columns': [
      {
        nodes: [node('Squeeze', ['c', 'last'], ['flat']), node('Add', ['x', 'flat'], ['y'])],
        initializers: [int64Tensor('last', [1], [1])],
      },
      /Add across rows/,
    ],
    'a constant as long as the rows': [
      {
        nodes: [node('Add', ['x', 'k'], ['y'])],
        initializers: [constant('k', [24, 3], new Array<number>(72).fill(1))],
      },
      /constant of another shape/,
    ],
    'different widths': [
      {
        nodes: [
          node('Concat', ['a', 'b'], ['two'], { attributes: { axis: { int: 1 } } }),
          node('Add', ['x', 'two'], ['y']),
        ],
      },
      /different widths/,
    ],
    'broadcasting of version 6': [
      {
        nodes: [node('Add', ['x', 'k'], ['y'], { attributes: { broadcast: { int: 1 } } })],
        initializers: [constant('k', [3], [1, 2, 3])],
      },
      /old version/,
    ],
    'values of two types': [{ nodes: [node('Add', ['x', 'n'], ['y'])] }, /different types/],
    'a choice by numbers': [
      { nodes: [node('Where', ['k', 'x', 'c'], ['y'])], initializers: [byteTensor('k', [1])] },
      /Where of different types/,
    ],
    'nothing but constants': [
      { nodes: [node('Add', ['k', 'k'], ['y'])], initializers: [constant('k', [1], [1])], type: BOOL },
      /of constants/,
    ],
  }
  it.each(Object.entries(refused))('%s', (_, [made, says]) => {
    const file = readModelFile(operatorGraph(made))
    expect(() => compileProgram(file, readSignature(file), ['y'])).toThrow(says)
  })
})
