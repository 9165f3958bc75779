// Every route × every role and scope: who gets past the door. A new route fails here until it says what it needs.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { api } from '@/lib/api'
import { createFirstAdministrator, createPerson, createToken } from '@/lib/access/commands'
import { PERMISSIONS, ROLES, SCOPES, type Permission, type Principal, type Role, type Scope } from '@/lib/access/contract'
import { may } from '@/lib/access/rules'
import { accessTables } from '@/lib/access/tables'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { sessionClaims, sessionSecret } from '@/lib/access/session'
import { encode } from 'next-auth/jwt'

type Door = Permission | 'open' | 'requester'

/** What each route asks of the caller. `requester`: decided by the thing itself, beyond the role. */
const DOORS: Record<string, Door> = {
  'GET /api/me': 'read',
  'POST /api/setup': 'open',
  'GET /api/people': 'people:write',
  'POST /api/people': 'people:write',
  'PATCH /api/people/{id}': 'people:write',
  'GET /api/tokens': 'token:write',
  'POST /api/tokens': 'token:write',
  'POST /api/tokens/{id}/revoke': 'token:write',
  'GET /api/audit': 'audit:read',
  'GET /api/audit/check': 'audit:read',
  'GET /api/models': 'read',
  'GET /api/models/{model}': 'read',
  'PATCH /api/models/{model}': 'registry:write',
  'GET /api/models/{model}/versions': 'read',
  'GET /api/models/{model}/versions/{number}': 'read',
  'POST /api/models/{model}/versions': 'registry:write',
  'GET /api/models/{model}/versions/{number}/artifact': 'read',
  'GET /api/models/{model}/versions/{number}/files/{file}': 'sensitive:read',
  'POST /api/models/inspect': 'registry:write',
  'POST /api/remote-endpoints/try': 'registry:write',
  'POST /api/models/{model}/remote-versions': 'registry:write',
  'GET /api/models/{model}/versions/{number}/endpoint': 'read',
  'POST /api/promotions': 'promotion:request',
  'GET /api/promotions': 'read',
  'GET /api/promotions/{id}': 'read',
  'POST /api/promotions/{id}/approve': 'promotion:decide',
  'POST /api/promotions/{id}/reject': 'promotion:decide',
  'POST /api/promotions/{id}/cancel': 'requester',
  'POST /api/rollbacks': 'release:rollback',
  'GET /api/models/{model}/releases': 'read',
  'GET /api/models/{model}/policies/{environment}': 'read',
  'PUT /api/models/{model}/policies/{environment}': 'policy:write',
  'POST /api/models/{model}/predict': 'predict',
  'GET /api/models/{model}/live': 'read',
  'GET /api/models/{model}/example': 'sensitive:read',
  'POST /api/outcomes': 'ingest',
  'POST /api/kpi-events': 'ingest',
  'POST /api/ingest/cloudevents': 'ingest',
  'POST /api/ingest/spool': 'ingest',
  'POST /api/models/{model}/exports': 'sensitive:read',
  'GET /api/models/{model}/explanation-policy': 'read',
  'PUT /api/models/{model}/explanation-policy': 'reasons:write',
  'GET /api/models/{model}/serving-settings': 'read',
  'PUT /api/models/{model}/serving-settings': 'serving:write',
  'GET /api/tokens/{id}/limits': 'limits:write',
  'PUT /api/tokens/{id}/limits': 'limits:write',
  'GET /api/usage': 'read',
  'GET /api/models/{model}/guardrails': 'read',
  'PUT /api/models/{model}/guardrails': 'guardrail:write',
  'GET /api/predictions': 'read',
  'GET /api/predictions/{id}': 'read',
  'POST /api/predictions/{id}/explain': 'read',
  'POST /api/predictions/{id}/what-if': 'sensitive:read',
  'POST /api/predictions/{id}/counterfactuals': 'sensitive:read',
  'GET /api/predictions/{id}/similar': 'sensitive:read',
  'GET /api/predictions/{id}/dependence': 'read',
  'GET /api/predictions/{id}/versions': 'read',
  'GET /api/predictions/{id}/letter': 'sensitive:read',
  'POST /api/predictions/{id}/letter': 'sensitive:read',
  'GET /api/models/{model}/reasons': 'read',
  'PUT /api/models/{model}/reasons': 'reasons:write',
  'POST /api/models/{model}/reasons/preview': 'reasons:write',
  'POST /api/evidence': 'evidence:issue',
  'POST /api/predictions/{id}/evidence.pdf': 'evidence:issue',
  'POST /api/evidence/keys/rotate': 'evidence:rotate',
  'GET /api/monitors': 'read',
  'PUT /api/models/{model}/monitors': 'monitor:write',
  'GET /api/models/{model}/drift': 'read',
  'GET /api/models/{model}/attributions': 'read',
  'GET /api/models/{model}/explanations/importance': 'read',
  'GET /api/models/{model}/explanations/beeswarm': 'read',
  'GET /api/models/{model}/explanations/dependence': 'read',
  'GET /api/models/{model}/explanations/interactions': 'read',
  'GET /api/models/{model}/explanations/groups': 'read',
  'GET /api/models/{model}/explanations/change': 'read',
  'GET /api/models/{model}/traffic': 'read',
  'GET /api/models/{model}/performance': 'read',
  'GET /api/models/{model}/kpis': 'read',
  'GET /api/incidents': 'read',
  'GET /api/incidents/{id}': 'read',
  'POST /api/incidents/{id}/acknowledge': 'incident:handle',
  'POST /api/incidents/{id}/resolve': 'incident:handle',
  'GET /api/channels': 'channel:write',
  'POST /api/channels': 'channel:write',
  'PATCH /api/channels/{id}': 'channel:write',
  'DELETE /api/channels/{id}': 'channel:write',
  'POST /api/channels/{id}/test': 'channel:write',
  'GET /api/channels/{id}/deliveries': 'channel:write',
  'POST /api/batch/files': 'batch:write',
  'POST /api/batch/inspect': 'batch:write',
  'GET /api/batch/places': 'batch:write',
  'GET /api/batch/jobs': 'read',
  'POST /api/batch/jobs': 'batch:write',
  'GET /api/batch/jobs/{id}': 'read',
  'POST /api/batch/jobs/{id}/pause': 'batch:write',
  'POST /api/batch/jobs/{id}/resume': 'batch:write',
  'POST /api/batch/jobs/{id}/cancel': 'batch:write',
  'POST /api/batch/jobs/{id}/retry': 'batch:write',
  'GET /api/batch/jobs/{id}/results': 'read',
  'GET /api/batch/jobs/{id}/rejected': 'read',
  'GET /api/batch/jobs/{id}/deliveries': 'read',
  'POST /api/batch/jobs/{id}/redeliver': 'batch:write',
  'GET /api/batch/schedules': 'read',
  'POST /api/batch/schedules': 'batch:write',
  'POST /api/batch/schedules/preview': 'read',
  'GET /api/batch/schedules/{id}': 'read',
  'PATCH /api/batch/schedules/{id}': 'batch:write',
  'DELETE /api/batch/schedules/{id}': 'batch:write',
  'POST /api/batch/schedules/{id}/run': 'batch:write',
  'GET /api/checks': 'read',
  'POST /api/checks/run': 'check:run',
  'GET /api/reviews': 'audit:read',
  'POST /api/reviews': 'review:write',
  'POST /api/reviews/preview': 'review:write',
  'GET /api/reviews/{id}': 'audit:read',
  'GET /api/reviews/{id}/cases': 'audit:read',
  'POST /api/reviews/{id}/cases/{number}/open': 'audit:read',
  'PUT /api/reviews/{id}/cases/{number}': 'review:write',
  'POST /api/reviews/{id}/close': 'review:write',
  'POST /api/reviews/{id}/export': 'audit:read',
}

