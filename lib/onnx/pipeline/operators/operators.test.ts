// Each operator against the runtime, on rows with whole numbers, fractions, gaps and unknown texts.
import { describe, expect, it } from 'vitest'
import { readModelFile } from '../../model-file'
import { readSignature } from '../../signature'
import {
  constant,
  DOUBLE,
  expectAsRuntime,
  ml,
  one,
  operatorGraph,
  type OperatorCase,
} from '../../testing/one-operator'
import { pipelineModel } from '../../testing/sample-models'
import { BOOL, FLOAT, INT64, ML, int64Tensor, node } from '../../testing/write-model'
import type { Wire } from '../builder'
import { compileProgram } from '../program'

const CASES: Record<string, OperatorCase> = {
  'Scaler, one each': {
    nodes: [node('Scaler', ['x'], ['y'], ml({ offset: { floats: [0.3, 1, -2] }, scale: { floats: [0.7, 3, 0.01] } }))],
  },
  'Scaler, one for all': {
    nodes: [node('Scaler', ['x'], ['y'], ml({ offset: { floats: [0.3] }, scale: { floats: [0.7] } }))],
  },
  'Scaler of whole numbers': {
    nodes: [node('Scaler', ['n'], ['y'], ml({ offset: { floats: [0.3] }, scale: { floats: [0.7] } }))],
    width: 1,
  },
  'Scaler of doubles': {
    nodes: [
      node('Cast', ['x'], ['wide'], { attributes: { to: { int: DOUBLE } } }),
      node('Scaler', ['wide'], ['y'], ml({ offset: { floats: [0.3, 1, -2] }, scale: { floats: [0.7, 3, 0.01] } })),
    ],
  },
  'Imputer of NaN': {
    nodes: [
      node(
        'Imputer',
        ['x'],
        ['y'],
        ml({ imputed_value_floats: { floats: [9] }, replaced_value_float: { float: NaN } }),
      ),
    ],
  },
  'Imputer of a value': {
    nodes: [
      node(
        'Imputer',
        ['x'],
        ['y'],
        ml({ imputed_value_floats: { floats: [7, 8, 9] }, replaced_value_float: { float: 2 } }),
      ),
    ],
  },
  'Imputer of whole numbers': {
    nodes: [
      node('Imputer', ['n'], ['y'], ml({ imputed_value_int64s: { ints: [70] }, replaced_value_int64: { int: -1 } })),
    ],
    width: 1,
    type: INT64,
  },
  Binarizer: { nodes: [node('Binarizer', ['filled'], ['y'], ml({ threshold: { float: 1 } }))] },
  'Normalizer, largest': { nodes: [node('Normalizer', ['filled'], ['y'], ml({ norm: { text: 'MAX' } }))] },
  'Normalizer, L1': { nodes: [node('Normalizer', ['filled'], ['y'], ml({ norm: { text: 'L1' } }))] },
  'Normalizer, L2': { nodes: [node('Normalizer', ['filled'], ['y'], ml({ norm: { text: 'L2' } }))] },
  'OneHotEncoder of texts': {
    nodes: [
      node('OneHotEncoder', ['t'], ['y'], ml({ cats_strings: { texts: ['blue', 'red', ''] }, zeros: { int: 1 } })),
    ],
  },
  'OneHotEncoder of whole numbers': {
    nodes: [node('OneHotEncoder', ['n'], ['y'], ml({ cats_int64s: { ints: [1, 2, 7] }, zeros: { int: 1 } }))],
  },
  'OneHotEncoder of fractions': {
    nodes: [
      node('Add', ['c', 'half'], ['moved']),
      node('OneHotEncoder', ['moved'], ['y'], ml({ cats_int64s: { ints: [2, 1, 0] }, zeros: { int: 1 } })),
    ],
    initializers: [constant('half', [], [0.5])],
  },
  'OneHotEncoder of two columns, joined and flattened': {
    nodes: [
      node('OneHotEncoder', ['t'], ['hot'], ml({ cats_strings: { texts: ['blue', 'red'] }, zeros: { int: 1 } })),
      node('OneHotEncoder', ['n'], ['warm'], ml({ cats_int64s: { ints: [1, 2, 7] }, zeros: { int: 1 } })),
      node('Concat', ['hot', 'warm'], ['both'], { attributes: { axis: { int: -1 } } }),
      node('Reshape', ['both', 'flat'], ['y']),
    ],
    initializers: [int64Tensor('flat', [2], [-1, 5])],
    width: 5,
  },
  'OneHotEncoder of a row of texts, joined category by category': {
    nodes: [
      node('Concat', ['t', 't'], ['words'], { attributes: { axis: { int: 1 } } }),
      node('OneHotEncoder', ['words'], ['hot'], ml({ cats_strings: { texts: ['blue', 'red'] }, zeros: { int: 1 } })),
      node(
        'OneHotEncoder',
        ['words'],
        ['warm'],
        ml({ cats_strings: { texts: ['', 'violet', 'red'] }, zeros: { int: 1 } }),
      ),
      node('Concat', ['hot', 'warm'], ['both'], { attributes: { axis: { int: 2 } } }),
      node('Reshape', ['both', 'flat'], ['y']),
    ],
    initializers: [int64Tensor('flat', [2], [-1, 10])],
    width: 10,
  },
  'LabelEncoder, text to whole number': {
    nodes: [
      node(
        'LabelEncoder',
        ['t'],
        ['y'],
        ml({
          keys_strings: { texts: ['red', 'blue', ''] },
          values_int64s: { ints: [5, 6, 7] },
          default_int64: { int: -9 },
        }),
      ),
    ],
    width: 1,
    type: INT64,
  },
  'LabelEncoder, text to float': {
    nodes: [
      node(
        'LabelEncoder',
        ['t'],
        ['y'],
        ml({
          keys_strings: { texts: ['red', 'red'] },
          values_floats: { floats: [0.1, 0.2] },
          default_float: { float: 0.7 },
        }),
      ),
    ],
    width: 1,
  },
  'LabelEncoder, whole number to float': {
    nodes: [
      node('LabelEncoder', ['n'], ['y'], ml({ keys_int64s: { ints: [1, 2] }, values_floats: { floats: [0.1, 0.2] } })),
    ],
    width: 1,
  },
  'LabelEncoder, float to float, NaN no key yet': {
    nodes: [
      node(
        'LabelEncoder',
        ['a'],
        ['y'],
        ml({ keys_floats: { floats: [1, NaN] }, values_floats: { floats: [0.1, 0.2] } }),
      ),
    ],
    width: 1,
    opsets: [
      ['', 17],
      [ML, 2],
    ],
  },
  'LabelEncoder, float to float, NaN a key': {
    nodes: [
      node(
        'LabelEncoder',
        ['a'],
        ['y'],
        ml({ keys_floats: { floats: [1, NaN] }, values_floats: { floats: [0.1, 0.2] } }),
      ),
    ],
    width: 1,
    opsets: [
      ['', 17],
      [ML, 4],
    ],
  },
  'LabelEncoder with tensors': {
    nodes: [
      node(
        'LabelEncoder',
        ['n'],
        ['y'],
        ml({
          keys_tensor: { tensor: int64Tensor('k', [2], [1, 7]) },
          values_tensor: { tensor: constant('v', [2], [0.5, 0.25]) },
          default_tensor: { tensor: constant('d', [1], [9]) },
        }),
      ),
    ],
    width: 1,
    opsets: [
      ['', 17],
      [ML, 4],
    ],
  },
  'LabelEncoder to text and back': {
    nodes: [
      node(
        'LabelEncoder',
        ['n'],
        ['words'],
        ml({
          keys_int64s: { ints: [1, 2] },
          values_strings: { texts: ['one', 'two'] },
          default_string: { text: 'many' },
        }),
      ),
      node(
        'LabelEncoder',
        ['words'],
        ['y'],
        ml({ keys_strings: { texts: ['one', 'many'] }, values_int64s: { ints: [10, 30] } }),
      ),
    ],
    width: 1,
    type: INT64,
  },
  CategoryMapper: {
    nodes: [
      node(
        'CategoryMapper',
        ['t'],
        ['y'],
        ml({ cats_strings: { texts: ['red', 'blue'] }, cats_int64s: { ints: [3, 4] }, default_int64: { int: -2 } }),
      ),
    ],
    width: 1,
    type: INT64,
  },
  FeatureVectorizer: {
    nodes: [node('FeatureVectorizer', ['a', 'b', 'x'], ['y'], ml({ inputdimensions: { ints: [1, 1, 3] } }))],
    width: 5,
  },
  ArrayFeatureExtractor: {
    nodes: [node('ArrayFeatureExtractor', ['x', 'places'], ['y'], ml({}))],
    initializers: [int64Tensor('places', [2], [2, 0])],
    width: 2,
  },
  Gather: {
    nodes: [node('Gather', ['x', 'places'], ['y'], { attributes: { axis: { int: 1 } } })],
    initializers: [int64Tensor('places', [2], [-1, 1])],
    width: 2,
  },
  Slice: {
    nodes: [node('Slice', ['x', 'from', 'to', 'axis'], ['y'])],
    initializers: [int64Tensor('from', [1], [1]), int64Tensor('to', [1], [3]), int64Tensor('axis', [1], [1])],
    width: 2,
  },
  'Split and Concat in another order': {
    nodes: [
      node('Split', ['x', 'sizes'], ['left', 'right'], { attributes: { axis: { int: 1 } } }),
      node('Concat', ['right', 'left'], ['y'], { attributes: { axis: { int: 1 } } }),
    ],
    initializers: [int64Tensor('sizes', [2], [1, 2])],
  },
  'Flatten, Unsqueeze, Squeeze, Dropout, Identity': {
    nodes: [
      node('Unsqueeze', ['x', 'last'], ['deep']),
      node('Flatten', ['deep'], ['flat']),
      node('Unsqueeze', ['flat', 'first'], ['row']),
      node('Squeeze', ['row', 'first'], ['plain']),
      node('Dropout', ['plain'], ['kept']),
      node('Identity', ['kept'], ['y']),
    ],
    initializers: [int64Tensor('last', [1], [-1]), int64Tensor('first', [1], [1])],
  },
  'Reshape with 0 and -1': {
    nodes: [node('Reshape', ['x', 'shape'], ['y'])],
    initializers: [int64Tensor('shape', [2], [0, -1])],
  },
  'Cast to whole number and back': {
    nodes: [
      node('Cast', ['filled'], ['cut'], { attributes: { to: { int: INT64 } } }),
      node('Cast', ['cut'], ['y'], { attributes: { to: { int: FLOAT } } }),
    ],
  },
  'Cast of a flag': { nodes: [one('Cast', { to: { int: FLOAT } }, 'flag')], width: 1 },
  'Cast to a flag': {
    nodes: [
      node('Cast', ['filled'], ['is'], { attributes: { to: { int: BOOL } } }),
      node('Cast', ['is'], ['y'], { attributes: { to: { int: FLOAT } } }),
    ],
  },
  ...Object.fromEntries(
    [
      'Abs',
      'Neg',
      'Exp',
      'Ceil',
      'Floor',
      'Round',
      'Sign',
      'Sigmoid',
      'Tanh',
      'Relu',
      'Elu',
      'LeakyRelu',
      'Softplus',
      'Reciprocal',
    ].map((op): [string, OperatorCase] => [
      op,
      // The runtime computes these by approximations of its own.
      { nodes: [one(op, {}, 'filled')], tolerance: 1e-6 },
    ]),
  ),
  'Log and Sqrt': {
    nodes: [node('Abs', ['filled'], ['size']), node('Sqrt', ['size'], ['root']), node('Log', ['root'], ['y'])],
    tolerance: 1e-6,
  },
  ...Object.fromEntries(
    ['Add', 'Sub', 'Mul', 'Div', 'Min', 'Max'].flatMap((op): [string, OperatorCase][] => [
      [
        `${op} with a row`,
        { nodes: [node(op, ['x', 'k'], ['y'])], initializers: [constant('k', [1, 3], [2, -0.7, 0.3])] },
      ],
      [
        `${op} from a single number`,
        { nodes: [node(op, ['k', 'x'], ['y'])], initializers: [constant('k', [], [0.7])] },
      ],
      [`${op} of two`, { nodes: [node(op, ['x', 'c'], ['y'])] }],
    ]),
  ),
  Pow: { nodes: [node('Pow', ['x', 'k'], ['y'])], initializers: [constant('k', [1], [2])], tolerance: 1e-6 },
  ...Object.fromEntries(
    ['Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual', 'Equal'].map((op): [string, OperatorCase] => [
      op,
      {
        nodes: [node(op, ['x', 'k'], ['is']), node('Cast', ['is'], ['y'], { attributes: { to: { int: FLOAT } } })],
        initializers: [constant('k', [3], [2, 1, 2.5])],
      },
    ]),
  ),
  Clip: {
    nodes: [node('Clip', ['filled', 'low', 'high'], ['y'])],
    initializers: [constant('low', [], [-1]), constant('high', [], [2])],
  },
  Softmax: { nodes: [one('Softmax', { axis: { int: 1 } }, 'filled')], tolerance: 1e-6 },
  MatMul: {
    nodes: [node('MatMul', ['filled', 'w'], ['y'])],
    initializers: [constant('w', [3, 2], [0.1, 0.2, 0.3, -0.4, 0.5, 0.6])],
    width: 2,
    tolerance: 1e-5,
  },
  Gemm: {
    nodes: [
      node('Gemm', ['filled', 'w', 'k'], ['y'], {
        attributes: { transB: { int: 1 }, alpha: { float: 0.5 }, beta: { float: 2 } },
      }),
    ],
    initializers: [constant('w', [2, 3], [0.1, 0.2, 0.3, -0.4, 0.5, 0.6]), constant('k', [2], [1, -1])],
    width: 2,
    tolerance: 1e-5,
  },
  LinearRegressor: {
    nodes: [
      node(
        'LinearRegressor',
        ['filled'],
        ['y'],
        ml({ coefficients: { floats: [0.1, -0.2, 0.3] }, intercepts: { floats: [0.5] } }),
      ),
    ],
    width: 1,
    tolerance: 1e-5,
  },
  ...Object.fromEntries(
    ['NONE', 'LOGISTIC', 'SOFTMAX'].flatMap((transform): [string, OperatorCase][] =>
      [1, 2, 3].map((count) => {
        const coefficients = Array.from({ length: 3 * count }, (_, index) => Math.sin(index + 1))
        const classes = Array.from({ length: Math.max(2, count) }, (_, index) => index)
        const attributes = {
          coefficients: { floats: coefficients },
          intercepts: { floats: classes.slice(0, count).map((one) => one / 3) },
          classlabels_ints: { ints: classes },
          post_transform: { text: transform },
        }
        return [
          `LinearClassifier, ${count} sums, ${transform}`,
          {
            nodes: [node('LinearClassifier', ['filled'], ['label', 'y'], ml(attributes))],
            width: classes.length,
            tolerance: 1e-5,
          },
        ]
      }),
    ),
  ),
  Constant: {
    nodes: [
      node('Constant', [], ['k'], { attributes: { value_floats: { floats: [1, 2, 3] } } }),
      node('Add', ['x', 'k'], ['y']),
    ],
  },
}

