import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '@/lib/database'
import { openTestDatabase } from '@/lib/database/testing'
import { predict, setGuardrails } from '@/lib/serving/commands'
import type { ListPredictAnswer } from '@/lib/serving/contract'
import { findPrediction } from '@/lib/serving/queries'
import { admin, endServing, exampleRows, program, registerExample, releaseToStaging, viewer } from '@/lib/serving/testing/fixture'
import { askProtocol, type Asked } from '../shared/testing/call'
import { mlflow } from '.'

const bookings = exampleRows('clinic', 4)
const items = exampleRows('shop', 2)
const names = Object.keys(bookings[0] ?? {})
const cells = bookings.map((row) => names.map((name) => row[name]))
const columns = Object.fromEntries(names.map((name) => [name, bookings.map((row) => row[name])]))
const csv = (separator = '\n') => [names.join(','), ...cells.map((row) => row.join(','))].join(separator)
const INVOCATIONS = '/mlflow/no-show-risk@staging/invocations'
const post = (body: unknown, asked: Asked = {}, url = INVOCATIONS) => askProtocol([mlflow], url, { body, ...asked })

describe('MLflow’s scoring protocol', () => {
  let db: Database
  let labels: (string | number | undefined)[]
  let probabilities: number[][]

  beforeAll(async () => {
    db = await openTestDatabase('sqlite')
    for (const [example, model] of [['clinic', 'no-show-risk'], ['shop', 'price-optimiser']] as const) {
      await registerExample(example, 1)
      await releaseToStaging(model, 1)
    }
    await registerExample('clinic', 2)
    const { predictions } = (await predict(program, 'no-show-risk', { inputs: bookings, environment: 'staging' })) as ListPredictAnswer
    labels = predictions.map(({ output }) => output.label)
    probabilities = predictions.map(({ output }) => [output.probabilities?.['0'] ?? NaN, output.probabilities?.['1'] ?? NaN])
  })
  afterAll(async () => {
    await endServing()
    await db.close()
  })

  it.each<[name: string, body: unknown, headers?: Record<string, string>]>([
    ['dataframe_split', { dataframe_split: { columns: names, index: [3, 2, 1, 0], data: cells } }],
    ['dataframe_split with columns that the model was not trained on', { dataframe_split: { columns: ['id', ...names], data: cells.map((row, id) => [id, ...row]) } }],
    ['dataframe_records', { dataframe_records: bookings }],
    ['instances by name', { instances: bookings }],
    ['instances in order', { instances: cells }],
    ['inputs by column', { inputs: columns }],
    ['inputs as lists', { inputs: cells }],
    ['inputs as records', { inputs: bookings }],
    ['CSV', csv(), { 'content-type': 'text/csv' }],
    ['CSV of another system', `\ufeff${csv('\r\n')}\r\n`, { 'content-type': 'text/csv; charset=UTF-8' }],
    ['JSON with parameters of its type', JSON.stringify({ inputs: columns }), { 'content-type': 'application/json; charset=utf-8' }],
  ])('answers %s with the class of each row, in the log', async (_, body, headers) => {
    const answer = await post(body, headers ? { headers } : {})
    expect(answer).toMatchObject({ status: 200, body: { predictions: labels }, headers: { 'content-type': 'application/json', 'x-flightdeck-version': '1' } })
    const ids = (answer.headers['x-flightdeck-prediction-ids'] ?? '').split(',')
    expect(ids).toHaveLength(4)
    expect(await findPrediction(db, ids[3] ?? '')).toMatchObject({ environment: 'staging', caller: 'token:t-booking', channel: 'online', requestId: null, label: String(labels[3]) })
  })

  it('answers probabilities where they are asked for, and the value of a regression', async () => {
    const asked = { inputs: columns, params: { predict_method: 'predict_proba', unknown: 1 } }
    expect((await post(asked)).body).toEqual({ predictions: probabilities })
    const prices = (await predict(program, 'price-optimiser', { inputs: items, environment: 'staging' })) as ListPredictAnswer
    expect((await post({ instances: items }, {}, '/mlflow/price-optimiser@staging/invocations')).body).toEqual({ predictions: prices.predictions.map(({ output }) => output.value) })
  })

  it.each([
    ['/invocations', { 'x-flightdeck-model': 'no-show-risk@staging' }],
    ['/invocations?model=no-show-risk%40staging', {}],
    ['/invocations', { 'x-flightdeck-model': 'no-show-risk', 'x-flightdeck-environment': 'staging' }],
    ['/endpoints/no-show-risk@staging/invocations', {}],
    ['/serving-endpoints/no-show-risk%40staging/invocations', {}],
  ])('is found at %s with %o', async (url, headers) => {
    expect((await post({ instances: bookings }, { headers: { 'content-type': 'application/json', ...headers } }, url)).body).toEqual({ predictions: labels })
  })

  it('takes subjects as parameters or by header, and the caller’s request id', async () => {
    const subjectsOf = async (body: object, headers: Record<string, string> = {}) => {
      const answer = await post(body, { headers: { 'content-type': 'application/json', ...headers } })
      const ids = (answer.headers['x-flightdeck-prediction-ids'] ?? '').split(',')
      return Promise.all(ids.map(async (id) => (await findPrediction(db, id))?.subject))
    }
    const two = { instances: bookings.slice(0, 2) }
    expect(await subjectsOf({ ...two, params: { subjects: ['p-1', null] } })).toEqual(['p-1', null])
    expect(await subjectsOf({ ...two, params: { subject: 'p-2' } })).toEqual(['p-2', 'p-2'])
    expect(await subjectsOf(two, { 'x-flightdeck-subject': 'p-3' })).toEqual(['p-3', 'p-3'])
    const answer = await post({ instances: bookings.slice(0, 1) }, { headers: { 'content-type': 'application/json', 'x-request-id': 'r-test' } })
    expect((await findPrediction(db, answer.headers['x-flightdeck-prediction-ids'] ?? ''))?.requestId).toBe('r-test')
  })

  it('says which rows a guardrail answered', async () => {
    await setGuardrails(admin, { model: 'price-optimiser', environment: 'staging', rules: [{ limit: { rule: 'output-range', min: null, max: 1 }, fallback: { kind: 'constant', value: 0.5 } }] })
    const answer = await post({ instances: items }, {}, '/mlflow/price-optimiser@staging/invocations')
    expect(answer).toMatchObject({ body: { predictions: [0.5, 0.5] }, headers: { 'x-flightdeck-fallback-rows': '0,1' } })
    await setGuardrails(admin, { model: 'price-optimiser', environment: 'staging', rules: [] })
  })

  it('takes NaN for missing, as Python’s json writes it', async () => {
    const broken = { ...bookings[0], age: 'NaN' }
    const answer = await post(JSON.stringify({ dataframe_records: [broken] }).replace('"NaN"', 'NaN'), { headers: { 'content-type': 'application/json' } })
    expect(answer).toMatchObject({ status: 400, body: { error_code: 'BAD_REQUEST', message: 'dataframe_records[0].age: age is required.' } })
  })

  it.each<[name: string, status: number, error_code: string | null, message: RegExp, asked: () => Promise<{ status: number; body: unknown; text: string }>]>([
    ['nobody', 401, 'UNAUTHENTICATED', /Sign in/, () => post({ instances: bookings }, { principal: null })],
    ['who may not predict', 403, 'PERMISSION_DENIED', /permission predict/, () => post({ instances: bookings }, { principal: viewer })],
    ['an unknown model', 404, 'RESOURCE_DOES_NOT_EXIST', /no model called unheard-of/, () => post({ instances: bookings }, {}, '/mlflow/unheard-of/invocations')],
    ['an environment without release', 404, 'RESOURCE_DOES_NOT_EXIST', /has been released to production/, () => post({ instances: bookings }, {}, '/mlflow/no-show-risk/invocations')],
    ['no model', 400, 'BAD_REQUEST', /Say which model/, () => post({ instances: bookings }, {}, '/invocations')],
    ['a version that is not released', 403, 'PERMISSION_DENIED', /Version 2 .* not released/, () => post({ instances: bookings }, {}, '/invocations?model=no-show-risk@staging&version=2')],
    ['another content type', 415, null, /application\/json and text\/csv/, () => post('x', { headers: { 'content-type': 'application/vnd.apache.parquet' } })],
    ['no content type', 415, null, /application\/json and text\/csv/, () => post('x')],
    ['another charset', 415, null, /UTF-8 only/, () => post('x', { headers: { 'content-type': 'text/csv; charset=latin1' } })],
    ['another parameter of the type', 415, null, /no parameter beside charset/, () => post('x', { headers: { 'content-type': 'application/json; orient=split' } })],
    ['a packed body', 415, null, /Content-Encoding/, () => post('x', { headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } })],
    ['no JSON', 400, 'BAD_REQUEST', /not JSON/, () => post('{', { headers: { 'content-type': 'application/json' } })],
    ['a list', 400, 'BAD_REQUEST', /must be an object/, () => post([bookings])],
    ['no form', 400, 'BAD_REQUEST', /exactly one of .* none of them/, () => post({ messages: [] })],
    ['two forms', 400, 'BAD_REQUEST', /exactly one of .* instances and inputs/, () => post({ instances: [], inputs: [] })],
    ['no rows', 400, 'BAD_REQUEST', /at least one row/, () => post({ dataframe_records: [] })],
    ['another method of predicting', 400, 'BAD_REQUEST', /predict_method must be one of/, () => post({ instances: bookings, params: { predict_method: 'score' } })],
    ['probabilities of a regression', 400, 'BAD_REQUEST', /no probabilities/, () => post({ instances: items, params: { predict_method: 'predict_proba' } }, {}, '/mlflow/price-optimiser@staging/invocations')],
    ['params that are a list', 400, 'BAD_REQUEST', /params must be an object/, () => post({ instances: bookings, params: [] })],
    ['too few subjects', 400, 'BAD_REQUEST', /one \(or null\) for each row/, () => post({ instances: bookings, params: { subjects: ['a'] } })],
    ['a text where a number belongs', 400, 'BAD_REQUEST', /dataframe_split.data\[0\].age: age must be a number/, () => post({ dataframe_split: { columns: names, data: [cells[0]?.map(() => 'x')] } })],
    ['1e999', 400, 'BAD_REQUEST', /larger than a number can be/, () => post(JSON.stringify({ instances: [{ ...bookings[0], age: 7 }] }).replace('"age":7', '"age":1e999'), { headers: { 'content-type': 'application/json' } })],
    ['10,000 levels', 400, 'BAD_REQUEST', /levels deep/, () => post('['.repeat(10_000), { headers: { 'content-type': 'application/json' } })],
    ['no UTF-8', 400, 'BAD_REQUEST', /not UTF-8/, () => post(Buffer.from([0xff]), { headers: { 'content-type': 'text/csv' } })],
    ['another method', 405, 'RESOURCE_DOES_NOT_EXIST', /takes POST, not GET/, () => askProtocol([mlflow], '/invocations', {})],
    ['another path', 404, 'RESOURCE_DOES_NOT_EXIST', /nothing at/, () => askProtocol([mlflow], '/mlflow/no-show-risk/predict', { body: {} })],
  ])('refuses %s with %d', async (_, status, error_code, message, asked) => {
    const answer = await asked()
    expect(answer.status).toBe(status)
    if (error_code === null) expect(answer.text).toMatch(message)
    else expect(answer.body).toEqual({ error_code, message: expect.stringMatching(message) as string })
  })

  it('tells of the server without a token, of the model with one', async () => {
    expect(await askProtocol([mlflow], '/ping', { principal: null })).toMatchObject({ status: 200, body: { status: 'Healthy' } })
    expect((await askProtocol([mlflow], '/mlflow/unheard-of/ping', { principal: null })).status).toBe(200)
    expect((await askProtocol([mlflow], '/mlflow/no-show-risk@staging/health')).status).toBe(200)
    expect((await askProtocol([mlflow], '/mlflow/unheard-of/health', { method: 'HEAD' })).status).toBe(404)
    expect((await askProtocol([mlflow], '/mlflow/no-show-risk/version', { principal: null })).text).toMatch(/^\d+\.\d+\.\d+$/)
  })
})
