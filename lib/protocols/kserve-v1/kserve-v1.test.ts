import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '@/lib/database'
import { openTestDatabase } from '@/lib/database/testing'
import { registerExplainer } from '@/lib/explanations/commands'
import { predict } from '@/lib/serving/commands'
import type { ListPredictAnswer } from '@/lib/serving/contract'
import { endServing, exampleRows, operator, program, registerExample, releaseToStaging, viewer } from '@/lib/serving/testing/fixture'
import { askProtocol, type Asked } from '../shared/testing/call'
import { kserveV1 } from '.'

const bookings = exampleRows('clinic', 3)
const items = exampleRows('shop', 2)
const names = Object.keys(bookings[0] ?? {})
const columns = Object.fromEntries(names.map((name) => [name, bookings.map((row) => row[name])]))
const CLINIC = '/v1/models/no-show-risk@staging'
const SHOP = '/v1/models/price-optimiser@staging'
const ask = (url: string, asked: Asked = {}) => askProtocol([kserveV1], url, asked)
const post = (url: string, body: unknown, asked: Asked = {}) => ask(url, { body, ...asked })

describe('KServe v1 and TensorFlow Serving’s REST', () => {
  let db: Database
  let labels: unknown[]
  let probabilities: number[][]
  let prices: unknown[]

  beforeAll(async () => {
    registerExplainer()
    db = await openTestDatabase('sqlite')
    for (const [example, model] of [['clinic', 'no-show-risk'], ['shop', 'price-optimiser']] as const) {
      await registerExample(example, 1)
      await releaseToStaging(model, 1)
    }
    await registerExample('clinic', 2)
    const clinic = (await predict(program, 'no-show-risk', { inputs: bookings, environment: 'staging' })) as ListPredictAnswer
    const shop = (await predict(program, 'price-optimiser', { inputs: items, environment: 'staging' })) as ListPredictAnswer
    labels = clinic.predictions.map(({ output }) => output.label)
    probabilities = clinic.predictions.map(({ output }) => [output.probabilities?.['0'] ?? NaN, output.probabilities?.['1'] ?? NaN])
    prices = shop.predictions.map(({ output }) => output.value)
  })
  afterAll(async () => {
    await endServing()
    await db.close()
  })

  it.each<[name: string, url: string, body: unknown, answer: () => unknown]>([
    ['instances by name', `${CLINIC}:predict`, { instances: bookings }, () => ({ predictions: labels })],
    ['instances in order', `${CLINIC}:predict`, { instances: bookings.map((row) => names.map((name) => row[name])) }, () => ({ predictions: labels })],
    ['tensors of one value', `${CLINIC}:predict`, { instances: bookings.map((row) => Object.fromEntries(names.map((name) => [name, [row[name]]]))) }, () => ({ predictions: labels })],
    ['inputs by column', `${CLINIC}:predict`, { inputs: columns }, () => ({ outputs: labels })],
    ['the default signature', `${CLINIC}:predict`, { signature_name: 'serving_default', instances: bookings }, () => ({ predictions: labels })],
    ['the signature of probabilities', `${CLINIC}:predict`, { signature_name: 'predict_proba', inputs: columns }, () => ({ outputs: probabilities })],
    ['a regression', `${SHOP}:predict`, { instances: items }, () => ({ predictions: prices })],
    ['a version', `${CLINIC}/versions/1:predict`, { instances: bookings }, () => ({ predictions: labels })],
    ['a label, which is an environment', '/v1/models/no-show-risk/labels/staging:predict', { instances: bookings }, () => ({ predictions: labels })],
    ['classify', `${CLINIC}:classify`, { examples: bookings }, () => ({ results: probabilities.map(([no, yes]) => [['0', no], ['1', yes]]) })],
    ['regress with a context', `${SHOP}:regress`, { context: { category: items[0]?.category }, examples: [{ ...items[0], category: undefined }] }, () => ({ results: prices.slice(0, 1) })],
  ])('answers %s', async (_, url, body, answer) => {
    expect(await post(url, body)).toMatchObject({ status: 200, headers: { 'x-flightdeck-version': '1' }, body: answer() })
  })

  it('asks for no content type, as curl -d sends another', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await post(`${CLINIC}:predict`, JSON.stringify({ instances: bookings }), { headers })).body).toEqual({ predictions: labels })
  })

  it('explains with exact reasons', async () => {
    const { status, body } = await post(`${CLINIC}:explain`, { instances: bookings })
    const { explanations } = body as { explanations: { prediction_id: string; version: number; output: object; reasons: { field: string; contribution: number }[] }[] }
    expect({ status, rows: explanations.length, version: explanations[0]?.version, output: explanations.map(({ output }) => output) }).toMatchObject({ status: 200, rows: 3, version: 1, output: labels.map((label) => ({ label })) })
    for (const { reasons } of explanations) {
      expect(reasons.length).toBeGreaterThan(0)
      expect(names).toContain(reasons[0]?.field)
    }
  })

  it('tells of a model in words that KServe’s and TensorFlow’s clients read', async () => {
    const available = { version: '1', state: 'AVAILABLE', status: { error_code: 'OK', error_message: '' } }
    expect((await ask(CLINIC)).body).toEqual({ name: 'no-show-risk@staging', ready: true, model_version_status: [available] })
    expect((await ask(`${CLINIC}/versions/1`)).body).toMatchObject({ model_version_status: [available] })
    expect((await ask('/v1/models/no-show-risk/labels/staging')).body).toMatchObject({ ready: true })
    expect((await ask('/v1/models', { headers: { 'x-flightdeck-environment': 'staging' } })).body).toEqual({ models: ['no-show-risk', 'price-optimiser'] })
    expect((await ask('/v1/models')).body).toEqual({ models: [] })
  })

  it('tells the signature', async () => {
    const { body } = await ask(`${CLINIC}/metadata`)
    const { model_spec, metadata } = body as { model_spec: object; metadata: { signature_def: { signature_def: Record<string, { inputs: Record<string, { dtype: string }>; outputs: object; method_name: string }> } } }
    expect(model_spec).toEqual({ name: 'no-show-risk@staging', signature_name: '', version: '1' })
    const { serving_default, predict_proba } = metadata.signature_def.signature_def
    expect(Object.keys(serving_default?.inputs ?? {})).toEqual(names)
    expect(serving_default?.inputs.weekday?.dtype).toBe('DT_STRING')
    expect(serving_default?.inputs.age?.dtype).toBe('DT_FLOAT')
    expect(serving_default).toMatchObject({ outputs: { label: { dtype: 'DT_INT64', tensor_shape: { dim: [{ size: '-1', name: '' }], unknown_rank: false } } }, method_name: 'tensorflow/serving/predict' })
    expect(predict_proba?.outputs).toMatchObject({ probabilities: { dtype: 'DT_FLOAT', tensor_shape: { dim: [{ size: '-1' }, { size: '2' }] } } })
    const shop = (await ask(`${SHOP}/versions/1/metadata`)).body as typeof body & { metadata: { signature_def: { signature_def: Record<string, { outputs: object }> } } }
    expect(Object.keys(shop.metadata.signature_def.signature_def)).toEqual(['serving_default'])
  })

  it('asks an unreleased version for whoever may', async () => {
    expect(await post(`${CLINIC}/versions/2:predict`, { instances: bookings }, { principal: operator })).toMatchObject({ status: 200, headers: { 'x-flightdeck-version': '2' } })
  })

  it.each<[name: string, status: number, error: RegExp, url: string, asked: Asked]>([
    ['nobody', 401, /Sign in/, `${CLINIC}:predict`, { body: { instances: bookings }, principal: null }],
    ['nobody who asks for a status', 401, /Sign in/, CLINIC, { principal: null }],
    ['who may neither read nor predict', 403, /permission predict/, '/v1/models', { principal: { ...program, scopes: ['ingest'] } }],
    ['who may only read', 403, /permission predict/, `${CLINIC}:predict`, { body: { instances: bookings }, principal: viewer }],
    ['an unknown model', 404, /no model called half/, '/v1/models/half:predict', { body: { instances: [1] } }],
    ['a version that is none', 404, /versions have numbers/, `${CLINIC}/versions/latest:predict`, { body: { instances: bookings } }],
    ['an unknown version', 404, /no version 9/, `${CLINIC}/versions/9:predict`, { body: { instances: bookings }, principal: operator }],
    ['an unreleased version', 403, /not released/, `${CLINIC}/versions/2:predict`, { body: { instances: bookings } }],
    ['an unknown label', 404, /no environment called stable/, '/v1/models/no-show-risk/labels/stable:predict', { body: { instances: bookings } }],
    ['rows and columns', 400, /either instances/, `${CLINIC}:predict`, { body: { instances: bookings, inputs: columns } }],
    ['neither', 400, /either instances/, `${CLINIC}:predict`, { body: {} }],
    ['an unknown field', 400, /instances\[0\].waiting_day: The model has no field waiting_day. Did you mean waiting_days\?/, `${CLINIC}:predict`, { body: { instances: [{ ...bookings[0], waiting_day: 1 }] } }],
    ['an unknown signature', 400, /no signature of this name/, `${CLINIC}:predict`, { body: { signature_name: 'x', instances: bookings } }],
    ['probabilities of a regression', 400, /no probabilities/, `${SHOP}:predict`, { body: { signature_name: 'predict_proba', instances: items } }],
    ['classify of a regression', 400, /is a regression/, `${SHOP}:classify`, { body: { examples: items } }],
    ['regress of classes', 400, /chooses a class/, `${CLINIC}:regress`, { body: { examples: bookings } }],
    ['examples that are no list', 400, /examples must be a list/, `${CLINIC}:classify`, { body: { examples: {} } }],
    ['an example that is no object', 400, /must be an object of fields/, `${CLINIC}:classify`, { body: { examples: [1] } }],
    ['a context that is no object', 400, /context must be an object/, `${CLINIC}:classify`, { body: { examples: bookings, context: [] } }],
    ['another verb', 404, /nothing at/, `${CLINIC}:foo`, { body: {} }],
    ['another method', 405, /takes POST/, `${CLINIC}:predict`, {}],
  ])('refuses %s with %d', async (_, status, error, url, asked) => {
    expect(await ask(url, asked)).toMatchObject({ status, body: { error: expect.stringMatching(error) as string } })
  })
})
