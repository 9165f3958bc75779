import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readModelFile } from '@/lib/onnx/model-file'
import { readSignature } from '@/lib/onnx/signature'
import { identityModel, zipMapModel } from '@/lib/onnx/testing/sample-models'
import { FLOAT, model, node, value } from '@/lib/onnx/testing/write-model'
import { withoutZipMap } from '@/lib/onnx/zip-map'
import { openModel, type Answer } from './session'

async function runOnce(bytes: Uint8Array, rows: Record<string, unknown>[]): Promise<Answer[]> {
  const opened = await openModel(bytes, readSignature(readModelFile(withoutZipMap(bytes) ?? bytes)))
  try {
    return await opened.run(rows)
  } finally {
    await opened.close()
  }
}

/** y = 1 / x for exactly three rows. */
const reciprocal = (rows: number | null) =>
  model({ nodes: [node('Reciprocal', ['x'], ['y'])], inputs: [value('x', FLOAT, [rows, 1])], outputs: [value('y', FLOAT, [rows, 1])] })

describe('openModel', () => {
  it('hands out the probabilities behind a ZipMap', async () => {
    const answers = await runOnce(zipMapModel(), [{ X_0: 0, X_1: 0 }, { X_0: 2, X_1: 9 }].map((row) => named(zipMapModel(), row)))
    expect(answers.map((answer) => answer.label)).toEqual(['low', 'high'])
    expect(answers[1]?.probabilities).toMatchObject({ low: 0, high: 1 })
  })

  it('fills up the runs of a file that takes three rows only', async () => {
    const answers = await runOnce(reciprocal(3), [1, 2, 4, 5].map((x) => ({ x })))
    expect(answers.map((answer) => answer.value)).toEqual([1, 0.5, 0.25, Math.fround(0.2)])
  })

  it('reports an answer that is not finite and names its row', async () => {
    await expect(runOnce(reciprocal(null), [{ x: 1 }, { x: 0 }])).rejects.toMatchObject({ kind: 'internal', code: 'answer_not_finite', message: expect.stringContaining('row 1') as string })
  })

  it('says which field of which row the model cannot take', async () => {
    await expect(runOnce(identityModel(), [{ x: 1 }, { x: 'one' }])).rejects.toMatchObject({ kind: 'invalid', fields: [{ path: 'inputs[1].x', rule: 'type' }] })
  })

  it('closes after the runs that are under way', async () => {
    const bytes = identityModel()
    const opened = await openModel(bytes, readSignature(readModelFile(bytes)))
    const running = opened.run([{ x: 3 }])
    await opened.close()
    expect(await running).toEqual([{ value: 3 }])
    await expect(opened.run([{ x: 3 }])).rejects.toMatchObject({ kind: 'internal', code: 'model_failed' })
  })
})

function named(bytes: Uint8Array, row: Record<string, number>): Record<string, number> {
  const names = readSignature(readModelFile(withoutZipMap(bytes) ?? bytes)).fields.map((field) => field.name)
  return Object.fromEntries(names.map((name, index) => [name, Object.values(row)[index] ?? 0]))
}

interface Golden {
  rows: Record<string, unknown>[]
  outputs: Record<string, number[] | number[][]>
  featureOrder?: string[]
}

const SHARED = join(process.cwd(), '..', 'shared', 'models')
const GOLDEN = ['credit-risk-v1', 'credit-risk-v2', 'hotel-cancel-v1', 'bike-demand', 'bike-demand-v5', 'taiwan-default-rf', 'taiwan-default-mlp']

describe.skipIf(!existsSync(SHARED))('against onnxruntime in Python (skipped where ../shared/models is absent)', () => {
  it.each(GOLDEN.filter((name) => existsSync(join(SHARED, 'predictions', `${name}.predictions.json.gz`))))('%s', async (name) => {
    const golden = JSON.parse(gunzipSync(readFileSync(join(SHARED, 'predictions', `${name}.predictions.json.gz`))).toString()) as Golden
    const bytes = readFileSync(join(SHARED, 'onnx', `${name}.onnx`))
    const signature = readSignature(readModelFile(bytes), golden.featureOrder ? { featureOrder: golden.featureOrder } : {})
    const opened = await openModel(bytes, signature)
    const whole = await opened.run(golden.rows)
    // As the serving lane gathers them: the company a row runs in must not change its answer.
    const parts = (await Promise.all([golden.rows.slice(0, 1), golden.rows.slice(1, 60), golden.rows.slice(60)].map((rows) => opened.run(rows)))).flat()
    await opened.close()
    const expected = expectedScores(golden.outputs)
    const tolerance = name.startsWith('bike') ? 1e-3 : 1e-6
    whole.forEach((answer, row) => {
      const score = answer.score ?? answer.value ?? NaN
      expect(Math.abs(score - (expected[row] ?? NaN))).toBeLessThanOrEqual(tolerance)
      expect(Math.abs(score - (parts[row]?.score ?? parts[row]?.value ?? NaN))).toBeLessThanOrEqual(tolerance)
    })
  })
})

/** The last column of the probabilities, or the value. */
function expectedScores(outputs: Golden['outputs']): number[] {
  const values = outputs.probabilities ?? outputs.variable ?? outputs.value ?? []
  return values.map((one) => (Array.isArray(one) ? (one.at(-1) ?? NaN) : one))
}
