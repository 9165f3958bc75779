import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SYSTEM } from '@/lib/access/contract'
import { createChannel, resolveIncident } from '@/lib/alerts/commands'
import { listDeliveries, listIncidents } from '@/lib/alerts/queries'
import { listAuditEvents } from '@/lib/audit/queries'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { setMonitors } from '@/lib/monitoring/commands'
import { listMonitors } from '@/lib/monitoring/queries'
import {
  admin, insertErrors, insertHour, insertOutcomes, insertServedModel, operator, population, viewer, type Fixture,
} from '@/lib/monitoring/testing/fixture'
import { DAY_MS, HOUR_MS, useSimulatedClock, useSystemClock, type SimulatedClock } from '@/lib/platform/clock'
import { servingTables } from '@/lib/serving/tables'
import { runChecks } from './commands'
import { CHECKS } from './contract'
import { planChecks, runWhatIsDue } from './jobs'
import { findSchedule, lastRun, listRuns } from './queries'

const START = Date.parse('2026-06-01T00:00:00Z')

describe.each(ENGINES)('checks on %s', (engine) => {
  let db: Database
  let clinic: Fixture
  let clock: SimulatedClock

  beforeEach(async () => {
    clock = useSimulatedClock(START)
    db = await openTestDatabase(engine)
    clinic = await insertServedModel(db)
    await createChannel(admin, { name: 'Night watch', settings: { kind: 'email', to: ['ana@example.com'] } })
  })
  afterEach(async () => {
    useSystemClock()
    await db.close()
  })

  const incidents = async () => (await listIncidents(db)).incidents
  const week = (day: number, changed: Parameters<typeof population>[1] = {}) => insertHour(db, clinic, START + day * DAY_MS + 9 * HOUR_MS, population(400, { ...changed, seed: day }))

  it('make the first monitors from the version’s metrics, once, also in a race', async () => {
    await Promise.all([runChecks(SYSTEM, 'schedule'), runChecks(SYSTEM, 'schedule')])
    const monitors = await listMonitors(db, { modelId: clinic.modelId })
    expect(monitors.map((monitor) => monitor.rule.kind)).toEqual(['drift', 'volume', 'errors', 'accuracy'])
    expect(monitors[3]?.rule).toMatchObject({ limit: 0.75 })
    expect(monitors.every((monitor) => monitor.lastFinding?.state === 'insufficient')).toBe(true)
    // Switched off is not gone: they are not made again.
    await setMonitors(operator, 'no-show-risk', { monitors: [] })
    await runChecks(SYSTEM, 'schedule')
    expect((await listMonitors(db)).map((monitor) => monitor.isEnabled)).toEqual([false, false, false, false])
  })

  it('open one incident for drift, with words, figures, window and a message, whatever repeats', async () => {
    await week(0)
    clock.set(START + DAY_MS)
    expect((await runChecks(SYSTEM, 'schedule')).summary).toMatchObject({ monitors: 4, fired: 0, opened: 0 })
    await week(1, { age: 28 })
    clock.set(START + 2 * DAY_MS)
    const runs = await Promise.all([runChecks(SYSTEM, 'schedule'), runChecks(operator, 'person'), runChecks(SYSTEM, 'schedule')])
    expect(runs.map((run) => run.summary.opened).sort()).toEqual([0, 0, 1])
    expect((await runChecks(SYSTEM, 'schedule')).summary).toMatchObject({ fired: 1, opened: 0 })

    const [incident, ...more] = await incidents()
    expect(more).toEqual([])
    expect(incident).toMatchObject({ kind: 'drift', status: 'open', modelSlug: 'no-show-risk', title: 'Age differs from what the model knows' })
    expect(incident?.sentence).toMatch(/^Patients are (a little )?younger than the model knows: median about \d+.years, was about 44\.$/)
    expect(incident?.evidence.figures[0]).toMatchObject({ name: 'PSI of Age', limit: 0.2 })
    expect(incident?.evidence.window).toEqual({ from: START - 5 * DAY_MS, to: START + 2 * DAY_MS })
    expect(await listDeliveries(db, { incidentId: incident?.id })).toMatchObject([{ event: 'opened', status: 'waiting', channelName: 'Night watch' }])
    const audit = await listAuditEvents(db, { targetKind: 'incident' })
    expect(audit.events.map((event) => event.action)).toEqual(['incident.opened'])
  })

  it('close it when it has recovered, and not before', async () => {
    await week(0, { age: 28 })
    clock.set(START + DAY_MS)
    await runChecks(SYSTEM, 'schedule')
    expect(await incidents()).toMatchObject([{ status: 'open' }])
    // Too few rows in the window is no recovery.
    clock.set(START + 20 * DAY_MS)
    await runChecks(SYSTEM, 'schedule')
    expect(await incidents()).toMatchObject([{ status: 'open' }])
    await week(21)
    clock.set(START + 22 * DAY_MS)
    expect((await runChecks(SYSTEM, 'schedule')).summary).toMatchObject({ resolved: 1 })
    const [incident] = await incidents()
    expect(incident).toMatchObject({ status: 'resolved', resolvedBy: 'Flightdeck', resolution: 'The data looks as the model knows it.' })
    expect((await listDeliveries(db, { incidentId: incident?.id })).map((delivery) => delivery.event)).toEqual(['resolved', 'opened'])
  })

  it('leave what a person resolved alone for a day', async () => {
    await week(0, { age: 28 })
    clock.set(START + DAY_MS)
    await runChecks(SYSTEM, 'schedule')
    const [incident] = await incidents()
    await resolveIncident(operator, incident?.id ?? '', { note: 'The new clinic opened; we retrain on Monday.' })
    clock.set(START + DAY_MS + HOUR_MS)
    await runChecks(SYSTEM, 'schedule')
    expect(await incidents()).toMatchObject([{ status: 'resolved' }])
    clock.set(START + 2 * DAY_MS)
    await runChecks(SYSTEM, 'schedule')
    expect((await incidents()).map((one) => one.status)).toEqual(['open', 'resolved'])
  })

  it('see failed calls, a silence, and wrong answers', async () => {
    for (let day = 0; day <= 28; day++) if (day % 7 === 0 && day < 28) await week(day)
    await insertErrors(db, clinic.modelId, START + 28 * DAY_MS + 9 * HOUR_MS, 'invalid', 60)
    await insertOutcomes(db, clinic, START + 21 * DAY_MS, 60, 60)
    clock.set(START + 29 * DAY_MS)
    await runChecks(SYSTEM, 'schedule')
    const found = new Map((await incidents()).map((one) => [one.kind, one]))
    expect([...found.keys()].sort()).toEqual(['accuracy', 'errors', 'volume'])
    expect(found.get('volume')).toMatchObject({ severity: 'problem', sentence: 'Nobody asked the model in the last 24 hours; usually it is asked about 400 times.' })
    expect(found.get('errors')?.sentence).toContain('60 of 60')
    expect(found.get('accuracy')?.sentence).toContain('The model was right in 50')
    // Switching a monitor off ends its incident.
    const monitors = (await listMonitors(db)).filter((monitor) => monitor.rule.kind !== 'volume')
    await setMonitors(operator, 'no-show-risk', { monitors })
    await runChecks(SYSTEM, 'schedule')
    expect((await incidents()).find((one) => one.kind === 'volume')).toMatchObject({ status: 'resolved', resolution: 'The monitor was switched off.' })
  })

  it('are for those who may, and monitors too', async () => {
    await expect(runChecks(viewer, 'person')).rejects.toMatchObject({ kind: 'forbidden' })
    await expect(setMonitors(viewer, 'no-show-risk', { monitors: [] })).rejects.toMatchObject({ kind: 'forbidden' })
    await expect(setMonitors(operator, 'no-show-risk', { monitors: [{ id: 'nothing', rule: { kind: 'errors', mostShare: 0.1, windowHours: 24, minimumCalls: 1 } }] })).rejects.toMatchObject({ code: 'monitor_unknown' })
    await expect(setMonitors(operator, 'no-show-risk', { monitors: [{ rule: { kind: 'errors', mostShare: 2, windowHours: 24, minimumCalls: 1 } }] })).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('run once when due, once after downtime, never twice at once', async () => {
    await planChecks('0 * * * *')
    await runWhatIsDue()
    expect(await lastRun(db, CHECKS)).toBeNull()
    clock.set(START + HOUR_MS + 3000)
    await Promise.all([runWhatIsDue(), runWhatIsDue(), runWhatIsDue()])
    // A restart plans again and finds nothing due.
    await planChecks('0 * * * *')
    await runWhatIsDue()
    expect((await listRuns(db, CHECKS)).runs).toMatchObject([{ trigger: 'schedule', status: 'succeeded', startedAt: START + HOUR_MS + 3000 }])
    clock.set(START + 100 * HOUR_MS + 60_000)
    await runWhatIsDue()
    await runWhatIsDue()
    expect((await listRuns(db, CHECKS)).runs.map((run) => run.trigger)).toEqual(['catch-up', 'schedule'])
    expect(await findSchedule(db, CHECKS)).toMatchObject({ nextDueAt: START + 101 * HOUR_MS })
  })

  it('that were missed are an incident, which ends with the next run', async () => {
    await planChecks('0 * * * *')
    clock.set(START + 3 * HOUR_MS + 5 * 60_000)
    await runWhatIsDue()
    const [incident] = await incidents()
    expect(incident).toMatchObject({ kind: 'heartbeat', status: 'resolved', severity: 'problem', resolution: 'The check runs again.' })
    expect(incident?.sentence).toContain('It was due at 2026-06-01 01:00 UTC')
    expect((await listDeliveries(db, { incidentId: incident?.id })).map((one) => one.event)).toEqual(['resolved', 'opened'])
  })

  it('that fail are recorded, and become an incident when none succeeds in time', async () => {
    await planChecks('0 * * * *')
    clock.set(START + HOUR_MS)
    await week(0)
    await insertErrors(db, clinic.modelId, START, 'invalid', 60)
    await db.write((tx) => tx.update(tx.tables(servingTables).profiles).set({ profile: new Uint8Array([9, 9]), hour: START }))
    await runWhatIsDue()
    expect(await lastRun(db, CHECKS)).toMatchObject({ status: 'failed', summary: { failed: 1 } })
    // One profile that cannot be read does not blind the other monitors.
    expect(await incidents()).toMatchObject([{ kind: 'errors', status: 'open' }])
    clock.set(START + HOUR_MS + 11 * 60_000)
    await runWhatIsDue()
    expect((await incidents())[0]).toMatchObject({ kind: 'heartbeat', status: 'open' })
  })
})
