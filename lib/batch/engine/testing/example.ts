// For the tests beside: the examples' models as the engine gets them, and files of their reference rows.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readArtifact } from '@/lib/registry/commands/read-artifact'
import type { Signature, VersionMetadata } from '@/lib/registry/contract'
import { checkReference, readReferenceTable, referenceProfile, type ReferenceRow } from '@/lib/registry/rules'
import type { BatchCheckpoint } from '../../contract'
import type { BatchRun, CheckpointAdded, EngineSource, EngineVersion } from '../contract'
import { csvLine, type Cell } from '../output/csv-cells'

export interface Example {
  artifact: Buffer
  signature: Signature
  version: EngineVersion
  rows: ReferenceRow[]
  mapping: Record<string, string>
}

export async function loadExample(business: 'clinic' | 'shop' | 'credit-union'): Promise<Example> {
  const file = (name: string) => readFileSync(join(process.cwd(), 'examples', business, name))
  const artifact = file('v1.onnx')
  const { signature } = readArtifact(artifact, JSON.parse(file('v1.json').toString()) as VersionMetadata)
  const table = await readReferenceTable('reference-v1.csv', file('reference-v1.csv'))
  const { rows } = checkReference(table, signature, undefined)
  const { shape, profile } = referenceProfile(signature, rows, [])
  const reference = { rows: rows.length, shape, profile: Buffer.from(profile.encode()).toString('base64'), metrics: {} }
  const version: EngineVersion = { number: 1, signature, reference, runtime: { kind: 'onnx', artifact } }
  return { artifact, signature, version, rows, mapping: Object.fromEntries(signature.fields.map(({ name }) => [name, name])) }
}

export function newDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'flightdeck-batch-'))
}

export function csvText(names: readonly string[], rows: readonly Readonly<Record<string, unknown>>[]): string {
  return [csvLine(names), ...rows.map((row) => csvLine(names.map((name) => (row[name] ?? null) as Cell)))].join('')
}

export function writeSource(name: string, content: string | Uint8Array): EngineSource & { kind: 'file' } {
  const path = join(newDirectory(), name)
  writeFileSync(path, content)
  return { kind: 'file', path, format: name.endsWith('.jsonl') ? 'jsonl' : name.endsWith('.parquet') ? 'parquet' : 'csv' }
}

export interface Recorded extends BatchRun {
  checkpoints: BatchCheckpoint[]
  added: CheckpointAdded[]
}

/** A run of this example, with what it told at its checkpoints. */
export function runOf(example: Pick<Example, 'version' | 'mapping'>, source: EngineSource, changed: Partial<BatchRun> = {}): Recorded {
  const checkpoints: BatchCheckpoint[] = []
  const added: CheckpointAdded[] = []
  return {
    jobId: 'job', startedAt: Date.UTC(2026, 0, 1), source, mapping: { fields: example.mapping, subject: null, keep: [] }, output: { kind: 'file', format: 'csv' },
    version: example.version, guardrails: [], reasons: null, isLogged: false, directory: newDirectory(), from: null, threads: 0,
    onCheckpoint(checkpoint, more) {
      checkpoints.push(checkpoint)
      added.push(more)
      return Promise.resolve()
    },
    signal: new AbortController().signal,
    checkpoints, added,
    ...changed,
  }
}
