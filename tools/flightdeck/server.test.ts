import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { serve, type ServerType } from '@hono/node-server'
import Papa from 'papaparse'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createToken } from '@/lib/access/commands'
import type { Principal, Role } from '@/lib/access/contract'
import { api } from '@/lib/api'
import type { Database } from '@/lib/database'
import { openTestDatabase } from '@/lib/database/testing'
import { answerJson, startServer } from '@/lib/inference/remote/testing/server'
import type { Signature } from '@/lib/registry/contract'
import { approvePromotion, setPolicy } from '@/lib/releases/commands'
import type { Promotion } from '@/lib/releases/contract'
import { releaseInForce } from '@/lib/releases/queries'
import { runCli } from './testing'

const folder = mkdtempSync(join(tmpdir(), 'flightdeck-cli-http-'))
process.env.FLIGHTDECK_DATA_DIR = folder

const person = (role: Role): Principal => ({ kind: 'user', id: role, name: role, role })
const example = (name: string) => resolve(process.cwd(), 'examples', 'credit-union', name)

describe('npx flightdeck against a running server', () => {
  let db: Database
  let server: ServerType
  let url: string
  const tokens = new Map<string, string>()

  beforeAll(async () => {
    db = await openTestDatabase('sqlite')
    for (const role of ['operator', 'approver', 'viewer'] satisfies Role[]) {
      tokens.set(role, (await createToken(person('admin'), { name: role, role })).secret)
    }
    tokens.set('pipeline', (await createToken(person('admin'), { name: 'pipeline', scopes: ['registry:write'] })).secret)
    server = serve({ fetch: api.fetch, port: 0, hostname: '127.0.0.1' })
    await new Promise((listening) => server.once('listening', listening))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    server.close()
    await db.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** A row of CSV as its version's signature takes it. */
  async function inputsOf(row: Record<string, string>): Promise<Record<string, string | number>> {
    const response = await fetch(`${url}/api/models/loan-risk/versions/1`, { headers: { authorization: `Bearer ${tokens.get('viewer')}` } })
    const { signature } = (await response.json()) as { signature: Signature }
    return Object.fromEntries(signature.fields.map(({ name, type }) => [name, type === 'number' || type === 'integer' ? Number(row[name]) : (row[name] ?? '')]))
  }

  const as = (who: string, ...args: string[]) =>
    runCli(args, { FLIGHTDECK_URL: url, FLIGHTDECK_TOKEN: tokens.get(who) ?? who, FLIGHTDECK_CALLED_FROM: folder })

  it('registers a server elsewhere', async () => {
    process.env.FLIGHTDECK_PRIVATE_ENDPOINTS = '127.0.0.1'
    const elsewhere = await startServer((response, { body }) => answerJson(response, { predictions: (JSON.parse(body) as { instances: [number, number][] }).instances.map(([a, b]) => a + b) }))
    const document = { protocol: 'kserve-v1', url: elsewhere.url, model: 'sum', inputs: { fields: [{ name: 'a', type: 'number' }, { name: 'b', type: 'number' }] } }
    writeFileSync(join(folder, 'endpoint.json'), JSON.stringify(document))
    writeFileSync(join(folder, 'sum.json'), JSON.stringify({ model: 'sum', task: 'regression' }))
    const pushed = await as('pipeline', 'push', '--endpoint', 'endpoint.json', '--metadata', 'sum.json', '--json')
    await elsewhere.close()
    expect(pushed).toMatchObject({ exitCode: 0, err: '' })
    expect(pushed.json()).toMatchObject({ model: 'sum', version: 1 })
    const again = await as('pipeline', 'push', '--endpoint', 'endpoint.json', '--metadata', 'sum.json')
    expect(again).toMatchObject({ exitCode: 1, err: expect.stringContaining('The endpoint does not answer as it must. Sent: POST') as string })
  })

  it('goes from a push to a rollback', async () => {
    const first = await as('operator', 'push', example('v1.onnx'), '--metadata', example('v1.json'), '--reference', example('reference-v1.csv'), '--request-promotion', '--reason', 'first model', '--json')
    expect(first).toMatchObject({ exitCode: 0, err: '' })
    const pushed = first.json<{ model: string; version: number; sha256: string; promotion: Promotion }>()
    expect(pushed).toMatchObject({ model: 'credit-risk', version: 1, promotion: { status: 'pending', environment: 'production', reason: 'first model' } })
    expect(pushed.sha256).toMatch(/^[0-9a-f]{64}$/)
    await approvePromotion(person('approver'), pushed.promotion.id)

    const second = await as('pipeline', 'push', example('v2.onnx'), '--metadata', example('v2.json'))
    expect(second).toMatchObject({ exitCode: 0, out: expect.stringContaining('Registered credit-risk v2 (SHA-256 ') as string })

    const canary = await as('operator', 'promote', 'credit-risk', 'v2', '--environment', 'production', '--reason', 'better AUC', '--canary', '2.5%')
    expect(canary.exitCode).toBe(0)
    expect(canary.out).toContain('Promotion of credit-risk v2 to production: waits for one approval by somebody else.')
    const id = /\/promotions\/(\S+)/.exec(canary.out)?.[1] ?? ''
    const { modelId } = await approvePromotion(person('approver'), id)
    expect((await releaseInForce(db, modelId, 'production'))?.arms).toMatchObject([
      { versionNumber: 1, role: 'champion', shareBasisPoints: 9750 },
      { versionNumber: 2, role: 'challenger', shareBasisPoints: 250 },
    ])

    const back = await as('approver', 'rollback', 'credit-risk', '--to', '1', '--environment', 'production', '--reason', 'conversion fell')
    expect(back).toMatchObject({ exitCode: 0, out: 'credit-risk v1 serves production again (release 3).\n' })
    expect((await releaseInForce(db, modelId, 'production'))?.arms).toMatchObject([{ versionNumber: 1, shareBasisPoints: 10_000 }])
  })

  it('walks the first steps of the guide', async () => {
    const args = ['--model', 'loan-risk', '--reference', example('reference-v1.csv'), '--request-promotion', '--environment', 'staging', '--reason', 'First version']
    const pushed = await as('operator', 'push', example('v1.onnx'), ...args)
    expect(pushed).toMatchObject({ exitCode: 0, out: expect.stringContaining('Promotion of loan-risk v1 to staging: released.') as string })
    const { data } = Papa.parse<Record<string, string>>(readFileSync(example('reference-v1.csv'), 'utf8'), { header: true, preview: 1 })
    const answer = await fetch(`${url}/api/models/loan-risk/predict`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.get('operator')}`, 'content-type': 'application/json' },
      body: JSON.stringify({ environment: 'staging', inputs: await inputsOf(data[0] ?? {}) }),
    })
    expect(await answer.json()).toMatchObject({ model: 'loan-risk', version: 1, output: { score: expect.any(Number) as number } })
    expect(answer.status).toBe(200)
  })

  it('says what the server refused, with exit code 1', async () => {
    const again = await as('pipeline', 'push', example('v1.onnx'), '--metadata', example('v1.json'))
    expect(again).toMatchObject({ exitCode: 1, err: expect.stringContaining('already registered as version 1') as string })
    expect(await as('viewer', 'rollback', 'credit-risk', '--reason', 'because')).toMatchObject({ exitCode: 1, err: expect.stringContaining('release:rollback') as string })
    expect(await as('fd_wrong', 'promote', 'credit-risk', '2', '--reason', 'because')).toMatchObject({ exitCode: 1, err: expect.stringContaining('not known here') as string })
    const unknown = await as('operator', 'promote', 'nothing', '2', '--reason', 'because', '--json')
    expect(unknown.json()).toMatchObject({ error: { code: 'model_not_found', requestId: expect.any(String) as string } })
  })

  it('prints every field that was wrong', async () => {
    writeFileSync(join(folder, 'wrong.json'), JSON.stringify({ model: 'credit-risk', fields: { shoe_size: {}, shirt: {} } }))
    const ended = await as('pipeline', 'push', example('v2.onnx'), '--metadata', 'wrong.json')
    expect(ended.exitCode).toBe(1)
    expect(ended.err).toContain('metadata.fields.shoe_size: The model has no input shoe_size')
    expect(ended.err).toContain('metadata.fields.shirt: The model has no input shirt')
  })

  it('keeps the version and fails the pipeline where the promotion is refused', async () => {
    const ended = await as('pipeline', 'push', example('v3.onnx'), '--metadata', example('v3.json'), '--request-promotion', '--reason', 'fewer bad loans', '--json')
    expect(ended.exitCode).toBe(1)
    expect(ended.json()).toMatchObject({ version: 3, promotion: null, error: { code: 'permission_missing' } })
  })

  it('fails the pipeline where a gate failed', async () => {
    await setPolicy(person('admin'), 'credit-risk', 'staging', { requiredApprovals: 0, gates: [{ gate: 'metric-threshold', metric: 'auc', comparison: 'at-least', value: 0.99 }] })
    const ended = await as('operator', 'promote', 'credit-risk', '2', '--environment', 'staging', '--reason', 'try it')
    expect(ended.exitCode).toBe(1)
    expect(ended.out).toContain('cannot be approved, because a gate failed')
    expect(ended.out).toMatch(/failed {2}AUC is 0\.\d+; it must be at least 0\.99\./)
  })

  it('tells an address that is not Flightdeck’s', async () => {
    const other = serve({ fetch: () => new Response('<h1>Hello</h1>', { status: 404 }), port: 0, hostname: '127.0.0.1' })
    await new Promise((listening) => other.once('listening', listening))
    const address = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`
    const ended = await as('operator', 'promote', 'credit-risk', '2', '--reason', 'because', '--url', address)
    other.close()
    expect(ended).toMatchObject({ exitCode: 3, err: expect.stringContaining('in a way that Flightdeck does not') as string })
  })
})