/** Bodies that pass validation, so that the answer is about the caller; multipart routes take a form. */
const BODIES: Record<string, unknown> = {
  'POST /api/people': { email: 'new@example.com', name: 'N', role: 'viewer', password: 'correct horse battery' },
  'PATCH /api/people/{id}': { name: 'N' },
  'POST /api/tokens': { name: 'another', scopes: ['read'] },
  'PATCH /api/models/{model}': { name: 'N' },
  'POST /api/remote-endpoints/try': { endpoint: {}, metadata: {} },
  'POST /api/models/{model}/remote-versions': { endpoint: {}, metadata: {} },
  'POST /api/promotions': { model: 'none', version: 1, reason: 'because' },
  'POST /api/promotions/{id}/approve': { comment: 'ok' },
  'POST /api/promotions/{id}/reject': { comment: 'not ok' },
  'POST /api/promotions/{id}/cancel': { comment: '' },
  'POST /api/rollbacks': { model: 'none', reason: 'because' },
  'PUT /api/models/{model}/policies/{environment}': { requiredApprovals: 1, gates: [] },
  'POST /api/models/{model}/predict': { inputs: {} },
  'POST /api/outcomes': { predictionId: 'none', outcome: 1 },
  'POST /api/predictions/{id}/what-if': { changes: {} },
  'POST /api/predictions/{id}/counterfactuals': {},
  'POST /api/kpi-events': { model: 'none', name: 'revenue', value: 1, subject: 's' },
  'PUT /api/models/{model}/explanation-policy': { environment: 'production', mode: 'always' },
  'PUT /api/models/{model}/serving-settings': { environment: 'production' },
  'PUT /api/tokens/{id}/limits': { limits: {} },
  'POST /api/ingest/spool': { origin: { bundle: 'b', model: 'none', environment: 'production', version: 'v', release: 'r' }, rows: [] },
  'POST /api/models/{model}/exports': { kind: 'edge' },
  'PUT /api/models/{model}/guardrails': { environment: 'production', rules: [] },
  'PUT /api/models/{model}/monitors': { environment: 'production', monitors: [] },
  'POST /api/evidence': { predictions: ['none'] },
  'POST /api/predictions/{id}/evidence.pdf': {},
  'POST /api/evidence/keys/rotate': { reason: 'because' },
  'POST /api/incidents/{id}/acknowledge': {},
  'POST /api/incidents/{id}/resolve': { note: 'The feed was repaired' },
  'POST /api/channels': { name: 'n', settings: { kind: 'slack', url: 'https://hooks.example.com/x' } },
  'PATCH /api/channels/{id}': { isEnabled: false },
  'POST /api/batch/inspect': { source: { kind: 'folder', path: 'none.csv', format: 'csv' } },
  'POST /api/batch/jobs': { model: 'none', source: { kind: 'folder', path: 'none.csv', format: 'csv' } },
  'POST /api/batch/schedules': { model: 'none', name: 'n', pattern: '0 2 * * *', source: { kind: 'folder', path: 'none.csv', format: 'csv' } },
  'POST /api/batch/schedules/preview': { pattern: '0 2 * * *' },
  'PATCH /api/batch/schedules/{id}': { isEnabled: false },
  'POST /api/reviews': { name: 'n', selection: { model: 'none', from: 0, to: 1, kind: 'all' } },
  'POST /api/reviews/preview': { model: 'none', from: 0, to: 1, kind: 'all' },
  'PUT /api/reviews/{id}/cases/{number}': { verdict: 'in-order', note: '' },
}

