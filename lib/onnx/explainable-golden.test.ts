// The engine on real models, against ../shared/models: runtime answers, margins and exact Shapley values.
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { explainExactly } from '@/lib/math/shapley'
import { compileEncoder, type Row } from './encode'
import { compileExplainable, selfTest, type AdditiveModel, type ExplainableModel } from './explainable'
import { readModelFile } from './model-file'
import { readSignature } from './signature'
import { runModel } from './testing/run-model'
import { withoutZipMap } from './zip-map'

const models = resolve(__dirname, '../../../shared/models')
const isPresent = existsSync(models)
const title = (text: string) => `${text} (needs ../shared)`

function json<T>(path: string): T {
  return JSON.parse(gunzipSync(readFileSync(resolve(models, path))).toString()) as T
}

interface Predictions {
  rows: Row[]
  featureOrder?: string[]
  outputs: Record<string, (number | number[])[]>
}
interface Oracle {
  base: number
  values: number[][]
  prediction: number[]
  rows?: Row[]
}
interface Shap {
  columns: string[]
  background: Row[]
  rows: Row[]
  rows100?: Row[]
  margin: Oracle
  margin100: Oracle
  value: Oracle
  value100: Oracle
  probability: Oracle
  probability100: Oracle
}

/** `of`: whose recorded rows and values. */
function open(file: string, of: string) {
  const { rows, featureOrder, outputs } = json<Predictions>(`predictions/${of}.predictions.json.gz`)
  const bytes = readFileSync(resolve(models, 'onnx', `${file}.onnx`))
  const signature = readSignature(readModelFile(bytes), featureOrder ? { featureOrder } : {})
  const found = compileExplainable(readModelFile(bytes), signature)
  if ('reason' in found) throw new Error(found.reason)
  const encoder = compileEncoder(signature)
  const feeds = (some: readonly Row[]) => encoder.encode(some).feeds
  return { model: found, rows, outputs, feeds, bytes, signature, featureOrder }
}

function additive(model: ExplainableModel): AdditiveModel {
  if (model.kind === 'function') throw new Error(model.because)
  return model
}

function encodeAll(
  model: AdditiveModel,
  feeds: ReturnType<ReturnType<typeof open>['feeds']>,
  count: number,
): Float64Array {
  const into = new Float64Array(count * model.width)
  for (let row = 0; row < count; row++) model.encode(feeds, row, into, row * model.width)
  return into
}

/** Scores of class 1, or values, as python onnxruntime 1.23.2 gave them. */
function recorded(outputs: Predictions['outputs']): number[] {
  return (outputs['probabilities'] ?? outputs['variable'] ?? []).map((row) => [row].flat().at(-1) ?? NaN)
}

const ALL = [
  { file: 'credit-risk-v1', of: 'credit-risk-v1', kind: 'linear', scale: 'margin' },
  { file: 'credit-risk-v2', of: 'credit-risk-v2', kind: 'trees', scale: 'margin' },
  { file: 'hotel-cancel-v1', of: 'hotel-cancel-v1', kind: 'trees', scale: 'margin' },
  { file: 'hotel-cancel-v2', of: 'hotel-cancel-v2', kind: 'trees', scale: 'margin' },
  { file: 'bike-demand', of: 'bike-demand', kind: 'trees', scale: 'value' },
  { file: 'bike-demand-v5', of: 'bike-demand', kind: 'trees', scale: 'value' },
  { file: 'taiwan-default-rf', of: 'taiwan-default-rf', kind: 'trees', scale: 'probability' },
  { file: 'taiwan-default-rf-zipmap', of: 'taiwan-default-rf', kind: 'trees', scale: 'probability' },
  { file: 'taiwan-default-mlp', of: 'taiwan-default-mlp', kind: 'function', scale: undefined },
] as const

describe.skipIf(!isPresent)(title('models read without the runtime'), () => {
  it.each(ALL)('$file passes its self-test on 200 recorded rows', async ({ file, of, kind, scale }) => {
    const { model, rows, outputs, feeds, bytes, featureOrder } = open(file, of)
    expect(model).toMatchObject({ kind, ...(scale === undefined ? {} : { scale }) })
    const found = selfTest(model, feeds(rows), recorded(outputs))
    expect(found).toMatchObject({
      rows: 200,
      differing: [],
      isExact: true,
      reason: 'All 200 rows compared answer as the runtime does.',
    })
    // Trees are summed as the runtime sums them: to the bit, but for the exponential function's last digit.
    if (kind === 'trees')
      expect(found.largestDifference).toBeLessThan(file.startsWith('bike') || scale === 'probability' ? 1e-12 : 2e-7)
    // And with the runtime that serves.
    const plain = withoutZipMap(bytes) ?? bytes
    const own = readSignature(readModelFile(plain), featureOrder ? { featureOrder } : {})
    const answers = (await runModel(plain, own, rows)).map((answer) => answer.score ?? answer.value ?? NaN)
    expect(selfTest(model, feeds(rows), answers).isExact).toBe(true)
  })

  it('refuses to call exact what differs', () => {
    const { model, rows, outputs, feeds } = open('hotel-cancel-v2', 'hotel-cancel-v2')
    const answers = recorded(outputs)
    answers[7] = (answers[7] ?? 0) + 1e-5
    expect(selfTest(model, feeds(rows), answers)).toMatchObject({
      isExact: false,
      differing: [7],
      reason: expect.stringMatching(
        /^1 of 200 rows compared differ from the runtime, by up to 0\.0000\d+ \(first: row 8\)\.$/,
      ),
    })
    expect(selfTest(model, feeds([]), []).isExact).toBe(false)
  })
})

