// The story through the real commands on a real database: five days of it, live calls over HTTP, and the whole of it.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createToken } from '@/lib/access/commands'
import { demoAccounts, listTokens } from '@/lib/access/queries'
import { listIncidents } from '@/lib/alerts/queries'
import { api } from '@/lib/api'
import { checkChain } from '@/lib/audit/queries'
import { deliveriesOf, listBatchJobs } from '@/lib/batch/queries'
import type { Database } from '@/lib/database'
import { openTestDatabase } from '@/lib/database/testing'
import { closeExplainer } from '@/lib/explanations/commands'
import { DAY_MS, HOUR_MS, useSystemClock as returnToSystemClock } from '@/lib/platform/clock'
import { setOnce } from '@/lib/platform/once'
import { findModel } from '@/lib/registry/queries'
import { listPromotions } from '@/lib/releases/queries'
import { predictionLog } from '@/lib/serving/log'
import { listPredictions } from '@/lib/serving/queries'
import { routing } from '@/lib/serving/routing'
import { servingTables } from '@/lib/serving/tables'
import { REPLAY_START } from '../calendar'
import { liveCalls } from '../live/calls'
import { runTraffic } from '../live/traffic'
import { brokenPromises } from './check-demo'
import { play, type Played } from './play'
import { scenariosOf } from './scenarios'
import { replayWindow, type ReplayWindow } from './window'

const folder = mkdtempSync(join(tmpdir(), 'flightdeck-story-'))
let db: Database

