import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { approver, endServing, exampleRows, operator, program, registerExample, releaseToStaging } from '../testing/fixture'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { DAY_MS, HOUR_MS, useSimulatedClock, useSystemClock, type SimulatedClock } from '@/lib/platform/clock'
import { setOnce } from '@/lib/platform/once'
import type { Version } from '@/lib/registry/contract'
import { rollback } from '@/lib/releases/commands'
import { predict, setGuardrails } from '../commands'
import type { ListPredictAnswer } from '../contract'
import { predictionLog } from '../log'
import { findPrediction, hourlyTraffic, listPredictions, profilesBetween, recountProfiles, type PredictionFilter } from '.'

const CLINIC = 'no-show-risk'
const environment = 'staging'
const START = Date.UTC(2026, 4, 3, 10)

describe.each(ENGINES)('looking up on %s', (engine) => {
  let db: Database
  let clock: SimulatedClock
  let first: Version
  let second: Version
  const rows = exampleRows('clinic', 200)
  const ids: string[] = []

  beforeAll(async () => {
    clock = useSimulatedClock(START)
    db = await openTestDatabase(engine)
    first = await registerExample('clinic', 1)
    second = await registerExample('clinic', 2)
    await releaseToStaging(CLINIC, 1)
    for (let hour = 0; hour < 10; hour++) {
      clock.set(START + hour * HOUR_MS)
      if (hour === 5) await releaseToStaging(CLINIC, 2)
      if (hour === 8) {
        await setGuardrails(approver, { model: CLINIC, environment, rules: [{ limit: { rule: 'output-range', min: null, max: 0.2 }, fallback: { kind: 'clamp' } }] })
      }
      const inputs = rows.slice(hour * 20, hour * 20 + 20)
      const caller = hour % 2 === 0 ? program : operator
      const answer = (await predict(caller, CLINIC, { inputs, environment, subjects: inputs.map((_, row) => `patient-${row}`) })) as ListPredictAnswer
      ids.push(...answer.predictions.map((prediction) => prediction.id))
    }
  })
  afterAll(async () => {
    await endServing()
    useSystemClock()
    await db.close()
  })

  const found = async (filter: PredictionFilter) => (await listPredictions(db, { modelId: first.modelId, limit: 200, ...filter })).predictions

  it('pages through all, newest first, none twice', async () => {
    const seen: string[] = []
    let before: PredictionFilter['before']
    for (let page = 0; page < 10; page++) {
      const { predictions, next } = await listPredictions(db, { modelId: first.modelId, limit: 33, ...(before ? { before } : {}) })
      seen.push(...predictions.map((prediction) => prediction.id))
      if (!next) break
      before = next
    }
    expect(seen).toEqual([...ids].reverse())
    expect((await listPredictions(db, { limit: 200 })).predictions.map((prediction) => prediction.id)).toEqual([...ids].reverse())
  })

  it('finds by id, subject, version, time, score, caller and guardrail', async () => {
    expect((await found({ text: ids[7] ?? '' })).map((one) => one.id)).toEqual([ids[7]])
    const ofSubject = await found({ text: 'patient-3' })
    expect(ofSubject.map((one) => one.subject)).toEqual(new Array(10).fill('patient-3'))
    expect(await found({ text: 'patient' })).toEqual([])
    expect((await found({ versionId: first.id })).map((one) => one.id)).toEqual(ids.slice(0, 100).reverse())
    expect((await found({ versionId: second.id })).length).toBe(100)
    const from = START + 2 * HOUR_MS
    for (const filter of [{ from, to: from + HOUR_MS }, { from, to: from + HOUR_MS, modelId: undefined }]) {
      expect((await listPredictions(db, { modelId: first.modelId, limit: 200, ...filter } as PredictionFilter)).predictions.map((one) => one.id)).toEqual(ids.slice(40, 60).reverse())
    }
    const middling = await found({ scoreMin: 0.2, scoreMax: 0.4 })
    expect(middling.length).toBeGreaterThan(0)
    expect(middling.every((one) => one.score !== null && one.score >= 0.2 && one.score <= 0.4)).toBe(true)
    expect((await found({ caller: 'user:u-operator' })).length).toBe(100)
    const guarded = await found({ isGuarded: true })
    expect(guarded.length).toBeGreaterThan(0)
    expect(guarded.every((one) => one.score === 0.2 && (one.modelScore ?? 0) > 0.2 && one.guardrail !== null)).toBe(true)
    expect((await found({ isGuarded: false })).length).toBe(200 - guarded.length)
    expect(await findPrediction(db, 'nothing')).toBeNull()
  })

  it('merges profiles by version and bucket, and the score of the model itself', async () => {
    const days = await profilesBetween(db, { modelId: first.modelId, environment, from: START - DAY_MS, to: START + DAY_MS, bucketMs: DAY_MS })
    expect(days.map(({ versionId, at, rows: count }) => [versionId, at, count])).toEqual([
      [first.id, Date.UTC(2026, 4, 3), 100],
      [second.id, Date.UTC(2026, 4, 3), 100],
    ])
    const [bucket] = await profilesBetween(db, { versionId: second.id, environment, from: START + 8 * HOUR_MS, to: START + 10 * HOUR_MS })
    expect(bucket).toMatchObject({ rows: 40 })
    expect(bucket?.guarded).toBe((await found({ isGuarded: true })).length)
    const score = bucket?.profile.summary(bucket.profile.shape.length - 1)
    expect(score).toMatchObject({ kind: 'number', count: 40 })
    expect(score?.kind === 'number' && (score.maximum ?? 0)).toBeGreaterThan(0.2)
    const traffic = await hourlyTraffic(db, first.modelId, environment, START, START + 10 * HOUR_MS)
    expect(traffic.map((hour) => hour.rows)).toEqual(new Array(10).fill(20))
  })

  it('profiles equal a recount of the log, whatever came, also from a second writer', async () => {
    setOnce('predictionLog', undefined)
    clock.set(START + 12 * HOUR_MS)
    const batches = fc.sample(
      fc.array(fc.record({ row: fc.nat({ max: 199 }), age: fc.option(fc.double({ min: 0, max: 120, noNaN: true })), visit: fc.string({ maxLength: 80 }), minutes: fc.nat({ max: 200 }) }), { minLength: 1, maxLength: 12 }),
      { numRuns: 25, seed: 20260503 },
    )
    await Promise.all(
      batches.map((batch) => {
        const last = batch[batch.length - 1]
        clock.set(START + 12 * HOUR_MS + (last?.minutes ?? 0) * 60_000)
        const inputs = batch.map(({ row, age, visit }) => ({ ...rows[row], age: age ?? rows[row]?.age, visit_type: visit }))
        return predict(program, CLINIC, { inputs, environment })
      }),
    )
    await predictionLog().drain()
    for (const version of [first, second]) {
      const { stored, recounted } = await recountProfiles(db, version.id, environment)
      expect(recounted.reduce((sum, hour) => sum + hour.rows, 0)).toBeGreaterThanOrEqual(100)
      expect(stored).toEqual(recounted)
    }
  })

  it('goes on after a rollback to a version of earlier hours', async () => {
    await rollback(approver, { model: CLINIC, environment, version: 1, reason: 'back' })
    await predict(program, CLINIC, { inputs: rows.slice(0, 3), environment })
    expect((await found({ versionId: first.id })).length).toBe(103)
  })
})
