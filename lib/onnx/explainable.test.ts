// From a model file to exact values by raw field: which number is explained, on which scale, and when it is not exact.
import { describe, expect, it } from 'vitest'
import { Random } from '@/lib/math/random'
import { explainExactly } from '@/lib/math/shapley'
import '@/lib/math/testing'
import { compileEncoder, type Row } from './encode'
import {
  compileExplainable,
  selfTest,
  type AdditiveModel,
  type ExplainableOptions,
  type FunctionModel,
} from './explainable'
import { readModelFile } from './model-file'
import { readSignature } from './signature'
import type { SignatureHints } from './signature-types'
import { runModel } from './testing/run-model'
import { pipelineModel, sigmoidModel } from './testing/sample-models'
import { classifierModel, regressorModel, treeEnsembleModel } from './testing/tree-models'
import {
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
} from './testing/write-model'

function open(bytes: Uint8Array, options: ExplainableOptions = {}, hints: SignatureHints = {}) {
  const file = readModelFile(bytes)
  const signature = readSignature(file, hints)
  const encoder = compileEncoder(signature)
  return {
    found: compileExplainable(file, signature, options),
    signature,
    feeds: (rows: readonly Row[]) => encoder.encode(rows).feeds,
  }
}

function additive(found: ReturnType<typeof compileExplainable>): AdditiveModel {
  if ('reason' in found) throw new Error(found.reason)
  if (found.kind === 'function') throw new Error(found.because)
  return found
}

type Feeds = ReturnType<ReturnType<typeof open>['feeds']>

function encodeAll(model: AdditiveModel, feeds: Feeds, count: number): Float64Array {
  const into = new Float64Array(count * model.width)
  for (let row = 0; row < count; row++) model.encode(feeds, row, into, row * model.width)
  return into
}

/**
 * age (filled), income (may be missing), purpose (one-hot) and region (a whole number by table), joined into trees:
 * column 0 age, 1 income, 2..4 purpose, 5 region.
 */
function pipeline(trees: (input: string, columns: number) => Uint8Array[], outputs: Uint8Array[]): Uint8Array {
  return model({
    nodes: [
      node('Imputer', ['age'], ['age_filled'], {
        domain: ML,
        attributes: { imputed_value_floats: { floats: [3] }, replaced_value_float: { float: NaN } },
      }),
      node('OneHotEncoder', ['purpose'], ['purpose_hot'], {
        domain: ML,
        attributes: { cats_strings: { texts: ['car', 'tv', 'trip'] }, zeros: { int: 1 } },
      }),
      node('Reshape', ['purpose_hot', 'three'], ['purpose_flat']),
      node('LabelEncoder', ['region'], ['region_number'], {
        domain: ML,
        attributes: {
          keys_strings: { texts: ['north', 'south', 'west'] },
          values_int64s: { ints: [0, 1, 2] },
          default_int64: { int: -1 },
        },
      }),
      node('Cast', ['region_number'], ['region_float'], { attributes: { to: { int: FLOAT } } }),
      node('Concat', ['age_filled', 'income', 'purpose_flat', 'region_float'], ['matrix'], {
        attributes: { axis: { int: 1 } },
      }),
      ...trees('matrix', 6),
    ],
    inputs: [
      value('age', FLOAT, [null, 1]),
      value('income', FLOAT, [null, 1]),
      value('purpose', STRING, [null, 1]),
      value('region', STRING, [null, 1]),
    ],
    outputs,
    initializers: [int64Tensor('three', [2], [-1, 3]), floatTensor('one', [], [1]), floatTensor('half', [], [0.5])],
  })
}

function randomRows(count: number, seed: number): Row[] {
  const random = new Random(seed)
  const pick = (texts: string[]) => texts[random.integer(texts.length)] ?? ''
  return Array.from({ length: count }, () => ({
    age: random.uniform() < 0.2 ? null : random.integer(6),
    income: random.uniform() < 0.2 ? null : random.integer(6),
    purpose: pick(['car', 'tv', 'trip', 'boat', '']),
    region: pick(['north', 'south', 'west', 'moon']),
  }))
}

