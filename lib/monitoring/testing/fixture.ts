// A clinic's model in production whose hours of traffic a test writes as serving does: for tests of watching, alerts
// and checks.
import type { Principal } from '@/lib/access/contract'
import type { Database } from '@/lib/database'
import { attributionShape, attributionValues } from '@/lib/math/attribution-profile'
import { LatencyHistogram } from '@/lib/math/latency-histogram'
import { ClassificationTally } from '@/lib/math/outcome-tally'
import { categoryColumn, numberColumn, profileOf, type ProfileRow, type ProfileShape } from '@/lib/math/profile'
import { Random } from '@/lib/math/random'
import { hourOf, now } from '@/lib/platform/clock'
import { newId } from '@/lib/platform/ids'
import type { AttributionReference, Field, ReferenceData, Signature } from '@/lib/registry/contract'
import { registryTables } from '@/lib/registry/tables'
import { releasesTables } from '@/lib/releases/tables'
import { servingTables } from '@/lib/serving/tables'
import { eq } from 'drizzle-orm'

export const operator = { kind: 'user', id: 'u-operator', name: 'Olga Operator', role: 'operator' } satisfies Principal
export const viewer = { kind: 'user', id: 'u-viewer', name: 'Vic Viewer', role: 'viewer' } satisfies Principal
export const admin = { kind: 'user', id: 'u-admin', name: 'Ada Admin', role: 'admin' } satisfies Principal

const field = (name: string, extra: Partial<Field>): Field => ({
  name, type: 'number', tensor: name, column: 0, mayBeMissing: true, displayName: name,
  isSensitive: false, isActionable: false, isRequired: false, isClosed: false, ...extra,
})

export const FIELDS: Field[] = [
  field('age', { type: 'integer', displayName: 'Age', unit: 'years', description: 'Age of the patient on the day of booking', isSensitive: true }),
  field('waiting_days', { displayName: 'Waiting time', unit: 'days' }),
  field('location', { type: 'category', displayName: 'Location', categoryLabels: { old: 'Old Town', new: 'Harbour' } }),
]

/** Rows of a population: age and waiting time around these middles, this share at the new location. */
export function population(rows: number, { age = 44, waiting = 10, newShare = 0.2, seed = 1 } = {}): ProfileRow[] {
  const random = new Random(seed)
  return Array.from({ length: rows }, () => [
    Math.round(age + 12 * random.normal()),
    Math.max(0, waiting + 4 * random.normal()),
    random.uniform() < newShare ? 'new' : 'old',
    random.uniform(),
  ])
}

/** Contributions to the log-odds by field: age and waiting time matter, the location does by `location`. */
export function contributions(rows: number, { age = 1, waiting = 0.5, location = 0.05, seed = 1 } = {}): number[][] {
  const random = new Random(seed)
  return Array.from({ length: rows }, () => [age, waiting, location].map((size) => size * random.normal()))
}

/** What a registration keeps of the explanations of its reference rows. */
export function attributionReference(rows: readonly number[][]): AttributionReference {
  const names = FIELDS.map(({ name }) => name)
  const shape = attributionShape(names, rows)
  const profile = profileOf(shape, rows.map((values) => attributionValues(names, values)))
  return { rows: rows.length, scale: 'margin', shape, profile: Buffer.from(profile.encode()).toString('base64') }
}

export interface Fixture {
  modelId: string
  versionId: string
  shape: ProfileShape
  attributions: AttributionReference | null
}

export interface FixtureOptions {
  slug?: string
  reference?: ProfileRow[] | null
  shape?: ProfileShape
  fields?: Field[]
  metrics?: Record<string, number>
  attributions?: AttributionReference
}

export async function insertServedModel(db: Database, options: FixtureOptions = {}): Promise<Fixture> {
  const modelId = newId()
  const rows = options.reference === undefined ? population(4000, { seed: 99 }) : options.reference
  const shape = options.shape ?? shapeOfRows(rows ?? population(10))
  const reference: ReferenceData | null =
    rows === null
      ? null
      : { rows: rows.length, shape, profile: Buffer.from(profileOf(shape, rows).encode()).toString('base64'), metrics: {} }
  await db.write(async (tx) => {
    const { models } = tx.tables(registryTables)
    await tx.insert(models).values({
      id: modelId, slug: options.slug ?? 'no-show-risk', name: 'No-show risk', description: '', owner: 'Clinic', task: 'binary',
      tags: [], createdAt: now(), createdBy: operator.id,
    })
  })
  const versionId = await insertVersion(db, modelId, 1, reference, options)
  await release(db, modelId, [{ versionId, role: 'champion', shareBasisPoints: 10_000 }])
  return { modelId, versionId, shape, attributions: options.attributions ?? null }
}

function shapeOfRows(rows: ProfileRow[]): ProfileShape {
  const column = (index: number) => rows.map((row) => row[index])
  return [
    numberColumn('age', column(0)),
    numberColumn('waiting_days', column(1)),
    categoryColumn('location', column(2)),
    numberColumn('score', column(3)),
  ]
}

