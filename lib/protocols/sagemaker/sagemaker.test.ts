import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '@/lib/database'
import { openTestDatabase } from '@/lib/database/testing'
import { setOnce } from '@/lib/platform/once'
import { predict } from '@/lib/serving/commands'
import type { ListPredictAnswer } from '@/lib/serving/contract'
import { findPrediction } from '@/lib/serving/queries'
import { endServing, exampleRows, program, registerExample, releaseToStaging, viewer } from '@/lib/serving/testing/fixture'
import { addressOf } from '../shared/address'
import { askProtocol, type Asked } from '../shared/testing/call'
import { sageMaker } from '.'

const bookings = exampleRows('clinic', 3)
const names = Object.keys(bookings[0] ?? {})
const cells = bookings.map((row) => names.map((name) => row[name]))
const lines = cells.map((row) => row.join(',')).join('\n')
const CSV = { 'content-type': 'text/csv' }
const ATTRIBUTES = 'x-amzn-sagemaker-custom-attributes'
const endpoint = sageMaker(addressOf('no-show-risk@staging', {}))
const post = (body: unknown, asked: Asked = {}) => askProtocol([endpoint], '/invocations', { body, ...asked })

describe('SageMaker’s container contract', () => {
  let db: Database
  let labels: unknown[]
  let probabilities: number[][]

  beforeAll(async () => {
    db = await openTestDatabase('sqlite')
    await registerExample('clinic', 1)
    await releaseToStaging('no-show-risk', 1)
    const { predictions } = (await predict(program, 'no-show-risk', { inputs: bookings, environment: 'staging' })) as ListPredictAnswer
    labels = predictions.map(({ output }) => output.label)
    probabilities = predictions.map(({ output }) => [output.probabilities?.['0'] ?? NaN, output.probabilities?.['1'] ?? NaN])
  })
  afterAll(async () => {
    await endServing()
    await db.close()
  })

  it.each<[name: string, body: unknown, headers?: Record<string, string>]>([
    ['CSV without header', lines, CSV],
    ['CSV with the fields’ names before it, in another order', [[...names].reverse().join(','), ...cells.map((row) => [...row].reverse().join(','))].join('\r\n'), CSV],
    ['instances with features', { instances: cells.map((features) => ({ features })) }],
    ['instances', { instances: bookings }],
    ['a frame', { dataframe_split: { columns: names, data: cells } }],
    ['lists', cells],
    ['records', bookings],
  ])('answers %s', async (_, body, headers) => {
    const answer = await post(body, headers ? { headers } : {})
    expect(answer).toMatchObject({ status: 200, body: { predictions: labels } })
    expect(await findPrediction(db, answer.headers['x-flightdeck-prediction-ids']?.split(',')[0] ?? '')).toMatchObject({ caller: 'token:t-booking' })
  })

  it.each<[name: string, body: unknown]>([
    ['a list of values', cells[0]],
    ['an object', bookings[0]],
  ])('answers one row as %s', async (_, body) => {
    expect((await post(body)).body).toEqual({ predictions: labels.slice(0, 1) })
  })

  it('answers CSV where it is asked for', async () => {
    expect(await post(lines, { headers: { ...CSV, accept: 'text/csv' } })).toMatchObject({ status: 200, headers: { 'content-type': 'text/csv' }, text: `${labels.join('\n')}\n` })
    const proba = await post(lines, { headers: { ...CSV, accept: 'text/csv', [ATTRIBUTES]: 'predict_method=predict_proba' } })
    expect(proba.text).toBe(probabilities.map((row) => `${row.join(',')}\n`).join(''))
    for (const accept of ['*/*', 'application/json', 'text/html, application/*;q=0.5']) expect((await post(lines, { headers: { ...CSV, accept } })).body).toEqual({ predictions: labels })
  })

  it('gives the custom attributes back, and reads subject and method from them', async () => {
    const attributes = 'trace=abc; predict_method=predict_proba, subject=booking-1'
    const answer = await post(lines, { headers: { ...CSV, [ATTRIBUTES]: attributes } })
    expect(answer).toMatchObject({ status: 200, body: { predictions: probabilities }, headers: { [ATTRIBUTES]: attributes } })
    expect(await findPrediction(db, answer.headers['x-flightdeck-prediction-ids']?.split(',')[2] ?? '')).toMatchObject({ subject: 'booking-1' })
  })

  it('is healthy once its model is served, and while the server takes calls', async () => {
    const ping = (model: string, asked: Asked = {}) => askProtocol([sageMaker(addressOf(model, {}))], '/ping', asked)
    expect((await ping('no-show-risk@staging')).status).toBe(200)
    expect(await ping('no-show-risk')).toMatchObject({ status: 503, body: { error: { code: 'model_not_served' } } })
    expect((await ping('no-show-risk@staging', { principal: null })).status).toBe(503)
    setOnce('readiness', () => false)
    expect((await ping('no-show-risk@staging')).status).toBe(503)
    setOnce('readiness', undefined)
  })

  it.each<[name: string, status: number, code: string, asked: Asked]>([
    ['nobody', 401, 'unauthenticated', { principal: null }],
    ['who may not predict', 403, 'permission_missing', { principal: viewer }],
    ['another content type', 415, 'content_type', { body: lines, headers: { 'content-type': 'application/x-recordio' } }],
    ['another answer', 406, 'accept_unsupported', { body: lines, headers: { ...CSV, accept: 'application/x-npy' } }],
    ['a row that is too short', 400, 'inputs_invalid', { body: '1,2,3', headers: CSV }],
    ['a text where a number belongs', 400, 'inputs_invalid', { body: cells[0]?.map(() => 'x').join(',') ?? '', headers: CSV }],
    ['a number', 400, 'inputs_invalid', { body: 7 }],
    ['no JSON', 400, 'json_malformed', { body: '{', headers: { 'content-type': 'application/json' } }],
    ['another method of predicting', 400, 'inputs_invalid', { body: lines, headers: { ...CSV, [ATTRIBUTES]: 'predict_method=score' } }],
  ])('refuses %s with %d %s', async (_, status, code, asked) => {
    expect(await post(bookings, asked)).toMatchObject({ status, body: { error: { code, message: expect.any(String) as string } } })
  })

  it('knows no other path', async () => {
    expect((await askProtocol([endpoint], '/v1/models')).status).toBe(404)
    expect((await askProtocol([endpoint], '/invocations')).status).toBe(405)
  })
})
