// The sampling explainer on real models through ONNX Runtime, against ../shared/models/shap.
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { explainByPermutation, explainExactly, type ShapleyGame } from './shapley'
import { isSharedPresent, needsShared, sharedJson, sharedPath } from './testing'

type Row = Record<string, number | string | null>
interface Oracle {
  base: number
  values: number[][]
  prediction: number[]
}
interface ShapFile {
  columns: string[]
  numeric?: string[]
  background: Row[]
  rows: Row[]
  probability: Oracle
  probabilityFromOnnxruntime: Oracle
  value: Oracle
}

/** The game of one row: raw columns are the players, mixed rows go through the session as one batch. */
function gameOf(session: InferenceSession, file: ShapFile, row: Row): ShapleyGame {
  const { columns, background } = file
  const isMatrix = session.inputNames.length === 1
  const numeric = new Set(isMatrix ? columns : file.numeric)
  const cell = (name: string, from: Row | undefined) =>
    numeric.has(name) ? Number(from?.[name] ?? NaN) : String(from?.[name] ?? '')
  const outputName = session.outputNames.find((name) => name === 'probabilities') ?? session.outputNames[0] ?? ''
  return {
    playerCount: columns.length,
    backgroundCount: background.length,
    isSame: (player, number) =>
      Object.is(cell(columns[player] ?? '', row), cell(columns[player] ?? '', background[number])),
    evaluate: async ({ count, masks, background: numbers }) => {
      const from = (i: number, player: number) =>
        masks[i * columns.length + player] === 1 ? row : background[numbers[i] ?? -1]
      const feeds: Record<string, Tensor> = {}
      if (isMatrix) {
        const matrix = new Float32Array(count * columns.length)
        for (let i = 0; i < count; i++) {
          columns.forEach((name, player) => {
            matrix[i * columns.length + player] = Number(cell(name, from(i, player)))
          })
        }
        feeds[session.inputNames[0] ?? ''] = new Tensor('float32', matrix, [count, columns.length])
      } else {
        columns.forEach((name, player) => {
          const cells = Array.from({ length: count }, (_, i) => cell(name, from(i, player)))
          feeds[name] = numeric.has(name)
            ? new Tensor('float32', Float32Array.from(cells, Number), [count, 1])
            : new Tensor('string', cells.map(String), [count, 1])
        })
      }
      const output = (await session.run(feeds, [outputName]))[outputName]
      const found = output?.data as Float32Array
      return outputName === 'probabilities' ? found.filter((_, i) => i % 2 === 1) : found
    },
  }
}

/** `float32`: what the runtime's rounding may add. */
const cases: { model: string; oracle: 'probability' | 'value'; float32: number }[] = [
  { model: 'credit-risk-v1', oracle: 'probability', float32: 1e-6 },
  { model: 'credit-risk-v2', oracle: 'probability', float32: 1e-6 },
  { model: 'hotel-cancel-v1', oracle: 'probability', float32: 1e-6 },
  { model: 'hotel-cancel-v2', oracle: 'probability', float32: 1e-6 },
  { model: 'bike-demand', oracle: 'value', float32: 1e-3 },
  { model: 'taiwan-default-mlp', oracle: 'probability', float32: 1e-6 },
]

async function open(model: string): Promise<{ session: InferenceSession; file: ShapFile }> {
  const options = { logSeverityLevel: 3 as const, intraOpNumThreads: 1, interOpNumThreads: 1 }
  const session = await InferenceSession.create(sharedPath(`models/onnx/${model}.onnx`), options)
  return { session, file: sharedJson<ShapFile>(`models/shap/${model}.shap.json.gz`) }
}

describe.skipIf(!isSharedPresent)(`Shapley values of real models ${needsShared}`, () => {
  // 200 to 400 values a model: with exactly normal errors 0.27 % of them lie beyond three standard errors by chance, so
  // "every one" would be a claim about the seed. A wrong sign, background or player moves far more than one in a
  // hundred.
  it.each(cases)(
    '$model: 99 % of sampled values lie within three standard errors',
    async ({ model, oracle: kind, float32 }) => {
      const { session, file } = await open(model)
      const oracle = file[kind]
      const distances: number[] = []
      const errors: number[] = []
      for (const [number, row] of file.rows.entries()) {
        const game = gameOf(session, file, row)
        const found = await explainByPermutation({ ...game, permutations: 400, seed: number })
        const prediction = oracle.prediction[number] ?? NaN
        expect(Math.abs(found.base - oracle.base)).toBeLessThan(float32)
        expect(Math.abs(found.prediction - prediction)).toBeLessThan(float32)
        const total = found.values.reduce((sum, value) => sum + value, found.base)
        expect(Math.abs(total - found.prediction)).toBeLessThan(1e-12 * Math.max(1, Math.abs(prediction)))
        const exact = oracle.values[number] ?? []
        found.values.forEach((value, player) => {
          const error = found.standardErrors[player] ?? NaN
          const difference = Math.max(0, Math.abs(value - (exact[player] ?? NaN)) - float32)
          distances.push(difference === 0 ? 0 : difference / error)
          errors.push(error / Math.max(...exact.map(Math.abs)))
        })
      }
      const within = distances.filter((distance) => distance <= 3).length / distances.length
      expect(within).toBeGreaterThanOrEqual(0.99)
      expect(Math.max(...distances)).toBeLessThan(6)
      // And the errors say something: half of them are below 2.5 % of the row's largest value.
      expect(errors.sort((a, b) => a - b)[errors.length >> 1]).toBeLessThan(0.025)
    },
  )

  it('taiwan-default-mlp: exact values', async () => {
    const { session, file } = await open('taiwan-default-mlp')
    const found = await explainExactly(gameOf(session, file, file.rows[3] ?? {}))
    found.values.forEach((value, player) => {
      expect(Math.abs(value - (file.probabilityFromOnnxruntime.values[3]?.[player] ?? NaN))).toBeLessThan(1e-9)
    })
  })
})
