// For the tests beside: a version of three fields and explained predictions, all of it written down, so that what comes
// out can be computed by hand.
import type { Session } from '@/lib/database'
import { hourOf } from '@/lib/platform/clock'
import { newId } from '@/lib/platform/ids'
import type { Field, Signature, Version } from '@/lib/registry/contract'
import { versionById } from '@/lib/registry/queries'
import { registryTables } from '@/lib/registry/tables'
import { insertPredictions } from '@/lib/serving/log'
import { encodeExplanation } from '@/lib/serving/rules/served-explanation'
import { servingTables } from '@/lib/serving/tables'
import type { InputValue } from '../../rules'

export const START = Date.parse('2026-06-01T00:00:00Z')
const EMPTY = new Uint8Array(0)

const field = (name: string, more: Partial<Field> = {}): Field => ({
  name, input: name, column: null, type: 'number', displayName: name.charAt(0).toUpperCase() + name.slice(1), isSensitive: false, isActionable: false, isRequired: false, isClosed: false, ...more,
}) as Field

/** wait: a number with deciles at 10 .. 90; region: a category; age: a sensitive number. */
export const signature = {
  task: 'binary', classes: ['0', '1'], positiveClass: '1', classNames: { 0: 'comes', 1: 'stays away' }, scoreMeaning: 'probability that the patient does not come',
  fields: [field('wait', { displayName: 'Waiting time', unit: 'days' }), field('region', { type: 'category', categoryLabels: { n: 'north', s: 'south' } }), field('age', { isSensitive: true })],
} as unknown as Signature

const deciles = [10, 20, 30, 40, 50, 60, 70, 80, 90]

export async function insertModel(db: Session, slug: string): Promise<string> {
  const { models } = db.tables(registryTables)
  const id = newId()
  await db.insert(models).values({ id, slug, name: slug, description: '', owner: 'o', task: 'binary', tags: [], createdAt: START, createdBy: 'u' })
  return id
}

export async function insertVersion(db: Session, modelId: string, number: number): Promise<Version> {
  const { versions } = db.tables(registryTables)
  const id = newId()
  await db.insert(versions).values({
    id, modelId, number, description: '', artifactHash: `a${number}`, artifactBytes: 1, signature, lineage: {},
    reference: { rows: 100, shape: [{ name: 'wait', kind: 'number', edges: deciles }, { name: 'region', kind: 'category', categories: ['n', 's'] }, { name: 'age', kind: 'number', edges: deciles }], profile: '', metrics: {} },
    files: {},
    importance: { method: 'exact', scale: 'margin', rows: 100, values: [{ field: 'wait', meanAbsolute: 0.3, standardError: 0.01 }, { field: 'region', meanAbsolute: 0.1, standardError: 0.01 }, { field: 'age', meanAbsolute: 0, standardError: 0 }] },
    explainability: { kind: 'exact', method: 'tables', scale: 'margin', sentence: '', selfTest: null, held: null },
    attributions: null, createdAt: START, createdBy: 'u', createdByName: 'U',
  })
  const version = await versionById(db, id)
  if (!version) throw new Error('the version that was written is not there')
  return version
}

export interface LoggedRow {
  at: number
  inputs: InputValue[]
  values: number[]
  base?: number
  label?: string
  score?: number
  isUnexplained?: boolean
  environment?: string
  scale?: 'margin' | 'probability'
}

/** Writes rows as the log does, with the hours' counts. */
export async function logRows(db: Session, version: Version, rows: readonly LoggedRow[]): Promise<string[]> {
  const { profiles } = db.tables(servingTables)
  const ids = rows.map(() => newId())
  await insertPredictions(db, rows.map(({ at, inputs, values, base = 0, label = '0', score = 0.5, isUnexplained, environment = 'production', scale = 'margin' }, index) => ({
    id: ids[index] ?? '', at, modelId: version.modelId, versionId: version.id, releaseId: 'r', channel: 'online' as const, environment, caller: 'user:u', subject: 'S-1', requestId: null,
    inputs, label, score, modelScore: null, extra: null, guardrail: null, latencyMicros: 1, topReason: null,
    explanation: isUnexplained ? null : encodeExplanation({ scale, base, values: Float64Array.from(values), residual: 0 }),
  })))
  const hours = new Map<string, { environment: string; hour: number; count: number }>()
  for (const { at, environment = 'production' } of rows) {
    const hour = hourOf(at)
    const kept = hours.get(`${environment} ${hour}`)
    if (kept) kept.count += 1
    else hours.set(`${environment} ${hour}`, { environment, hour, count: 1 })
  }
  await db.insertMany(profiles, [...hours.values()].map(({ environment, hour, count }) => ({
    versionId: version.id, environment, hour, writer: newId(), channel: 'online' as const, modelId: version.modelId, rows: count, guarded: 0, profile: EMPTY, latency: EMPTY, attributions: null, explained: count,
  })))
  return ids
}