/** The attributes of a trees node out of a file of nothing else. */
function treesNode(bytes: Uint8Array, outputs: string[], input: string): Uint8Array {
  const [made] = readModelFile(bytes).graph.nodes
  if (!made) throw new Error('no trees')
  const attributes = Object.fromEntries(
    [...made.attributes].flatMap(([name, attribute]): [string, AttributeValue][] => {
      switch (attribute.kind) {
        case 'ints':
          return [[name, { ints: attribute.value }]]
        case 'floats':
          return [[name, { floats: attribute.value }]]
        case 'strings':
          return [[name, { texts: attribute.value }]]
        case 'string':
          return [[name, { text: attribute.value }]]
        case 'int':
          return [[name, { int: attribute.value }]]
        default:
          return []
      }
    }),
  )
  return node(made.opType, [input], outputs, { domain: ML, attributes })
}

const CLASSIFIED = [value('label', INT64, [null]), value('probabilities', FLOAT, [null, 2])]
const options = { columns: 6, trees: 6, depth: 4, modes: ['BRANCH_LEQ', 'BRANCH_LT'], missing: 0.4 }

describe('pipelines into trees', () => {
  const classified = (more: {
    postTransform?: string
    weights?: [number, number]
    baseValues?: number[]
    seed?: number
  }) =>
    pipeline(
      (input) => [
        treesNode(
          classifierModel({ ...options, ...more, classes: [0, 1], classIds: [0] }),
          ['label', 'probabilities'],
          input,
        ),
      ],
      CLASSIFIED,
    )
  const regressed = pipeline(
    (input) => [treesNode(regressorModel({ ...options, baseValues: [7] }), ['y'], input)],
    [value('y', FLOAT, [null, 1])],
  )

  it.each([1, 2, 3, 4, 5])(
    "a value, seed %i: the raw fields' values are those of every coalition of raw fields",
    async (seed) => {
      const { found, feeds } = open(regressed)
      const explained = additive(found)
      expect(explained).toMatchObject({
        kind: 'trees',
        scale: 'value',
        link: 'identity',
        players: ['age', 'income', 'purpose', 'region'],
        width: 6,
      })
      const background = feeds(randomRows(30, seed))
      const rows = feeds(randomRows(5, seed + 100))
      for (const budgetBytes of [64 << 20, 0]) {
        const explainer = explained.explainer(encodeAll(explained, background, 30), { budgetBytes })
        const encoded = encodeAll(explained, rows, 5)
        const out = new Float64Array(4)
        for (let row = 0; row < 5; row++) {
          explainer.explain(encoded.subarray(row * 6, row * 6 + 6), out)
          const expected = await explainExactly(explained.game(rows, row, background, 30))
          expect(Math.abs(expected.base - explainer.base)).toBeLessThan(1e-9)
          out.forEach((found, player) => expect(Math.abs(found - (expected.values[player] ?? NaN))).toBeLessThan(1e-9))
        }
      }
    },
  )

  it("are the runtime's", async () => {
    const rows = randomRows(200, 9)
    for (const bytes of [
      regressed,
      classified({}),
      classified({ postTransform: 'LOGISTIC', baseValues: [0.4] }),
      classified({ weights: [0, 0.2] }),
    ]) {
      const { found, feeds, signature } = open(bytes)
      const answers = (await runModel(bytes, signature, rows)).map((answer) => answer.score ?? answer.value ?? NaN)
      expect(selfTest(additive(found), feeds(rows), answers)).toMatchObject({ rows: 200, isExact: true, differing: [] })
    }
  })

  it('say on which scale they are exact', () => {
    const scaleOf = (bytes: Uint8Array) => {
      const { scale, link } = additive(open(bytes).found)
      return `${scale} ${link}`
    }
    expect(scaleOf(classified({ weights: [0, 0.2] }))).toBe('probability identity')
    expect(scaleOf(classified({ postTransform: 'LOGISTIC' }))).toBe('margin logistic')
    expect(scaleOf(regressed)).toBe('value identity')
  })

  it('explain the class that is asked for', () => {
    const logistic = classified({ postTransform: 'LOGISTIC', baseValues: [0.4] })
    const [zero, one] = [0, 1].map((explainedClass) => open(logistic, { explainedClass }))
    const rows = zero?.feeds(randomRows(10, 4)) ?? {}
    const [first, second] = [additive(zero?.found ?? { reason: '' }), additive(one?.found ?? { reason: '' })]
    const out = [new Float64Array(4), new Float64Array(4)] as const
    const encoded = encodeAll(first, rows, 10)
    first.explainer(encoded).explain(encoded.subarray(0, 6), out[0])
    second.explainer(encoded).explain(encoded.subarray(0, 6), out[1])
    out[0].forEach((found, player) => expect(found).toBeCloseTo(-(out[1][player] ?? NaN), 12))
    expect(first.answer(rows, 0) + second.answer(rows, 0)).toBeCloseTo(1, 6)
    expect(open(logistic, { explainedClass: 'other' }).found).toEqual({
      reason: 'a class "other" that the model does not have',
    })
  })

  it('the probability of a margin model, by its game', async () => {
    const { found, feeds } = open(classified({ postTransform: 'LOGISTIC', baseValues: [0.4] }))
    const explained = additive(found)
    const [rows, background] = [feeds(randomRows(3, 1)), feeds(randomRows(20, 2))]
    const values = await explainExactly(explained.game(rows, 1, background, 20))
    expect(values.prediction).toBeCloseTo(explained.answer(rows, 1), 6)
    const mean = Array.from({ length: 20 }, (_, row) => explained.answer(background, row)).reduce((a, b) => a + b) / 20
    expect(values.base).toBeCloseTo(mean, 6)
  })

  it('three classes: the raw score of the class, and its probability by the game', async () => {
    const bytes = classifierModel({ classes: ['low', 'middle', 'high'], classIds: [0, 1, 2], postTransform: 'SOFTMAX' })
    expect(open(bytes).found).toEqual({ reason: 'several classes of which none is named' })
    const { found, feeds, signature } = open(bytes, { explainedClass: 'middle' })
    const explained = additive(found)
    expect(explained).toMatchObject({ scale: 'margin', link: 'softmax' })
    expect(explained.answerOf(1)).toBeNull()
    const rows: Row[] = Array.from({ length: 20 }, (_, row) => ({ f0: row % 5, f1: (row * 3) % 5, f2: (row * 7) % 5 }))
    const answers = (await runModel(bytes, signature, rows)).map((answer) => answer.probabilities?.['middle'] ?? NaN)
    expect(selfTest(explained, feeds(rows), answers).isExact).toBe(true)
    const game = await explainExactly(explained.game(feeds(rows), 3, feeds(rows), 20))
    expect(game.prediction).toBeCloseTo(answers[3] ?? NaN, 6)
  })

  it('ai.onnx.ml 5', async () => {
    const bytes = treeEnsembleModel({ modes: ['BRANCH_LEQ', 'BRANCH_MEMBER', 'BRANCH_NEQ'], missing: 0.3, depth: 4 })
    const { found, feeds } = open(bytes)
    const explained = additive(found)
    const rows: Row[] = Array.from({ length: 40 }, (_, row) => ({
      f0: row % 7 === 3 ? null : row % 5,
      f1: (row * 3) % 5,
      f2: (row * 7) % 5,
    }))
    const encoded = encodeAll(explained, feeds(rows), 40)
    const explainer = explained.explainer(encoded)
    const out = new Float64Array(3)
    for (const row of [3, 11, 26]) {
      const expected = await explainExactly(explained.game(feeds(rows), row, feeds(rows), 40))
      explainer.explain(encoded.subarray(row * 3, row * 3 + 3), out)
      out.forEach((value, player) => expect(Math.abs(value - (expected.values[player] ?? NaN))).toBeLessThan(1e-12))
    }
  })
})

