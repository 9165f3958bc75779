import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createToken } from '@/lib/access/commands'
import { api } from '@/lib/api'
import { listAuditEvents } from '@/lib/audit/queries'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { DAY_MS, HOUR_MS, useSimulatedClock, useSystemClock, type SimulatedClock } from '@/lib/platform/clock'
import { isId, timeOfId } from '@/lib/platform/ids'
import { setOnce } from '@/lib/platform/once'
import { predict } from '@/lib/serving/commands'
import type { ListPredictAnswer, Prediction } from '@/lib/serving/contract'
import { listPredictions, recountProfiles } from '@/lib/serving/queries'
import { servingTables } from '@/lib/serving/tables'
import type { Version } from '@/lib/registry/contract'
import { admin, endServing, exampleRows, program, registerExample, releaseToStaging } from '@/lib/serving/testing/fixture'

const START = Date.UTC(2026, 4, 3, 10, 30)
const bookings = exampleRows('clinic', 3)
const items = exampleRows('shop', 2)
const names = Object.keys(bookings[0] ?? {})
const BATCH = { 'content-type': 'application/cloudevents-batch+json' }
const STRUCTURED = { 'content-type': 'application/cloudevents+json' }

type Event = Record<string, unknown>

/** As KServe's logger sends it. */
function event(half: 'request' | 'response', id: string, data: unknown, more: Event = {}): Event {
  const seconds = half === 'request' ? '00.000000123' : '00.012345678'
  return {
    specversion: '1.0', id, type: `org.kubeflow.serving.inference.${half}`, source: 'http://localhost:9081/', time: `2026-05-03T10:15:${seconds}Z`,
    datacontenttype: 'application/json', inferenceservicename: 'no-show-risk', namespace: 'bookings', component: 'predictor', endpoint: 'default', metadata: '{}', data, ...more,
  }
}

const v1Request = { instances: bookings }
const v2Request = {
  inputs: names.map((name) => ({
    name, shape: [bookings.length, 1], datatype: typeof bookings[0]?.[name] === 'string' ? 'BYTES' : 'FP32', data: bookings.map((row) => row[name]),
  })),
}

