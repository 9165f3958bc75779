// The check watches why a model decides: it opens the incident by itself, in words, and closes it when things are as before.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SYSTEM } from '@/lib/access/contract'
import { listIncidents } from '@/lib/alerts/queries'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { reasonSettingsSchema } from '@/lib/explanations/contract'
import { explanationsTables } from '@/lib/explanations/tables'
import { setMonitors } from '@/lib/monitoring/commands'
import { listMonitors } from '@/lib/monitoring/queries'
import { attributionReference, contributions, insertExplainedHour, insertServedModel, operator, type Fixture } from '@/lib/monitoring/testing/fixture'
import { DAY_MS, HOUR_MS, useSimulatedClock, useSystemClock, type SimulatedClock } from '@/lib/platform/clock'
import { runChecks } from './commands'

const START = Date.parse('2026-06-01T00:00:00Z')

describe.each(ENGINES)('checks of explanations on %s', (engine) => {
  let db: Database
  let clinic: Fixture
  let clock: SimulatedClock

  beforeEach(async () => {
    clock = useSimulatedClock(START)
    db = await openTestDatabase(engine)
    clinic = await insertServedModel(db, { attributions: attributionReference(contributions(1000, { seed: 99 })) })
    await runChecks(SYSTEM, 'schedule')
    // Three fields are always among four reasons: watch the first one, a day at a time.
    const monitors = await listMonitors(db, { modelId: clinic.modelId })
    await setMonitors(operator, 'no-show-risk', {
      monitors: monitors.map(({ id, rule, isEnabled }) => ({ id, isEnabled, rule: rule.kind === 'new-reason' ? { ...rule, places: 1, windowHours: 24 } : rule })),
    })
  })
  afterEach(async () => {
    useSystemClock()
    await db.close()
  })

  const incidents = async (kind: 'new-reason' | 'forbidden-reason') => (await listIncidents(db, { kind })).incidents
  const explain = (day: number, options: Parameters<typeof contributions>[1] = {}) =>
    insertExplainedHour(db, clinic, START + day * DAY_MS + 9 * HOUR_MS, contributions(300, { seed: day, ...options }))
  const checkOn = async (day: number) => {
    clock.set(START + day * DAY_MS)
    return runChecks(SYSTEM, 'schedule')
  }

  it('open an incident for a new reason and close it when it is as known', async () => {
    await explain(0)
    await checkOn(1)
    expect(await incidents('new-reason')).toEqual([])
    await explain(1, { location: 4 })
    await checkOn(2)
    const [incident, ...more] = await incidents('new-reason')
    expect(more).toEqual([])
    expect(incident).toMatchObject({ status: 'open', severity: 'attention', title: 'Location is a new main reason', modelSlug: 'no-show-risk' })
    expect(incident?.sentence).toMatch(/^Location is now the main reason in 8\d\u00a0% of predictions; in the reference it was in \d(\.\d)?\u00a0%\. 2 more fields changed too\.$/)
    expect(incident?.evidence.fields?.[0]).toMatchObject({ field: 'location' })
    // Nothing explained neither opens nor closes.
    await checkOn(4)
    expect(await incidents('new-reason')).toMatchObject([{ status: 'open' }])
    await explain(4)
    await checkOn(5)
    expect(await incidents('new-reason')).toMatchObject([{ status: 'resolved', resolvedBy: 'Flightdeck', resolution: 'The main reasons are those of the reference data.' }])
  })

  it('open one at the next check for a single prediction that cites what is forbidden', async () => {
    await db.write(async (tx) => {
      const { reasonSettings } = tx.tables(explanationsTables)
      const settings = reasonSettingsSchema.parse({ forbidden: ['location'] })
      await tx.insert(reasonSettings).values({ id: 'r1', modelId: clinic.modelId, revision: 1, settings, createdAt: START, createdBy: operator.id })
    })
    await insertExplainedHour(db, clinic, START + 9 * HOUR_MS, [[1, 1, 0], [2, 1, 0]])
    clock.set(START + 10 * HOUR_MS)
    await runChecks(SYSTEM, 'schedule')
    expect(await incidents('forbidden-reason')).toEqual([])
    await insertExplainedHour(db, clinic, START + 10 * HOUR_MS, [[1, 1, 0.01]])
    clock.set(START + 11 * HOUR_MS)
    await runChecks(SYSTEM, 'schedule')
    expect(await incidents('forbidden-reason')).toMatchObject([
      { status: 'open', severity: 'problem', sentence: 'Location, which must never be cited, was among the four main reasons of 1 of 3 predictions in the last 24 hours.' },
    ])
  })
})
