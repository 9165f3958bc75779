import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { wilson } from '@/lib/math/intervals'
import { DAY_MS, HOUR_MS, useSimulatedClock, useSystemClock } from '@/lib/platform/clock'
import { insertErrors, insertHour, insertKpi, insertOutcomes, insertServedModel, insertVersion, population, release, type Fixture } from '../testing/fixture'
import { health } from './health'
import { driftOf } from './drift'
import { kpisOf } from './kpis'
import { performanceOf } from './performance'
import { versionToShow, watchedModel, watchedVersions, type WatchedVersion } from './subjects'
import { trafficByModel, trafficOf } from './traffic'

const START = Date.parse('2026-06-01T00:00:00Z')
const limit = { measure: 'psi' as const, value: 0.2 }

describe.each(ENGINES)('reads of watching on %s', (engine) => {
  let db: Database
  let clinic: Fixture
  let version: WatchedVersion
  const window = { from: START, to: START + 14 * DAY_MS }

  beforeAll(async () => {
    useSimulatedClock(START)
    db = await openTestDatabase(engine)
    clinic = await insertServedModel(db)
    for (let day = 0; day < 14; day++) {
      const changed = day >= 7 ? { age: 31, newShare: 0.6 } : {}
      await insertHour(db, clinic, START + day * DAY_MS + 9 * HOUR_MS, population(150, { ...changed, seed: day }), 4 + day)
    }
    const found = (await watchedVersions(db, [clinic.versionId])).get(clinic.versionId)
    if (!found) throw new Error('no version')
    version = found
  })
  afterAll(async () => {
    useSystemClock()
    await db.close()
  })

  const drift = (from: number, to: number, bucketMs = DAY_MS, spanHours = 24) =>
    driftOf(db, { version, environment: 'production', window: { from, to }, bucketMs, spanHours, limit })

  it('finds what moved in the second week, and leaves the rest quiet', async () => {
    const first = await drift(START, START + 7 * DAY_MS)
    expect(first?.fields.every((field) => field.verdict === 'same')).toBe(true)
    expect(first?.rows).toBe(7 * 150)
    const second = await drift(START + 7 * DAY_MS, START + 14 * DAY_MS)
    expect(second?.fields.slice(0, 2).map((field) => field.field).sort()).toEqual(['age', 'location'])
    expect(second?.fields.find((field) => field.field === 'age')?.sentence).toMatch(/^Patients are younger than the model knows: median about 3[01].years, was about 44\.$/)
    expect(second?.fields.find((field) => field.field === 'location')?.sentence).toMatch(/^Location: Harbour is more common than the model knows, [56]\d/)
    expect(second?.fields.filter((field) => field.verdict === 'changed')).toHaveLength(2)
    expect(second?.fields.find((field) => field.isScore)).toMatchObject({ field: 'score', verdict: 'same' })
  })

  it('has a point a bucket over the stretch before it, the same numbers as that stretch alone', async () => {
    const daily = await drift(START, START + 14 * DAY_MS)
    const age = daily?.fields.find((field) => field.field === 'age')
    expect(age?.series).toHaveLength(14)
    const [ninth] = (await drift(START + 8 * DAY_MS, START + 9 * DAY_MS))?.fields.filter((field) => field.field === 'age') ?? []
    expect(age?.series[8]?.psi).toBeCloseTo(ninth?.psi ?? NaN, 12)

    const weekly = await drift(START + 7 * DAY_MS, START + 14 * DAY_MS, DAY_MS, 168)
    const whole = weekly?.fields.find((field) => field.field === 'age')
    expect(whole?.series.at(-1)?.psi).toBeCloseTo(whole?.psi ?? NaN, 12)
    // The first point looks back into the quiet week.
    expect(whole?.series[0]?.psi ?? 1).toBeLessThan(0.2)
  })

  it('has gaps where too few rows came, and no report without a reference', async () => {
    const hourly = await drift(START, START + DAY_MS, HOUR_MS, 1)
    const points = hourly?.fields[0]?.series ?? []
    expect(points.filter((point) => point.psi !== null).map((point) => point.at)).toEqual([START + 9 * HOUR_MS])
    expect(await driftOf(db, { version: { ...version, reference: null }, environment: 'production', window, bucketMs: DAY_MS, spanHours: 24, limit })).toBeNull()
  })

  it('adds up volume, latency and errors', async () => {
    await insertErrors(db, clinic.modelId, START + 9 * HOUR_MS, 'invalid', 30)
    await insertErrors(db, clinic.modelId, START + 10 * HOUR_MS, 'invalid', 5)
    await insertErrors(db, clinic.modelId, START + 10 * HOUR_MS, 'rate_limited', 15)
    const report = await trafficOf(db, { modelId: clinic.modelId, environment: 'production', window, bucketMs: DAY_MS })
    expect(report).toMatchObject({ rows: 14 * 150, errors: 50, errorsByCode: [{ code: 'invalid', count: 35 }, { code: 'rate_limited', count: 15 }] })
    expect(report.points[0]).toMatchObject({ rows: 150, errors: 50, errorShare: 0.25 })
    expect(report.points[0]?.p99 ?? 0).toBeCloseTo(4, 0)
    expect(report.points.at(-1)?.p50 ?? 0).toBeCloseTo(17, 0)
    const byModel = await trafficByModel(db, [clinic.modelId], 'production', { from: START, to: START + DAY_MS })
    expect(byModel.get(clinic.modelId)).toMatchObject({ rows: 150, errors: 50 })
  })

  it('measures accuracy with its interval as outcomes arrive', async () => {
    await insertOutcomes(db, clinic, START + 9 * HOUR_MS, 80, 20)
    await insertOutcomes(db, clinic, START + DAY_MS + 9 * HOUR_MS, 30, 30)
    const report = await performanceOf(db, { version, environment: 'production', window, bucketMs: DAY_MS, limit: 0.75 })
    expect(report).toMatchObject({ rows: 14 * 150, whole: { outcomes: 160, value: 110 / 160, ...wilson({ successes: 110, trials: 160 }) } })
    expect(report.points.slice(0, 3).map((point) => point.value)).toEqual([0.8, 0.5, null])
  })

  it('compares KPIs of champion and challenger', async () => {
    const challengerId = await insertVersion(db, clinic.modelId, 2, null)
    const challenger = { ...clinic, versionId: challengerId }
    await release(db, clinic.modelId, [
      { versionId: clinic.versionId, role: 'champion', shareBasisPoints: 9000 },
      { versionId: challengerId, role: 'challenger', shareBasisPoints: 1000 },
    ], 2)
    const flags = (ones: number, zeros: number) => [...Array<number>(ones).fill(1), ...Array<number>(zeros).fill(0)]
    const at = START + 9 * HOUR_MS
    await insertKpi(db, clinic, at, 'showed_up', flags(300, 100))
    await insertKpi(db, challenger, at, 'showed_up', flags(360, 40))
    await insertKpi(db, clinic, at, 'revenue', [50, 60, 70])
    await insertKpi(db, clinic, at, 'rebooked', flags(15, 0))
    const kpis = await kpisOf(db, { modelId: clinic.modelId, environment: 'production', window, bucketMs: DAY_MS })
    expect(kpis.map((kpi) => [kpi.name, kpi.kind])).toEqual([['rebooked', 'rate'], ['revenue', 'mean'], ['showed_up', 'share']])
    const [champion, second] = kpis[2]?.versions ?? []
    expect(champion).toMatchObject({ versionNumber: 1, role: 'champion', estimate: 0.75, effect: null, events: 400 })
    expect(second).toMatchObject({ versionNumber: 2, role: 'challenger', estimate: 0.9, effect: { verdict: 'higher' } })
    expect(second?.effect?.estimate).toBeCloseTo(0.15, 12)
    expect(second?.effect?.relative).toBeCloseTo(0.2, 12)
    expect(kpis[0]?.versions[0]).toMatchObject({ estimate: 15 / (14 * 150), predictions: 14 * 150 })
    expect(kpis[0]?.series[0]?.points[0]?.value).toBeCloseTo(0.1, 12)
    expect(kpis[1]?.versions[0]?.estimate).toBe(60)
  })

  it('finds the version that serves, and tells health in words', async () => {
    expect((await versionToShow(db, clinic.modelId, 'production'))?.number).toBe(1)
    expect((await versionToShow(db, clinic.modelId, 'production', 2))?.number).toBe(2)
    await expect(versionToShow(db, clinic.modelId, 'production', 9)).rejects.toMatchObject({ code: 'version_unknown' })
    await expect(watchedModel(db, 'unknown')).rejects.toMatchObject({ code: 'model_unknown' })
    useSimulatedClock(START + DAY_MS)
    expect((await health(db)).get(clinic.modelId)).toMatchObject({
      drift: { state: 'unknown', words: 'Not watched' },
      errors: { state: 'attention', words: '25.0\u00a0% of calls failed' },
      latency: { state: 'ok', words: '99\u00a0% of answers within 4.0\u00a0ms' },
    })
  })
})
