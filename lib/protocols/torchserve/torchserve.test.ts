import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '@/lib/database'
import { openTestDatabase } from '@/lib/database/testing'
import { registerExplainer } from '@/lib/explanations/commands'
import { predict } from '@/lib/serving/commands'
import type { ListPredictAnswer } from '@/lib/serving/contract'
import { endServing, exampleRows, program, registerExample, releaseToStaging } from '@/lib/serving/testing/fixture'
import { askProtocol, type Asked } from '../shared/testing/call'
import { torchserve } from '.'

const bookings = exampleRows('clinic', 2)
const [booking = {}] = bookings
const items = exampleRows('shop', 1)
const CLINIC = '/predictions/no-show-risk@staging'
const post = (body: unknown, asked: Asked = {}, url = CLINIC) => askProtocol([torchserve], url, { method: 'POST', body, ...asked })

/** As requests and curl -F write it. */
async function form(...values: unknown[]): Promise<Asked> {
  const data = new FormData()
  values.forEach((value, index) => data.append('data', index === 0 ? new Blob([JSON.stringify(value)]) : JSON.stringify(value)))
  const request = new Request('http://localhost', { method: 'POST', body: data })
  return { body: new Uint8Array(await request.arrayBuffer()), headers: { 'content-type': request.headers.get('content-type') ?? '' } }
}

describe('TorchServe’s inference interface', () => {
  let db: Database
  let classes: (Record<string, number> | undefined)[]
  let price: number | undefined

  beforeAll(async () => {
    registerExplainer()
    db = await openTestDatabase('sqlite')
    for (const [example, model] of [['clinic', 'no-show-risk'], ['shop', 'price-optimiser']] as const) {
      await registerExample(example, 1)
      await releaseToStaging(model, 1)
    }
    classes = ((await predict(program, 'no-show-risk', { inputs: bookings, environment: 'staging' })) as ListPredictAnswer).predictions.map(({ output }) => output.probabilities)
    price = ((await predict(program, 'price-optimiser', { inputs: items, environment: 'staging' })) as ListPredictAnswer).predictions[0]?.output.value
  })
  afterAll(async () => {
    await endServing()
    await db.close()
  })

  it.each<[name: string, asked: () => Asked | Promise<Asked>, answer: () => unknown]>([
    ['one row', () => ({ body: booking }), () => classes[0]],
    ['one row of values', () => ({ body: Object.values(booking) }), () => classes[0]],
    ['a list', () => ({ body: bookings }), () => classes],
    ['instances', () => ({ body: { instances: bookings } }), () => ({ predictions: classes })],
    ['raw JSON of no type', () => ({ body: JSON.stringify(booking) }), () => classes[0]],
    ['what curl -d sends', () => ({ body: JSON.stringify(bookings), headers: { 'content-type': 'application/x-www-form-urlencoded' } }), () => classes],
    ['a form field', () => ({ body: new URLSearchParams({ data: JSON.stringify(booking) }).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } }), () => classes[0]],
    ['a file in a form', () => form(booking), () => classes[0]],
    ['a file and a field in a form', () => form(...bookings), () => classes],
  ])('answers %s', async (_, asked, answer) => {
    expect(await post(undefined, await asked())).toMatchObject({ status: 200, body: answer(), headers: { 'x-flightdeck-version': '1' } })
  })

  it('answers a regression with its number, and a version by its number', async () => {
    expect((await post(items[0], {}, '/predictions/price-optimiser@staging')).body).toBe(price)
    expect((await post(booking, {}, `${CLINIC}/1`)).body).toEqual(classes[0])
  })

  it('explains', async () => {
    const { body } = await post(booking, {}, '/explanations/no-show-risk@staging')
    expect(body).toMatchObject({ version: 1, output: { probabilities: classes[0] } })
    expect((body as { reasons: unknown[] }).reasons.length).toBeGreaterThan(0)
    expect((await post({ instances: bookings }, {}, '/explanations/no-show-risk@staging/1')).body).toMatchObject({ explanations: [{ version: 1 }, { version: 1 }] })
  })

  it('leaves pages alone', () => {
    expect(torchserve.owns('/predictions/0198c0c5', 'GET')).toBe(false)
    expect(torchserve.owns('/predictions', 'POST')).toBe(false)
  })

  it.each<[name: string, code: number, type: string, message: RegExp, url: string, asked: Asked]>([
    ['nobody', 401, 'InvalidKeyException', /Sign in/, CLINIC, { principal: null }],
    ['an unknown model', 404, 'ModelNotFoundException', /no model called mnist/, '/predictions/mnist', {}],
    ['a version that is none', 404, 'ModelVersionNotFoundException', /versions have numbers/, `${CLINIC}/2.0`, {}],
    ['a picture', 400, 'BadRequestException', /not UTF-8/, CLINIC, { body: Buffer.from([0x89, 0x50]), headers: { 'content-type': 'image/png' } }],
    ['a number', 400, 'BadRequestException', /an object of fields/, CLINIC, { body: '7' }],
    ['an empty body', 400, 'BadRequestException', /not JSON/, CLINIC, { body: '' }],
    ['a form without data', 400, 'BadRequestException', /field called data/, CLINIC, { body: 'x=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ['a form that is broken', 400, 'BadRequestException', /boundary/, CLINIC, { body: 'x', headers: { 'content-type': 'multipart/form-data; boundary=b' } }],
    ['a form without boundary', 400, 'BadRequestException', /boundary/, CLINIC, { body: 'x', headers: { 'content-type': 'multipart/form-data' } }],
    ['a row that lacks fields', 400, 'BadRequestException', /body.age: age is required/, CLINIC, { body: {} }],
  ])('refuses %s with %d', async (_, code, type, message, url, asked) => {
    expect(await post(booking, asked, url)).toMatchObject({ status: code, body: { code, type, message: expect.stringMatching(message) as string } })
  })
})