describe('what exporters write behind the sum', () => {
  const trees = (input: string) => treesNode(regressorModel({ ...options, baseValues: [0.3] }), ['margin'], input)
  const behind = (nodes: Uint8Array[], output: Uint8Array) => pipeline((input) => [trees(input), ...nodes], [output])
  const two = value('p', FLOAT, [null, 2])
  const CASES: [string, Uint8Array, string][] = [
    [
      'the logistic function, alone',
      behind([node('Sigmoid', ['margin'], ['p'])], value('p', FLOAT, [null, 1])),
      'margin logistic',
    ],
    [
      'both classes joined',
      behind(
        [
          node('Sigmoid', ['margin'], ['s']),
          node('Sub', ['one', 's'], ['rest']),
          node('Concat', ['rest', 's'], ['p'], { attributes: { axis: { int: 1 } } }),
        ],
        two,
      ),
      'margin logistic',
    ],
    [
      'a softmax of the margin and its opposite',
      behind(
        [
          node('Neg', ['margin'], ['m']),
          node('Concat', ['m', 'margin'], ['both'], { attributes: { axis: { int: 1 } } }),
          node('Softmax', ['both'], ['p'], { attributes: { axis: { int: 1 } } }),
        ],
        two,
      ),
      'margin logistic',
    ],
    [
      'a value moved and scaled',
      behind([node('Add', ['margin', 'one'], ['m']), node('Div', ['m', 'half'], ['p'])], value('p', FLOAT, [null, 1])),
      'value identity',
    ],
  ]

  it.each(CASES)('%s', async (_, bytes, expected) => {
    const hints: SignatureHints = expected.startsWith('margin') ? { task: 'binary', classes: [0, 1] } : {}
    const { found, feeds, signature } = open(bytes, {}, hints)
    const explained = additive(found)
    expect(`${explained.scale} ${explained.link}`).toBe(expected)
    const rows = randomRows(60, 3)
    const answers = (await runModel(bytes, signature, rows)).map((answer) => answer.score ?? answer.value ?? NaN)
    expect(selfTest(explained, feeds(rows), answers)).toMatchObject({ isExact: true })
    const encoded = encodeAll(explained, feeds(rows), 60)
    expect(explained.answerOf(explained.margin(encoded.subarray(6, 12)))).toBeCloseTo(answers[1] ?? NaN, 5)
  })

  it('of one probability the other class is the rest', () => {
    const bytes = CASES[0]?.[1] ?? new Uint8Array(0)
    const hints: SignatureHints = { task: 'binary', classes: ['no', 'yes'] }
    const [no, yes] = ['no', 'yes'].map((explainedClass) => open(bytes, { explainedClass }, hints))
    const rows = no?.feeds(randomRows(1, 1)) ?? {}
    const [first, second] = [additive(no?.found ?? { reason: '' }), additive(yes?.found ?? { reason: '' })]
    expect(first.answer(rows, 0) + second.answer(rows, 0)).toBeCloseTo(1, 6)
    const encoded = encodeAll(first, rows, 1)
    expect(first.margin(encoded)).toBeCloseTo(-second.margin(encoded), 12)
  })
})