export async function insertVersion(db: Database, modelId: string, number: number, reference: ReferenceData | null, options: FixtureOptions = {}): Promise<string> {
  const id = newId()
  const signature: Signature = {
    fields: options.fields ?? FIELDS, tensors: [], outputs: [], task: 'binary', classes: [0, 1], positiveClass: 1, rowsPerRun: null,
    scoreMeaning: 'probability that the patient does not come',
  }
  await db.write(async (tx) => {
    const { versions } = tx.tables(registryTables)
    await tx.insert(versions).values({
      id, modelId, number, description: '', artifactHash: 'a'.repeat(64), artifactBytes: 1, signature,
      lineage: { metrics: options.metrics ?? { accuracy: 0.8 } }, reference, files: {}, importance: null,
      attributions: options.attributions ?? null,
      createdAt: now(), createdBy: operator.id, createdByName: operator.name,
    })
  })
  return id
}

export interface Arm {
  versionId: string
  role: 'champion' | 'challenger'
  shareBasisPoints: number
}

/** With the approved promotions that the database demands. */
export async function release(db: Database, modelId: string, arms: readonly Arm[], sequence = 1): Promise<void> {
  await db.write(async (tx) => {
    const { promotions, approvals, releases, releaseArms } = tx.tables(releasesTables)
    const at = now()
    const releaseId = newId()
    let promotionId = ''
    for (const { versionId } of arms) {
      promotionId = newId()
      await tx.insert(promotions).values({
        id: promotionId, modelId, versionId, environment: 'production', plan: { strategy: 'all-at-once' }, reason: 'test', status: 'pending',
        requiredApprovals: 1, requestedBy: operator.id, requestedByName: operator.name, requestedAt: at,
      })
      await tx.insert(approvals).values({ id: newId(), promotionId, userId: 'u-approver', userName: 'Ana', decision: 'approve', comment: '', at })
      await tx.update(promotions).set({ status: 'approved', decidedAt: at }).where(eq(promotions.id, promotionId))
    }
    await tx.insert(releases).values({
      id: releaseId, modelId, environment: 'production', sequence, kind: 'promotion', promotionId, reason: 'test',
      startedAt: at, startedBy: 'u-approver', startedByName: 'Ana',
    })
    for (const arm of arms) await tx.insert(releaseArms).values({ releaseId, ...arm })
  })
}

/** One hour of answered rows, as the log's writer leaves it. */
export async function insertHour(db: Database, { modelId, versionId, shape }: Fixture, at: number, rows: ProfileRow[], latencyMs = 4): Promise<void> {
  const latency = new LatencyHistogram()
  for (const _ of rows) latency.add(latencyMs * 1000)
  await db.write(async (tx) => {
    const { profiles } = tx.tables(servingTables)
    await tx.insert(profiles).values({
      versionId, environment: 'production', hour: hourOf(at), writer: newId(), modelId, rows: rows.length, guarded: 0,
      profile: profileOf(shape, rows).encode(), latency: latency.encode(),
    })
  })
}

/** One hour of rows of which these were explained as they were served. */
export async function insertExplainedHour(db: Database, fixture: Fixture, at: number, explained: readonly number[][], unexplained = 0): Promise<void> {
  const { modelId, versionId, shape, attributions } = fixture
  if (!attributions) throw new RangeError('The version’s explanations have no reference.')
  const names = FIELDS.map(({ name }) => name)
  const profile = profileOf(attributions.shape, explained.map((values) => attributionValues(names, values)))
  await db.write(async (tx) => {
    const { profiles } = tx.tables(servingTables)
    await tx.insert(profiles).values({
      versionId, environment: 'production', hour: hourOf(at), writer: newId(), modelId, rows: explained.length + unexplained, guarded: 0,
      profile: profileOf(shape, []).encode(), latency: new LatencyHistogram().encode(),
      explained: explained.length, attributions: explained.length === 0 ? null : profile.encode(),
    })
  })
}

export async function insertErrors(db: Database, modelId: string, at: number, code: string, count: number): Promise<void> {
  await db.write(async (tx) => {
    const { callErrors } = tx.tables(servingTables)
    await tx.insert(callErrors).values({ modelId, environment: 'production', hour: hourOf(at), code, count })
  })
}

export async function insertOutcomes(db: Database, { modelId, versionId }: Fixture, at: number, right: number, wrong: number): Promise<void> {
  const tally = new ClassificationTally()
  for (let i = 0; i < right; i++) tally.add(i % 2 === 0, i % 2 === 0 ? 0.9 : 0.1)
  for (let i = 0; i < wrong; i++) tally.add(i % 2 === 0, i % 2 === 0 ? 0.1 : 0.9)
  await db.write(async (tx) => {
    const { outcomeTallies } = tx.tables(servingTables)
    await tx.insert(outcomeTallies).values({ versionId, environment: 'production', hour: hourOf(at), modelId, tally: tally.encode() })
  })
}

export async function insertKpi(db: Database, { modelId, versionId }: Fixture, at: number, name: string, values: number[]): Promise<void> {
  const sum = values.reduce((all, value) => all + value, 0)
  const sumOfSquares = values.reduce((all, value) => all + value * value, 0)
  await db.write(async (tx) => {
    const { kpiTallies } = tx.tables(servingTables)
    await tx.insert(kpiTallies).values({ versionId, environment: 'production', name, hour: hourOf(at), modelId, count: values.length, sum, sumOfSquares })
  })
}

