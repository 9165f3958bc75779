/** The files of tools/golden/onnx-exports.py, opened. For tests. */
import { gunzipSync } from 'node:zlib'
import golden from '../../../tools/golden/onnx-exports.json'
import type { Answer } from '../decode'
import { compileEncoder, type Row } from '../encode'
import type { Feeds } from '../explainable'
import { readModelFile } from '../model-file'
import { readSignature } from '../signature'
import type { GraphSignature } from '../signature-types'
import { withoutZipMap } from '../zip-map'

export const EXPORTED = golden.models.map(({ name }) => name)

const MATRIX_FIELDS = ['age', 'income', 'amount', 'purpose', 'housing', 'rooms']

export interface ExportedModel {
  /** Without a ZipMap, as the product serves it. */
  bytes: Uint8Array
  file: ReturnType<typeof readModelFile>
  signature: GraphSignature
  rows: Row[]
  /** Python's onnxruntime: by output, row by row. */
  recorded: Record<string, unknown[]>
  feeds(rows: readonly Row[]): Feeds
}

export function exportedModel(name: string): ExportedModel {
  const found = golden.models.find((one) => one.name === name)
  if (!found) throw new Error(`no exported model ${name}`)
  const whole = Uint8Array.from(gunzipSync(Buffer.from(found.onnx, 'base64')))
  const bytes = withoutZipMap(whole) ?? whole
  const file = readModelFile(bytes)
  const isMatrix = 'matrix' in found
  const signature = readSignature(file, isMatrix ? { featureOrder: MATRIX_FIELDS } : {})
  const matrixRows = golden.matrixRows.map((row): Row =>
    Object.fromEntries(MATRIX_FIELDS.map((field, column) => [field, row[column]])),
  )
  const encoder = compileEncoder(signature)
  return {
    bytes,
    file,
    signature,
    rows: isMatrix ? matrixRows : golden.rows,
    recorded: Object.fromEntries(Object.entries(found.outputs).map(([output, values]) => [output, values ?? []])),
    feeds: (rows) => encoder.encode(rows).feeds,
  }
}

/** The answer that is explained. */
export function explainedNumber(answer: Answer, explainedClass: string | undefined): number {
  return (explainedClass === undefined ? (answer.score ?? answer.value) : answer.probabilities?.[explainedClass]) ?? NaN
}
