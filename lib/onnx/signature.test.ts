import { describe, expect, it } from 'vitest'
import { ModelFileError, readModelFile } from './model-file'
import { readSignature, type SignatureHints } from './signature'
import { runModel } from './testing/run-model'
import { identityModel, pipelineModel, sigmoidModel, zipMapModel } from './testing/sample-models'
import {
  FLOAT,
  FLOAT16,
  floatTensor,
  INT64,
  int64Tensor,
  mapsValue,
  ML,
  model,
  node,
  STRING,
  value,
  type AttributeValue,
} from './testing/write-model'

function sign(bytes: Uint8Array, hints?: SignatureHints) {
  return readSignature(readModelFile(bytes), hints)
}

function refusal(bytes: Uint8Array, hints?: SignatureHints): string {
  try {
    sign(bytes, hints)
  } catch (error) {
    if (error instanceof ModelFileError) return error.code
    throw error
  }
  return 'taken'
}

const names = (bytes: Uint8Array, hints?: SignatureHints) => sign(bytes, hints).fields.map((field) => field.name)

const matrix = (columns: number | null, metadata: [string, string][] = []) =>
  model({
    nodes: [node('ReduceSum', ['X', 'axis'], ['y'])],
    inputs: [value('X', FLOAT, [null, columns])],
    outputs: [value('y', FLOAT, [null, 1])],
    initializers: [int64Tensor('axis', [1], [1])],
    metadata,
  })

describe('fields', () => {
  it('are the raw columns of a pipeline, with what its encoders know', () => {
    const { fields, tensors } = sign(pipelineModel())
    expect(fields).toEqual([
      { name: 'age', type: 'number', tensor: 'age', column: 0, mayBeMissing: true },
      { name: 'income', type: 'number', tensor: 'income', column: 0, mayBeMissing: false },
      {
        name: 'housing',
        type: 'category',
        tensor: 'housing',
        column: 0,
        categories: ['own', 'rent'],
        mayBeMissing: true,
      },
      {
        name: 'purpose',
        type: 'category',
        tensor: 'purpose',
        column: 0,
        categories: ['car', 'tv', 'trip'],
        mayBeMissing: true,
      },
      { name: 'rooms', type: 'integer', tensor: 'rooms', column: 0, categories: ['1', '2'], mayBeMissing: false },
      { name: 'employed', type: 'boolean', tensor: 'employed', column: 0, mayBeMissing: false },
    ])
    expect(tensors[0]).toEqual({ name: 'age', elementType: 'float32', shape: [null, 1], fields: ['age'] })
  })

  it('survive being written as JSON', () => {
    const signature = sign(pipelineModel())
    expect(JSON.parse(JSON.stringify(signature))).toEqual(signature)
  })

  it('of a matrix are named by hints, else by metadata, else f0 and on', () => {
    expect(names(matrix(3))).toEqual(['f0', 'f1', 'f2'])
    expect(names(matrix(3, [['feature_names', '["a","b","c"]']]))).toEqual(['a', 'b', 'c'])
    expect(names(matrix(3, [['columns', 'a, b ,c']]))).toEqual(['a', 'b', 'c'])
    expect(names(matrix(3, [['feature_names', '["a","b"]']]))).toEqual(['f0', 'f1', 'f2'])
    expect(names(matrix(3, [['feature_names', '["a","a","b"]']]))).toEqual(['f0', 'f1', 'f2'])
    expect(
      names(matrix(3, [['feature_names', '["a","b","c"]']]), { featureOrder: ['x', 'y', 'z'] }),
    ).toEqual(['x', 'y', 'z'])
    expect(names(matrix(null), { featureOrder: ['x', 'y'] })).toEqual(['x', 'y'])
    expect(names(matrix(null))).toEqual(['X'])
  })

  it('with names that do not fit are refused', () => {
    expect(refusal(matrix(3), { featureOrder: ['a', 'b'] })).toBe('hints')
    expect(refusal(matrix(2), { featureOrder: ['a', 'a'] })).toBe('hints')
    expect(refusal(matrix(2), { featureOrder: ['a', ''] })).toBe('hints')
  })

  it('of several inputs take the names in order', () => {
    const bytes = model({
      nodes: [node('Identity', ['n'], ['y'])],
      inputs: [value('n', FLOAT, [null, 2]), value('s', STRING, [null, 2]), value('z', FLOAT, [null])],
      outputs: [value('y', FLOAT, [null, 1])],
    })
    expect(names(bytes)).toEqual(['n_0', 'n_1', 's_0', 's_1', 'z'])
    expect(
      sign(bytes, { featureOrder: ['a', 'b', 'c', 'd', 'e'] }).tensors.map((tensor) => tensor.fields),
    ).toEqual([['a', 'b'], ['c', 'd'], ['e']])
  })

  it('do not include initializers that an old file lists among its inputs', () => {
    const bytes = identityModel({
      inputs: [value('x', FLOAT, [null, 1]), value('w', FLOAT, [2])],
      initializers: [floatTensor('w', [2], [1, 2])],
    })
    expect(names(bytes)).toEqual(['x'])
  })

  it.each<[string, Uint8Array]>([
    ['no input', identityModel({ inputs: [] })],
    ['a sequence', identityModel({ inputs: [mapsValue('x', INT64)] })],
    ['a single value', identityModel({ inputs: [value('x', FLOAT, [])] })],
    ['half floats', identityModel({ inputs: [value('x', FLOAT16, [null, 1])] })],
    ['pictures of any size', identityModel({ inputs: [value('x', FLOAT, [null, 3, null, null])] })],
    ['a hundred thousand columns', identityModel({ inputs: [value('x', FLOAT, [null, 100_000])] })],
    [
      'different fixed numbers of rows',
      identityModel({ inputs: [value('x', FLOAT, [1, 1]), value('z', FLOAT, [2, 1])] }),
    ],
  ])('cannot be: %s', (_, bytes) => {
    expect(refusal(bytes)).toBe('unsupported-input')
  })

  it('tell the number of rows that a run takes', () => {
    expect(sign(identityModel()).rowsPerRun).toBeNull()
    expect(sign(identityModel({ inputs: [value('x', FLOAT, [1, 1])] })).rowsPerRun).toBe(1)
  })
})

