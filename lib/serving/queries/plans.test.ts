// That every look-up in the log is answered by an index: the statements that the queries really send, and SQLite's own
// account of how it runs them.
import { rmSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Connection from 'better-sqlite3'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/sqlite-proxy'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Session } from '@/lib/database'
import { sqliteKit, tablesFor, type Declaration } from '@/lib/database/kit'
import { migrate } from '@/lib/database/migrate'
import { openSqlite } from '@/lib/database/sqlite'
import { newId } from '@/lib/platform/ids'
import { predictionsById, predictionsBySubject } from '../commands/attribution'
import { insertPredictions } from '../log'
import { findPrediction, listPredictions, type PredictionFilter } from './predictions'
import { servingTables } from '../tables'

const START = Date.parse('2026-06-01T00:00:00Z')
const ROWS = 3000
const MODELS = [newId(), newId()]
const VERSIONS = [newId(), newId()]

// With the statistics that `analyze` leaves, which nobody has to run, SQLite plans otherwise.
describe.each([false, true])('plans of look-ups in the log, analyzed: %s', (isAnalyzed) => {
  const folder = mkdtempSync(join(tmpdir(), 'flightdeck-plans-'))
  const file = join(folder, 'plans.sqlite')
  const ids = Array.from({ length: ROWS }, (_, index) => newId(START + index * 1000))
  let connection: Connection.Database
  let sent: { statement: string; params: unknown[] }[] = []
  let db: Session

  beforeAll(async () => {
    const opened = openSqlite(file)
    await migrate(opened)
    await opened.write(async (tx) => {
      await insertPredictions(tx, ids.map((id, index) => ({
        id, at: START + index * 1000, modelId: MODELS[index % 2] ?? '', versionId: VERSIONS[index % 2] ?? '', environment: index % 5 === 0 ? 'staging' : 'production', caller: `token:${index % 3}`,
        subject: index % 4 === 0 ? null : `S-${index % 700}`, inputs: [index, 'x'], score: index / ROWS, latencyMicros: 1, topReason: index % 7 === 0 ? null : `field ${index % 3}`,
      })))
      await tx.insertMany(tx.tables(servingTables).profiles, VERSIONS.map((versionId, index) => ({
        versionId, environment: 'production', hour: START, writer: 'w', channel: 'online' as const, modelId: MODELS[index] ?? '', rows: 1, guarded: 1, profile: new Uint8Array(1), latency: new Uint8Array(1), attributions: null, explained: 0,
      })))
    })
    if (isAnalyzed) await opened.write((tx) => tx.execute(sql`analyze`))
    await opened.close()
    connection = new Connection(file, { readonly: true })
    const orm = drizzle(async (text, params, method) => {
      sent.push({ statement: text, params })
      const statement = connection.prepare<unknown[]>(text).raw(true)
      return { rows: method === 'get' ? (statement.get(...(params as unknown[])) as unknown[]) : statement.all(...(params as unknown[])) }
    })
    const parts = { engine: 'sqlite', kit: sqliteKit, origin: {}, tables: <T>(declaration: Declaration<T>) => tablesFor(sqliteKit, declaration) }
    db = Object.assign(orm, parts) as unknown as Session
  })
  afterAll(() => {
    connection.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** How each statement of the work touches the table of predictions, in SQLite's words. */
  async function plansOf(work: () => Promise<unknown>): Promise<string[]> {
    sent = []
    await work()
    return sent.flatMap(({ statement, params }) => {
      const steps = connection.prepare(`explain query plan ${statement}`).all(...params) as { detail: string }[]
      return steps.map(({ detail }) => detail).filter((detail) => /\bpredictions\b/.test(detail))
    })
  }

  const BY_ID = 'SEARCH predictions USING INDEX sqlite_autoindex_predictions_1 (id=?)'
  const list = (filter: PredictionFilter) => () => listPredictions(db, filter)
  const before = { at: START + 2_000_000, id: ids[2000] ?? '' }
  const [modelId = ''] = MODELS
  const [versionId = ''] = VERSIONS

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['an id', () => findPrediction(db, ids[70] ?? ''), /^SEARCH predictions USING INDEX sqlite_autoindex_predictions_1 \(id=\?\)$/],
    ['an id pasted into the search', list({ text: ids[70] ?? '' }), /^SEARCH predictions USING INDEX sqlite_autoindex_predictions_1 \(id=\?\)$/],
    ['the beginning of an id, or a number of a customer', list({ text: (ids[70] ?? '').slice(0, 13) }), /^SEARCH predictions USING (INDEX predictions_subject \(subject=\?\)|INDEX sqlite_autoindex_predictions_1 \(id>\? AND id<\?\))$/],
    ['a subject', list({ text: 'S-70' }), /^SEARCH predictions USING INDEX predictions_subject \(subject=\?\)$/],
    ['a subject of a model', list({ text: 'S-70', modelId }), /^SEARCH predictions USING INDEX predictions_subject \(subject=\?\)$/],
    ['a model, newest first', list({ modelId }), /^SEARCH predictions USING INDEX predictions_model \(model=\?\)$/],
    ['a model, further on', list({ modelId, before }), /^SEARCH predictions USING INDEX predictions_model \(model=\? AND at<\?\)$/],
    ['a model in a span of time', list({ modelId, from: START, to: START + 60_000 }), /^SEARCH predictions USING INDEX predictions_model \(model=\? AND at>\? AND at<\?\)$/],
    ['a model and a reason', list({ modelId, topReason: 'field 1' }), /^SEARCH predictions USING INDEX predictions_reason \(model=\? AND top_reason=\?\)$/],
    ['a model and a reason, further on', list({ modelId, topReason: 'field 1', before }), /^SEARCH predictions USING INDEX predictions_reason \(model=\? AND top_reason=\? AND at<\?\)$/],
    ['all models, newest first', list({}), /^SCAN predictions USING INDEX sqlite_autoindex_predictions_1$/],
    ['all models, further on', list({ before }), /^SEARCH predictions USING INDEX sqlite_autoindex_predictions_1 \(id<\?\)$/],
    ['all models in a span of time', list({ from: START, to: START + 60_000 }), /^SEARCH predictions USING INDEX sqlite_autoindex_predictions_1 \(id>\? AND id<\?\)$/],
    ['a version', list({ modelId, versionId }), /^SEARCH predictions USING INDEX predictions_model \(model=\? AND at>\? AND at<\?\)$/],
    ['an environment', list({ modelId, environment: 'staging' }), /^SEARCH predictions USING INDEX predictions_model \(model=\?\)$/],
    ['a caller', list({ caller: 'token:1' }), /^SCAN predictions USING INDEX sqlite_autoindex_predictions_1$/],
    ['what a guardrail caught', list({ isGuarded: true }), /^SEARCH predictions USING INDEX sqlite_autoindex_predictions_1 \(id>\? AND id<\?\)$/],
    ['many ids', () => predictionsById(db, ids.slice(0, 200)), /^SEARCH predictions USING INDEX sqlite_autoindex_predictions_1 \(id=\?\)$/],
    ['many subjects', () => predictionsBySubject(db, modelId, Array.from({ length: 200 }, (_, index) => `S-${index}`), START * 2), /^SEARCH predictions USING INDEX predictions_subject \(subject=\?\)$/],
  ])('%s', async (_, work, expected) => {
    const plans = await plansOf(work)
    expect(plans.length).toBeGreaterThan(0)
    for (const plan of plans) expect(plan === BY_ID || expected.test(plan), plan).toBe(true)
    expect(plans.some((plan) => expected.test(plan))).toBe(true)
  })
})
