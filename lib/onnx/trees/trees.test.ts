// What the runtime makes of trees, asked of the runtime itself, and what is refused.
import { describe, expect, it } from 'vitest'
import { Random } from '@/lib/math/random'
import type { Row } from '../encode'
import { readModelFile } from '../model-file'
import { compare } from '../testing/compare'
import { classifierModel, regressorModel, treeEnsembleModel, type TreeModelOptions } from '../testing/tree-models'
import { INT64 } from '../testing/write-model'
import { outputsOf } from './ensemble'
import { readEnsemble, TreeReadError } from './read-ensemble'

/** Whole numbers, which meet the thresholds, some missing. */
function rowsOf(columns = 3, missing = 0.15, count = 60): Row[] {
  const random = new Random(11)
  return Array.from({ length: count }, () =>
    Object.fromEntries(
      Array.from({ length: columns }, (_, column) => [
        `f${column}`,
        random.uniform() < missing ? null : random.integer(6) - 0.5 * random.integer(2),
      ]),
    ),
  )
}

async function expectSame(bytes: Uint8Array, output: string, tolerance = 2e-7): Promise<number[]> {
  const { own, runtime } = await compare(bytes, rowsOf(), output)
  expect(own).toHaveLength(runtime.length)
  own.forEach((value, index) =>
    expect(Math.abs(value - (runtime[index] ?? NaN)), `value ${index}`).toBeLessThanOrEqual(tolerance),
  )
  return runtime
}

const DOUBLE = 11
const ALL_MODES = ['BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_GTE', 'BRANCH_GT', 'BRANCH_EQ', 'BRANCH_NEQ']

describe("the class of a leaf's weight, as the runtime has it", () => {
  const transforms = ['NONE', 'LOGISTIC', 'SOFTMAX']
  const signs: [string, [number, number]][] = [
    ['mixed', [-1, 1]],
    ['positive', [0, 0.2]],
  ]
  const ids = [[0], [1], [0, 1]]
  const bases = [undefined, [0.3], [0.3, -0.7]]
  const two = transforms.flatMap((postTransform) =>
    signs.flatMap(([sign, weights]) =>
      ids.flatMap((classIds) => bases.map((baseValues) => ({ postTransform, sign, weights, classIds, baseValues }))),
    ),
  )
  it.each(two)(
    'two classes: $postTransform, $sign weights of classes $classIds, base values $baseValues',
    async ({ sign: _, baseValues, ...options }) => {
      const base = baseValues ? { baseValues } : {}
      for (const classes of [
        [0, 1],
        ['good', 'bad'],
      ]) {
        const runtime = await expectSame(classifierModel({ ...options, ...base, classes }), 'probabilities')
        expect(new Set(runtime).size).toBeGreaterThan(1)
      }
    },
  )

  it.each(transforms)('three classes: %s', async (postTransform) => {
    for (const baseValues of [undefined, [0.1, -0.2, 0.4]]) {
      const options: TreeModelOptions = { postTransform, ...(baseValues ? { baseValues } : {}) }
      await expectSame(classifierModel({ ...options, classes: [3, 5, 7], classIds: [0, 1, 2] }), 'probabilities')
    }
  })
})

describe("the runtime's branches", () => {
  it.each(ALL_MODES)('%s, at the threshold and for NaN', async (mode) => {
    for (const missing of [0, 0.5, 1]) await expectSame(regressorModel({ modes: [mode], missing, seed: 5 }), 'y', 0)
  })

  it('all modes in one tree', async () => {
    for (const missing of [0, 0.5])
      await expectSame(regressorModel({ modes: ALL_MODES, missing, trees: 8, depth: 5 }), 'y', 0)
  })
})

describe('columns that are no float32', () => {
  it.each([
    ['doubles', DOUBLE],
    ['whole numbers', INT64],
  ])('%s', async (_, inputType) => {
    // Whole numbers have no gaps, and 16,777,217 is 16,777,216 as float32.
    const rows = rowsOf(3, inputType === DOUBLE ? 0.15 : 0).map((row, index) =>
      inputType === DOUBLE
        ? row
        : { f0: index % 7 === 3 ? 16_777_217 : index % 5, f1: (index * 3) % 5, f2: (index * 7) % 5 },
    )
    const options = { inputType, modes: ['BRANCH_LEQ', 'BRANCH_LT'], missing: 0.3, depth: 4 }
    const classified = { ...options, classes: [0, 1, 2], classIds: [0, 1, 2], postTransform: 'SOFTMAX' }
    const files: [Uint8Array, string][] = [[classifierModel(classified), 'probabilities']]
    // The runtime has no regressor of whole numbers.
    if (inputType === DOUBLE) files.push([regressorModel({ ...options, baseValues: [0.1] }), 'y'])
    for (const [bytes, output] of files) {
      const { own, runtime } = await compare(bytes, rows, output)
      expect(own).toHaveLength(runtime.length)
      own.forEach((value, index) => expect(Math.abs(value - (runtime[index] ?? NaN))).toBeLessThanOrEqual(1.2e-7))
      expect(new Set(runtime).size).toBeGreaterThan(3)
    }
  })
})