/** models/README.md, "Tolerances"; v1's values were made with scikit-learn's float64 weights, the file has float32. */
const EXPLAINED = [
  { file: 'credit-risk-v1', of: 'credit-risk-v1', oracle: 'margin', tolerance: 1e-6 },
  { file: 'credit-risk-v2', of: 'credit-risk-v2', oracle: 'margin', tolerance: 1e-9 },
  { file: 'hotel-cancel-v1', of: 'hotel-cancel-v1', oracle: 'margin', tolerance: 1e-9 },
  { file: 'hotel-cancel-v2', of: 'hotel-cancel-v2', oracle: 'margin', tolerance: 1e-9 },
  { file: 'bike-demand', of: 'bike-demand', oracle: 'value', tolerance: 1e-8 },
  { file: 'bike-demand-v5', of: 'bike-demand', oracle: 'value', tolerance: 1e-8 },
  { file: 'taiwan-default-rf', of: 'taiwan-default-rf', oracle: 'probability', tolerance: 1e-9 },
] as const

describe.skipIf(!isPresent)(title('exact Shapley values of real models'), () => {
  it.each(EXPLAINED)('$file: every row and field', ({ file, of, oracle, tolerance }) => {
    const shap = json<Shap>(`shap/${of}.shap.json.gz`)
    const opened = open(file, of)
    const model = additive(opened.model)
    const background = encodeAll(model, opened.feeds(shap.background), shap.background.length)
    const many = shap[`${oracle}100`] as Oracle | undefined
    const parts = [
      { rows: shap.rows, values: shap[oracle] },
      ...(many ? [{ rows: many.rows ?? shap.rows100 ?? [], values: many }] : []),
    ]
    // Tables of all trees, of none, and of some.
    for (const budgetBytes of model.kind === 'trees' ? [undefined, 0, 4 << 20] : [undefined]) {
      const explainer = model.explainer(background, budgetBytes === undefined ? {} : { budgetBytes })
      const out = new Float64Array(model.players.length)
      let checked = 0
      for (const { rows, values } of parts) {
        expect(Math.abs(explainer.base - values.base)).toBeLessThan(tolerance)
        const encoded = encodeAll(model, opened.feeds(rows), rows.length)
        values.values.forEach((expected, row) => {
          const own = encoded.subarray(row * model.width, (row + 1) * model.width)
          explainer.explain(own, out)
          shap.columns.forEach((column, index) => {
            const player = model.players.indexOf(column)
            expect(Math.abs((out[player] ?? NaN) - (expected[index] ?? NaN)), `${column} of row ${row}`).toBeLessThan(
              tolerance,
            )
          })
          expect(Math.abs(model.margin(own) - (values.prediction[row] ?? NaN))).toBeLessThan(tolerance)
          const sum = out.reduce((total, value) => total + value, explainer.base)
          expect(Math.abs(sum - model.margin(own))).toBeLessThan(1e-9)
          checked += 1
        })
      }
      expect(checked).toBeGreaterThanOrEqual(file === 'credit-risk-v1' ? 20 : 120)
    }
  })

  it('credit-risk-v2: the probability, by listing', async () => {
    const shap = json<Shap>('shap/credit-risk-v2.shap.json.gz')
    const { model, feeds } = open('credit-risk-v2', 'credit-risk-v2')
    // Few background rows: the values of all are their mean, so that those of five are not recorded; the base is.
    const all = feeds(shap.background)
    const game = model.game(feeds(shap.rows), 0, all, shap.background.length)
    const differing = Array.from(
      { length: game.backgroundCount },
      (_, other) => model.players.filter((_, player) => !game.isSame?.(player, other)).length,
    )
    expect(Math.max(...differing)).toBeLessThanOrEqual(16)
    const found = await explainExactly(game)
    expect(Math.abs(found.base - shap.probability.base)).toBeLessThan(1e-9)
    shap.columns.forEach((column, index) => {
      const value = found.values[model.players.indexOf(column)] ?? NaN
      expect(Math.abs(value - (shap.probability.values[0]?.[index] ?? NaN)), column).toBeLessThan(1e-9)
    })
  })

  it('taiwan-default-mlp: the probability, by listing, without the runtime', async () => {
    const shap = json<Shap>('shap/taiwan-default-mlp.shap.json.gz')
    const { model, feeds } = open('taiwan-default-mlp', 'taiwan-default-mlp')
    expect(model).toMatchObject({ kind: 'function', because: expect.stringMatching(/computed from several fields/) })
    for (const row of [0, 7, 19]) {
      const found = await explainExactly(
        model.game(feeds(shap.rows), row, feeds(shap.background), shap.background.length),
      )
      shap.columns.forEach((column, index) => {
        const value = found.values[model.players.indexOf(column)] ?? NaN
        expect(Math.abs(value - (shap.probability.values[row]?.[index] ?? NaN)), column).toBeLessThan(1e-6)
      })
    }
  })
})
