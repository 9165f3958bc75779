// npm run bench -- lookup [ROWS]: global importance over logged predictions with stored explanations, altogether and by
// the values of a field, beside a plain scan of the same rows in the same run.
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import type { Database, Session } from '@/lib/database'
import { migrate } from '@/lib/database/migrate'
import { openSqlite } from '@/lib/database/sqlite'
import { byField, tallyImportance } from '@/lib/explanations/queries/insights/global-importance'
import { Random } from '@/lib/math/random'
import { HOUR_MS, hourOf } from '@/lib/platform/clock'
import { newId } from '@/lib/platform/ids'
import type { Signature, Version } from '@/lib/registry/contract'
import { insertPredictions } from '@/lib/serving/log'
import { encodeExplanation } from '@/lib/serving/rules/served-explanation'
import { servingTables } from '@/lib/serving/tables'

const ROWS = Number(process.argv[2] ?? 100_000)
const FIELDS = 20
const ROUNDS = 7
const START = Date.parse('2026-06-01T00:00:00Z')
const STEP_MS = 20_000
const SPAN = { environment: 'production', from: START, to: START + ROWS * STEP_MS }
const EMPTY = new Uint8Array(0)

const fields = Array.from({ length: FIELDS }, (_, index) => ({
  name: `field_${index}`, displayName: `Field ${index}`, type: 'number', isSensitive: false, isActionable: false, isRequired: false, isClosed: false,
}))
const shape = fields.map(({ name }) => ({ name, kind: 'number' as const, edges: [-1.3, -0.8, -0.5, -0.25, 0, 0.25, 0.5, 0.8, 1.3] }))
const version = { id: newId(), modelId: newId(), explainability: { kind: 'exact' }, signature: { task: 'binary', fields } as unknown as Signature, reference: { rows: 100, shape, profile: '', metrics: {} } } as unknown as Version

async function fill(db: Database): Promise<void> {
  const random = new Random(7)
  await db.write(async (tx) => {
    const { profiles } = tx.tables(servingTables)
    const hours = new Map<number, number>()
    for (let start = 0; start < ROWS; start += 5000) {
      await insertRows(tx, random, start, Math.min(ROWS, start + 5000), hours)
    }
    await tx.insertMany(profiles, [...hours].map(([hour, rows]) => ({
      versionId: version.id, environment: 'production', hour, writer: 'bench', channel: 'online' as const, modelId: version.modelId, rows, guarded: 0, profile: EMPTY, latency: EMPTY, attributions: null, explained: rows,
    })))
  })
}

async function insertRows(tx: Session, random: Random, start: number, end: number, hours: Map<number, number>): Promise<void> {
  const rows = Array.from({ length: end - start }, (_, row) => {
    const at = START + (start + row) * STEP_MS
    hours.set(hourOf(at), (hours.get(hourOf(at)) ?? 0) + 1)
    const inputs = fields.map(() => Number(random.normal().toFixed(3)))
    return {
      id: newId(), at, modelId: version.modelId, versionId: version.id, releaseId: 'r', environment: 'production', caller: 'token:bench', subject: `S-${start + row}`,
      inputs, label: random.uniform() < 0.3 ? '1' : '0', score: random.uniform(), latencyMicros: 800, topReason: 'field_0',
      explanation: encodeExplanation({ scale: 'margin', base: -1, values: Float64Array.from(inputs, (value, index) => (value * (FIELDS - index)) / 40), residual: 0 }),
    }
  })
  await insertPredictions(tx, rows)
}

/** Milliseconds: the median and the slowest of the rounds. */
async function timed(work: () => Promise<unknown>): Promise<{ medianMs: number; slowestMs: number }> {
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now()
    await work()
    times.push(performance.now() - startedAt)
  }
  times.sort((a, b) => a - b)
  return { medianMs: Math.round(times[Math.floor(ROUNDS / 2)] ?? NaN), slowestMs: Math.round(times.at(-1) ?? NaN) }
}

const directory = mkdtempSync(join(tmpdir(), 'flightdeck-bench-'))
const db = openSqlite(join(directory, 'bench.sqlite'))
try {
  await migrate(db)
  console.error(`writing ${ROWS} explained predictions of ${FIELDS} fields …`)
  await fill(db)
  const { predictions } = db.tables(servingTables)
  const loadBefore = loadavg()[0]
  const first = await tallyImportance(db, version, SPAN, 'margin', null)
  // The least that reading all explanations can cost: the engine touches each and sends one number.
  const baseline = await timed(() => db.select({ count: sql`count(*)`, bytes: sql`sum(length(${predictions.explanation}))`, inputs: sql`sum(length(${predictions.inputs}))` }).from(predictions))
  const importance = await timed(() => tallyImportance(db, version, SPAN, 'margin', null))
  const byValues = await timed(() => tallyImportance(db, version, SPAN, 'margin', byField(version, 'field_3', true)))
  console.log(JSON.stringify({
    bench: 'lookup', rows: first.scan.rows, fields: FIELDS, rounds: ROUNDS,
    machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, loadBefore, loadAfter: loadavg()[0] },
    hours: Math.round((ROWS * STEP_MS) / HOUR_MS),
    scan: baseline,
    globalImportance: { ...importance, timesScan: Number((importance.medianMs / baseline.medianMs).toPrecision(3)), limitMs: 2000 },
    importanceByField: { ...byValues, timesScan: Number((byValues.medianMs / baseline.medianMs).toPrecision(3)) },
  }, null, 2))
} finally {
  await db.close()
  rmSync(directory, { recursive: true, force: true })
}
