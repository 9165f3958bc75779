import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createToken } from '@/lib/access/commands'
import type { Principal, Role } from '@/lib/access/contract'
import { api } from '@/lib/api'
import type { Database } from '@/lib/database'
import { openTestDatabase } from '@/lib/database/testing'
import { pipelineModel } from '@/lib/onnx/testing/sample-models'
import { sha256 } from '@/lib/platform/crypto'

process.env.FLIGHTDECK_DATA_DIR = mkdtempSync(join(tmpdir(), 'flightdeck-registry-routes-'))

const admin: Principal = { kind: 'user', id: 'a1', name: 'Ada', role: 'admin' }
const folder = resolve(__dirname, '../../examples/clinic')
const part = (name: string) => new File([readFileSync(join(folder, name))], name)

describe('the registry over HTTP', () => {
  let db: Database
  const tokens = new Map<string, string>()

  beforeAll(async () => {
    db = await openTestDatabase('sqlite')
    for (const role of ['operator', 'viewer', 'auditor'] satisfies Role[]) {
      tokens.set(role, (await createToken(admin, { name: role, role })).secret)
    }
    tokens.set('ci', (await createToken(admin, { name: 'ci', scopes: ['registry:write'] })).secret)
    tokens.set('app', (await createToken(admin, { name: 'app', scopes: ['predict'] })).secret)
  })
  afterAll(() => db.close())

  async function call(who: string, path: string, options: { method?: string; json?: unknown; form?: Record<string, string | File>; body?: string; type?: string } = {}) {
    const headers = new Headers({ authorization: `Bearer ${tokens.get(who)}` })
    let body: string | FormData | null = options.body ?? null
    if (options.type) headers.set('content-type', options.type)
    if (options.json !== undefined) {
      headers.set('content-type', 'application/json')
      body = JSON.stringify(options.json)
    }
    if (options.form) {
      body = new FormData()
      for (const [name, value] of Object.entries(options.form)) body.set(name, value)
    }
    return api.fetch(new Request(`http://localhost/api${path}`, { method: options.method ?? (body === null ? 'GET' : 'POST'), headers, body }))
  }

  const push = (who: string, form: Record<string, string | File>) => call(who, '/models/no-show-risk/versions', { form })

  it('inspects, registers, lists, shows, changes and gives the file back', async () => {
    const inspected = await (await call('ci', '/models/inspect', { form: { artifact: part('v1.onnx') } })).json()
    expect(inspected).toMatchObject({ registeredAs: [], signature: { task: 'binary' }, summary: { trees: { trees: expect.any(Number) } } })

    const pushed = await push('ci', { artifact: part('v1.onnx'), metadata: part('v1.json'), reference: part('reference-v1.csv') })
    expect(pushed.status).toBe(200)
    const { version } = await pushed.json()
    expect(version).toMatchObject({ number: 1, createdByName: 'ci', reference: { rows: 1000, metrics: { auc: expect.any(Number) } } })
    expect(version.reference).not.toHaveProperty('profile')
    const second = await push('operator', { artifact: part('v2.onnx'), metadata: part('v2.json') })
    expect((await second.json()).version.number).toBe(2)

    const list = await (await call('viewer', '/models?text=show&limit=1')).json()
    expect(list).toMatchObject({ total: 1, nextCursor: null, models: [{ slug: 'no-show-risk', versions: 2 }] })
    const versions = await (await call('viewer', '/models/no-show-risk/versions')).json()
    expect(versions.versions.map((one: { number: number }) => one.number)).toEqual([2, 1])
    expect(await (await call('viewer', '/models/no-show-risk/versions/1')).json()).toEqual(version)

    const changed = await call('operator', '/models/no-show-risk', { method: 'PATCH', json: { owner: 'Reception' } })
    expect(await changed.json()).toMatchObject({ owner: 'Reception' })

    const file = await call('viewer', '/models/no-show-risk/versions/1/artifact')
    expect(sha256(new Uint8Array(await file.arrayBuffer()))).toBe(version.artifactHash)
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="no-show-risk-v1.onnx"')
    expect((await call('viewer', '/models/no-show-risk/versions/1/files/reference')).status).toBe(403)
    const reference = await call('auditor', '/models/no-show-risk/versions/1/files/reference')
    expect(await reference.text()).toBe(readFileSync(join(folder, 'reference-v1.csv'), 'utf8'))
    expect(reference.headers.get('content-disposition')).toContain('.csv')
    expect((await call('auditor', '/models/no-show-risk/versions/2/files/reference')).status).toBe(404)
  })

  it('pages with the cursor it gave', async () => {
    for (const model of ['one', 'two', 'three']) await call('ci', `/models/${model}/versions`, { form: { artifact: new File([pipelineModel().slice()], 'a') } })
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page = await (await call('viewer', `/models?limit=2&descending=true${cursor ? `&cursor=${cursor}` : ''}`)).json()
      seen.push(...page.models.map((model: { slug: string }) => model.slug))
      cursor = page.nextCursor
    } while (cursor)
    expect(seen).toEqual(['two', 'three', 'one', 'no-show-risk'])
    expect((await call('viewer', '/models?cursor=made-up')).status).toBe(422)
  })

  it.each([
    ['nobody', 'no-such-token', 401],
    ['a viewer', 'viewer', 403],
    ['a token for predictions', 'app', 403],
  ])('refuses %s who registers', async (_, who, status) => {
    tokens.set('no-such-token', 'fd_nothing')
    expect((await push(who, { artifact: part('v1.onnx') })).status).toBe(status)
  })

  it.each([
    ['no file', { metadata: '{}' }, 422, 'part_invalid', 'artifact'],
    ['a text for a file', { artifact: 'model' }, 422, 'part_invalid', 'artifact'],
    ['metadata that is no JSON', { artifact: part('v1.onnx'), metadata: '{' }, 422, 'part_invalid', 'metadata'],
    ['metadata of another kind', { artifact: part('v1.onnx'), metadata: '[]' }, 422, 'invalid', '(body)'],
    ['a reference of another business', { artifact: part('v1.onnx'), model: 'x', reference: new File(['age\n1'], 'r.csv') }, 422, 'reference_columns', 'reference'],
    ['a file that is no model', { artifact: new File(['hello, world'], 'model.onnx') }, 422, 'model_not_onnx', 'artifact'],
  ])('tells what is wrong with %s', async (_, form, status, code, path) => {
    const answer = await call('ci', '/models/another/versions', { form: form as Record<string, string | File> })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(await answer.json()).toMatchObject({ code, errors: expect.arrayContaining([expect.objectContaining({ path })]) })
  })

  it('says which request cannot be read', async () => {
    const wrongType = await call('ci', '/models/another/versions', { json: {} })
    expect([wrongType.status, (await wrongType.json()).code]).toEqual([415, 'multipart_expected'])
    const cutOff = await call('ci', '/models/another/versions', { body: '--x\r\ncontent-dis', type: 'multipart/form-data; boundary=x' })
    expect([cutOff.status, (await cutOff.json()).code]).toEqual([400, 'multipart_unreadable'])
    const same = await push('ci', { artifact: part('v1.onnx') })
    expect([same.status, (await same.json()).code]).toEqual([409, 'version_exists'])
    expect((await call('viewer', '/models/nothing')).status).toBe(404)
    expect((await call('viewer', '/models/no-show-risk/versions/9')).status).toBe(404)
    expect((await call('viewer', '/models/no-show-risk/versions/x')).status).toBe(422)
  })

  it('describes the upload in OpenAPI', async () => {
    const document = await (await call('viewer', '/openapi.json')).json()
    const upload = document.paths['/api/models/{model}/versions'].post.requestBody.content['multipart/form-data'].schema
    expect(upload).toMatchObject({ required: ['artifact'], properties: { artifact: { format: 'binary' } } })
  })
})
