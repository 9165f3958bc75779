import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endServing, exampleRows, program, registerExample, releaseToStaging, viewer } from '../testing/fixture'
import { listAuditEvents } from '@/lib/audit/queries'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { ClassificationTally, RegressionTally } from '@/lib/math/outcome-tally'
import { HOUR_MS, useSimulatedClock, useSystemClock, type SimulatedClock } from '@/lib/platform/clock'
import type { Version } from '@/lib/registry/contract'
import type { ListPredictAnswer, PredictedRow } from '../contract'
import { kpiByVersion, outcomeTallyBetween } from '../queries'
import { servingTables } from '../tables'
import { ingestKpiEvents, ingestOutcomes, predict } from '.'

const CLINIC = 'no-show-risk'
const SHOP = 'price-optimiser'
const environment = 'staging'
const START = Date.UTC(2026, 4, 3, 10)
const whole = { environment, from: 0, to: Number.MAX_SAFE_INTEGER }

describe.each(ENGINES)('outcomes and KPI events on %s', (engine) => {
  let db: Database
  let clock: SimulatedClock
  let clinic: Version
  let shop: Version
  let visits: PredictedRow[]
  let offers: PredictedRow[]

  async function predictAll(model: string, inputs: Record<string, unknown>[], subjects: string[]): Promise<PredictedRow[]> {
    return ((await predict(program, model, { inputs, environment, subjects })) as ListPredictAnswer).predictions
  }

  beforeAll(async () => {
    clock = useSimulatedClock(START)
    db = await openTestDatabase(engine)
    clinic = await registerExample('clinic', 1)
    shop = await registerExample('shop', 1)
    await releaseToStaging(CLINIC, 1)
    await releaseToStaging(SHOP, 1)
    visits = await predictAll(CLINIC, exampleRows('clinic', 40), Array.from({ length: 40 }, (_, index) => `patient-${index}`))
    offers = await predictAll(SHOP, exampleRows('shop', 10), Array.from({ length: 10 }, (_, index) => `visitor-${index}`))
    clock.set(START + 3 * HOUR_MS)
  })
  afterAll(async () => {
    await endServing()
    useSystemClock()
    await db.close()
  })

  it('joins outcomes by id and by subject, tallies them by the hour of the prediction, and audits the call once', async () => {
    const items = visits.map((visit, index) =>
      index % 2 === 0 ? { predictionId: visit.id, outcome: index % 3 === 0 } : { model: CLINIC, subject: `patient-${index}`, outcome: index % 3 === 0 ? 1 : 0 },
    )
    expect(await ingestOutcomes(program, { items })).toEqual({ accepted: 40, repeated: 0, rejected: [] })
    const [bucket, ...others] = await outcomeTallyBetween(db, { modelId: clinic.modelId, ...whole, bucketMs: HOUR_MS })
    expect(others).toEqual([])
    expect(bucket).toMatchObject({ versionId: clinic.id, at: START })
    const expected = new ClassificationTally(clinic.signature.decision?.threshold ?? 0.5)
    visits.forEach((visit, index) => expected.add(index % 3 === 0, visit.output.score ?? NaN))
    expect((bucket?.tally as ClassificationTally).performance()).toMatchObject({ count: 40, confusion: expected.performance().confusion })
    const { events } = await listAuditEvents(db, { action: 'outcomes.ingested' })
    expect(events.map((event) => event.after)).toEqual([{ accepted: 40, repeated: 0, rejected: 0 }])

    expect(await ingestOutcomes(program, items)).toEqual({ accepted: 0, repeated: 40, rejected: [] })
    expect(((await outcomeTallyBetween(db, { modelId: clinic.modelId, ...whole }))[0]?.tally as ClassificationTally).count).toBe(40)
  })

  it('judges each item alone', async () => {
    const result = await ingestOutcomes(program, [
      { predictionId: visits[0]?.id, outcome: false },
      { predictionId: 'unheard-of', outcome: true },
      { model: CLINIC, subject: 'stranger', outcome: true },
      { model: 'unheard-of', subject: 'patient-1', outcome: true },
      { predictionId: visits[1]?.id, outcome: 'perhaps' },
      { outcome: true },
      'text',
      { predictionId: visits[1]?.id, model: SHOP, outcome: true },
      { predictionId: 'with\u0000zero', outcome: true },
      // Before the subject's prediction there is nothing to judge.
      { model: CLINIC, subject: 'patient-1', outcome: true, occurredAt: '2026-05-03T09:59:59Z' },
    ])
    expect(result).toMatchObject({ accepted: 0, repeated: 0 })
    expect(result.rejected.map(({ index, code }) => [index, code])).toEqual([
      [0, 'outcome_differs'], [1, 'prediction_unknown'], [2, 'prediction_unknown'], [3, 'model_unknown'], [4, 'outcome_invalid'],
      [5, 'invalid'], [6, 'invalid'], [7, 'prediction_unknown'], [8, 'invalid'], [9, 'prediction_unknown'],
    ])
  })

  it('adds to a tally that is there already, for a regression too', async () => {
    const actual = (index: number) => 10 * index
    await ingestOutcomes(program, offers.slice(0, 5).map((offer, index) => ({ predictionId: offer.id, outcome: actual(index) })))
    await Promise.all([
      ingestOutcomes(program, offers.slice(5, 8).map((offer, index) => ({ predictionId: offer.id, outcome: actual(index + 5) }))),
      ingestOutcomes(program, offers.slice(8).map((offer, index) => ({ predictionId: offer.id, outcome: actual(index + 8) }))),
    ])
    const expected = new RegressionTally()
    offers.forEach((offer, index) => expected.add(actual(index), offer.output.value ?? NaN))
    const [bucket] = await outcomeTallyBetween(db, { versionId: shop.id, ...whole })
    const performance = (bucket?.tally as RegressionTally).performance()
    expect(performance.count).toBe(10)
    expect(performance.meanAbsoluteError).toBeCloseTo(expected.performance().meanAbsoluteError ?? NaN, 9)
    expect((await ingestOutcomes(program, { predictionId: offers[0]?.id, outcome: true })).rejected).toMatchObject([{ code: 'outcome_invalid' }])
  })

  it('attributes KPI events, tallies them by their own hour, and counts each once', async () => {
    const events = offers.map((offer, index) => ({
      ...(index % 2 === 0 ? { predictionId: offer.id } : { subject: `visitor-${index}` }),
      id: `order-${index}`,
      model: SHOP,
      name: 'revenue',
      value: index + 0.5,
      occurredAt: new Date(START + (index < 5 ? 1 : 2) * HOUR_MS).toISOString(),
    }))
    expect(await ingestKpiEvents(program, events)).toEqual({ accepted: 10, repeated: 0, rejected: [] })
    expect(await ingestKpiEvents(program, events)).toEqual({ accepted: 0, repeated: 10, rejected: [] })
    const [total, ...others] = await kpiByVersion(db, shop.modelId, 0, Number.MAX_SAFE_INTEGER, environment)
    expect(others).toEqual([])
    expect(total).toMatchObject({ versionId: shop.id, name: 'revenue', count: 10, sum: 50 })
    expect(total?.sumOfSquares).toBeCloseTo(events.reduce((sum, { value }) => sum + value * value, 0), 9)
    expect((await kpiByVersion(db, shop.modelId, START + 2 * HOUR_MS, START + 3 * HOUR_MS, environment))[0]).toMatchObject({ count: 5 })
    const rows = await db.select().from(db.tables(servingTables).kpiEvents)
    expect(rows.every((row) => row.predictionId !== null && row.subject?.startsWith('visitor-'))).toBe(true)
  })

  it('counts an event without id once when it says when it happened, twice when it does not', async () => {
    const event = { model: SHOP, name: 'orders', value: 1, subject: 'visitor-3' }
    const dated = { ...event, occurredAt: '2026-05-03T12:00:00Z' }
    expect(await ingestKpiEvents(program, [dated, dated])).toMatchObject({ accepted: 1, repeated: 1 })
    expect(await ingestKpiEvents(program, [event, event])).toMatchObject({ accepted: 2, repeated: 0 })
    expect((await ingestKpiEvents(program, { ...event, name: 'Not A Name' })).rejected).toMatchObject([{ index: 0, code: 'invalid' }])
  })

  it('takes 10,000 items in one call and no more, from who may', async () => {
    const items = Array.from({ length: 10_000 }, (_, index) => ({ id: `bulk-${index}`, model: SHOP, name: 'views', value: 1, subject: `visitor-${index % 10}` }))
    const started = performance.now()
    expect(await ingestKpiEvents(program, items)).toEqual({ accepted: 10_000, repeated: 0, rejected: [] })
    expect(performance.now() - started).toBeLessThan(15_000)
    await expect(ingestKpiEvents(program, [...items, ...items])).rejects.toMatchObject({ kind: 'invalid', code: 'too_many_items' })
    await expect(ingestOutcomes(program, [])).rejects.toMatchObject({ code: 'no_items' })
    await expect(ingestOutcomes(viewer, items)).rejects.toMatchObject({ kind: 'forbidden' })
    await expect(ingestKpiEvents(null, items)).rejects.toMatchObject({ kind: 'unauthenticated' })
  })
})
