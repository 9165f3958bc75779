import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { reasonSettingsSchema } from '@/lib/explanations/contract'
import { explanationsTables } from '@/lib/explanations/tables'
import { DAY_MS, HOUR_MS, useSimulatedClock, useSystemClock } from '@/lib/platform/clock'
import { registryTables } from '@/lib/registry/tables'
import { eq } from 'drizzle-orm'
import { ensureDefaultMonitors } from '../commands'
import {
  attributionReference, contributions, insertExplainedHour, insertServedModel, insertVersion, release, type Fixture,
} from '../testing/fixture'
import { EXPLANATION_DRIFT, NEW_REASON } from '../rules/defaults'
import { attributionsOf } from './attributions'
import { evaluateMonitors } from './evaluate'
import { listMonitors } from './monitors'
import { watchedVersions, type WatchedVersion } from './subjects'

const START = Date.parse('2026-06-01T00:00:00Z')
const watch = { ...NEW_REASON, places: 1, spanHours: 24, minimumRows: 100, leastNdcg: EXPLANATION_DRIFT.limit }
const reference = attributionReference(contributions(1000, { seed: 99 }))

describe.each(ENGINES)('reasons over time on %s', (engine) => {
  let db: Database
  let clinic: Fixture
  let version: WatchedVersion

  beforeAll(async () => {
    useSimulatedClock(START)
    db = await openTestDatabase(engine)
    clinic = await insertServedModel(db, { attributions: reference })
    // For a week as known; then the location, which hardly mattered, outweighs everything.
    for (let day = 0; day < 14; day++) {
      const at = START + day * DAY_MS + 9 * HOUR_MS
      const rows = contributions(120, { seed: day, ...(day >= 7 ? { location: 4 } : {}) })
      await insertExplainedHour(db, clinic, at, rows.slice(0, 80))
      await insertExplainedHour(db, clinic, at + HOUR_MS, rows.slice(80), 10)
    }
    const found = (await watchedVersions(db, [clinic.versionId])).get(clinic.versionId)
    if (!found) throw new Error('no version')
    version = found
  })
  afterAll(async () => {
    useSystemClock()
    await db.close()
  })

  const reasons = (from: number, to: number, bucketMs = DAY_MS) =>
    attributionsOf(db, { version, environment: 'production', window: { from: START + from * DAY_MS, to: START + to * DAY_MS }, bucketMs, watch })

  it('stay as they were in the first week', async () => {
    const report = await reasons(0, 7)
    expect(report).toMatchObject({ rows: 7 * 130, explained: 7 * 120, referenceRows: 1000, unit: 'log-odds', places: 1, ndcg: 1 })
    expect(report?.fields.map(({ verdict }) => verdict)).toEqual(['same', 'same', 'same'])
    const age = report?.fields.find(({ field }) => field === 'age')
    expect(age?.size.referencePlace).toBe(1)
    expect(age?.size.current ?? 0).toBeCloseTo(1, 1)
    expect(age?.jensenShannon ?? 1).toBeLessThan(0.05)
    expect(age?.bins.reduce((sum, bin) => sum + bin.current, 0)).toBe(7 * 120)
  })

  it('change in the second: a new first reason, told first, and the order with it', async () => {
    const report = await reasons(7, 14)
    const [first] = report?.fields ?? []
    expect(first).toMatchObject({ field: 'location', displayName: 'Location', verdict: 'new', size: { referencePlace: 3, currentPlace: 1 } })
    expect(first?.sentence).toMatch(/^Location is now the main reason in 8\d\u00a0% of predictions; in the reference it was in \d(\.\d)?\u00a0%\.$/)
    expect(first?.jensenShannon ?? 0).toBeGreaterThan(0.5)
    expect(report?.fields.find(({ field }) => field === 'age')?.verdict).toBe('less')
    // The last comes first: 0.05 + 1 / log2 3 + 0.5 / 2 of 1 + 0.5 / log2 3 + 0.05 / 2, as far as 1,000 draws have these sizes.
    expect(report?.ndcg ?? 1).toBeCloseTo((0.05 + 1 / Math.log2(3) + 0.25) / (1 + 0.5 / Math.log2(3) + 0.025), 1)
  })

  it('have a point a bucket over the stretch before it, and a gap where too few were explained', async () => {
    const report = await reasons(0, 14)
    expect(report?.series.map(({ ndcg }) => (ndcg ?? 0) > 0.9)).toEqual([...Array<boolean>(7).fill(true), ...Array<boolean>(7).fill(false)])
    const location = report?.fields.find(({ field }) => field === 'location')
    const [eighth] = (await reasons(8, 9))?.fields.filter(({ field }) => field === 'location') ?? []
    expect(location?.series[8]).toMatchObject({ share: eighth?.main.current, jensenShannon: eighth?.jensenShannon, ...eighth?.band })
    const hourly = await reasons(0, 1, HOUR_MS)
    // 24 hours before each point: 80 rows at 9 o'clock, 120 from 10 on.
    expect(hourly?.series.filter(({ ndcg }) => ndcg !== null)).toHaveLength(15)
  })

  it('are not judged by few rows, and have no report without a reference', async () => {
    const report = await attributionsOf(db, { version, environment: 'production', window: { from: START, to: START + 10 * HOUR_MS }, bucketMs: HOUR_MS, watch })
    expect(report).toMatchObject({ explained: 80 })
    expect(report?.fields.every(({ verdict }) => verdict === 'unknown')).toBe(true)
    expect(await attributionsOf(db, { version, environment: 'staging', window: { from: START, to: START + DAY_MS }, bucketMs: DAY_MS, watch })).toMatchObject({ explained: 0, ndcg: null })
    expect(await attributionsOf(db, { version: { ...version, attributions: null }, environment: 'production', window: { from: START, to: START + DAY_MS }, bucketMs: DAY_MS, watch })).toBeNull()
  })

  it('are watched from the first release on', async () => {
    await ensureDefaultMonitors(clinic.modelId, 'production')
    const kinds = (await listMonitors(db, { modelId: clinic.modelId })).map(({ rule }) => rule.kind)
    expect(kinds.slice(-3)).toEqual(['explanation-drift', 'new-reason', 'forbidden-reason'])
    const states = async (day: number) => {
      const { evaluations, failures } = await evaluateMonitors(db, START + day * DAY_MS, () => false)
      expect(failures).toEqual([])
      return Object.fromEntries(evaluations.map(({ monitor, finding }) => [monitor.rule.kind, finding.state]))
    }
    expect(await states(1)).toMatchObject({ 'explanation-drift': 'insufficient', 'new-reason': 'insufficient', 'forbidden-reason': 'quiet' })
    expect(await states(7)).toMatchObject({ 'explanation-drift': 'quiet', 'new-reason': 'quiet' })
    // Of three fields each is always among the four main reasons, so that only their order can change.
    expect(await states(14)).toMatchObject({ 'explanation-drift': 'fired', 'new-reason': 'quiet' })
  })

  it('that are forbidden are found whichever version cites them', async () => {
    await db.write(async (tx) => {
      const { reasonSettings } = tx.tables(explanationsTables)
      const settings = reasonSettingsSchema.parse({ forbidden: ['age'] })
      await tx.insert(reasonSettings).values({ id: 'r1', modelId: clinic.modelId, revision: 1, settings, createdAt: START, createdBy: 'u' })
    })
    const forbidden = async (at: number) => {
      const { evaluations } = await evaluateMonitors(db, at, () => false)
      return evaluations.find(({ monitor }) => monitor.rule.kind === 'forbidden-reason')?.finding
    }
    expect(await forbidden(START + 20 * DAY_MS)).toMatchObject({ state: 'insufficient' })
    // A challenger, not the champion.
    const challengerId = await insertVersion(db, clinic.modelId, 2, null, { attributions: reference })
    await release(db, clinic.modelId, [
      { versionId: clinic.versionId, role: 'champion', shareBasisPoints: 9000 },
      { versionId: challengerId, role: 'challenger', shareBasisPoints: 1000 },
    ], 2)
    await insertExplainedHour(db, { ...clinic, versionId: challengerId }, START + 19.5 * DAY_MS, [[0, 1, 0], [0.1, 1, 0]])
    expect(await forbidden(START + 20 * DAY_MS)).toMatchObject({ state: 'fired', value: 1, title: 'Age was a reason and must not be', fields: [{ field: 'age' }] })
  })

  it('of a version without reference are told as such', async () => {
    const { versions } = db.tables(registryTables)
    await db.write((tx) => tx.update(versions).set({ attributions: null }).where(eq(versions.id, clinic.versionId)))
    const { evaluations } = await evaluateMonitors(db, START + 14 * DAY_MS, () => false)
    expect(evaluations.find(({ monitor }) => monitor.rule.kind === 'new-reason')?.finding).toMatchObject({
      state: 'insufficient', sentence: 'The version’s explanations have no reference, so they cannot be compared.',
    })
  })
})
