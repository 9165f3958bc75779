// Reads of incidents, channels and deliveries.
import { and, asc, desc, eq, inArray, isNull, lt, lte, max, ne, or, sql } from 'drizzle-orm'
import { SYSTEM } from '@/lib/access/contract'
import type { Session } from '@/lib/database'
import { listAuditEvents } from '@/lib/audit/queries'
import type { AuditEvent } from '@/lib/audit/contract'
import { registryTables } from '@/lib/registry/tables'
import type { ChannelSettings, ChannelView, Delivery, IncidentKind, IncidentStatus, IncidentView } from './contract'
import { targetOf } from './rules/message'
import { alertsTables } from './tables'

export interface IncidentFilter {
  /** `unresolved` stands for open and acknowledged. */
  status?: IncidentStatus | 'unresolved'
  kind?: IncidentKind
  modelId?: string
  from?: number
  to?: number
  before?: IncidentCursor
  limit?: number
}

/** Unresolved ones come first, then the newest: the last row of a page in that order. */
export interface IncidentCursor {
  isResolved: boolean
  openedAt: number
  id: string
}

export interface IncidentPage {
  incidents: IncidentView[]
  next: IncidentCursor | null
}

export async function countOpenIncidents(db: Session, modelId?: string): Promise<number> {
  const { incidents } = db.tables(alertsTables)
  return db.$count(incidents, and(ne(incidents.status, 'resolved'), modelId === undefined ? undefined : eq(incidents.modelId, modelId)))
}

export async function listIncidents(db: Session, filter: IncidentFilter = {}): Promise<IncidentPage> {
  const { incidents } = db.tables(alertsTables)
  const limit = Math.min(filter.limit ?? 50, 200)
  const rank = sql<number>`case when ${incidents.status} = 'resolved' then 1 else 0 end`
  const { before } = filter
  const rows = await selectIncidents(db)
    .where(
      and(
        filter.status === undefined
          ? undefined
          : filter.status === 'unresolved'
            ? ne(incidents.status, 'resolved')
            : eq(incidents.status, filter.status),
        filter.kind === undefined ? undefined : eq(incidents.kind, filter.kind),
        filter.modelId === undefined ? undefined : eq(incidents.modelId, filter.modelId),
        filter.from === undefined ? undefined : or(isNull(incidents.resolvedAt), sql`${incidents.resolvedAt} >= ${filter.from}`),
        filter.to === undefined ? undefined : lt(incidents.openedAt, filter.to),
        before === undefined
          ? undefined
          : or(
              sql`${rank} > ${before.isResolved ? 1 : 0}`,
              and(
                sql`${rank} = ${before.isResolved ? 1 : 0}`,
                or(lt(incidents.openedAt, before.openedAt), and(eq(incidents.openedAt, before.openedAt), lt(incidents.id, before.id))),
              ),
            ),
      ),
    )
    .orderBy(asc(rank), desc(incidents.openedAt), desc(incidents.id))
    .limit(limit + 1)
  const page = rows.slice(0, limit).map(asView)
  const last = page.at(-1)
  return {
    incidents: page,
    next: rows.length > limit && last ? { isResolved: last.status === 'resolved', openedAt: last.openedAt, id: last.id } : null,
  }
}

export async function findIncident(db: Session, id: string): Promise<IncidentView | null> {
  const { incidents } = db.tables(alertsTables)
  const [row] = await selectIncidents(db).where(eq(incidents.id, id))
  return row ? asView(row) : null
}

function selectIncidents(db: Session) {
  const { incidents } = db.tables(alertsTables)
  const { models } = db.tables(registryTables)
  return db
    .select({ incident: incidents, modelSlug: models.slug, modelName: models.name })
    .from(incidents)
    .leftJoin(models, eq(models.id, incidents.modelId))
}

function asView(row: { incident: Omit<IncidentView, 'modelSlug' | 'modelName'>; modelSlug: string | null; modelName: string | null }): IncidentView {
  return { ...row.incident, modelSlug: row.modelSlug, modelName: row.modelName }
}