describe('weighted sums', () => {
  it('are explained in closed form', async () => {
    const { found, feeds, signature } = open(pipelineModel())
    const explained = additive(found)
    expect(explained).toMatchObject({ kind: 'linear', scale: 'margin', link: 'logistic' })
    const random = new Random(4)
    const rows: Row[] = Array.from({ length: 40 }, () => ({
      age: random.uniform() < 0.2 ? null : random.integer(60),
      income: random.integer(5000),
      housing: ['own', 'rent', 'free'][random.integer(3)] ?? '',
      purpose: ['car', 'tv', 'trip'][random.integer(3)] ?? '',
      rooms: random.integer(4),
      employed: random.uniform() < 0.5,
    }))
    const answers = (await runModel(pipelineModel(), signature, rows)).map((answer) => answer.score ?? NaN)
    expect(selfTest(explained, feeds(rows), answers)).toMatchObject({ isExact: true })
    const encoded = encodeAll(explained, feeds(rows), 40)
    const explainer = explained.explainer(encoded)
    expect(explainer.describe()).toMatchObject({ method: 'closed form' })
    const out = new Float64Array(6)
    const { width } = explained
    const own = encoded.subarray(5 * width, 6 * width)
    explainer.explain(own, out)
    expect(out.reduce((sum, value) => sum + value, explainer.base)).toBeCloseTo(explained.margin(own), 12)
    // A weighted sum's every coalition, as the margin: undo the logistic function of the game.
    const game = explained.game(feeds(rows), 5, feeds(rows), 40)
    const expected = await explainExactly({
      ...game,
      evaluate: async (batch) => Float64Array.from(await game.evaluate(batch), (p) => Math.log(p / (1 - p))),
    })
    out.forEach((found, player) => expect(Math.abs(found - (expected.values[player] ?? NaN))).toBeLessThan(1e-9))
  })

  it('a single neuron', () => {
    const { found } = open(sigmoidModel())
    expect(additive(found)).toMatchObject({ kind: 'linear', scale: 'margin', link: 'logistic' })
  })
})

/** Two forests over the same columns, joined. */
function twoModels(joint: string, last: Uint8Array[] = [], answer = 'y'): Uint8Array {
  return pipeline(
    (input) => [
      treesNode(regressorModel(options), ['one_y'], input),
      treesNode(regressorModel({ ...options, seed: 2 }), ['other_y'], input),
      node(joint, ['one_y', 'other_y'], ['y']),
      ...last,
    ],
    [value(answer, FLOAT, [null, 1])],
  )
}

