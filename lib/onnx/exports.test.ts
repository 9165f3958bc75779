// What people export (tools/golden/onnx-exports.py): how each file is explained, that its answers are the runtime's
// also where errors hide, and that exact values are those of every coalition of raw fields.
import { describe, expect, it } from 'vitest'
import { explainExactly, type ShapleyGame } from '@/lib/math/shapley'
import type { Row } from './encode'
import { compileExplainable, selfTest, selfTestRows, type AdditiveModel, type ExplainableModel } from './explainable'
import { EXPORTED, explainedNumber, exportedModel, type ExportedModel } from './testing/exported-models'
import { runModel } from './testing/run-model'

const trees = {
  probability: 'trees probability identity',
  margin: 'trees margin logistic',
  value: 'trees value identity',
}
const boosted = 'trees margin softmax'
const asked = (because: string) => `function: ${because}`
const several = asked('column is computed from several fields')

const EXPECTED: Record<string, string> = {
  logistic: 'linear margin logistic',
  'logistic-text-classes': 'linear margin logistic',
  'logistic-multinomial': 'linear margin softmax',
  'linear-regression': 'linear value identity',
  // KBinsDiscretizer's last edge is the first column times zero: a missing age changes the other columns' bins.
  'ridge-binned': several,
  'tree-binned-ordinal': several,
  'decision-tree': trees.probability,
  'decision-tree-value': trees.value,
  'random-forest': trees.probability,
  'random-forest-three': trees.probability,
  'random-forest-value': trees.value,
  'extra-trees': trees.probability,
  'extra-trees-value': trees.value,
  'gradient-boosting': trees.margin,
  'gradient-boosting-three': boosted,
  'gradient-boosting-value': trees.value,
  'hist-gradient-boosting': trees.margin,
  'hist-gradient-boosting-three': boosted,
  'hist-gradient-boosting-value': trees.value,
  'ada-boost': asked('the answer is two values joined by Div'),
  'ada-boost-value': asked('the answer comes from GatherElements'),
  bagging: trees.probability,
  'bagging-value': trees.value,
  lightgbm: trees.margin,
  'lightgbm-three': boosted,
  'lightgbm-value': trees.value,
  'lightgbm-forest': asked('the answer is a probability that is scaled or moved'),
  xgboost: trees.margin,
  'xgboost-three': boosted,
  'xgboost-value': trees.value,
  'xgboost-poisson': 'trees margin exponential',
  'svm-rbf': asked('the answer comes from SVMClassifier'),
  'svm-linear-text': asked('the answer comes from SVMClassifier'),
  'svm-rbf-three': asked('the answer comes from SVMClassifier'),
  'svm-poly': asked('the answer comes from SVMClassifier'),
  'svr-rbf': asked('the answer comes from SVMRegressor'),
  'svr-sigmoid': asked('the answer comes from SVMRegressor'),
  'svr-linear': 'linear value identity',
  network: several,
  'network-three': several,
  'network-value': several,
  'voting-forests': trees.probability,
  'voting-mixed': asked('the answer is a probability that is scaled or moved'),
  'voting-value': trees.value,
  'voting-trees-and-line': trees.value,
  stacking: several,
  'stacking-value': trees.value,
  'calibrated-sigmoid': asked('the answer is a constant divided by a value'),
  'calibrated-isotonic': asked('the answer comes from ArrayFeatureExtractor'),
  normalized: several,
  polynomial: several,
  poisson: 'linear margin exponential',
  'naive-bayes': asked('the answer comes from Exp'),
  neighbours: 'only the runtime: the operator Scan',
  'whole-numbers-hot': 'linear margin logistic',
  'whole-numbers-ordinal': trees.probability,
  'texts-filled': trees.margin,
  'doubles-logistic': 'linear margin logistic',
  'doubles-ridge': 'linear value identity',
  'pipeline-opset-15': trees.probability,
  'lightgbm-matrix': trees.margin,
  'lightgbm-matrix-zipmap': boosted,
  'xgboost-matrix': trees.margin,
  'xgboost-matrix-three': boosted,
  catboost: trees.margin,
  'catboost-three': boosted,
  'catboost-value': trees.value,
}

function described(found: ExplainableModel | { reason: string }): string {
  if ('reason' in found) return `only the runtime: ${found.reason}`
  if (found.kind === 'function')
    return asked(found.because.replace(/^column \d+ of the model is (.*) \(.*\)$/, 'column is $1'))
  return `${found.kind} ${found.scale} ${found.link}`
}

/** Every class of several, the positive class of two, or the value. */
function explainedOf({ signature }: ExportedModel): (string | undefined)[] {
  const { classes, positiveClass } = signature
  if (!classes) return [undefined]
  return positiveClass === undefined ? classes.map(String) : [String(positiveClass)]
}

function compile({ file, signature }: ExportedModel, explainedClass: string | undefined) {
  return compileExplainable(file, signature, explainedClass === undefined ? {} : { explainedClass })
}

