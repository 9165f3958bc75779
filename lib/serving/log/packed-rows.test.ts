// The log's table: what is written comes back, on both engines; numbers are given once; rows of before are still read.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registerExample, operator } from '../testing/fixture'
import type { Database, Kit, Session } from '@/lib/database'
import { migrate, migrationTags } from '@/lib/database/migrate'
import { ENGINES, openEmptyDatabase, openTestDatabase } from '@/lib/database/testing'
import { newId } from '@/lib/platform/ids'
import type { Version } from '@/lib/registry/contract'
import type { Prediction } from '../contract'
import { findPrediction, findPredictions, listPredictions } from '../queries'
import { encodeExplanation } from '../rules/served-explanation'
import { servingTables } from '../tables'
import { logPredictions } from '../testing/predictions'
import { insertPredictions, type PredictionRecord } from './packed-rows'

const AT = Date.parse('2026-06-01T00:00:00Z')
const explanation = { scale: 'margin' as const, base: -1.25, values: Float64Array.of(0.1, -0, 1 / 3), residual: 1e-9 }

describe.each(ENGINES)('the log on %s', (engine) => {
  let db: Database
  let version: Version

  beforeAll(async () => {
    db = await openTestDatabase(engine)
    version = await registerExample('clinic', 1)
  })
  afterAll(() => db.close())

  const record = (part: Partial<PredictionRecord> = {}): PredictionRecord => ({
    id: newId(), at: AT, modelId: version.modelId, versionId: version.id, environment: 'production', caller: 'token:t', inputs: [], latencyMicros: 812, ...part,
  })
  const numbersGiven = async (session: Session = db) => {
    const { predictionWords, predictionContexts } = session.tables(servingTables)
    return { words: await session.$count(predictionWords), contexts: await session.$count(predictionContexts) }
  }

  it('gives back every member of a row', async () => {
    const categories = version.signature.fields.map((field) => field.categories?.at(-1) ?? 1.5)
    const full: Prediction = {
      id: newId(AT), at: AT, modelId: version.modelId, versionId: version.id, releaseId: 'r-1', channel: 'batch', environment: 'staging', caller: `user:${operator.id}`, subject: 'Müller 😀', requestId: newId(),
      inputs: [...categories, -0, 0.1, null, true, 'Ω'], label: 'no-show', score: 0.30000001192092896, modelScore: 0.9, extra: { a: 0.25, b: 0.75 }, guardrail: { rule: 'output-range', sentence: 'Too “high”.', answeredBy: 'clamp' },
      latencyMicros: 1, explanation, topReason: 'waiting_days',
    }
    const least = record()
    await logPredictions(db, [{ ...full, explanation: encodeExplanation(explanation) }, least])
    expect(await findPrediction(db, full.id)).toStrictEqual(full)
    expect(await findPrediction(db, least.id)).toStrictEqual({
      ...least, releaseId: null, channel: 'online', subject: null, requestId: null, label: null, score: null, modelScore: null, extra: null, guardrail: null, explanation: null, topReason: null,
    })
    expect([...(await findPredictions(db, [least.id, newId(), full.id])).keys()]).toEqual([least.id, full.id])
  })

  it('keeps ids and names of calls that are no UUID, a latency beyond measure, and a version nobody knows', async () => {
    const odd = record({ id: 'order 7/3', requestId: 'req-15-letters.', versionId: 'v-unknown', inputs: ['yes', 3], latencyMicros: 1e12 })
    await logPredictions(db, [odd])
    expect(await findPrediction(db, 'order 7/3')).toMatchObject({ id: 'order 7/3', requestId: 'req-15-letters.', versionId: 'v-unknown', inputs: ['yes', 3], latencyMicros: 2 ** 31 - 1 })
    expect(await findPrediction(db, 'order 7')).toBeNull()
    expect(await findPrediction(db, '')).toBeNull()
  })

  it('gives a number once, however many rows and transactions use it', async () => {
    await logPredictions(db, [record({ topReason: 'age' })])
    const before = await numbersGiven()
    for (let round = 0; round < 3; round++) {
      await logPredictions(db, Array.from({ length: 20 }, (_, index) => record({ topReason: 'age', environment: index % 2 === 0 ? 'production' : 'staging', releaseId: index % 3 === 0 ? null : 'r-2' })))
    }
    expect(await numbersGiven()).toEqual({ words: before.words, contexts: before.contexts + 3 })
  })

  it('forgets the numbers of a transaction that failed', async () => {
    const caller = 'token:failed'
    await expect(db.write(async (tx) => {
      await insertPredictions(tx, [record({ caller, topReason: 'distance' })])
      throw new Error('the disk is full')
    })).rejects.toThrow('the disk is full')
    // Others take the numbers that it would have had.
    await logPredictions(db, [record({ caller: 'token:other', topReason: 'reminder' })])
    const kept = record({ caller, topReason: 'distance' })
    await logPredictions(db, [kept])
    expect(await findPrediction(db, kept.id)).toMatchObject({ caller, topReason: 'distance' })
  })

  it('refuses an id that is there, and writes nothing of the call', async () => {
    const [first, second] = [record(), record()]
    await logPredictions(db, [first])
    await expect(logPredictions(db, [second, { ...first, score: 1 }])).rejects.toThrow()
    expect(await findPrediction(db, second.id)).toBeNull()
    expect((await findPrediction(db, first.id))?.score).toBeNull()
  })
})

/** Of rooms that come later, what refers to predictions. */
const referringTables = (kit: Kit) => ({
  explanations: kit.table('explanations', { predictionId: kit.id('prediction_id').notNull() }),
  reviewCases: kit.table('review_cases', { predictionId: kit.id('prediction_id').notNull() }),
})

