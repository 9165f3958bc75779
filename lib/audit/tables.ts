import type { Kit } from '@/lib/database/kit'

export const auditTables = (kit: Kit) => {
  /** Append-only: triggers refuse UPDATE and DELETE. `hash` covers the row and the hash before it. */
  const auditEvents = kit.table(
    'audit_events',
    {
      sequence: kit.integer('sequence').primaryKey(),
      id: kit.text('id').notNull().unique(),
      at: kit.time('at').notNull(),
      actorKind: kit.oneOf('actor_kind', ['user', 'token', 'system']).notNull(),
      actorId: kit.text('actor_id').notNull(),
      actorName: kit.text('actor_name').notNull(),
      action: kit.text('action').notNull(),
      targetKind: kit.text('target_kind').notNull(),
      targetId: kit.text('target_id').notNull(),
      targetName: kit.text('target_name').notNull(),
      modelId: kit.text('model_id'),
      before: kit.json<unknown>('before'),
      after: kit.json<unknown>('after'),
      reason: kit.text('reason'),
      requestId: kit.text('request_id'),
      previousHash: kit.text('previous_hash').notNull(),
      hash: kit.text('hash').notNull(),
    },
    (table) => [
      kit.index('audit_events_at').on(table.at),
      kit.index('audit_events_target').on(table.targetKind, table.targetId),
      kit.index('audit_events_model').on(table.modelId),
      kit.index('audit_events_actor').on(table.actorId),
    ],
  )
  /** One row: the end of the chain. Updating it first serialises appends on every engine. */
  const auditHead = kit.table('audit_head', {
    id: kit.integer('id').primaryKey(),
    sequence: kit.integer('sequence').notNull(),
    hash: kit.text('hash').notNull(),
  })
  return { auditEvents, auditHead }
}