describe('categories', () => {
  type Attributes = Record<string, AttributeValue>
  const encoder = (opType: string, attributes: Attributes, before: Uint8Array[] = [], from = 's', type = STRING) =>
    sign(
      model({
        nodes: [...before, node(opType, [from], ['y'], { domain: ML, attributes })],
        inputs: [value('s', type, [null, 1])],
        outputs: [value('y', FLOAT, [null, 1])],
        initializers: [int64Tensor('flat', [1], [-1]), int64Tensor('other', [2], [1, -1])],
      }),
    ).fields[0]

  const cats = { cats_strings: { texts: ['b', 'a'] }, zeros: { int: 1 } }
  const keys = { keys_strings: { texts: ['b', 'a', ''] }, values_floats: { floats: [0, 1, 2] } }

  it('are those of a label encoder, without the empty text that stands for missing', () => {
    expect(encoder('LabelEncoder', keys)).toMatchObject({
      type: 'category',
      categories: ['b', 'a'],
      mayBeMissing: true,
    })
  })

  it('are found through operators that leave the text as it is', () => {
    expect(
      encoder(
        'OneHotEncoder',
        cats,
        [node('Identity', ['s'], ['i']), node('Reshape', ['i', 'flat'], ['t'])],
        't',
      )?.categories,
    ).toEqual(['b', 'a'])
    expect(
      encoder('OneHotEncoder', cats, [node('StringNormalizer', ['s'], ['t'])], 't')?.categories,
    ).toEqual(['b', 'a'])
  })

  it('are not told where the text was changed on the way, or rows and columns swapped', () => {
    const upper = node('StringNormalizer', ['s'], ['t'], { attributes: { case_change_action: { text: 'UPPER' } } })
    expect(encoder('OneHotEncoder', cats, [upper], 't')).toMatchObject({ type: 'text' })
    expect(
      encoder('OneHotEncoder', cats, [node('Reshape', ['s', 'other'], ['t'])], 't'),
    ).toMatchObject({ type: 'text' })
  })

  it('of an encoder that refuses the unknown leave no room for a missing one', () => {
    expect(encoder('OneHotEncoder', { ...cats, zeros: { int: 0 } })?.mayBeMissing).toBe(false)
  })

  it('make a float column that is compared with whole numbers an integer', () => {
    expect(
      encoder('OneHotEncoder', { cats_int64s: { ints: [3, -1] }, zeros: { int: 1 } }, [], 's', FLOAT),
    ).toMatchObject({ type: 'integer', categories: ['3', '-1'] })
  })

  it('are told apart in a matrix that is split, sliced and gathered', () => {
    const hot = (from: string, text: string) => node('OneHotEncoder', [from], [`${from}_hot`], {
      domain: ML,
      attributes: { cats_strings: { texts: [text] } },
    })
    const bytes = model({
      nodes: [
        node('Split', ['S'], ['left', 'right'], { attributes: { axis: { int: 1 }, split: { ints: [1, 3] } } }),
        node('Slice', ['right', 'i1', 'i3', 'i1'], ['tail']),
        node('Gather', ['right', 'i0'], ['head'], { attributes: { axis: { int: 1 } } }),
        node('ArrayFeatureExtractor', ['tail', 'i1'], ['last'], { domain: ML }),
        hot('left', 'A'),
        hot('head', 'B'),
        hot('last', 'D'),
      ],
      inputs: [value('S', STRING, [null, 4])],
      outputs: [value('y', FLOAT, [null, 1])],
      initializers: [int64Tensor('i0', [1], [0]), int64Tensor('i1', [1], [1]), int64Tensor('i3', [1], [3])],
    })
    expect(sign(bytes).fields.map((field) => field.categories)).toEqual([['A'], ['B'], undefined, ['D']])
  })
})

