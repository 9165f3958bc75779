import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { admin, approver, insertModel, insertVersion } from '../testing/fixture'
import { createToken } from '@/lib/access/commands'
import { api } from '@/lib/api'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { useSimulatedClock, useSystemClock } from '@/lib/platform/clock'
import { approvePromotion } from '../commands'

const START = Date.UTC(2026, 4, 3, 10)

interface Answer {
  code?: string
  id: string
  status: string
  nextCursor: string | null
  promotions: { id: string; modelSlug: string }[]
  releases: { environment: string; sequence: number; arms: { versionNumber: number }[] }[]
  gates: { verdict: string }[]
  requiredApprovals: number
}

describe.each(ENGINES)('releases over HTTP on %s', (engine) => {
  let db: Database
  let operatorToken: string
  let readToken: string
  let approverToken: string
  let modelId: string
  beforeAll(async () => {
    useSimulatedClock(START)
    db = await openTestDatabase(engine)
    const token = async (scopes: ('read' | 'predict')[], role: 'operator' | 'approver' | null) => (await createToken(admin, { name: `${engine} ${role}`, scopes, role })).secret
    operatorToken = await token([], 'operator')
    approverToken = await token([], 'approver')
    readToken = await token(['read'], null)
    modelId = await insertModel(db)
    for (const number of [1, 2, 3]) await insertVersion(db, modelId, number)
  })
  afterAll(async () => {
    useSystemClock()
    await db.close()
  })

  async function call(method: string, path: string, token: string | null, body?: unknown): Promise<{ status: number; answer: Answer }> {
    const response = await api.request(`/api${path}`, {
      method,
      headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, answer: (await response.json()) as Answer }
  }

  it('goes from a request to what was in force at a time', async () => {
    const made = await call('POST', '/promotions', operatorToken, { model: 'price', version: 1, reason: 'first version' })
    expect(made).toMatchObject({ status: 200, answer: { status: 'pending', requiredApprovals: 1, gates: [{ verdict: 'passed' }, { verdict: 'passed' }] } })
    const { id } = made.answer
    expect(await call('GET', '/promotions?status=pending', readToken)).toMatchObject({ answer: { promotions: [{ id, modelSlug: 'price' }] } })
    expect(await call('POST', `/promotions/${id}/approve`, approverToken, {})).toMatchObject({ status: 403, answer: { code: 'permission_missing' } })
    await approvePromotion(approver, id)
    expect(await call('GET', `/promotions/${id}`, readToken)).toMatchObject({ status: 200, answer: { status: 'approved' } })
    expect(await call('POST', `/promotions/${id}/cancel`, operatorToken, {})).toMatchObject({ status: 409, answer: { code: 'promotion_already_decided' } })
    const then = await call('GET', '/models/price/releases?at=2026-05-03T12:00:00%2B02:00', readToken)
    expect(then.answer.releases).toMatchObject([{ environment: 'production', sequence: 1, arms: [{ versionNumber: 1 }] }])
    expect((await call('GET', '/models/price/releases?at=2026-05-03T09:59:59Z', readToken)).answer.releases).toEqual([])
    expect(await call('GET', '/models/price/releases?at=yesterday', readToken)).toMatchObject({ status: 422 })
  })

  it('pages by cursor', async () => {
    for (const version of [2, 3]) await call('POST', '/promotions', operatorToken, { model: 'price', version, environment: 'staging', reason: 'try it' })
    const first = await call('GET', '/models/price/releases?limit=2', readToken)
    expect(first.answer.releases).toHaveLength(2)
    const second = await call('GET', `/models/price/releases?limit=2&cursor=${first.answer.nextCursor}`, readToken)
    expect(second.answer).toMatchObject({ nextCursor: null, releases: [{ sequence: 1 }] })
    const promotions = await call('GET', '/promotions?limit=1&model=price', readToken)
    const rest = await call('GET', `/promotions?model=price&cursor=${promotions.answer.nextCursor}`, readToken)
    expect(rest.answer.promotions).toHaveLength(2)
    expect(await call('GET', '/promotions?cursor=x', readToken)).toMatchObject({ status: 422, answer: { code: 'cursor_invalid' } })
  })

  it('rolls back with a role, not without', async () => {
    const body = { model: 'price', environment: 'staging', reason: 'try the way back' }
    expect(await call('POST', '/rollbacks', operatorToken, body)).toMatchObject({ status: 403 })
    expect(await call('POST', '/rollbacks', approverToken, { ...body, reason: '' })).toMatchObject({ status: 422 })
    expect(await call('POST', '/rollbacks', approverToken, body)).toMatchObject({ status: 200 })
    expect(await call('POST', '/rollbacks', approverToken, body)).toMatchObject({ status: 409, answer: { code: 'never_released' } })
  })

  it('shows policies to readers and lets administrators alone change them', async () => {
    expect(await call('GET', '/models/price/policies/production', readToken)).toMatchObject({ status: 200, answer: { requiredApprovals: 1 } })
    const change = { requiredApprovals: 2, gates: [] }
    expect(await call('PUT', '/models/price/policies/production', operatorToken, change)).toMatchObject({ status: 403 })
    expect(await call('PUT', '/models/price/policies/production', null, change)).toMatchObject({ status: 401 })
    const { secret } = await createToken(admin, { name: 'infrastructure', role: 'admin' })
    expect(await call('PUT', '/models/price/policies/production', secret, change)).toMatchObject({ status: 200, answer: { requiredApprovals: 2 } })
    expect(await call('PUT', '/models/price/policies/moon', secret, change)).toMatchObject({ status: 404 })
  })
})