const ADDITIVE = EXPORTED.filter((name) => /^(trees|linear)/.test(EXPECTED[name] ?? ''))
const COMPILED = EXPORTED.filter((name) => !EXPECTED[name]?.startsWith('only'))

describe('exported models', () => {
  it('are all here', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual([...EXPORTED].sort())
  })

  it.each(EXPORTED)('%s is explained as it can be', (name) => {
    const model = exportedModel(name)
    for (const explainedClass of explainedOf(model))
      expect(described(compile(model, explainedClass))).toBe(EXPECTED[name])
  })

  it.each(COMPILED)('%s answers as the runtime does, on rows where errors hide', async (name) => {
    const model = exportedModel(name)
    for (const explainedClass of explainedOf(model)) {
      const found = compile(model, explainedClass)
      if ('reason' in found) throw new Error(found.reason)
      const rows = [...model.rows, ...selfTestRows(found, model.signature, model.rows)]
      const answers = await runModel(model.bytes, model.signature, rows)
      const numbers = answers.map((answer) => explainedNumber(answer, explainedClass))
      const tested = selfTest(found, model.feeds(rows), numbers)
      expect(tested).toMatchObject({ rows: 240, differing: [], isExact: true })
    }
  })

  it.each(COMPILED)('%s answers as recorded in python', (name) => {
    const model = exportedModel(name)
    const [explainedClass] = explainedOf(model)
    const found = compile(model, explainedClass)
    if ('reason' in found) throw new Error(found.reason)
    const [output] = Object.values(model.recorded)
    const column = Math.max(0, model.signature.classes?.map(String).indexOf(explainedClass ?? '') ?? 0)
    const feeds = model.feeds(model.rows)
    output?.forEach((values, row) => {
      const recorded = [values].flat()[column]
      // A row with a gap that the model does not fill has no answer.
      const expected = typeof recorded === 'number' ? recorded : NaN
      const own = found.answer(feeds, row)
      if (Number.isNaN(expected)) expect(own).toBeNaN()
      else expect(Math.abs(own - expected)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected)))
    })
    expect(output).toHaveLength(model.rows.length)
  })
})

/** The margin for mixtures of raw rows: nothing of the encoded columns is taken for granted. */
function rawMarginGame(opened: ExportedModel, model: AdditiveModel, row: Row, background: readonly Row[]): ShapleyGame {
  const names = model.players
  const encoded = new Float64Array(model.width)
  return {
    playerCount: names.length,
    backgroundCount: background.length,
    async evaluate({ count, masks, background: numbers }) {
      const mixed = Array.from({ length: count }, (_, coalition): Row => {
        const other = background[numbers[coalition] as number] ?? row
        const from = (player: number) => (masks[coalition * names.length + player] === 1 ? row : other)
        return Object.fromEntries(names.map((name, player) => [name, from(player)[name]]))
      })
      const feeds = opened.feeds(mixed)
      return Float64Array.from(mixed, (_, at) => {
        model.encode(feeds, at, encoded)
        return model.margin(encoded)
      })
    },
  }
}

describe('exact values are those of every coalition of raw fields', () => {
  it.each(ADDITIVE)('%s', async (name) => {
    const opened = exportedModel(name)
    const { rows } = opened
    // Rows of a linear model with gaps that nothing fills have no answer to explain.
    const explained = [3, 17, 29, 33, 37].map((at) => rows[at] as Row)
    const background = rows.slice(4, 14)
    for (const explainedClass of explainedOf(opened)) {
      const model = compile(opened, explainedClass)
      if ('reason' in model || model.kind === 'function') throw new Error('is not additive')
      const encode = (some: readonly Row[]) => {
        const into = new Float64Array(some.length * model.width)
        const feeds = opened.feeds(some)
        some.forEach((_, at) => model.encode(feeds, at, into, at * model.width))
        return into
      }
      const explainer = model.explainer(encode(background))
      const out = new Float64Array(model.players.length)
      let checked = 0
      for (const row of explained) {
        const own = encode([row])
        if (Number.isNaN(model.margin(own))) continue
        explainer.explain(own, out)
        const pairs = new Float64Array(out.length ** 2)
        explainer.interactions(own, pairs)
        out.forEach((value, player) => {
          const sum = pairs.subarray(player * out.length, (player + 1) * out.length).reduce((a, b) => a + b)
          expect(Math.abs(sum - value)).toBeLessThan(1e-9 * Math.max(1, Math.abs(value)))
        })
        const expected = await explainExactly(rawMarginGame(opened, model, row, background))
        const allowed = 1e-9 * Math.max(1, ...Array.from(expected.values, Math.abs))
        expect(Math.abs(explainer.base - expected.base)).toBeLessThan(allowed)
        out.forEach((value, player) =>
          expect(Math.abs(value - (expected.values[player] ?? NaN)), model.players[player]).toBeLessThan(allowed),
        )
        checked += 1
      }
      expect(checked).toBeGreaterThanOrEqual(4)
    }
  })
})
