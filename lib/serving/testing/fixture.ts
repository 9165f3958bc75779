// The example models, registered and released through the real commands, for the tests of this folder.
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Principal } from '@/lib/access/contract'
import { peekOnce, setOnce } from '@/lib/platform/once'
import { registerVersion } from '@/lib/registry/commands'
import type { Version } from '@/lib/registry/contract'
import { requestPromotion } from '@/lib/releases/commands'
import type { ReleasePlan } from '@/lib/releases/contract'
import { predictionLog } from '../log'

process.env.FLIGHTDECK_DATA_DIR ??= mkdtempSync(join(tmpdir(), 'flightdeck-serving-'))

export const operator = { kind: 'user', id: 'u-operator', name: 'Olga Operator', role: 'operator' } satisfies Principal
export const approver = { kind: 'user', id: 'u-approver', name: 'Ana Approver', role: 'approver' } satisfies Principal
export const admin = { kind: 'user', id: 'u-admin', name: 'Ada Admin', role: 'admin' } satisfies Principal
export const viewer = { kind: 'user', id: 'u-viewer', name: 'Vic Viewer', role: 'viewer' } satisfies Principal
export const program = { kind: 'token', id: 't-booking', name: 'booking page', role: null, scopes: ['predict', 'ingest'] } satisfies Principal

const EXAMPLES = { clinic: 'no-show-risk', shop: 'price-optimiser' } as const
export type Example = keyof typeof EXAMPLES

export function exampleFile(example: Example, name: string): Buffer {
  return readFileSync(join(process.cwd(), 'examples', example, name))
}

/** Registers version 1 or 2 of an example with its metadata and reference rows. */
export async function registerExample(example: Example, number: 1 | 2, model: string = EXAMPLES[example]): Promise<Version> {
  const metadata = { ...(JSON.parse(exampleFile(example, `v${number}.json`).toString()) as Record<string, unknown>), model }
  const registered = await registerVersion(operator, {
    artifact: exampleFile(example, `v${number}.onnx`),
    metadata,
    reference: { fileName: `reference-v${number}.csv`, content: exampleFile(example, `reference-v${number}.csv`) },
  })
  return registered.version
}

/** Staging needs no approval: the release starts at once. */
export async function releaseToStaging(model: string, version: number, plan?: ReleasePlan): Promise<void> {
  await requestPromotion(operator, { model, version, environment: 'staging', reason: 'for the test', ...(plan ? { plan } : {}) })
}

/** Rows of the reference file as a caller would send them. */
export function exampleRows(example: Example, count: number): Record<string, string | number | null>[] {
  const [header = '', ...lines] = exampleFile(example, 'reference-v1.csv').toString().trim().split(/\r?\n/)
  const names = header.split(',')
  return lines.slice(0, count).map((line) => {
    const cells = line.split(',')
    const entries = names.map((name, index): [string, string | number | null] => {
      const cell = cells[index] ?? ''
      return [name, cell === '' ? null : Number.isNaN(Number(cell)) ? cell : Number(cell)]
    })
    return Object.fromEntries(entries.filter(([name]) => name !== 'target'))
  })
}

/** Ends what hangs on the process, so that the next database starts afresh. */
export async function endServing(): Promise<void> {
  await predictionLog().drain()
  await peekOnce('routing')?.close()
  setOnce('predictionLog', undefined)
  setOnce('routing', undefined)
  setOnce('callGates', undefined)
}
