import { sql } from 'drizzle-orm'
import type { Kit } from '@/lib/database/kit'
import { INCIDENT_KINDS, type ChannelSettings, type IncidentEvidence } from './contract'

export const alertsTables = (kit: Kit) => {
  const incidents = kit.table(
    'incidents',
    {
      id: kit.text('id').primaryKey(),
      /** Model and monitor (or check) it is about; at most one incident of a fingerprint is unresolved. */
      fingerprint: kit.text('fingerprint').notNull(),
      modelId: kit.text('model_id'),
      environment: kit.text('environment'),
      monitorId: kit.text('monitor_id'),
      kind: kit.oneOf('kind', [...INCIDENT_KINDS]).notNull(),
      severity: kit.oneOf('severity', ['attention', 'problem']).notNull(),
      status: kit.oneOf('status', ['open', 'acknowledged', 'resolved']).notNull(),
      title: kit.text('title').notNull(),
      /** In business words: what happened, compared with what. */
      sentence: kit.text('sentence').notNull(),
      evidence: kit.json<IncidentEvidence>('evidence').notNull(),
      openedAt: kit.time('opened_at').notNull(),
      updatedAt: kit.time('updated_at').notNull(),
      acknowledgedAt: kit.time('acknowledged_at'),
      acknowledgedBy: kit.text('acknowledged_by'),
      resolvedAt: kit.time('resolved_at'),
      resolvedBy: kit.text('resolved_by'),
      resolution: kit.text('resolution'),
    },
    (table) => [
      kit.uniqueIndex('incidents_unresolved').on(table.fingerprint).where(sql`status <> 'resolved'`),
      kit.index('incidents_model').on(table.modelId, table.openedAt),
      kit.index('incidents_status').on(table.status),
    ],
  )
  const channels = kit.table('channels', {
    id: kit.text('id').primaryKey(),
    name: kit.text('name').notNull(),
    settings: kit.json<ChannelSettings>('settings').notNull(),
    isEnabled: kit.boolean('is_enabled').notNull(),
    createdAt: kit.time('created_at').notNull(),
    createdBy: kit.text('created_by').notNull(),
    /** A deleted channel stays for the record of what it was sent. */
    deletedAt: kit.time('deleted_at'),
  })
  /** Outbox: written in the transaction that opened or closed the incident, sent afterwards, at least once. */
  const deliveries = kit.table(
    'deliveries',
    {
      id: kit.text('id').primaryKey(),
      channelId: kit.text('channel_id').notNull().references(() => channels.id),
      /** null for a test of the channel. */
      incidentId: kit.text('incident_id').references(() => incidents.id),
      event: kit.oneOf('event', ['opened', 'resolved', 'test']).notNull(),
      status: kit.oneOf('status', ['waiting', 'delivered', 'failed']).notNull(),
      attempts: kit.integer('attempts').notNull(),
      nextAttemptAt: kit.time('next_attempt_at').notNull(),
      lastError: kit.text('last_error'),
      createdAt: kit.time('created_at').notNull(),
      deliveredAt: kit.time('delivered_at'),
    },
    (table) => [
      kit.index('deliveries_waiting').on(table.status, table.nextAttemptAt),
      kit.index('deliveries_incident').on(table.incidentId),
      kit.index('deliveries_channel').on(table.channelId, table.createdAt),
    ],
  )
  return { incidents, channels, deliveries }
}
