// The check: what every monitor says now, and what follows from it.
import { eq } from 'drizzle-orm'
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { announceDeliveries, recordObservations } from '@/lib/alerts/commands'
import type { Observation } from '@/lib/alerts/contract'
import { unresolvedIncidents } from '@/lib/alerts/queries'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database, type Database } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { newId } from '@/lib/platform/ids'
import { logger } from '@/lib/platform/logging'
import { ensureDefaultMonitors, keepFindings } from '@/lib/monitoring/commands'
import { evaluateMonitors, listMonitors, type Evaluation } from '@/lib/monitoring/queries'
import { currentReleases } from '@/lib/releases/queries'
import { CHECKS, type CheckSummary, type Run, type RunTrigger } from './contract'
import { findSchedule, lastSuccessAt } from './queries'
import { missedRun } from './rules'
import { automationTables } from './tables'

/**
 * Looks at all monitors of released models; opens, updates and closes incidents. Running it twice, or twice at once, changes
 * nothing the second time. Records itself as a run, also when it fails.
 */
export async function runChecks(actor: Principal | null, trigger: RunTrigger): Promise<Run> {
  authorize(actor, 'check:run')
  const db = await database()
  const started = now()
  const id = newId()
  await db.write(async (tx) => {
    const { runs } = tx.tables(automationTables)
    await tx.insert(runs).values({ id, schedule: CHECKS, trigger, startedAt: started, status: 'running', summary: {} })
  })
  try {
    const summary = await check(db, actor, id, started)
    return { id, schedule: CHECKS, trigger, startedAt: started, finishedAt: now(), status: statusOf(summary), summary: { ...summary } }
  } catch (error) {
    await db.write(async (tx) => {
      const { runs } = tx.tables(automationTables)
      const summary = { error: error instanceof Error ? error.message : 'unknown reason' }
      await tx.update(runs).set({ status: 'failed', finishedAt: now(), summary }).where(eq(runs.id, id))
    })
    throw error
  }
}

async function check(db: Database, actor: Principal, runId: string, at: number): Promise<CheckSummary> {
  for (const release of await currentReleases(db)) {
    if (release.environment === 'production') await ensureDefaultMonitors(release.modelId, release.environment)
  }
  const open = await unresolvedIncidents(db)
  const isOpen = (monitorId: string) => open.some((incident) => incident.monitorId === monitorId)
  const { evaluations, failures } = await evaluateMonitors(db, at, isOpen)
  for (const { monitor, reason } of failures) logger().error({ err: reason, monitor: monitor.id }, 'a monitor could not be evaluated')
  const watched = new Set((await listMonitors(db)).filter((monitor) => monitor.isEnabled).map((monitor) => monitor.id))
  const unwatched = open.filter((incident) => incident.monitorId !== null && !watched.has(incident.monitorId))

  const { summary, changes } = await db.write(async (tx) => {
    const { runs } = tx.tables(automationTables)
    const observations = [...evaluations.map(asObservation), ...unwatched.map(asSwitchedOff)]
    const changes = await recordObservations(tx, observations, at)
    await keepFindings(tx, evaluations.map(({ monitor, finding }) => ({ monitorId: monitor.id, finding })), at)
    const summary: CheckSummary = {
      monitors: evaluations.length,
      fired: evaluations.filter(({ finding }) => finding.state === 'fired').length,
      insufficient: evaluations.filter(({ finding }) => finding.state === 'insufficient').length,
      failed: failures.length,
      opened: changes.opened.length,
      resolved: changes.resolved.length,
    }
    await tx.update(runs).set({ status: statusOf(summary), finishedAt: now(), summary: { ...summary } }).where(eq(runs.id, runId))
    await appendAuditEvent(tx, {
      actor,
      action: 'check.run',
      target: { kind: 'run', id: runId, name: 'Check of all monitors' },
      after: summary,
    })
    return { summary, changes }
  })
  const heartbeat = await watchHeartbeat(db, at)
  await announceDeliveries({ opened: [...changes.opened, ...heartbeat.opened], resolved: [...changes.resolved, ...heartbeat.resolved] })
  return summary
}

function statusOf(summary: CheckSummary): Run['status'] {
  return summary.failed > 0 ? 'failed' : 'succeeded'
}

function asObservation({ monitor, finding }: Evaluation): Observation {
  const { state, severity, title, sentence, figures, fields, window } = finding
  return {
    fingerprint: `monitor:${monitor.id}`,
    modelId: monitor.modelId,
    environment: monitor.environment,
    monitorId: monitor.id,
    kind: monitor.rule.kind,
    state,
    severity,
    title,
    sentence,
    evidence: { figures, fields, window },
  }
}

function asSwitchedOff(incident: Omit<Observation, 'state'>): Observation {
  return { ...incident, state: 'quiet', sentence: 'The monitor was switched off.' }
}

/** Opens an incident when the check did not run when it was due, and closes it when it has run again. */
export async function watchHeartbeat(db: Database, at: number): Promise<{ opened: string[]; resolved: string[] }> {
  const schedule = await findSchedule(db, CHECKS)
  if (!schedule) return { opened: [], resolved: [] }
  const missedAt = missedRun(schedule, await lastSuccessAt(db, CHECKS), at)
  const fingerprint = `heartbeat:${CHECKS}`
  const isOpen = (await unresolvedIncidents(db)).some((incident) => incident.fingerprint === fingerprint)
  if (missedAt === null && !isOpen) return { opened: [], resolved: [] }
  const observation: Observation = {
    fingerprint,
    modelId: null,
    environment: null,
    monitorId: null,
    kind: 'heartbeat',
    state: missedAt === null ? 'quiet' : 'fired',
    severity: 'problem',
    title: 'The check of all monitors did not run on time',
    sentence:
      missedAt === null
        ? 'The check runs again.'
        : `It was due at ${asText(missedAt)} and has not finished well since. Until it does, nobody is warned of drift or errors.`,
    evidence: missedAt === null ? { figures: [] } : { figures: [{ name: 'Due at', value: asText(missedAt) }], window: { from: missedAt, to: at } },
  }
  return db.write((tx) => recordObservations(tx, [observation], at))
}

function asText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
