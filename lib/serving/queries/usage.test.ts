import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { admin, endServing, registerExample, viewer } from '../testing/fixture'
import { createToken } from '@/lib/access/commands'
import { api } from '@/lib/api'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { DAY_MS, HOUR_MS, useSimulatedClock, useSystemClock } from '@/lib/platform/clock'
import { setServingSettings } from '../commands'
import { addCosts, priceAt } from '../rules/cost'
import { servingTables } from '../tables'
import { callerNames, rowsThisMonth, usageBy, usageSeries } from '.'

const MAY = Date.UTC(2026, 4, 1)
const JUNE = Date.UTC(2026, 5, 1)
const environment = 'production'

describe('what predictions cost', () => {
  const prices = [{ since: 0, price: null }, { since: 10, price: { amount: 1, currency: 'EUR' } }, { since: 20, price: { amount: 2, currency: 'EUR' } }]
  it.each([[9, undefined], [10, 1], [19, 1], [20, 2]])('at %d', (at, amount) => {
    expect(priceAt(prices, at)?.amount).toBe(amount)
  })
  it('is added up by currency', () => {
    expect(addCosts([{ currency: 'USD', amount: 1 }], [{ currency: 'EUR', amount: 2 }, { currency: 'USD', amount: 0.5 }])).toEqual([{ currency: 'EUR', amount: 2 }, { currency: 'USD', amount: 1.5 }])
  })
})

describe.each(ENGINES)('usage on %s', (engine) => {
  let db: Database
  let model: string
  let token: string
  let bearer: string

  beforeAll(async () => {
    db = await openTestDatabase(engine)
    const clock = useSimulatedClock(MAY)
    model = (await registerExample('clinic', 1)).modelId
    const made = await createToken(admin, { name: 'booking page', scopes: ['read'] })
    token = made.token.id
    bearer = made.secret
    const price = async (at: number, amount: number | null) => {
      clock.set(at)
      await setServingSettings(admin, { model: 'no-show-risk', environment, price: amount === null ? null : { amount, currency: 'EUR' } })
    }
    await price(MAY + 10 * DAY_MS, 2)
    // In the middle of an hour: it counts from the next.
    await price(MAY + 20 * DAY_MS + HOUR_MS / 2, 5)
    await setServingSettings(admin, { model: 'no-show-risk', environment, batching: 'never', price: { amount: 5, currency: 'EUR' } })
    const used = (at: number, rows: number, caller: string, channel: 'online' | 'batch' | 'ingested' = 'online') =>
      ({ caller, modelId: model, environment, channel, hour: at, calls: 1, rows, refused: 2, latencyMicros: 4000 })
    await db.write((tx) =>
      tx.insert(tx.tables(servingTables).usage).values([
        used(MAY - HOUR_MS, 7, `token:${token}`),
        used(MAY, 1000, `token:${token}`),
        used(MAY + 10 * DAY_MS, 1000, `token:${token}`),
        used(MAY + 20 * DAY_MS, 1000, `token:${token}`),
        used(MAY + 20 * DAY_MS + HOUR_MS, 1000, `token:${token}`),
        used(MAY + 20 * DAY_MS + HOUR_MS, 400, `user:${viewer.id}`, 'batch'),
        used(MAY + 20 * DAY_MS + HOUR_MS, 9000, 'system:system', 'ingested'),
        used(JUNE, 3, `token:${token}`),
      ]),
    )
    clock.set(JUNE - 1)
  })
  afterAll(async () => {
    useSystemClock()
    await endServing()
    await db.close()
  })

  it('adds up the months at the prices of the time', async () => {
    const rows = await usageBy(db, { from: Date.UTC(2026, 3, 1), to: Date.UTC(2026, 6, 1), caller: `token:${token}` }, 'month')
    expect(rows.map((row) => [row.at, row.calls, row.rows, row.refused, row.costs])).toEqual([
      [Date.UTC(2026, 3, 1), 1, 7, 2, []],
      // 1,000 rows before there was a price, 2,000 at 2, 1,000 at 5.
      [MAY, 4, 4000, 8, [{ currency: 'EUR', amount: 9 }]],
      [JUNE, 1, 3, 2, [{ currency: 'EUR', amount: 0.015 }]],
    ])
  })

  it('adds up days and hours, and takes no price for what another engine answered', async () => {
    const may = { from: MAY, to: JUNE }
    const days = await usageBy(db, may, 'day')
    expect(days.map((row) => [(row.at - MAY) / DAY_MS, row.channel, row.rows, row.costs[0]?.amount])).toEqual([
      [0, 'online', 1000, undefined],
      [10, 'online', 1000, 2],
      [20, 'online', 2000, 7],
      [20, 'ingested', 9000, undefined],
      [20, 'batch', 400, 2],
    ])
    expect(await usageBy(db, may, 'hour')).toHaveLength(6)
    expect((await usageSeries(db, may, 'day')).map((point) => [(point.at - MAY) / DAY_MS, point.rows])).toEqual([[0, 1000], [10, 1000], [20, 11_400]])
    await expect(usageBy(db, may, 'hour', 5)).rejects.toMatchObject({ code: 'usage_too_large' })
  })

  it('counts in quotas what was answered here this month', async () => {
    expect(await rowsThisMonth(db, JUNE - 1)).toEqual(new Map([[`token:${token}`, 4000], [`user:${viewer.id}`, 400], [`${model}\n${environment}`, 4400]]))
  })

  it('names callers to those who may see tokens only', async () => {
    const caller = `token:${token}`
    expect((await callerNames(db, [caller], true)).get(caller)).toEqual({ kind: 'token', id: token, name: 'booking page' })
    expect((await callerNames(db, [caller], false)).get(caller)).toEqual({ kind: 'token', id: token, name: null })
  })

  it('is told over HTTP, and as CSV', async () => {
    const get = (path: string) => api.request(`/api${path}`, { headers: { authorization: `Bearer ${bearer}` } })
    const answer = (await (await get(`/usage?token=${token}`)).json()) as { from: string; usage: unknown[] }
    expect(answer).toEqual({
      from: '2026-05-01T00:00:00.000Z',
      to: '2026-06-01T00:00:00.000Z',
      usage: [
        { at: '2026-05-01T00:00:00.000Z', caller: { kind: 'token', id: token, name: null }, model: 'no-show-risk', environment, channel: 'online', calls: 4, rows: 4000, refused: 8, meanLatencyMs: 4, costs: [{ currency: 'EUR', amount: 9 }] },
      ],
    })
    const csv = await get('/usage/export?from=2026-05-21T00:00:00Z&step=day&model=no-show-risk')
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    const lines = (await csv.text()).trim().split('\r\n')
    expect(lines[0]).toBe('at,callerKind,caller,model,environment,channel,calls,rows,refused,meanLatencyMs,cost,currency')
    expect(lines).toContain(`2026-05-21T00:00:00.000Z,token,${token},no-show-risk,production,online,2,2000,4,4,7,EUR`)
    expect(lines).toHaveLength(4)
    expect((await get('/usage?from=2026-05-02T00:00:00Z&to=2026-05-01T00:00:00Z')).status).toBe(422)
    expect((await get('/usage/export?step=year')).status).toBe(422)
    expect((await get('/usage?model=unheard-of')).status).toBe(404)
    expect((await api.request('/api/usage/export')).status).toBe(401)
  })
})
