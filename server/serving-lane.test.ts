import { createServer, request as send, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endServing, exampleRows, registerExample, releaseToStaging } from '@/lib/serving/testing/fixture'
import { createToken, revokeToken } from '@/lib/access/commands'
import { api } from '@/lib/api'
import type { Database } from '@/lib/database'
import { openTestDatabase } from '@/lib/database/testing'
import { findPrediction } from '@/lib/serving/queries'
import { openServingLane, type ServingLane } from './serving-lane'

const admin = { kind: 'user', id: 'u-admin', name: 'Ada Admin', role: 'admin' } as const
const PATH = '/api/models/no-show-risk/predict'
const [booking = {}] = exampleRows('clinic', 1)
const good = { inputs: booking, environment: 'staging' }

interface Answer {
  status: number
  headers: Record<string, unknown>
  body: Record<string, unknown>
}

describe('the serving lane over HTTP', () => {
  let db: Database
  let lane: ServingLane
  let server: Server
  let url: string
  let token: { token: { id: string }; secret: string }

  beforeAll(async () => {
    db = await openTestDatabase('sqlite')
    await registerExample('clinic', 1)
    await releaseToStaging('no-show-risk', 1)
    token = await createToken(admin, { name: 'booking page', scopes: ['predict'] })
    lane = await openServingLane()
    server = createServer((request, response) => void lane.handlerOf((request.url ?? '').split('?', 1)[0] ?? '', request.method)?.(request, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    await lane.drain()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await endServing()
    await db.close()
  })

  /** Both ways in: the raw lane, and the app that other hosts mount. */
  async function post(way: 'lane' | 'app', body: string, headers: Record<string, string | undefined> = {}, path = PATH): Promise<Answer> {
    const all = { 'content-type': 'application/json', authorization: `Bearer ${token.secret}`, ...headers }
    const given = Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined))
    const request = new Request(`${url}${path}`, { method: 'POST', body, headers: given })
    const response = way === 'lane' ? await fetch(request) : await api.fetch(request)
    return { status: response.status, headers: Object.fromEntries(response.headers), body: (await response.json()) as Record<string, unknown> }
  }

  it('takes predict only', () => {
    expect(lane.handlerOf(PATH, 'POST')).not.toBeNull()
    for (const [path, method] of [[PATH, 'GET'], ['/api/models/a/b/predict', 'POST'], ['/api/models/predict', 'POST'], ['/api/outcomes', 'POST']]) {
      expect(lane.handlerOf(path ?? '', method)).toBeNull()
    }
  })

  it.each(['lane', 'app'] as const)('answers a row and a list through the %s', async (way) => {
    const single = await post(way, JSON.stringify(good), { 'x-request-id': 'r-42' })
    expect(single).toMatchObject({ status: 200, headers: { 'content-type': 'application/json', 'x-request-id': 'r-42' }, body: { model: 'no-show-risk', version: 1 } })
    expect((await findPrediction(db, String(single.body.id)))?.caller).toBe(`token:${token.token.id}`)
    const list = await post(way, JSON.stringify({ ...good, inputs: [booking, booking] }))
    expect(list.body.predictions).toHaveLength(2)
    expect(list.body).not.toHaveProperty('id')
  })

  const REFUSED: [name: string, status: number, code: string, body: string, headers?: Record<string, string | undefined>, path?: string][] = [
    ['an unknown token', 401, 'token_unknown', '{}', { authorization: 'Bearer fd_nobody' }],
    ['a malformed authorization', 401, 'authorization_malformed', '{}', { authorization: 'Basic abc' }],
    ['no authorization', 401, 'unauthenticated', '{}', { authorization: undefined }],
    ['an unknown model', 404, 'model_unknown', JSON.stringify(good), {}, '/api/models/unheard-of/predict'],
    ['a name that is no UTF-8', 404, 'model_unknown', JSON.stringify(good), {}, '/api/models/%ff/predict'],
    ['an environment without release', 404, 'nothing_released', JSON.stringify({ inputs: booking })],
    ['another content type', 415, 'content_type', '{}', { 'content-type': 'text/plain' }],
    ['broken JSON', 400, 'json_malformed', '{"inputs": '],
    ['an empty body', 400, 'json_malformed', ''],
    ['NaN', 422, 'number_not_finite', '{"inputs": {"age": NaN}}'],
    ['1e999', 422, 'inputs_invalid', JSON.stringify({ ...good, inputs: { ...booking, age: 7 } }).replace('"age":7', '"age":1e999')],
    ['10,000 levels', 422, 'too_deep', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['a list', 422, 'inputs_invalid', '[]'],
    ['a prototype', 422, 'inputs_invalid', '{"__proto__": {"inputs": {}}, "environment": "staging"}'],
    ['no inputs', 422, 'inputs_invalid', '{"environment": "staging"}'],
    ['1,001 rows', 422, 'inputs_invalid', JSON.stringify({ inputs: new Array(1001).fill({}), environment: 'staging' })],
    ['a large row', 413, 'body_too_large', JSON.stringify({ ...good, inputs: { ...booking, visit_type: 'x'.repeat(1024 * 1024) } })],
    ['eleven megabytes', 413, 'body_too_large', `[${' '.repeat(11 * 1024 * 1024)}]`],
    ['a subject with control characters', 422, 'inputs_invalid', JSON.stringify({ ...good, subject: 'a\u0000b' })],
  ]
  it.each(REFUSED)('refuses %s with %d %s, the same by both ways in', async (_, status, code, body, headers, path) => {
    for (const way of ['lane', 'app'] as const) {
      const answer = await post(way, body, headers, path)
      // The app refuses by its length what the lane refuses after reading it.
      const expected = code === 'body_too_large' ? [code, 'too_large'] : [code]
      expect({ way, status: answer.status, isCode: expected.includes(String(answer.body.code)) }).toEqual({ way, status, isCode: true })
      expect(answer.headers['content-type']).toBe('application/problem+json')
      expect(answer.body.requestId).toBe(answer.headers['x-request-id'])
      expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|at .*\.ts:/)
    }
  })

  it('refuses a revoked token at once', async () => {
    const made = await createToken(admin, { name: 'old page', scopes: ['predict'] })
    const authorization = `Bearer ${made.secret}`
    expect((await post('lane', JSON.stringify(good), { authorization })).status).toBe(200)
    await revokeToken(admin, made.token.id)
    expect((await post('lane', JSON.stringify(good), { authorization })).body).toMatchObject({ status: 401, code: 'token_revoked' })
    const other = await createToken(admin, { name: 'reader', scopes: ['read'] })
    expect((await post('lane', JSON.stringify(good), { authorization: `Bearer ${other.secret}` })).body).toMatchObject({ status: 403, code: 'permission_missing' })
  })

  it('gives the first answer again for the same Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'k-1' }
    const first = await post('lane', JSON.stringify(good), headers)
    const again = await post('lane', JSON.stringify(good), headers)
    expect(again.body).toEqual(first.body)
    expect(again.headers['idempotency-replayed']).toBe('true')
  })

  it('survives a caller that hangs up in the middle of its body', async () => {
    await new Promise<void>((resolve) => {
      const request = send(`${url}${PATH}`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token.secret}`, 'content-length': '1000' } })
      request.on('error', () => resolve())
      request.write('{"inputs"')
      setImmediate(() => request.destroy())
    })
    expect((await post('lane', JSON.stringify(good))).status).toBe(200)
  })

  it('answers what is under way before it has drained', async () => {
    const calls = Array.from({ length: 20 }, () => post('lane', JSON.stringify(good)))
    const answers = await Promise.all(calls)
    await lane.drain()
    expect(answers.every((answer) => answer.status === 200)).toBe(true)
    for (const answer of answers) expect(await findPrediction(db, String(answer.body.id))).not.toBeNull()
  })
})
