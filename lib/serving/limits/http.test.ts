// Every limit over HTTP: what it refuses, what it says, and what it gives back.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { admin, approver, endServing, exampleRows, registerExample, releaseToStaging, viewer } from '../testing/fixture'
import { createToken } from '@/lib/access/commands'
import { api } from '@/lib/api'
import { listAuditEvents } from '@/lib/audit/queries'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { hourOf, now, useSimulatedClock, useSystemClock } from '@/lib/platform/clock'
import { findModel } from '@/lib/registry/queries'
import { callLimitsSchema, type CallLimits, type ServingSettings } from '../contract'
import { setServingSettings, setTokenLimits } from '../commands'
import { predictionLog } from '../log'
import { currentServingSettings } from '../queries'
import { routing } from '../routing'
import { servingTables } from '../tables'

const MODEL = 'no-show-risk'
const environment = 'staging'

describe.each(ENGINES)('limits over HTTP on %s', (engine) => {
  let db: Database
  let token: { id: string; secret: string }
  const rows = exampleRows('clinic', 30)

  beforeAll(async () => {
    db = await openTestDatabase(engine)
    await registerExample('clinic', 1)
    await releaseToStaging(MODEL, 1)
  })
  afterEach(async () => {
    useSystemClock()
    await setModel({})
    await endServing()
  })
  afterAll(() => db.close())

  const newToken = async (limits: Partial<CallLimits> = {}) => {
    const made = await createToken(admin, { name: 'booking page', scopes: ['predict'] })
    token = { id: made.token.id, secret: made.secret }
    await setTokenLimits(admin, token.id, { limits })
  }
  const setModel = (limits: Partial<CallLimits>, more: Partial<ServingSettings> = {}) => setServingSettings(admin, { model: MODEL, environment, limits, ...more })

  async function post(count: number, headers: Record<string, string> = {}): Promise<{ status: number; headers: Headers; body: { code?: string; detail?: string } }> {
    const response = await api.request(`/api/models/${MODEL}/predict`, {
      method: 'POST',
      body: JSON.stringify({ environment, inputs: rows.slice(0, count) }),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token.secret}`, ...headers },
    })
    return { status: response.status, headers: response.headers, body: (await response.json()) as { code?: string } }
  }

  /** What another process, or this one before a restart, has answered. */
  const used = async (count: number, at = now(), caller = `token:${token.id}`) => {
    const model = await findModel(db, MODEL)
    const row = { caller, modelId: model?.id ?? '', environment, channel: 'online' as const, hour: hourOf(at), calls: 1, rows: count, refused: 0, latencyMicros: 1000 }
    await db.write((tx) => tx.insert(tx.tables(servingTables).usage).values(row))
  }

  /** The model takes so long for its next rows; resolves when it has answered them. */
  const slowDown = (ms: number): Promise<unknown> => {
    const [version] = routing().last(MODEL, environment)?.versions ?? []
    if (!version) throw new Error('a version serves')
    const run = version.run.bind(version)
    return new Promise((resolve) => {
      version.run = async (...asked) => {
        version.run = run
        await new Promise((later) => setTimeout(later, ms))
        return run(...asked).finally(() => resolve(undefined))
      }
    })
  }

  it('says nothing where no limit is set', async () => {
    await newToken()
    const { status, headers } = await post(1)
    expect(status).toBe(200)
    for (const name of ['ratelimit', 'ratelimit-policy', 'retry-after', 'x-request-timeout-ms']) expect(headers.get(name)).toBeNull()
  })

  it('keeps a token to its rate and tells what is left of it', async () => {
    await newToken({ rowsASecond: 0.5, burstRows: 10 })
    const good = await post(7)
    expect(good.status).toBe(200)
    expect(good.headers.get('ratelimit-policy')).toBe('"token-rate";q=10;w=20;qu="rows"')
    expect(good.headers.get('ratelimit')).toBe('"token-rate";r=3;t=14')
    const refused = await post(5)
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(3)
    expect(refused.headers.get('ratelimit')).toMatch(/^"token-rate";r=3;t=1\d$/)
    expect(refused.body.detail).toMatch(/^This token may send at most 0.5 rows a second, and 10 at once\. Wait \d s, then try again\.$/)
    // What was refused took nothing.
    expect((await post(3)).status).toBe(200)
  })

  it('keeps all callers together to the rate of a model', async () => {
    await setModel({ rowsASecond: 0.5, burstRows: 10 })
    await newToken()
    expect((await post(6)).status).toBe(200)
    await newToken()
    const refused = await post(6)
    expect(refused.body).toMatchObject({ code: 'rate_limited', detail: expect.stringMatching(/^All callers together may send no-show-risk in staging at most/) as string })
    expect(refused.headers.get('ratelimit-policy')).toBe('"model-rate";q=10;w=20;qu="rows"')
  })

  it.each<[string, Partial<CallLimits>, number, string, string | null]>([
    ['bytes', { bodyBytes: 100 }, 413, 'body_too_large', '"token-body";q=100;qu="content-bytes"'],
    ['rows in a call', { rowsACall: 2 }, 422, 'too_many_rows', '"token-call";q=2;qu="rows"'],
    ['rows at once', { rowsASecond: 2 }, 422, 'too_many_rows', '"token-rate";q=2;w=1;qu="rows"'],
  ])('refuses too many %s, of a token and of a model', async (_, limits, status, code, policy) => {
    await newToken(limits)
    const refused = await post(3)
    expect([refused.status, refused.body.code, refused.headers.get('ratelimit-policy')]).toEqual([status, code, policy])
    await newToken()
    expect((await post(3)).status).toBe(200)
    await setModel(limits)
    const byModel = await post(3)
    expect([byModel.status, byModel.body.code, byModel.headers.get('ratelimit-policy')]).toEqual([status, code, policy?.replace('token', 'model')])
  })

  it('lets in so many calls at once, and gives their places back after answers and errors', async () => {
    await newToken({ callsAtOnce: 2 })
    const sent = await Promise.all([post(1), post(1), post(1), post(1)])
    const refused = sent.filter((one) => one.status !== 200)
    expect(sent.map((one) => one.status).sort()).toEqual([200, 200, 429, 429])
    for (const one of refused) expect([one.body.code, one.headers.get('retry-after'), one.headers.get('ratelimit')]).toEqual(['too_many_at_once', '1', '"token-at-once";r=0'])
    for (let turn = 0; turn < 5; turn++) {
      const wrong = await api.request(`/api/models/${MODEL}/predict`, { method: 'POST', body: JSON.stringify({ environment, inputs: { age: 'old' } }), headers: { 'content-type': 'application/json', authorization: `Bearer ${token.secret}` } })
      expect(wrong.status).toBe(422)
    }
    const after = await post(1)
    expect([after.status, after.headers.get('ratelimit')]).toEqual([200, '"token-at-once";r=1'])
  })

  it('answers at the deadline: the shortest of the caller’s, the token’s and the model’s', async () => {
    await newToken({ deadlineMs: 60_000 })
    expect((await post(1)).headers.get('x-request-timeout-ms')).toBe('60000')
    await setModel({ deadlineMs: 50_000 })
    expect((await post(1)).headers.get('x-request-timeout-ms')).toBe('50000')
    expect((await post(1, { 'x-request-timeout-ms': '70000' })).headers.get('x-request-timeout-ms')).toBe('50000')
    const { predictions } = db.tables(servingTables)
    const before = (await db.select().from(predictions)).length
    const ended = slowDown(200)
    const began = performance.now()
    const late = await post(3, { 'x-request-timeout-ms': '30' })
    expect(performance.now() - began).toBeLessThan(150)
    expect([late.status, late.body.code, late.headers.get('x-request-timeout-ms')]).toEqual([504, 'deadline_exceeded', '30'])
    await ended
    await predictionLog().drain()
    expect(await db.select().from(predictions)).toHaveLength(before)
    expect((await post(1, { 'x-request-timeout-ms': 'soon' })).body.code).toBe('timeout_invalid')
  })

  it('counts the month with what was answered before a restart, to the row, and begins anew with the next', async () => {
    const clock = useSimulatedClock(Date.UTC(2026, 4, 31, 23, 30))
    await newToken({ rowsAMonth: 100 })
    await used(60, Date.UTC(2026, 4, 3))
    await used(20, Date.UTC(2026, 4, 31, 23))
    await used(500, Date.UTC(2026, 3, 30, 23))
    const good = await post(5)
    expect(good.headers.get('ratelimit-policy')).toBe('"token-month";q=100;qu="rows"')
    expect(good.headers.get('ratelimit')).toBe('"token-month";r=15;t=1800')
    await endServing()
    const refused = await post(16)
    expect([refused.status, refused.body.code, refused.headers.get('retry-after'), refused.headers.get('ratelimit')]).toEqual([429, 'quota_exhausted', '1800', '"token-month";r=15;t=1800'])
    expect(refused.body.detail).toBe('This token may send at most 100 rows a month, and 15 are left until 2026-06-01 00:00 UTC. Ask an administrator for more.')
    expect((await post(15)).status).toBe(200)
    expect((await post(1)).body.detail).toContain('none is left')
    clock.set(Date.UTC(2026, 5, 1, 0, 0, 1))
    expect((await post(1)).headers.get('ratelimit')).toBe('"token-month";r=99;t=2591999')
  })

  it('never lets calls that come together past the month, and counts no refused row', async () => {
    await newToken({ rowsAMonth: 20 })
    const statuses = (await Promise.all(Array.from({ length: 12 }, () => post(3)))).map((one) => one.status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(6)
    const wrong = await api.request(`/api/models/${MODEL}/predict`, { method: 'POST', body: JSON.stringify({ environment, inputs: [{}, {}] }), headers: { 'content-type': 'application/json', authorization: `Bearer ${token.secret}` } })
    expect(wrong.status).toBe(422)
    expect((await post(2)).headers.get('ratelimit')).toMatch(/^"token-month";r=0;t=/)
  })

  it('follows within a second what another replica answered and allowed', async () => {
    await newToken({ rowsAMonth: 100 })
    expect((await post(1)).headers.get('ratelimit')).toMatch(/^"token-month";r=99;/)
    await used(40, now() - 3_600_000)
    const { tokenLimits } = db.tables(servingTables)
    await db.write((tx) => tx.insert(tokenLimits).values({ id: 'elsewhere', tokenId: token.id, revision: 9, limits: callLimitsSchema.parse({ rowsAMonth: 200 }), createdAt: now(), createdBy: 'another replica' }))
    await expect.poll(async () => (await post(1)).headers.get('ratelimit'), { timeout: 1600, interval: 200 }).toMatch(/^"token-month";r=15\d;/)
    await db.write((tx) => tx.delete(tokenLimits))
  })

  it('lets approvers set how a model is served, and administrators alone what is allowed and what it costs', async () => {
    const settings = { model: MODEL, environment, limits: { rowsASecond: 100 } }
    await expect(setServingSettings(approver, settings)).rejects.toMatchObject({ kind: 'forbidden', message: expect.stringContaining('limits:write') as string })
    await expect(setServingSettings(viewer, { model: MODEL, environment })).rejects.toMatchObject({ kind: 'forbidden' })
    await setServingSettings(admin, { ...settings, price: { amount: 2, currency: 'EUR' } })
    const changed = { ...settings, price: { amount: 2, currency: 'EUR' }, limits: { rowsASecond: 100, deadlineMs: 500 }, batching: 'never', withoutLog: 'answer' } as const
    const saved = await setServingSettings(approver, changed)
    await expect(setServingSettings(admin, { ...changed, revision: saved.revision - 1 })).rejects.toMatchObject({ kind: 'conflict', code: 'settings_changed' })
    await expect(setServingSettings(admin, { ...changed, price: { amount: 2, currency: 'euro' } })).rejects.toMatchObject({ kind: 'invalid' })
    const model = await findModel(db, MODEL)
    expect(await currentServingSettings(db, model?.id ?? '', environment)).toMatchObject({ createdBy: approver.name, settings: { batching: 'never', withoutLog: 'answer', price: { amount: 2 }, limits: { deadlineMs: 500 } } })
    const [event] = (await listAuditEvents(db, { action: 'serving-settings.set' })).events
    expect(event).toMatchObject({ actorName: approver.name, targetName: expect.stringContaining('in staging') as string, after: { batching: 'never' } })
    await expect(setTokenLimits(approver, 'none', { limits: {} })).rejects.toMatchObject({ kind: 'forbidden' })
    await expect(setTokenLimits(admin, 'none', { limits: {} })).rejects.toMatchObject({ kind: 'not_found', code: 'token_not_found' })
    await expect(setTokenLimits(admin, 'none', { limits: { rowsACall: 0 } })).rejects.toMatchObject({ kind: 'invalid' })
  })
})