describe('several models added', () => {
  it.each(['Add', 'Sub', 'Sum', 'Mean'])('%s of two forests is one forest', async (joint) => {
    const { found, feeds, signature } = open(twoModels(joint))
    const explained = additive(found)
    expect(explained).toMatchObject({ kind: 'trees', scale: 'value', link: 'identity', width: 6 })
    expect(explained.forest()?.roots.length).toBe(2 * options.trees)
    const rows = randomRows(40, 5)
    const answers = (await runModel(twoModels(joint), signature, rows)).map((answer) => answer.value ?? NaN)
    expect(selfTest(explained, feeds(rows), answers)).toMatchObject({ isExact: true })
    const encoded = encodeAll(explained, feeds(rows), 40)
    const explainer = explained.explainer(encoded)
    const expected = await explainExactly(explained.game(feeds(rows), 7, feeds(rows), 40))
    const out = new Float64Array(4)
    explainer.explain(encoded.subarray(7 * 6, 8 * 6), out)
    out.forEach((value, player) => expect(Math.abs(value - (expected.values[player] ?? NaN))).toBeLessThan(1e-9))
    const pairs = new Float64Array(16)
    explainer.interactions(encoded.subarray(7 * 6, 8 * 6), pairs)
    out.forEach((value, player) => expect(pairs.subarray(4 * player, 4 * player + 4).reduce((a, b) => a + b)).toBeCloseTo(value, 9))
  })

  it('behind an exponential the margin is the logarithm', async () => {
    const bytes = twoModels('Add', [node('Exp', ['y'], ['e']), node('Mul', ['e', 'half'], ['v'])], 'v')
    const { found, feeds, signature } = open(bytes)
    const explained = additive(found)
    expect(explained).toMatchObject({ kind: 'trees', scale: 'margin', link: 'exponential', answers: 'value' })
    const rows = randomRows(40, 5)
    const answers = (await runModel(bytes, signature, rows)).map((answer) => answer.value ?? NaN)
    expect(selfTest(explained, feeds(rows), answers)).toMatchObject({ isExact: true })
    const encoded = encodeAll(explained, feeds(rows), 40)
    expect(Math.exp(explained.margin(encoded.subarray(0, 6)))).toBeCloseTo(answers[0] ?? NaN, 5)
  })

  it('a long way behind them changes nothing', () => {
    const passed = Array.from({ length: 300 }, (_, at) => node('Identity', [at === 0 ? 'y' : `m${at - 1}`], [`m${at}`]))
    expect(additive(open(twoModels('Add', passed, 'm299')).found).kind).toBe('trees')
  })
})

describe('what is not exact by tables', () => {
  const fallback = (bytes: Uint8Array): FunctionModel => {
    const { found } = open(bytes)
    if ('reason' in found || found.kind !== 'function') throw new Error('is exact')
    return found
  }

  it('columns of several fields: asked as a function', async () => {
    const bytes = pipeline(
      (input) => [
        node('Normalizer', [input], ['scaled'], { domain: ML, attributes: { norm: { text: 'L1' } } }),
        treesNode(regressorModel(options), ['y'], 'scaled'),
      ],
      [value('y', FLOAT, [null, 1])],
    )
    const found = fallback(bytes)
    expect(found.because).toMatch(
      /^column \d of the model is computed from several fields \(age, income, purpose, region\)$/,
    )
    const { feeds, signature } = open(bytes)
    const rows = randomRows(30, 2)
    const answers = (await runModel(bytes, signature, rows)).map((answer) => answer.value ?? NaN)
    expect(selfTest(found, feeds(rows), answers).isExact).toBe(true)
    const values = await explainExactly(found.game(feeds(rows), 4, feeds(rows), 30))
    expect(values.prediction).toBeCloseTo(answers[4] ?? NaN, 6)
    expect(values.base).toBeCloseTo(answers.reduce((sum, value) => sum + value) / 30, 6)
  })

  it('two models multiplied: asked as a function', () => {
    const bytes = twoModels('Mul')
    expect(fallback(bytes).because).toBe('the answer is two values joined by Mul')
  })

  it('unknown operators: only the runtime can be asked', () => {
    const bytes = pipeline(
      (input) => [node('Erf', [input], ['e']), treesNode(regressorModel(options), ['y'], 'e')],
      [value('y', FLOAT, [null, 1])],
    )
    expect(open(bytes).found).toEqual({ reason: 'the operator Erf' })
  })
})