describe('regressions', () => {
  it.each(['NONE', 'LOGISTIC', 'SOFTMAX'])('of one target are left alone by %s', async (postTransform) => {
    await expectSame(regressorModel({ postTransform, baseValues: [2.5] }), 'y', 0)
    await expectSame(regressorModel({ postTransform, targets: 3, baseValues: [1, 2, -1] }), 'y', 5e-7)
  })

  it('may be averages', async () => {
    await expectSame(regressorModel({ aggregate: 'AVERAGE', baseValues: [2.5], trees: 7 }), 'y', 5e-7)
    await expectSame(regressorModel({ aggregate: 'AVERAGE', targets: 2, trees: 7 }), 'y')
  })

  it('of more trees than the runtime adds in one go', async () => {
    await expectSame(regressorModel({ trees: 130, baseValues: [100] }), 'y', 0)
  })
})

describe('ai.onnx.ml 5', () => {
  it.each([...ALL_MODES, 'BRANCH_MEMBER'])('%s', async (mode) => {
    for (const missing of [0, 0.5]) await expectSame(treeEnsembleModel({ modes: [mode], missing }), 'y', 0)
  })

  it('all modes, averages, post-transforms and trees of one leaf', async () => {
    await expectSame(
      treeEnsembleModel({ modes: [...ALL_MODES, 'BRANCH_MEMBER'], missing: 0.3, trees: 9, depth: 4 }),
      'y',
      0,
    )
    await expectSame(treeEnsembleModel({ aggregate: 0, trees: 7 }), 'y')
    await expectSame(treeEnsembleModel({ transform: 2 }), 'y')
    await expectSame(treeEnsembleModel({ leafOnly: true }), 'y', 0)
  })
})

describe('what is refused', () => {
  const nodeOf = (bytes: Uint8Array) => {
    const [node] = readModelFile(bytes).graph.nodes
    if (!node) throw new Error('no node')
    return node
  }

  it.each(['MIN', 'MAX'])('trees combined by %s are no sum', (aggregate) => {
    expect(() => readEnsemble(nodeOf(regressorModel({ aggregate })))).toThrow(`combined by ${aggregate}`)
    expect(() => readEnsemble(nodeOf(treeEnsembleModel({ aggregate: aggregate === 'MIN' ? 2 : 3 })))).toThrow(
      TreeReadError,
    )
  })

  it('PROBIT', () => {
    expect(outputsOf(readEnsemble(nodeOf(regressorModel({ postTransform: 'PROBIT' }))))).toBeNull()
  })

  it.each<[string, RegExp, (ints: number[]) => void]>([
    ['nodes_truenodeids', /leads nowhere/, (ints) => (ints[0] = 99)],
    ['nodes_truenodeids', /cannot be followed/, (ints) => (ints[1] = 0)],
    ['nodes_featureids', /looks at column 2000000/, (ints) => (ints[0] = 2_000_000)],
    ['nodes_nodeids', /same number/, (ints) => (ints[1] = 0)],
    ['nodes_treeids', /same number/, (ints) => (ints[3] = 1)],
    ['nodes_featureids', /different lengths/, (ints) => ints.pop()],
    ['target_nodeids', /stands at no node/, (ints) => (ints[0] = 99)],
    ['target_ids', /do not have/, (ints) => (ints[0] = 1)],
    ['target_nodeids', /several weights/, (ints) => (ints[0] = ints[1] ?? 0)],
  ])('a wrong %s', (name, says, damage) => {
    const node = nodeOf(regressorModel({}))
    const attribute = node.attributes.get(name)
    if (attribute?.kind !== 'ints') throw new Error(name)
    damage(attribute.value)
    expect(() => readEnsemble(node)).toThrow(says)
  })

  it('a missing array', () => {
    const node = nodeOf(regressorModel({}))
    node.attributes.delete('nodes_values')
    expect(() => readEnsemble(node)).toThrow('have no nodes_values')
  })
})