describe.each(ENGINES)('the ingest of KServe’s payload log on %s', (engine) => {
  let db: Database
  let clock: SimulatedClock
  let version: Version
  let authorization: string
  let labels: (string | number | undefined)[]
  let probabilities: number[][]
  let calls = 0

  async function send(body: unknown, headers: Record<string, string> = BATCH, query = '?model=no-show-risk@staging') {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const answer = await api.fetch(new Request(`http://127.0.0.1/api/ingest/cloudevents${query}`, { method: 'POST', body: text, headers: { authorization, ...headers } }))
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> & { rejected: { index: number; code: string; message: string }[] } }
  }

  const ingested = async (): Promise<Prediction[]> => (await listPredictions(db, { channel: 'ingested', limit: 200 })).predictions
  const fresh = () => `call-${engine}-${(calls += 1)}`
  const v2Response = () => ({
    model_name: 'no-show-risk', model_version: '1',
    outputs: [{ name: 'label', shape: [3], datatype: 'INT64', data: labels }, { name: 'probabilities', shape: [3, 2], datatype: 'FP32', data: probabilities.flat() }],
  })

  beforeAll(async () => {
    clock = useSimulatedClock(START - HOUR_MS)
    db = await openTestDatabase(engine)
    version = await registerExample('clinic', 1)
    await registerExample('clinic', 2)
    await registerExample('shop', 1)
    await releaseToStaging('no-show-risk', 1)
    await releaseToStaging('price-optimiser', 1)
    const { predictions } = (await predict(program, 'no-show-risk', { inputs: bookings, environment: 'staging' })) as ListPredictAnswer
    labels = predictions.map(({ output }) => output.label)
    probabilities = predictions.map(({ output }) => [output.probabilities?.['0'] ?? NaN, output.probabilities?.['1'] ?? NaN])
    clock.set(START - 20 * 60_000)
    await releaseToStaging('no-show-risk', 2)
    clock.set(START)
    authorization = `Bearer ${(await createToken(admin, { name: 'kserve logger', scopes: ['ingest'] })).secret}`
  })
  afterAll(async () => {
    await endServing()
    setOnce('ingestedLog', undefined)
    useSystemClock()
    await db.close()
  })

  it('makes predictions of a pair of the Open Inference Protocol, by the version that was released then', async () => {
    const id = fresh()
    const then = { time: '2026-05-03T10:00:00Z' }
    const { status, body } = await send([event('request', id, v2Request, then), event('response', id, v2Response(), { time: '2026-05-03T10:00:00.0125Z' })])
    expect({ status, body }).toEqual({ status: 200, body: { accepted: 2, repeated: 0, rejected: [], predictions: 3, waiting: 0 } })
    const rows = (await ingested()).filter((row) => row.requestId === id)
    expect(rows).toHaveLength(3)
    for (const row of rows) {
      expect(row).toMatchObject({ versionId: version.id, environment: 'staging', channel: 'ingested', at: Date.parse(then.time), latencyMicros: 12_500, modelScore: null, guardrail: null, explanation: null })
      expect(row.releaseId).not.toBeNull()
      expect(isId(row.id) && timeOfId(row.id)).toBe(row.at)
      expect(row.caller).toMatch(/^token:/)
    }
    const scores = rows.map((row) => row.score ?? NaN).sort()
    expect(scores).toEqual(probabilities.map(([, yes]) => yes ?? NaN).sort())
    expect(rows.map((row) => JSON.stringify(row.inputs)).sort()).toEqual(bookings.map((row) => JSON.stringify(names.map((name) => row[name]))).sort())
  })

  it('takes the second version for what came after its release', async () => {
    const id = fresh()
    await send([event('request', id, v1Request), event('response', id, { predictions: labels })])
    const rows = (await ingested()).filter((row) => row.requestId === id)
    expect(rows.map((row) => row.versionId === version.id)).toEqual([false, false, false])
    expect(rows[0]?.latencyMicros).toBe(12_345)
  })

  it('changes nothing when the same is sent again, whole, in halves, late, or after its event was forgotten', async () => {
    const id = fresh()
    const pair = [event('request', id, v1Request, { time: '2026-05-03T09:45:00Z' }), event('response', id, { predictions: labels }, { time: '2026-05-03T09:45:01Z' })]
    expect((await send(pair)).body).toMatchObject({ accepted: 2, predictions: 3 })
    const before = await ingested()
    expect((await send(pair)).body).toMatchObject({ accepted: 0, repeated: 2, predictions: 0 })
    expect((await send([pair[1]])).body).toMatchObject({ accepted: 0, repeated: 1, waiting: 0 })
    expect((await send([{ ...pair[0], time: '2026-05-03T09:50:00Z' }])).body).toMatchObject({ repeated: 1, waiting: 0 })
    clock.set(START + 8 * DAY_MS)
    expect((await send([event('request', fresh(), v1Request)])).body).toMatchObject({ waiting: 1 })
    expect((await send(pair)).body).toMatchObject({ accepted: 0, repeated: 2, predictions: 0 })
    clock.set(START)
    expect(await ingested()).toEqual(before)
    const kept = await db.select().from(db.tables(servingTables).ingestedHalves)
    expect(kept.filter((row) => row.receivedAt <= START)).toEqual([])
  })

  it('counts the same pair once when it comes many times at once', async () => {
    const id = fresh()
    const pair = [event('request', id, v1Request), event('response', id, { predictions: labels })]
    const answers = await Promise.all(Array.from({ length: 6 }, (_, index) => send(index % 2 === 0 ? pair : [...pair].reverse())))
    expect(answers.reduce((sum, { body }) => sum + Number(body.predictions), 0)).toBe(3)
    expect((await ingested()).filter((row) => row.requestId === id)).toHaveLength(3)
  })

  it('pairs halves that come one by one, in any order, in binary mode', async () => {
    const id = fresh()
    const headersOf = (half: Event) => {
      const attributes = Object.entries(half).filter(([name]) => name !== 'data' && name !== 'datacontenttype')
      return { 'content-type': 'application/json', ...Object.fromEntries(attributes.map(([name, value]) => [`ce-${name}`, String(value)])) }
    }
    const [request, response] = [event('request', id, v1Request, { subject: 'booking%20%C3%A4' }), event('response', id, { predictions: labels })]
    expect((await send(JSON.stringify(response.data), headersOf(response))).body).toMatchObject({ accepted: 1, waiting: 1, predictions: 0 })
    expect((await send(JSON.stringify(request.data), headersOf(request))).body).toMatchObject({ accepted: 1, waiting: 0, predictions: 3 })
    expect((await ingested()).filter((row) => row.requestId === id).map((row) => row.subject)).toEqual(['booking ä', 'booking ä', 'booking ä'])
  })

  it.each<[name: string, request: unknown, response: () => unknown, expected: () => object]>([
    ['probabilities alone', v1Request, () => ({ predictions: probabilities }), () => ({ label: String(labels[0]), score: probabilities[0]?.[1] })],
    ['columns and outputs', { inputs: Object.fromEntries(names.map((name) => [name, bookings.map((row) => row[name])])) }, () => ({ outputs: labels }), () => ({ label: String(labels[0]) })],
    ['a float for each row, which is the score', v2Request, () => ({ outputs: [{ name: 'predict', shape: [3, 1], datatype: 'FP64', data: probabilities.map(([, yes]) => [yes]) }] }), () => ({ label: String(labels[0]), score: probabilities[0]?.[1] })],
    ['a matrix of MLServer', v2Request, () => ({ outputs: [{ name: 'predict_proba', shape: [3, 2], datatype: 'FP64', data: probabilities.flat() }] }), () => ({ score: probabilities[0]?.[1] })],
    ['a text for a class', v1Request, () => ({ predictions: labels.map(String) }), () => ({ label: String(labels[0]) })],
  ])('reads %s', async (_, request, response, expected) => {
    const id = fresh()
    expect((await send([event('request', id, request), event('response', id, response())])).body).toMatchObject({ predictions: 3, rejected: [] })
    const found = (await ingested()).filter((row) => row.requestId === id)
    expect(found).toContainEqual(expect.objectContaining(expected()))
  })

  it('reads a regression, Seldon’s events, base64, one event by itself, and the service’s own name', async () => {
    const id = fresh()
    const shop = { inferenceservicename: 'price-optimiser', requestid: id, type: 'io.seldon.serving.inference.request' }
    const packed = { ...event('request', 'other-1', undefined, shop), data_base64: Buffer.from(JSON.stringify({ instances: items })).toString('base64') }
    const inStaging = { ...STRUCTURED, 'x-flightdeck-environment': 'staging' }
    expect((await send(packed, inStaging, '')).body).toMatchObject({ accepted: 1, waiting: 1 })
    const response = event('response', 'other-2', { predictions: [41.5, 42] }, { ...shop, type: 'io.seldon.serving.inference.response' })
    expect((await send(response, inStaging, '')).body).toMatchObject({ accepted: 1, predictions: 2 })
    expect((await ingested()).filter((row) => row.requestId === id).map((row) => row.score).sort()).toEqual([41.5, 42])
  })

  it('takes a version by its number, without a release where it was in none', async () => {
    const id = fresh()
    const early = { time: '2026-05-01T00:00:00Z' }
    const pair = [event('request', id, v1Request, early), event('response', id, { predictions: labels }, early)]
    expect((await send(pair)).body.rejected).toEqual([{ index: 1, code: 'nothing_released', message: 'At that time no version of no-show-risk was released in staging, and the event names none.' }])
    const again = pair.map((half) => ({ ...half, id: `${id}-b` }))
    expect((await send(again, BATCH, '?model=no-show-risk@staging&version=1')).body).toMatchObject({ predictions: 3 })
    expect((await ingested()).find((row) => row.requestId === `${id}-b`)).toMatchObject({ versionId: version.id, releaseId: null })
  })

  it('says of each event why it was not taken, and takes the others', async () => {
    const good = fresh()
    const [a, b, c, d] = [fresh(), fresh(), fresh(), fresh()]
    const { body } = await send([
      { ...event('request', a, v1Request), specversion: '0.3' },
      { ...event('request', a, v1Request), id: '' },
      event('request', a, v1Request, { type: 'org.example.order' }),
      event('request', a, v1Request, { component: 'explainer' }),
      event('request', a, v1Request, { time: 'yesterday' }),
      event('request', a, v1Request, { time: '2027-01-01T00:00:00Z' }),
      event('request', a, v1Request, { subject: 'x\u0000y' }),
      7,
      event('request', b, v1Request), event('response', b, { predictions: ['maybe', 'yes', 'no'] }),
      event('request', c, { instances: [{ ...bookings[0], age: 'old' }] }), event('response', c, { predictions: [1] }),
      event('request', d, '{"instances": [NaN'), event('response', d, { predictions: [1] }),
      event('request', good, v1Request), event('response', good, { predictions: labels }),
    ])
    expect(body.rejected.map(({ index, code }) => [index, code])).toEqual([
      [0, 'event_malformed'], [1, 'event_malformed'], [2, 'event_type_unknown'], [3, 'event_type_unknown'], [4, 'event_time_invalid'], [5, 'event_time_invalid'],
      [6, 'event_malformed'], [7, 'event_malformed'], [9, 'inputs_invalid'], [11, 'inputs_invalid'], [13, expect.stringMatching(/json_malformed|number_not_finite/)],
    ])
    expect(body.rejected.find(({ index }) => index === 11)?.message).toMatch(/age must be a number/)
    expect(body).toMatchObject({ accepted: 5, predictions: 3, waiting: 3 })
    const unknown = await send([event('request', a, v1Request, { inferenceservicename: 'unheard-of' }), event('request', a, v1Request, { inferenceservicename: '' })], BATCH, '')
    expect(unknown.body.rejected.map(({ code }) => code)).toEqual(['model_unknown', 'model_unnamed'])
    expect((await send([event('request', a, v1Request)], BATCH, '?model=no-show-risk@moon')).body.rejected[0]?.code).toBe('environment_unknown')
  })

  it.each<[name: string, status: number, code: string, body: string, headers?: Record<string, string>]>([
    ['another content type', 415, 'content_type', '{}', { 'content-type': 'application/json' }],
    ['a packed body', 415, 'content_encoding', '{}', { ...BATCH, 'content-encoding': 'gzip' }],
    ['no JSON', 400, 'json_malformed', '[{'],
    ['no list', 422, 'no_items', '{}'],
    ['no events', 422, 'no_items', '[]'],
    ['too many', 422, 'too_many_items', JSON.stringify(new Array(10_001).fill(0))],
    ['10,000 levels', 422, 'too_deep', '['.repeat(10_000)],
    ['a version that is none', 404, 'version_unknown', JSON.stringify([event('request', 'x', v1Request)])],
  ])('refuses a call with %s', async (_, status, code, body, headers) => {
    expect(await send(body, headers, status === 404 ? '?version=latest' : undefined)).toMatchObject({ status, body: { code } })
  })

  it('takes a token as the password of an address, as Go’s clients send it', async () => {
    const basic = `Basic ${Buffer.from(`kserve:${authorization.slice('Bearer '.length)}`).toString('base64')}`
    expect((await send([event('request', fresh(), v1Request)], { ...BATCH, authorization: basic })).status).toBe(200)
    expect((await send([], { ...BATCH, authorization: 'Basic eA==' })).status).toBe(401)
  })

  it('writes profiles that say what the log says, its usage, and one audit event for each call with predictions', async () => {
    const { stored, recounted } = await recountProfiles(db, version.id, 'staging')
    expect(stored.length).toBeGreaterThan(0)
    expect(stored).toEqual(recounted)
    const { usage, profiles } = db.tables(servingTables)
    const channels = new Set((await db.select().from(profiles)).map((row) => row.channel))
    expect(channels).toEqual(new Set(['online', 'ingested']))
    const rows = (await db.select().from(usage)).filter((row) => row.channel === 'ingested').reduce((sum, row) => sum + row.rows, 0)
    const all = await ingested()
    expect(rows).toBe(all.length)
    const { events } = await listAuditEvents(db, { action: 'predictions.ingested', limit: 200 })
    expect(events.reduce((sum, one) => sum + Number((one.after as { predictions: number }).predictions), 0)).toBe(all.length)
  })
})