/** What these cannot be asked without. */
const QUERIES: Record<string, string> = {
  '/api/batch/files': 'name=none.csv',
  '/api/predictions/{id}/dependence': 'field=x',
  '/api/models/{model}/explanations/dependence': 'field=x',
  '/api/models/{model}/explanations/change': 'before=a&after=b',
}

interface Caller {
  name: string
  principal: Principal | null
  headers: Record<string, string>
}

describe('every route × every role and scope', () => {
  let db: Database
  const callers: Caller[] = [{ name: 'nobody', principal: null, headers: {} }]

  beforeAll(async () => {
    db = await openTestDatabase('sqlite')
    const password = 'correct horse battery'
    const first = await createFirstAdministrator({ email: 'a@example.com', name: 'A', password })
    const admin: Principal = { kind: 'user', id: first.id, name: 'A', role: 'admin' }
    await createPerson(admin, { email: 'b@example.com', name: 'B', role: 'admin', password })
    const token = async (name: string, scopes: Scope[], role: Role | null) => {
      const made = await createToken(admin, { name, scopes, role })
      callers.push({ name, principal: { kind: 'token', id: made.token.id, name, scopes, role }, headers: { authorization: `Bearer ${made.secret}` } })
    }
    for (const role of ROLES) {
      await token(`token with role ${role}`, [], role)
      const person = await createPerson(admin, { email: `${role}@example.com`, name: role, role, password })
      const session = await encode({ token: await sessionClaims(person.id), secret: await sessionSecret() })
      callers.push({ name: `${role} signed in`, principal: { kind: 'user', id: person.id, name: role, role }, headers: { cookie: `next-auth.session-token=${session}` } })
    }
    for (const scope of SCOPES) await token(`token with scope ${scope}`, [scope], null)
  })
  afterAll(() => db.close())

  const routes = Object.entries(api.getOpenAPI31Document({ openapi: '3.1.0', info: { title: '', version: '' } }).paths ?? {}).flatMap(([path, methods]) =>
    Object.keys(methods ?? {}).map((method) => `${method.toUpperCase()} ${path}`),
  )

  it('knows every route, and no other', () => {
    expect(routes.sort()).toEqual(Object.keys(DOORS).sort())
  })

  it.each(routes)('%s', async (route) => {
    const [method = '', path = ''] = route.split(' ')
    const door = DOORS[route]
    for (const caller of callers) {
      const answer = await api.fetch(requestFor(method, path, BODIES[route], caller.headers))
      if (door === 'open') expect([401, 403], caller.name).not.toContain(answer.status)
      else if (caller.principal === null) expect(answer.status, caller.name).toBe(401)
      else if (door !== 'requester' && door !== undefined) {
        const expected = may(caller.principal, door)
        expect(answer.status === 403, `${caller.name} got ${answer.status}`).toBe(!expected)
      }
      expect(answer.status, `${caller.name}: ${await answer.clone().text()}`).not.toBe(500)
    }
  })

  it('tells of a body that is no JSON, without a 5xx', async () => {
    const admin = callers.find((caller) => caller.name === 'admin signed in')
    for (const body of ['{', '', 'null', '[1', '"\ud800"']) {
      const answer = await api.fetch(new Request('http://127.0.0.1/api/tokens', { method: 'POST', body, headers: { ...admin?.headers, 'content-type': 'application/json' } }))
      expect([400, 422]).toContain(answer.status)
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
    }
  })

  it('takes a cookie that is no session for none', async () => {
    for (const value of ['%', '%E0%A4%A', '..', 'e30.e30.e30.e30.e30', '']) {
      expect((await api.fetch(new Request('http://127.0.0.1/api/me', { headers: { cookie: `next-auth.session-token=${value}` } }))).status).toBe(401)
    }
  })

  it('counts a body that does not tell its length, and takes little from who is not signed in', async () => {
    const admin = callers.find((caller) => caller.name === 'admin signed in')
    let sent = 0
    const stream = (bytes: number) => {
      sent = 0
      return new ReadableStream<Uint8Array>({
        pull: (controller) => {
          if (sent >= bytes) return controller.close()
          controller.enqueue(new Uint8Array(64 * 1024).fill(0x20))
          sent += 64 * 1024
        },
      })
    }
    const send = (path: string, body: BodyInit, headers: Record<string, string>) =>
      api.fetch(new Request(`http://127.0.0.1/api${path}`, { method: 'POST', body, duplex: 'half', headers: { 'content-type': 'application/json', ...headers } } as RequestInit))
    const MB = 1024 * 1024
    expect((await send('/tokens', stream(64 * MB), admin?.headers ?? {})).status).toBe(413)
    expect(sent).toBeLessThan(11 * MB)
    expect((await send('/setup', stream(MB), {})).status).toBe(413)
    expect(sent).toBeLessThan(MB / 2)
    expect((await send('/setup', ' '.repeat(100_000), { 'content-length': '100000' })).status).toBe(413)
    // No form is uploaded there, whatever the content type says.
    expect((await send('/setup', stream(MB), { 'content-type': 'multipart/form-data; boundary=x', 'idempotency-key': 'k' })).status).toBe(413)
    expect((await send('/tokens', stream(MB), admin?.headers ?? {})).status).toBe(400)
  })

  it('refuses a write that another site sends with a person’s cookie', async () => {
    const admin = callers.find((caller) => caller.name === 'admin signed in')
    const send = (headers: Record<string, string>) =>
      api.fetch(new Request('http://127.0.0.1/api/checks/run', { method: 'POST', headers: { ...admin?.headers, ...headers } }))
    expect((await send({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await send({ origin: 'https://evil.example', host: '127.0.0.1' })).status).toBe(403)
    expect((await send({ origin: 'null' })).status).toBe(403)
    expect((await send({ 'sec-fetch-site': 'cross-site', authorization: '' })).status).toBe(403)
    expect((await send({ 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  })

  it('gives the first answer again for a repeated Idempotency-Key, and refuses the key for another request', async () => {
    const admin = callers.find((caller) => caller.name === 'admin signed in')
    const send = (name: string) =>
      api.fetch(
        new Request('http://127.0.0.1/api/people', {
          method: 'POST',
          headers: { ...admin?.headers, 'content-type': 'application/json', 'idempotency-key': 'key-1' },
          body: JSON.stringify({ email: `${name}@example.com`, name, role: 'viewer', password: 'correct horse battery' }),
        }),
      )
    const first = await send('once')
    const again = await send('once')
    expect([first.status, again.status]).toEqual([200, 200])
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await again.json()).toEqual(await first.json())
    expect((await send('other')).status).toBe(409)
  })

  it('carries one of two requests with the same Idempotency-Key out, also when they come at once', async () => {
    const admin = callers.find((caller) => caller.name === 'admin signed in')
    const send = (query = '') =>
      api.fetch(
        new Request(`http://127.0.0.1/api/people${query}`, {
          method: 'POST',
          headers: { ...admin?.headers, 'content-type': 'application/json', 'idempotency-key': 'person-1' },
          body: JSON.stringify({ email: 'at-once@example.com', name: 'N', role: 'viewer', password: 'correct horse battery' }),
        }),
      )
    const answers = await Promise.all([send(), send(), send()])
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409, 409])
    const refused = answers.filter((answer) => answer.status === 409)
    for (const answer of refused) expect(await answer.json()).toMatchObject({ code: 'idempotency_key_in_use' })
    expect((await send()).headers.get('idempotency-replayed')).toBe('true')
    expect(await (await send('?again=1')).json()).toMatchObject({ code: 'idempotency_key_reused' })
  })

  it('does not keep a token’s secret for its Idempotency-Key, nor a key whose request was refused', async () => {
    const admin = callers.find((caller) => caller.name === 'admin signed in')
    const send = (body: unknown) =>
      api.fetch(new Request('http://127.0.0.1/api/tokens', { method: 'POST', body: JSON.stringify(body), headers: { ...admin?.headers, 'content-type': 'application/json', 'idempotency-key': 'token-1' } }))
    expect((await send({ name: '' })).status).toBe(422)
    const first = await send({ name: 'once', scopes: ['read'] })
    expect(first.status).toBe(200)
    const { secret } = (await first.json()) as { secret: string }
    expect(JSON.stringify(await db.select().from(db.tables(accessTables).idempotentAnswers))).not.toContain(secret)
    const again = await send({ name: 'once', scopes: ['read'] })
    expect([again.status, (await again.json()) as unknown]).toMatchObject([409, { code: 'idempotency_answer_secret' }])
  })

  it('has a route or a page behind every permission', () => {
    // A version that is not released is asked for by its number in the paths of lib/protocols.
    const used = new Set<string>([...Object.values(DOORS), 'predict:unreleased'])
    expect(PERMISSIONS.filter((permission) => !used.has(permission))).toEqual([])
  })
})

describe('values that one of the databases refuses', () => {
  it.each(ENGINES)('are the caller’s mistake on %s', async (engine) => {
    const db = await openTestDatabase(engine)
    const { secret } = await createToken({ kind: 'user', id: 'u', name: 'A', role: 'admin' }, { name: 'reader', role: 'admin' })
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
    const paths = ['/models/%00', '/models?text=%00', '/audit?text=%00', '/incidents/%00', '/predictions/a%00', '/predictions?from=99999999999999999999', '/models/a%00/traffic']
    for (const path of paths) {
      const answer = await api.fetch(new Request(`http://127.0.0.1/api${path}`, { headers }))
      expect(answer.status, `${path}: ${await answer.text()}`).toBeLessThan(500)
    }
    const body = JSON.stringify({ model: 'x\u0000', reason: 'because' })
    expect((await api.fetch(new Request('http://127.0.0.1/api/rollbacks', { method: 'POST', headers, body }))).status).toBeLessThan(500)
    await db.close()
  })
})

function requestFor(method: string, path: string, body: unknown, headers: Record<string, string>): Request {
  const filled = path.replace('{environment}', 'production').replace('{number}', '1').replace('{file}', 'reference').replaceAll(/\{[a-z]+\}/g, 'none')
  const url = `http://127.0.0.1${filled}?${QUERIES[path] ?? ''}`
  if (method === 'GET') return new Request(url, { headers })
  if (path.endsWith('/versions') || path === '/api/models/inspect') {
    const form = new FormData()
    form.set('artifact', new Blob(['not a model']), 'm.onnx')
    return new Request(url, { method, headers, body: form })
  }
  return new Request(url, { method, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) })
}
