import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Row } from './encode'
import { readModelFile } from './model-file'
import { readSignature, type GraphSignature } from './signature'
import { runModel } from './testing/run-model'
import { withoutZipMap } from './zip-map'

const models = resolve(__dirname, '../../../shared/models')

interface Golden {
  rows: Row[]
  outputs: Record<string, (number | number[])[]>
  columns: string[]
  numeric: string[]
  categorical: string[]
  featureOrder?: string[]
  nullNumeric: string
}

function golden(name: string): Golden {
  return JSON.parse(gunzipSync(readFileSync(resolve(models, 'predictions', `${name}.predictions.json.gz`))).toString())
}

function onnx(name: string): Uint8Array {
  return readFileSync(resolve(models, 'onnx', `${name}.onnx`))
}

/** Tolerances of models/README.md: probabilities 1e-6, bike demand 1e-3, labels equal. */
const CASES = [
  { file: 'credit-risk-v1', of: 'credit-risk-v1' },
  { file: 'credit-risk-v2', of: 'credit-risk-v2' },
  { file: 'hotel-cancel-v1', of: 'hotel-cancel-v1' },
  { file: 'hotel-cancel-v2', of: 'hotel-cancel-v2' },
  { file: 'taiwan-default-rf', of: 'taiwan-default-rf' },
  { file: 'taiwan-default-rf-zipmap', of: 'taiwan-default-rf' },
  { file: 'taiwan-default-mlp', of: 'taiwan-default-mlp' },
  { file: 'bike-demand', of: 'bike-demand' },
  { file: 'bike-demand-v5', of: 'bike-demand' },
]

describe.skipIf(!existsSync(models))('models of ../shared (skipped where it is not there)', () => {
  it('covers every file', () => {
    expect(CASES.map((one) => `${one.file}.onnx`).sort()).toEqual(readdirSync(resolve(models, 'onnx')).sort())
  })

  it.each(CASES)('$file answers its 200 rows as recorded', async ({ file, of }) => {
    const { rows, outputs, featureOrder } = golden(of)
    const bytes = withoutZipMap(onnx(file)) ?? onnx(file)
    const signature = readSignature(readModelFile(bytes), featureOrder ? { featureOrder } : {})
    const answers = await runModel(bytes, signature, rows)
    expect(answers).toHaveLength(200)
    const { label, probabilities, variable } = outputs
    if (variable) {
      expect(signature.task).toBe('regression')
      const wanted = variable.flat()
      answers.forEach(
        (answer, row) => expect(Math.abs((answer.value ?? NaN) - (wanted[row] ?? NaN))).toBeLessThanOrEqual(1e-3),
      )
      return
    }
    expect(signature).toMatchObject({ task: 'binary', classes: [0, 1], positiveClass: 1, rowsPerRun: null })
    answers.forEach((answer, row) => {
      const [none, one] = [probabilities?.[row]].flat() as [number, number]
      expect(answer.label).toBe(label?.[row])
      expect(Math.abs((answer.score ?? NaN) - one)).toBeLessThanOrEqual(1e-6)
      expect(answer.probabilities?.['1']).toBe(answer.score)
      expect(Math.abs((answer.probabilities?.['0'] ?? NaN) - none)).toBeLessThanOrEqual(1e-6)
    })
  })

  it.each(CASES)('$file has the fields that its rows have', ({ file, of }) => {
    const { columns, numeric, categorical, featureOrder, nullNumeric, rows } = golden(of)
    const signature = readSignature(readModelFile(onnx(file)), featureOrder ? { featureOrder } : {})
    const byName = new Map(signature.fields.map((field) => [field.name, field]))
    expect([...byName.keys()].sort()).toEqual([...columns].sort())
    for (const name of numeric) {
      expect(byName.get(name)).toMatchObject({ type: 'number', mayBeMissing: !nullNumeric.startsWith('not allowed') })
    }
    for (const name of categorical) {
      const field = byName.get(name)
      expect(field).toMatchObject({ type: 'category', mayBeMissing: true })
      const seen = new Set(rows.map((row) => row[name]))
      expect(field?.categories?.filter((category) => seen.has(category)).length).toBeGreaterThan(0)
      expect(field?.categories).not.toContain('')
    }
  })

  it('names matrix columns f0.. where nobody names them', () => {
    const signature = readSignature(readModelFile(onnx('taiwan-default-mlp')))
    expect(signature.fields.map((field) => field.name)).toEqual(Array.from({ length: 10 }, (_, index) => `f${index}`))
  })

  it('serves only the label of a ZipMap file as it is, and says that the probabilities are out of reach', async () => {
    const { rows, outputs, featureOrder } = golden('taiwan-default-rf')
    const bytes = onnx('taiwan-default-rf-zipmap')
    const signature: GraphSignature = readSignature(readModelFile(bytes), featureOrder ? { featureOrder } : {})
    expect(signature.outputs).toMatchObject([
      { name: 'output_label', role: 'label', isServable: true },
      { name: 'output_probability', role: 'probabilities', isServable: false },
    ])
    const answers = await runModel(bytes, signature, rows)
    expect(answers).toEqual(outputs['label']?.map((label) => ({ label })))
  })
})

describe.skipIf(!existsSync(models))('broken files of ../shared (skipped where it is not there)', () => {
  const REASONS: Record<string, [code: string, says: RegExp]> = {
    'truncated.onnx': ['truncated', /ends inside a field.*copy or export it again/],
    'text-renamed.onnx': ['not-onnx', /not an ONNX model.*not ONNX protobuf/],
    'empty.onnx': ['empty', /file is empty/],
    'custom-domain.onnx': ['custom-operator', /"Frobnicate" of domain "com\.example\.custom"/],
    'future-opset.onnx': ['unsupported-opset', /opset 999 of ai\.onnx, the newest served here is 26/],
    'external-data-escape.onnx': ['external-data', /"w".*save the weights inside the file/],
    'external-data-missing.onnx': ['external-data', /"w".*save the weights inside the file/],
  }
  const expected: Record<string, unknown> = existsSync(models)
    ? JSON.parse(readFileSync(resolve(models, 'broken/EXPECTED.json'), 'utf8'))
    : {}

  it.each(Object.keys(expected))('refuses %s for its reason', (name) => {
    const [code, says] = REASONS[name] ?? ['unlisted', /unlisted/]
    const read = () => readModelFile(readFileSync(resolve(models, 'broken', name)))
    expect(read).toThrow(
      expect.objectContaining({ name: 'ModelFileError', code, message: expect.stringMatching(says) }),
    )
  })
})