/** All unresolved ones, for a check. */
export async function unresolvedIncidents(db: Session): Promise<IncidentView[]> {
  const { incidents } = db.tables(alertsTables)
  return (await selectIncidents(db).where(ne(incidents.status, 'resolved'))).map(asView)
}

/** When a person last resolved an incident of each fingerprint. */
export async function lastResolvedByPeople(db: Session, fingerprints: readonly string[]): Promise<Map<string, number>> {
  if (fingerprints.length === 0) return new Map()
  const { incidents } = db.tables(alertsTables)
  const rows = await db
    .select({ fingerprint: incidents.fingerprint, at: max(incidents.resolvedAt) })
    .from(incidents)
    .where(and(inArray(incidents.fingerprint, [...fingerprints]), ne(incidents.resolvedBy, SYSTEM.name)))
    .groupBy(incidents.fingerprint)
  return new Map(rows.flatMap((row) => (row.at === null ? [] : [[row.fingerprint, Number(row.at)] as const])))
}

/** What was done about an incident, newest first. */
export async function incidentTimeline(db: Session, id: string): Promise<AuditEvent[]> {
  return (await listAuditEvents(db, { targetKind: 'incident', targetId: id, limit: 100 })).events
}

export async function listDeliveries(db: Session, filter: { incidentId?: string; channelId?: string; limit?: number }): Promise<Delivery[]> {
  const { deliveries, channels } = db.tables(alertsTables)
  const rows = await db
    .select({ delivery: deliveries, channelName: channels.name })
    .from(deliveries)
    .innerJoin(channels, eq(channels.id, deliveries.channelId))
    .where(
      and(
        filter.incidentId === undefined ? undefined : eq(deliveries.incidentId, filter.incidentId),
        filter.channelId === undefined ? undefined : eq(deliveries.channelId, filter.channelId),
      ),
    )
    .orderBy(desc(deliveries.createdAt), desc(deliveries.id))
    .limit(filter.limit ?? 50)
  return rows.map((row) => ({ ...row.delivery, channelName: row.channelName }))
}

export async function dueDeliveries(db: Session, at: number, limit: number): Promise<{ id: string; nextAttemptAt: number }[]> {
  const { deliveries } = db.tables(alertsTables)
  return db
    .select({ id: deliveries.id, nextAttemptAt: deliveries.nextAttemptAt })
    .from(deliveries)
    .where(and(eq(deliveries.status, 'waiting'), lte(deliveries.nextAttemptAt, at)))
    .orderBy(asc(deliveries.nextAttemptAt))
    .limit(limit)
}

export interface ChannelRow {
  id: string
  name: string
  settings: ChannelSettings
  isEnabled: boolean
  createdAt: number
  createdBy: string
}

/** With its secrets: for sending and changing, never for answers. */
export async function channelById(db: Session, id: string): Promise<ChannelRow | null> {
  const { channels } = db.tables(alertsTables)
  const [row] = await db.select().from(channels).where(and(eq(channels.id, id), isNull(channels.deletedAt)))
  return row ?? null
}

export async function enabledChannelIds(db: Session): Promise<string[]> {
  const { channels } = db.tables(alertsTables)
  const rows = await db.select({ id: channels.id }).from(channels).where(and(eq(channels.isEnabled, true), isNull(channels.deletedAt)))
  return rows.map((row) => row.id)
}

export async function listChannels(db: Session): Promise<ChannelView[]> {
  const { channels } = db.tables(alertsTables)
  const rows = await db.select().from(channels).where(isNull(channels.deletedAt)).orderBy(asc(channels.name), asc(channels.id))
  return Promise.all(
    rows.map(async ({ deletedAt: _, ...row }) => {
      const [last] = await listDeliveries(db, { channelId: row.id, limit: 1 })
      return channelView(row, last)
    }),
  )
}

export function channelView({ settings, ...row }: ChannelRow, last?: Delivery): ChannelView {
  return {
    ...row,
    kind: settings.kind,
    ...targetOf(settings),
    lastDelivery: last ? { status: last.status, at: last.deliveredAt ?? last.createdAt, error: last.lastError } : null,
  }
}
