// Writes about incidents: what checks find, and what people do about it.
import { and, eq, ne } from 'drizzle-orm'
import { SYSTEM, type Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database, type Session } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { notFound, ProblemError } from '@/lib/platform/errors'
import { publish } from '@/lib/platform/events'
import { newId } from '@/lib/platform/ids'
import { parse } from '@/lib/platform/parse'
import { noteSchema, resolutionSchema, type Delivery, type IncidentView, type Observation } from '../contract'
import { enabledChannelIds, findIncident, lastResolvedByPeople, unresolvedIncidents } from '../queries'
import { afterAction, stepFor, type IncidentAction } from '../rules/incident'
import { alertsTables } from '../tables'

export interface Changes {
  opened: string[]
  resolved: string[]
}

/**
 * Opens, updates and closes incidents by what was observed, and puts the messages about it into the outbox, all in the
 * caller's transaction. The same observation twice changes nothing the second time, on whichever replica it comes.
 */
export async function recordObservations(tx: Session, observations: readonly Observation[], at: number): Promise<Changes> {
  const unresolved = new Map((await unresolvedIncidents(tx)).map((incident) => [incident.fingerprint, incident]))
  const byPeople = await lastResolvedByPeople(tx, observations.map((one) => one.fingerprint))
  const changes: Changes = { opened: [], resolved: [] }
  for (const observation of observations) {
    const incident = unresolved.get(observation.fingerprint)
    const step = stepFor(observation, { unresolved: incident ?? null, resolvedByPersonAt: byPeople.get(observation.fingerprint) ?? null }, at)
    if (step === 'open') {
      const id = await openIncident(tx, observation, at)
      if (id !== null) changes.opened.push(id)
    } else if (step === 'update' && incident) {
      await updateIncident(tx, incident, observation, at)
    } else if (step === 'resolve' && incident) {
      if (await closeIncident(tx, incident, observation.sentence, at)) changes.resolved.push(incident.id)
    }
  }
  return changes
}

/** Tells the sender that messages wait. Call it after the transaction, and do not depend on it. */
export async function announceDeliveries(changes: Changes): Promise<void> {
  if (changes.opened.length + changes.resolved.length > 0) await publish('deliveries.waiting', {})
}

/** null when another check opened it first: of a fingerprint at most one incident is unresolved. */
async function openIncident(tx: Session, observation: Observation, at: number): Promise<string | null> {
  const { incidents } = tx.tables(alertsTables)
  const { state: _, ...row } = observation
  const id = newId()
  const [opened] = await tx
    .insert(incidents)
    .values({ ...row, id, status: 'open', openedAt: at, updatedAt: at })
    .onConflictDoNothing()
    .returning({ id: incidents.id })
  if (!opened) return null
  await appendAuditEvent(tx, {
    actor: SYSTEM,
    action: 'incident.opened',
    target: { kind: 'incident', id, name: row.title },
    modelId: row.modelId,
    after: { kind: row.kind, severity: row.severity, sentence: row.sentence },
  })
  await queueDeliveries(tx, id, 'opened', at)
  return id
}

/** The newest figures; what was said when it opened stays in the audit trail. Severity only rises, so it cannot waver. */
async function updateIncident(tx: Session, incident: IncidentView, observation: Observation, at: number): Promise<void> {
  const { title, sentence, evidence } = observation
  const severity = incident.severity === 'problem' ? 'problem' : observation.severity
  const { incidents } = tx.tables(alertsTables)
  await tx
    .update(incidents)
    .set({ severity, title, sentence, evidence, updatedAt: at })
    .where(and(eq(incidents.id, incident.id), ne(incidents.status, 'resolved')))
  if (severity === incident.severity) return
  await appendAuditEvent(tx, {
    actor: SYSTEM,
    action: 'incident.severity-raised',
    target: { kind: 'incident', id: incident.id, name: title },
    modelId: incident.modelId,
    before: { severity: incident.severity },
    after: { severity, sentence },
  })
}

async function closeIncident(tx: Session, incident: IncidentView, resolution: string, at: number): Promise<boolean> {
  const { incidents } = tx.tables(alertsTables)
  const [closed] = await tx
    .update(incidents)
    .set({ status: 'resolved', resolvedAt: at, resolvedBy: SYSTEM.name, resolution, updatedAt: at })
    .where(and(eq(incidents.id, incident.id), ne(incidents.status, 'resolved')))
    .returning({ id: incidents.id })
  if (!closed) return false
  await appendAuditEvent(tx, {
    actor: SYSTEM,
    action: 'incident.resolved',
    target: { kind: 'incident', id: incident.id, name: incident.title },
    modelId: incident.modelId,
    before: { status: incident.status },
    after: { status: 'resolved' },
    reason: resolution,
  })
  await queueDeliveries(tx, incident.id, 'resolved', at)
  return true
}

async function queueDeliveries(tx: Session, incidentId: string, event: Delivery['event'], at: number): Promise<void> {
  const { deliveries } = tx.tables(alertsTables)
  for (const channelId of await enabledChannelIds(tx)) {
    await tx.insert(deliveries).values({
      id: newId(), channelId, incidentId, event, status: 'waiting', attempts: 0, nextAttemptAt: at, createdAt: at,
    })
  }
}

export async function acknowledgeIncident(actor: Principal | null, id: string, input: { note?: string } = {}): Promise<IncidentView> {
  authorize(actor, 'incident:handle')
  const { note } = parse(noteSchema, input)
  return act(actor, id, 'acknowledge', note)
}

export async function resolveIncident(actor: Principal | null, id: string, input: { note?: string }): Promise<IncidentView> {
  authorize(actor, 'incident:handle')
  const { note } = parse(resolutionSchema, input)
  return act(actor, id, 'resolve', note)
}

async function act(actor: Principal, id: string, action: IncidentAction, note: string): Promise<IncidentView> {
  const db = await database()
  const at = now()
  const incident = await db.write(async (tx) => {
    const { incidents } = tx.tables(alertsTables)
    const before = await findIncident(tx, id)
    if (!before) throw notFound('incident with this id', 'incident_unknown')
    const after = afterAction(before.status, action)
    if ('refused' in after) throw new ProblemError('conflict', after.refused, { code: 'incident_already_handled' })
    const change =
      action === 'acknowledge'
        ? { status: after.status, acknowledgedAt: at, acknowledgedBy: actor.name, updatedAt: at }
        : { status: after.status, resolvedAt: at, resolvedBy: actor.name, resolution: note, updatedAt: at }
    // Conditional, so that of two people (or a check and a person) one gets a conflict and not a double act.
    const [changed] = await tx
      .update(incidents)
      .set(change)
      .where(and(eq(incidents.id, id), eq(incidents.status, before.status)))
      .returning({ id: incidents.id })
    if (!changed) throw new ProblemError('conflict', 'This incident changed meanwhile. Look at it again.', { code: 'incident_already_handled' })
    await appendAuditEvent(tx, {
      actor,
      action: action === 'acknowledge' ? 'incident.acknowledged' : 'incident.resolved',
      target: { kind: 'incident', id, name: before.title },
      modelId: before.modelId,
      before: { status: before.status },
      after: { status: after.status },
      reason: note === '' ? null : note,
    })
    if (action === 'resolve') await queueDeliveries(tx, id, 'resolved', at)
    return { ...before, ...change }
  })
  if (action === 'resolve') await publish('deliveries.waiting', {})
  return incident
}
