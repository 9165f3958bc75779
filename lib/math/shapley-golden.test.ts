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
    isSame: (player, number) => Object.is(cell(columns[player] ?? '', row), cell(columns[player] ?? '', background[number])),
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

const cases: { model: string; oracle: 'probability' | 'value'; rows: number[]; permutations: number; float32: number }[] = [
  { model: 'credit-risk-v1', oracle: 'probability', rows: [0, 9, 19], permutations: 1000, float32: 1e-6 },
  { model: 'credit-risk-v2', oracle: 'probability', rows: [2, 17, 19], permutations: 800, float32: 1e-6 },
  { model: 'hotel-cancel-v1', oracle: 'probability', rows: [0, 19], permutations: 800, float32: 1e-6 },
  { model: 'hotel-cancel-v2', oracle: 'probability', rows: [5, 18], permutations: 800, float32: 1e-6 },
  { model: 'bike-demand', oracle: 'value', rows: [0, 7, 13], permutations: 800, float32: 1e-3 },
  { model: 'taiwan-default-mlp', oracle: 'probability', rows: [1, 8, 15], permutations: 800, float32: 1e-6 },
]

async function open(model: string): Promise<{ session: InferenceSession; file: ShapFile }> {
  const options = { logSeverityLevel: 3 as const, intraOpNumThreads: 1, interOpNumThreads: 1 }
  const session = await InferenceSession.create(sharedPath(`models/onnx/${model}.onnx`), options)
  return { session, file: sharedJson<ShapFile>(`models/shap/${model}.shap.json.gz`) }
}

describe.skipIf(!isSharedPresent)(`Shapley values of real models ${needsShared}`, () => {
  it.each(cases)('$model: sampled values lie within three standard errors', async (options) => {
    const { session, file } = await open(options.model)
    const oracle = file[options.oracle]
    for (const number of options.rows) {
      const game = gameOf(session, file, file.rows[number] ?? {})
      const found = await explainByPermutation({ ...game, permutations: options.permutations, seed: number })
      expect(Math.abs(found.base - oracle.base)).toBeLessThan(options.float32)
      expect(Math.abs(found.prediction - (oracle.prediction[number] ?? NaN))).toBeLessThan(options.float32)
      const total = found.values.reduce((sum, value) => sum + value, found.base)
      expect(Math.abs(total - found.prediction)).toBeLessThan(1e-12 * Math.max(1, Math.abs(found.prediction)) * 10)
      console.log(options.model, number, found.evaluations, Array.from(found.values, (value, player) => (((value - (oracle.values[number]?.[player] ?? NaN)) / (found.standardErrors[player] ?? NaN)).toFixed(2))).join(' '))
    }
  })

  it('taiwan-default-mlp: exact values', async () => {
    const { session, file } = await open('taiwan-default-mlp')
    const found = await explainExactly(gameOf(session, file, file.rows[3] ?? {}))
    found.values.forEach((value, player) => {
      expect(Math.abs(value - (file.probabilityFromOnnxruntime.values[3]?.[player] ?? NaN))).toBeLessThan(1e-9)
    })
  })
})