/** The migrations up to the one before the log became compact. */
async function migrateTo0007(db: Database): Promise<void> {
  const earlier = migrationTags(db.engine).filter((tag) => tag < '0008')
  await db.write(async (tx) => {
    await tx.execute(sql`create table if not exists schema_migrations (tag text primary key, applied_at bigint not null)`)
    for (const tag of earlier) {
      const statements = readFileSync(join(process.cwd(), 'drizzle', db.engine, `${tag}.sql`), 'utf8').split('--> statement-breakpoint')
      for (const statement of statements) await tx.execute(sql.raw(statement))
      await tx.execute(sql`insert into schema_migrations (tag, applied_at) values (${tag}, 1)`)
    }
  })
}

describe.each(ENGINES)('rows of before on %s', (engine) => {
  it('are the same predictions after the migration', async () => {
    const db = await openEmptyDatabase(engine)
    try {
      await migrateTo0007(db)
      const versions = ['v-1', 'v-2']
      const before = Array.from({ length: 50 }, (_, index): Prediction => ({
        id: newId(AT + index * 1000), at: AT + index * 1000, modelId: `m-${index % 3}`, versionId: versions[index % 2] ?? '', releaseId: index % 5 === 0 ? null : 'r-1', channel: index % 7 === 0 ? 'batch' : 'online',
        environment: index % 4 === 0 ? 'staging' : 'production', caller: `token:${index % 2}`, subject: index % 6 === 0 ? null : `S-${index}`,
        requestId: [null, newId(), 'order 7', 'fifteen letters', newId().toUpperCase(), ''][index % 6] ?? null, inputs: [index / 3, 'Müller "x" 😀', null, index % 2 === 0, -1e300], label: index % 2 === 0 ? '1' : null, score: index / 50, modelScore: null,
        extra: index % 9 === 0 ? { a: 0.5 } : null, guardrail: index % 8 === 0 ? { rule: 'r', sentence: 's', answeredBy: 'clamp' } : null, latencyMicros: 5_000_000_000 * (index % 2) + 3,
        explanation: index % 3 === 0 ? explanation : null, topReason: index % 3 === 0 ? 'age' : null,
      }))
      await db.write(async (tx) => {
        for (const one of before) {
          await tx.execute(sql`insert into predictions (id, at, model_id, version_id, release_id, channel, environment, caller, subject, request_id, inputs, label, score, model_score, extra, guardrail, latency_micros, explanation, top_reason)
            values (${one.id}, ${one.at}, ${one.modelId}, ${one.versionId}, ${one.releaseId}, ${one.channel}, ${one.environment}, ${one.caller}, ${one.subject}, ${one.requestId}, ${JSON.stringify(one.inputs)}, ${one.label}, ${one.score}, null,
            ${one.extra && JSON.stringify(one.extra)}, ${one.guardrail && JSON.stringify(one.guardrail)}, ${one.latencyMicros}, ${one.explanation && Buffer.from(encodeExplanation(one.explanation))}, ${one.topReason})`)
        }
        await tx.execute(sql`insert into explanations (prediction_id, method, scale, base, "values", errors, permutations, background_hash, created_at) values (${before[1]?.id}, 'exact', 'margin', 0, '[1]', '[0]', 0, 'h', 1)`)
        await tx.execute(sql`insert into reviews (id, model_id, name, selection, population, created_at, created_by, created_by_name) values ('review', 'm-0', 'n', '{}', 1, 1, 'u', 'U')`)
        await tx.execute(sql`insert into review_cases (review_id, position, prediction_id, note) values ('review', 1, ${before[2]?.id}, '')`)
      })
      expect(await migrate(db)).toContain('0008_compact_log')
      const limit = engine === 'postgres' ? 2 ** 31 - 1 : Infinity
      const expected = before.map((one) => ({ ...one, latencyMicros: Math.min(one.latencyMicros, limit) }))
      const after = await findPredictions(db, before.map(({ id }) => id))
      expect([...after.values()]).toStrictEqual(expected)
      // Old and new rows are found together.
      const fresh: PredictionRecord = { id: newId(AT + 60_000), at: AT + 60_000, modelId: 'm-0', versionId: 'v-1', releaseId: 'r-1', environment: 'production', caller: 'token:0', inputs: [1], latencyMicros: 1, topReason: 'age' }
      await logPredictions(db, [fresh])
      const idsOf = (filter: (one: Prediction) => boolean) => expected.filter(filter).map(({ id }) => id).reverse()
      const found = async (filter: Parameters<typeof listPredictions>[1]) => (await listPredictions(db, { limit: 200, ...filter })).predictions.map(({ id }) => id)
      expect(await found({ modelId: 'm-0' })).toEqual([fresh.id, ...idsOf(({ modelId }) => modelId === 'm-0')])
      expect(await found({ modelId: 'm-0', topReason: 'age' })).toEqual([fresh.id, ...idsOf((one) => one.modelId === 'm-0' && one.topReason === 'age')])
      expect(await found({ environment: 'staging', caller: 'token:0' })).toEqual(idsOf((one) => one.environment === 'staging' && one.caller === 'token:0'))
      expect(await found({ channel: 'batch', isGuarded: false })).toEqual(idsOf((one) => one.channel === 'batch' && one.guardrail === null))
      expect(await found({ text: 'S-7' })).toEqual([before[7]?.id])
      const { explanations, reviewCases } = db.tables(referringTables)
      const references = [...(await db.select().from(explanations)), ...(await db.select().from(reviewCases))].map(({ predictionId }) => predictionId)
      expect(references).toEqual([before[1]?.id, before[2]?.id])
    } finally {
      await db.close()
    }
  })
})
