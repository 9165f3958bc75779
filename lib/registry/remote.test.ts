// A server somewhere else from registration to its page: over HTTP, on both engines.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createToken } from '@/lib/access/commands'
import type { Principal } from '@/lib/access/contract'
import { api } from '@/lib/api'
import { listAuditEvents } from '@/lib/audit/queries'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { openVersion } from '@/lib/inference/open-version'
import { answerJson, startServer, type TestServer } from '@/lib/inference/remote/testing/server'
import { readStoredFile } from '@/lib/platform/storage'
import { versionById } from './queries'

const folder = mkdtempSync(join(tmpdir(), 'flightdeck-remote-registry-'))
process.env.FLIGHTDECK_DATA_DIR = folder
process.env.FLIGHTDECK_PRIVATE_ENDPOINTS = '127.0.0.1'
process.env.FLIGHTDECK_LOG_LEVEL = 'silent'

const admin: Principal = { kind: 'user', id: 'a1', name: 'Ada', role: 'admin' }
const HEADER = 'age,plan,target'
const csv = (count: number) => new File([[HEADER, ...Array.from({ length: count }, (_, i) => `${20 + (i % 60)},${i % 3 ? 'basic' : 'plus'},${i % 4 === 0 ? 1 : 0}`)].join('\n')], 'reference.csv')
const risk = (age: number, plan: string) => Math.min(1, age / 100 + (plan === 'plus' ? 0.1 : 0))