beforeAll(() => {
  process.env.FLIGHTDECK_DATA_DIR = folder
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function openStory(): Promise<void> {
  db = await openTestDatabase('sqlite')
}

async function closeStory(): Promise<void> {
  await predictionLog().drain()
  await closeExplainer()
  await routing().close()
  for (const name of ['predictionLog', 'routing', 'database'] as const) setOnce(name, undefined)
  await db.close()
  returnToSystemClock()
}

describe('five days in which the credit union rejects a version', () => {
  const window: ReplayWindow = { from: REPLAY_START + 42 * DAY_MS, until: REPLAY_START + 47 * DAY_MS + 12 * HOUR_MS, shift: 0 }
  let played: Played

  beforeAll(async () => {
    await openStory()
    played = await play({ db, scenarios: scenariosOf(window), window, importanceRows: 2 })
  }, 120_000)
  afterAll(closeStory)

  it('logs every call that was answered, at its own time', async () => {
    const { predictions } = db.tables(servingTables)
    const rows = await db.select({ at: predictions.at }).from(predictions)
    expect(played.predictions).toBeGreaterThan(1200)
    expect(rows).toHaveLength(played.predictions)
    expect(rows.every(({ at }) => at >= window.from && at < window.until)).toBe(true)
    expect(new Set(rows.map(({ at }) => at)).size).toBeGreaterThan(0.9 * rows.length)
  })

  it('offers an account for each role, and gives each application a token of its own', async () => {
    const demo = await demoAccounts(db)
    expect(demo?.accounts.map(({ role }) => role).sort()).toEqual(['admin', 'approver', 'auditor', 'operator', 'viewer'])
    const tokens = await listTokens(db)
    expect(tokens.every(({ lastUsedAt, scopes }) => lastUsedAt === window.until && scopes.join() === 'predict,ingest')).toBe(true)
  })

  it('opens an incident about age and waiting time', async () => {
    const modelId = (await findModel(db, 'no-show-risk'))?.id
    const { incidents } = await listIncidents(db, { modelId, kind: 'drift' })
    expect(incidents).toHaveLength(1)
    expect(incidents[0]?.evidence.fields?.map(({ field }) => field).sort()).toEqual(['age', 'waiting_days'])
    expect(incidents[0]?.sentence).toContain('Patients are younger than the model knows')
  })

  it('answers with the list price where the model’s price is absurd', async () => {
    const { predictions: guarded } = await listPredictions(db, { isGuarded: true })
    expect(guarded).toHaveLength(1)
    expect(guarded[0]?.score).toBe(guarded[0]?.inputs[0])
    expect(guarded[0]?.modelScore).toBeGreaterThan(400)
  })

  it('keeps the rejection with its reason, and the promotion that waits', async () => {
    const modelId = (await findModel(db, 'credit-risk'))?.id
    const { promotions } = await listPromotions(db, { modelId })
    expect(promotions.map(({ versionNumber, status }) => `v${versionNumber} ${status}`)).toEqual(['v3 pending', 'v2 rejected', 'v1 approved'])
    expect(promotions[1]?.approvals[0]?.comment).toContain('Recall falls from 0.525 to 0.475')
    expect(promotions[0]?.requestedBy).not.toBe(promotions[1]?.approvals[0]?.userId)
  })

  it('scores tomorrow’s appointments at night, and delivers them', async () => {
    const { jobs } = await listBatchJobs(db)
    expect(jobs).toMatchObject([{ name: 'Tomorrow’s appointments', status: 'finished', checkpoint: { rowsRejected: 2 }, schedule: { name: 'Tomorrow’s appointments' } }])
    expect(jobs[0]?.checkpoint?.rowsScored).toBeGreaterThan(100)
    expect(await deliveriesOf(db, jobs[0]?.id ?? '')).toMatchObject([{ status: 'delivered' }])
  })

  it('leaves an audit chain that holds', async () => {
    expect(await checkChain(db)).toMatchObject({ isIntact: true, firstBreak: null })
  })

  describe('and then live calls', () => {
    let server: Server

    beforeAll(async () => {
      const listener = getRequestListener(api.fetch, { overrideGlobalObjects: false })
      server = createServer((request, response) => void listener(request, response))
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    })
    afterAll(() => new Promise((resolve) => server.close(resolve)))

    it('are answered over HTTP, logged, and followed by what visitors bought', async () => {
      const { token, secret } = await createToken({ kind: 'system', id: 'cli', name: 'test' }, { name: 'live', scopes: ['predict', 'ingest'] })
      const lines: string[] = []
      const totals = await runTraffic({
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        token: secret,
        calls: liveCalls(window.until),
        callsASecond: 25,
        minutes: 2 / 60,
        signal: new AbortController().signal,
        tell: (line) => lines.push(line),
      })
      expect(totals.failed).toBe(0)
      expect(totals.answered).toBeGreaterThan(10)
      expect(totals.answered).toBeLessThanOrEqual(2 * 25 + 1)
      expect(totals.events).toBeGreaterThan(0)
      expect(lines.at(-1)).toContain(`${totals.answered} answered, 0 failed`)
      const { kpiEvents } = db.tables(servingTables)
      const { predictions: logged } = await listPredictions(db, { caller: `token:${token.id}`, limit: 200 })
      expect(logged).toHaveLength(totals.answered)
      const conversions = await db.select().from(kpiEvents).where(and(eq(kpiEvents.name, 'conversion'), eq(kpiEvents.receivedAt, window.until)))
      expect(conversions.length * 2).toBe(totals.events)
    }, 60_000)

    it('stop at once when told, and tell what failed', async () => {
      const stop = new AbortController()
      const lines: string[] = []
      const running = runTraffic({
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        token: 'fd_unknown',
        calls: liveCalls(window.until),
        callsASecond: 10,
        minutes: 10,
        signal: stop.signal,
        tell: (line) => lines.push(line),
      })
      setTimeout(() => stop.abort(), 300)
      const totals = await running
      expect(totals).toMatchObject({ answered: 0, events: 0 })
      expect(totals.failed).toBe(totals.sent)
      expect(lines.at(-1)).toContain('This token is not known here.')
    })
  })
})

describe('the whole story', () => {
  beforeAll(openStory)
  afterAll(closeStory)

  it('keeps every promise of the demo', async () => {
    const window = replayWindow(Date.UTC(2027, 2, 18, 15, 40))
    await play({ db, scenarios: scenariosOf(window), window, importanceRows: 2 })
    await predictionLog().drain()
    expect(await brokenPromises(db)).toEqual([])
  }, 240_000)
})