describe('missing numbers', () => {
  const trees = (modes: string, tracks?: number[]) =>
    sign(
      model({
        nodes: [
          node('TreeEnsembleRegressor', ['X'], ['y'], {
            domain: ML,
            attributes: {
              nodes_modes: { texts: [modes, 'LEAF', 'LEAF'] },
              ...(tracks ? { nodes_missing_value_tracks_true: { ints: tracks } } : {}),
            },
          }),
        ],
        inputs: [value('X', FLOAT, [null, 1])],
        outputs: [value('y', FLOAT, [null, 1])],
      }),
    ).fields[0]?.mayBeMissing

  it('need a direction that the trees have learned', () => {
    expect(trees('BRANCH_LEQ', [0, 1, 0])).toBe(true)
    expect(trees('BRANCH_LT', [0, 0, 0])).toBe(true)
    expect(trees('BRANCH_LEQ', [0, 0, 0])).toBe(false)
    expect(trees('BRANCH_LEQ')).toBe(false)
  })

  it('are allowed where the graph does not tell', () => {
    expect(sign(matrix(1)).fields[0]?.mayBeMissing).toBe(true)
  })

  it('really spoil the answer of the field that is said to be needed, and of no other', async () => {
    const row = { age: 30, income: 2000, housing: 'own', purpose: 'tv', rooms: 2, employed: true }
    const signature = sign(pipelineModel())
    for (const field of signature.fields.filter((one) => one.type === 'number' || one.type === 'category')) {
      const [answer] = await runModel(pipelineModel(), signature, [{ ...row, [field.name]: null }])
      expect([field.name, Number.isNaN(answer?.score)]).toEqual([field.name, !field.mayBeMissing])
    }
  })
})

describe('outputs', () => {
  const single = (elementType: number, shape: (number | null)[] | null, nodes = [node('Identity', ['x'], ['y'])]) =>
    identityModel({ nodes, outputs: [value('y', elementType, shape)] })

  it('of a classifier with text classes', () => {
    expect(sign(pipelineModel())).toMatchObject({
      task: 'binary',
      classes: ['good', 'bad'],
      positiveClass: 'bad',
      outputs: [
        { name: 'label', role: 'label', isServable: true },
        { name: 'probabilities', role: 'probabilities', isServable: true },
      ],
    })
  })

  it('of three classes behind a ZipMap', () => {
    const signature = sign(zipMapModel())
    expect(signature).toMatchObject({ task: 'multiclass', classes: ['low', '__proto__', 'high'] })
    expect(signature.positiveClass).toBeUndefined()
    expect(
      signature.outputs.map((output) => [output.role, output.isServable]),
    ).toEqual([['label', true], ['probabilities', false]])
  })

  it('of a network that gives one probability', () => {
    expect(sign(sigmoidModel())).toMatchObject({
      task: 'binary',
      classes: [0, 1],
      positiveClass: 1,
      outputs: [{ role: 'probabilities' }],
    })
    expect(sign(sigmoidModel(), { task: 'regression' })).toMatchObject({
      task: 'regression',
      outputs: [{ role: 'value' }],
    })
  })

  it('of regressions, whatever their shape says', () => {
    for (const shape of [[null, 1], [null], null]) {
      expect(sign(single(FLOAT, shape))).toMatchObject({ task: 'regression', outputs: [{ role: 'value' }] })
    }
  })

  it('name classes from the table that the label is picked from', () => {
    const nodes = [
      node('Softmax', ['x'], ['p']),
      node('ArgMax', ['p'], ['best']),
      node('ArrayFeatureExtractor', ['names', 'best'], ['y'], { domain: ML }),
    ]
    const bytes = identityModel({
      nodes,
      inputs: [value('x', FLOAT, [null, 3])],
      outputs: [value('y', INT64, [null]), value('p', FLOAT, [null, 3])],
      initializers: [int64Tensor('names', [3], [10, 20, 30])],
    })
    expect(sign(bytes)).toMatchObject({ task: 'multiclass', classes: [10, 20, 30] })
  })

  it('follow hints, and refuse hints that do not fit', () => {
    expect(sign(pipelineModel(), { positiveClass: 'good' }).positiveClass).toBe('good')
    expect(sign(sigmoidModel(), { classes: ['stays', 'leaves'] })).toMatchObject({
      classes: ['stays', 'leaves'],
      positiveClass: 'leaves',
    })
    expect(refusal(pipelineModel(), { positiveClass: 'ugly' })).toBe('hints')
    expect(refusal(pipelineModel(), { classes: ['a', 'b', 'c'] })).toBe('hints')
    expect(refusal(pipelineModel(), { classes: ['a', 'a'] })).toBe('hints')
    expect(refusal(zipMapModel(), { task: 'binary' })).toBe('hints')
  })

  it('that are several numbers of unknown meaning are refused', () => {
    expect(refusal(single(FLOAT, [null, 4]))).toBe('unsupported-output')
    expect(refusal(single(FLOAT, [null, 1]), { task: 'binary' })).toBe('taken')
    expect(refusal(single(STRING, [null, 1]), { task: 'regression' })).toBe('unsupported-output')
    expect(refusal(single(FLOAT16, [null, 1]))).toBe('unsupported-output')
  })
})