describe.each(ENGINES)('remote versions on %s', (engine) => {
  let db: Database
  let server: TestServer
  const tokens = new Map<string, string>()

  beforeAll(async () => {
    db = await openTestDatabase(engine)
    for (const role of ['operator', 'viewer'] as const) tokens.set(role, (await createToken(admin, { name: role, role })).secret)
    mkdirSync(join(folder, 'secrets'), { recursive: true })
    writeFileSync(join(folder, 'secrets', 'kserve'), 'the-secret-itself\n')
  })
  afterAll(() => db.close())
  beforeEach(async () => {
    // What MLServer answers for a scikit-learn pipeline that takes columns.
    server = await startServer((response, { method, headers, body }) => {
      if (headers.authorization !== 'Bearer the-secret-itself') return answerJson(response, { error: 'who?' }, 401)
      if (method === 'GET') return answerJson(response, { name: 'risk', inputs: [], outputs: [] })
      const { inputs } = JSON.parse(body) as { inputs: { name: string; data: (number & string)[] }[] }
      const [age, plan] = ['age', 'plan'].map((name) => inputs.find((input) => input.name === name)?.data ?? [])
      const scores = (age ?? []).map((value, row) => risk(value, plan?.[row] ?? ''))
      answerJson(response, { outputs: [{ name: 'predict', datatype: 'INT64', shape: [scores.length], data: scores.map(Math.round) }, { name: 'predict_proba', datatype: 'FP64', shape: [scores.length, 2], data: scores.flatMap((score) => [1 - score, score]) }] })
    })
  })
  afterEach(() => server.close())

  function call(who: string, path: string, { json, form, method }: { json?: unknown; form?: Record<string, string | File>; method?: string } = {}) {
    const headers = new Headers({ authorization: `Bearer ${tokens.get(who)}` })
    let body: string | FormData | null = null
    if (json !== undefined) {
      headers.set('content-type', 'application/json')
      body = JSON.stringify(json)
    }
    if (form) {
      body = new FormData()
      for (const [name, value] of Object.entries(form)) body.set(name, value)
    }
    return Promise.resolve(api.fetch(new Request(`http://localhost/api${path}`, { method: method ?? (body === null ? 'GET' : 'POST'), headers, body })))
  }

  const endpoint = (extra: Record<string, unknown> = {}) => ({
    protocol: 'open-inference', url: server.url, model: 'risk', headers: { authorization: { secret: 'file:kserve', prefix: 'Bearer ' } }, explainedRowsASecond: 100, ...extra,
  })
  const metadata = { task: 'binary', fields: { age: { unit: 'years', min: 0 } }, name: 'Churn' }

  it('are tried, registered with what was found out, profiled, shown and downloaded, and never show a secret', async () => {
    const tried = await call('operator', '/remote-endpoints/try', { form: { endpoint: JSON.stringify(endpoint()), metadata: JSON.stringify(metadata), reference: csv(200) } })
    expect(await tried.json()).toMatchObject({
      endpoint: { inputs: { shape: 'columns', fields: [{ name: 'age', type: 'number' }, { name: 'plan', type: 'category', categories: ['basic', 'plus'] }] }, answer: { label: { output: 'predict' }, probabilities: { output: 'predict_proba' } } },
      rows: [{ age: 20, plan: 'plus' }, {}, {}, {}, {}],
      answers: [{ label: 0, score: risk(20, 'plus') }, {}, {}, {}, {}],
      isMadeUp: false,
    })
    const registered = await call('operator', '/models/churn/remote-versions', { form: { endpoint: JSON.stringify(endpoint()), metadata: JSON.stringify(metadata), reference: csv(200) } })
    const { version } = (await registered.json()) as { version: { id: string; artifactHash: string } }
    expect(registered.status, JSON.stringify(version)).toBe(200)
    expect(version).toMatchObject({
      number: 1,
      runtime: 'remote',
      reference: { rows: 200, metrics: { accuracy: expect.any(Number) as number } },
      explainability: { kind: 'sampled', sentence: expect.stringContaining('on another server') as string },
      signature: { task: 'binary', classes: [0, 1], positiveClass: 1, fields: [{ name: 'age', unit: 'years', min: 0, isRequired: true }, { name: 'plan', categories: ['basic', 'plus'] }] },
    })
    const stored = await versionById(db, version.id)
    // 100 rows a second are few: the sample is small enough for a round of samples in a few seconds.
    expect(JSON.parse(Buffer.from(await readStoredFile(stored?.files.background ?? '')).toString())).toHaveLength(25)

    const downloaded = await call('viewer', '/models/churn/versions/1/artifact')
    expect(downloaded.headers.get('content-disposition')).toContain('churn-v1.endpoint.json')
    const document = await downloaded.text()
    expect(JSON.parse(document)).toMatchObject({ protocol: 'open-inference', headers: { authorization: { secret: 'file:kserve', prefix: 'Bearer ' } } })

    const model = await openVersion({ runtime: 'remote', artifact: Buffer.from(document), signature: stored?.signature ?? expect.fail('no version') })
    expect(await model.run([{ age: 50, plan: 'plus' }])).toEqual([{ label: 1, score: 0.6, probabilities: { 0: 0.4, 1: 0.6 } }])
    const shown = await (await call('viewer', '/models/churn/versions/1/endpoint')).json()
    expect(shown).toMatchObject({ endpoint: { url: server.url }, state: { breaker: 'closed', calls: 1, failures: 0 } })
    await model.close()
    const { events } = await listAuditEvents(db, { action: 'version.registered', limit: 1 })
    expect(events[0]).toMatchObject({ after: { runtime: 'remote', artifactHash: version.artifactHash } })
    expect(JSON.stringify([document, shown, events, version])).not.toContain('the-secret-itself')

    const again = await call('operator', '/models/churn/remote-versions', { form: { endpoint: JSON.stringify(endpoint()), metadata: JSON.stringify(metadata), reference: csv(200) } })
    expect(await again.json()).toMatchObject({ code: 'version_exists', detail: 'This endpoint is already registered as version 1 of churn. Use that one, or tell the two apart by a note in the endpoint.' })
    const noted = await call('operator', '/models/churn/remote-versions', { form: { endpoint: JSON.stringify(endpoint({ note: 'image 1.4.2' })), metadata: JSON.stringify(metadata), reference: csv(200) } })
    expect(await noted.json()).toMatchObject({ version: { number: 2 } })
  })

  it('need no reference data where the document names its fields', async () => {
    const document = endpoint({ inputs: { fields: [{ name: 'age', type: 'number' }, { name: 'plan', type: 'category' }] } })
    const registered = await call('operator', '/models/churn-plain/remote-versions', { json: { endpoint: document, metadata } })
    expect(await registered.json()).toMatchObject({ version: { reference: null, explainability: { kind: 'none' } } })
  })

  it.each([
    ['endpoint_incomplete', { metadata: {} }, 'metadata.task'],
    ['endpoint_incomplete', { metadata: { task: 'multiclass' } }, 'metadata.classes'],
    ['endpoint_incomplete', { metadata: { task: 'binary', positiveClass: 2 } }, 'metadata.positiveClass'],
    ['endpoint_incomplete', { endpoint: {} }, 'endpoint.inputs.fields'],
    ['endpoint_does_not_answer', { endpoint: { headers: {} }, named: true }, 'endpoint'],
    ['endpoint_does_not_answer', { endpoint: { answer: { probabilities: { output: 'other' } } }, named: true }, 'endpoint'],
    ['remote_secret_missing', { endpoint: { headers: { authorization: { secret: 'file:gone' } } }, named: true }, undefined],
    ['endpoint_does_not_answer', { endpoint: { url: 'http://10.0.0.1/' }, named: true }, 'endpoint'],
    ['invalid', { endpoint: { url: 'ftp://models' } }, 'endpoint.url'],
    ['invalid', { endpoint: { headers: { authorization: 'Bearer abc' } } }, 'endpoint.headers.authorization'],
  ] as [string, { metadata?: object; endpoint?: Record<string, unknown>; named?: boolean }, string | undefined][])('are refused with %s: %j', async (code, given, path) => {
    const inputs = given.named ? { inputs: { fields: [{ name: 'age', type: 'number' }, { name: 'plan', type: 'category' }] } } : {}
    const refused = await call('operator', '/models/refused/remote-versions', { json: { endpoint: endpoint({ ...inputs, ...given.endpoint }), metadata: given.metadata ?? metadata } })
    const problem = (await refused.json()) as { code: string; errors?: { path: string }[] }
    expect(problem).toMatchObject({ code })
    expect(problem.errors?.[0]?.path).toBe(path)
  })

  it('name the reference columns that the server would not be given', async () => {
    const document = endpoint({ inputs: { fields: [{ name: 'age', type: 'number' }, { name: 'plan', type: 'category' }, { name: 'city', type: 'text' }] } })
    const refused = await call('operator', '/models/refused/remote-versions', { form: { endpoint: JSON.stringify(document), metadata: JSON.stringify(metadata), reference: csv(20) } })
    expect(await refused.json()).toMatchObject({ code: 'reference_columns', detail: 'The reference file has no column city, which the model needs.' })
    expect(server.seen.filter(({ method }) => method === 'POST')).toHaveLength(0)
  })

  it('are for those who may register', async () => {
    expect((await call('viewer', '/models/churn/remote-versions', { json: { endpoint: endpoint() } })).status).toBe(403)
    expect((await call('viewer', '/remote-endpoints/try', { json: { endpoint: endpoint() } })).status).toBe(403)
    expect(server.seen).toHaveLength(0)
  })

  it('have a page of their own only where they are remote', async () => {
    const clinic = join(process.cwd(), 'examples/clinic')
    const form = { artifact: new File([readFileSync(join(clinic, 'v1.onnx'))], 'v1.onnx'), metadata: readFileSync(join(clinic, 'v1.json'), 'utf8') }
    expect((await call('operator', '/models/no-show-risk/versions', { form })).status).toBe(200)
    expect(await (await call('viewer', '/models/no-show-risk/versions/1/endpoint')).json()).toMatchObject({ code: 'version_not_remote' })
  })
})
