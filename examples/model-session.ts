// Test support: opens an example's ONNX file with onnxruntime-node and feeds it raw rows, as the product does.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import Papa from 'papaparse'

export type RawRow = Readonly<Record<string, string | number>>

export interface VersionMetadata {
  model: string
  featureOrder: string[]
  fields: Record<string, { displayName: string; categories?: Record<string, string> }>
  lineage: {
    period: { from: string; to: string }
    rows: number
    dataHash: string
    parameters: Record<string, string | number>
    metrics: Record<string, number>
  }
  decision?: { threshold: number }
}

export type Business = 'clinic' | 'shop' | 'credit-union'

export function exampleFile(business: Business, name: string): string {
  return fileURLToPath(new URL(`./${business}/${name}`, import.meta.url))
}

export function readMetadata(business: Business, version: string): VersionMetadata {
  return JSON.parse(readFileSync(exampleFile(business, `${version}.json`), 'utf8')) as VersionMetadata
}

/** The rows of reference-vN.csv; numbers are numbers where the metadata names no categories. */
export function readReference(business: Business, version: string): RawRow[] {
  const { fields } = readMetadata(business, version)
  const text = readFileSync(exampleFile(business, `reference-${version}.csv`), 'utf8')
  const { data } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true })
  return data.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, fields[name]?.categories ? value : Number(value)]),
    ),
  )
}

export interface Scorer {
  inputNames: readonly string[]
  /** Probability of class 1, or the value of a regression. */
  score(rows: readonly RawRow[]): Promise<number[]>
}

export async function openModel(business: Business, version: string): Promise<Scorer> {
  const { fields } = readMetadata(business, version)
  const session = await InferenceSession.create(exampleFile(business, `${version}.onnx`), {
    logSeverityLevel: 3,
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  })
  return {
    inputNames: session.inputNames,
    async score(rows) {
      const feeds = Object.fromEntries(
        session.inputNames.map((name) => [name, tensorOf(rows, name, fields[name]?.categories !== undefined)]),
      )
      const outputs = await session.run(feeds)
      const output = outputs['probabilities'] ?? outputs['price']
      if (!output) throw new Error(`${business} ${version} has neither probabilities nor price`)
      const values = Array.from(output.data as Float32Array)
      const width = values.length / rows.length
      return rows.map((_, row) => values[row * width + width - 1] ?? Number.NaN)
    },
  }
}

function tensorOf(rows: readonly RawRow[], name: string, isText: boolean): Tensor {
  return isText
    ? new Tensor('string', rows.map((row) => String(row[name])), [rows.length, 1])
    : new Tensor('float32', Float32Array.from(rows, (row) => Number(row[name])), [rows.length, 1])
}

export function shareWhere<T>(items: readonly T[], claim: (item: T, index: number) => boolean): number {
  return items.filter(claim).length / items.length
}
