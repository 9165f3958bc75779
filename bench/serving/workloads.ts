// The two models that are served in the bench: a boosted forest over numbers, and the credit pipeline over texts and numbers.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Papa from 'papaparse'
import { Random } from '@/lib/math/random'
import { classifierModel } from '@/lib/onnx/testing/tree-models'

export interface Workload {
  name: string
  model: string
  artifact: string
  reference: string
  metadata: string
  /** One row, as every server of the bench is asked. */
  row: Record<string, unknown>
}

const COLUMNS = 20
const REFERENCE_ROWS = 2000

/** 200 trees of depth 4 over 20 float columns. */
export function treesWorkload(directory: string, model = 'trees'): Workload {
  const random = new Random(7)
  const rowOf = () => Array.from({ length: COLUMNS }, () => Math.fround(random.uniform(-0.5, 5.5)))
  const names = Array.from({ length: COLUMNS }, (_, column) => `x_${column}`)
  const artifact = join(directory, `${model}.onnx`)
  // The name stands in the file, so that files of several models differ.
  writeFileSync(artifact, classifierModel({ trees: 200, depth: 4, columns: COLUMNS, classes: [0, 1], classIds: [0], postTransform: 'LOGISTIC', weights: [-0.1, 0.1], seed: seedOf(model) }))
  const reference = join(directory, `${model}.csv`)
  writeFileSync(reference, [names, ...Array.from({ length: REFERENCE_ROWS }, rowOf)].map((row) => row.join(',')).join('\n'))
  const metadata = join(directory, `${model}.json`)
  writeFileSync(metadata, JSON.stringify({ model, featureOrder: names }))
  const row = rowOf()
  return { name: '200 trees of depth 4, 20 numbers', model, artifact, reference, metadata, row: Object.fromEntries(names.map((name, column) => [name, row[column]])) }
}

function seedOf(name: string): number {
  return [...name].reduce((seed, letter) => (seed * 31 + letter.charCodeAt(0)) % 1_000_003, 11)
}

/** The credit union's first version: a pipeline over 13 texts and 7 numbers. */
export function creditWorkload(directory: string): Workload {
  const reference = 'examples/credit-union/reference-v1.csv'
  const [header = [], first = []] = Papa.parse<string[]>(readFileSync(reference, 'utf8'), { preview: 2 }).data
  const model = 'credit'
  const given = JSON.parse(readFileSync('examples/credit-union/v1.json', 'utf8')) as Record<string, unknown>
  const fields = JSON.parse(readFileSync('examples/credit-union/fields.json', 'utf8')) as Record<string, { categories?: unknown }>
  const metadata = join(directory, `${model}.json`)
  writeFileSync(metadata, JSON.stringify({ ...given, fields, model }))
  const row = Object.fromEntries(header.flatMap((name, column) => (name in fields ? [[name, fields[name]?.categories ? first[column] : Number(first[column])]] : [])))
  return { name: 'the credit pipeline, 13 texts and 7 numbers', model, artifact: 'examples/credit-union/v1.onnx', reference, metadata, row }
}