describe('operators do what the runtime does', () => {
  it.each(Object.entries(CASES))('%s', (_, made) => expectAsRuntime(made))
})

const fieldsOf = (wire: Wire) => wire.cells.map(({ fields }) => fields)

describe('which raw fields a cell comes from', () => {
  it('is known through a whole pipeline', () => {
    const file = readModelFile(pipelineModel())
    const program = compileProgram(file, readSignature(file), ['matrix', 'probabilities'])
    expect(fieldsOf(program.wire('matrix'))).toEqual([[0], [1], [2], [2], [3], [3], [3], [4], [4], [5]])
    expect(fieldsOf(program.wire('probabilities'))).toEqual([
      [0, 1, 2, 3, 4, 5],
      [0, 1, 2, 3, 4, 5],
    ])
  })

  it('leaves out what has no weight', () => {
    const made = operatorGraph({
      nodes: [node('MatMul', ['filled', 'w'], ['y'])],
      initializers: [constant('w', [3, 2], [1, 0, 0, 0, 0, 2])],
      width: 2,
    })
    const file = readModelFile(made)
    expect(fieldsOf(compileProgram(file, readSignature(file), ['y']).wire('y'))).toEqual([[0], [2]])
  })
})

describe('what is not known is refused', () => {
  const refused: Record<string, [OperatorCase, RegExp]> = {
    'an operator': [{ nodes: [one('Erf')] }, /the operator Erf/],
    'a joining of rows': [
      { nodes: [node('Concat', ['x', 'filled'], ['y'], { attributes: { axis: { int: 0 } } })] },
      /Concat across rows/,
    ],
    'a mean over rows': [
      { nodes: [node('ReduceMean', ['x'], ['y'], { attributes: { axes: { ints: [0] } } })] },
      /ReduceMean/,
    ],
    'a reshaping of rows': [
      { nodes: [node('Reshape', ['x', 'shape'], ['y'])], initializers: [int64Tensor('shape', [2], [-1, 1])] },
      /Reshape across rows/,
    ],
    'weights that are computed': [{ nodes: [node('MatMul', ['filled', 'x'], ['y'])] }, /not constant/],
    'division of whole numbers': [{ nodes: [node('Div', ['n', 'n'], ['y'])], type: INT64 }, /Div of integer/],
    'a constant for each row': [
      { nodes: [node('Add', ['x', 'k'], ['y'])], initializers: [constant('k', [2, 3], [1, 2, 3, 4, 5, 6])] },
      /constant of another shape/,
    ],
  }
  it.each(Object.entries(refused))('%s', (_, [made, says]) => {
    const file = readModelFile(operatorGraph(made))
    const signature = readSignature(file)
    expect(() => compileProgram(file, signature, ['y'])).toThrow(says)
    // What other values need is not looked at.
    expect(fieldsOf(compileProgram(file, signature, ['value']).wire('value'))).toEqual([[2]])
  })
})
