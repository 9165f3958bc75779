import { registryTables } from '@/lib/registry/tables'
import { tablesFor, type Kit } from '@/lib/database/kit'
import type { GateEvidence, GateRule, ReleasePlan } from './contract'

export const releasesTables = (kit: Kit) => {
  const { models, versions, environments } = tablesFor(kit, registryTables)
  /** Per model and environment; the newest row counts, older ones stay for the record. */
  const policies = kit.table(
    'policies',
    {
      id: kit.text('id').primaryKey(),
      modelId: kit.text('model_id').notNull().references(() => models.id),
      environment: kit.text('environment').notNull().references(() => environments.name),
      revision: kit.integer('revision').notNull(),
      requiredApprovals: kit.integer('required_approvals').notNull(),
      gates: kit.json<GateRule[]>('gates').notNull(),
      createdAt: kit.time('created_at').notNull(),
      createdBy: kit.text('created_by').notNull(),
    },
    (table) => [kit.uniqueIndex('policies_revision').on(table.modelId, table.environment, table.revision)],
  )
  const promotions = kit.table(
    'promotions',
    {
      id: kit.text('id').primaryKey(),
      modelId: kit.text('model_id').notNull().references(() => models.id),
      versionId: kit.text('version_id').notNull().references(() => versions.id),
      environment: kit.text('environment').notNull().references(() => environments.name),
      plan: kit.json<ReleasePlan>('plan').notNull(),
      reason: kit.text('reason').notNull(),
      status: kit.oneOf('status', ['pending', 'approved', 'rejected', 'cancelled']).notNull(),
      requiredApprovals: kit.integer('required_approvals').notNull(),
      /** The release in force when the gates ran: what their evidence compares with. Null where there was none. */
      replaces: kit.text('replaces'),
      requestedBy: kit.text('requested_by').notNull(),
      requestedByName: kit.text('requested_by_name').notNull(),
      requestedAt: kit.time('requested_at').notNull(),
      decidedAt: kit.time('decided_at'),
    },
    (table) => [
      kit.index('promotions_model').on(table.modelId, table.requestedAt),
      kit.index('promotions_status').on(table.status),
    ],
  )
  const approvals = kit.table(
    'approvals',
    {
      id: kit.text('id').primaryKey(),
      promotionId: kit.text('promotion_id').notNull().references(() => promotions.id),
      userId: kit.text('user_id').notNull(),
      userName: kit.text('user_name').notNull(),
      decision: kit.oneOf('decision', ['approve', 'reject']).notNull(),
      comment: kit.text('comment').notNull(),
      at: kit.time('at').notNull(),
    },
    (table) => [kit.uniqueIndex('approvals_once').on(table.promotionId, table.userId)],
  )
  const gateResults = kit.table(
    'gate_results',
    {
      id: kit.text('id').primaryKey(),
      promotionId: kit.text('promotion_id').notNull().references(() => promotions.id),
      gate: kit.text('gate').notNull(),
      verdict: kit.oneOf('verdict', ['passed', 'failed', 'warning']).notNull(),
      sentence: kit.text('sentence').notNull(),
      evidence: kit.json<GateEvidence>('evidence').notNull(),
      at: kit.time('at').notNull(),
    },
    (table) => [kit.index('gate_results_promotion').on(table.promotionId)],
  )
  /** Append-only: a release lasts until the next one of its model and environment starts. Triggers refuse changes. */
  const releases = kit.table(
    'releases',
    {
      id: kit.text('id').primaryKey(),
      modelId: kit.text('model_id').notNull().references(() => models.id),
      environment: kit.text('environment').notNull().references(() => environments.name),
      /** Counts up by one per model and environment; two racing switches cannot both take the same number. */
      sequence: kit.integer('sequence').notNull(),
      kind: kit.oneOf('kind', ['promotion', 'rollback']).notNull(),
      promotionId: kit.text('promotion_id').references(() => promotions.id),
      /** For a rollback: the earlier release whose champion serves again. */
      rollbackTo: kit.text('rollback_to'),
      reason: kit.text('reason').notNull(),
      startedAt: kit.time('started_at').notNull(),
      startedBy: kit.text('started_by').notNull(),
      startedByName: kit.text('started_by_name').notNull(),
    },
    (table) => [
      kit.uniqueIndex('releases_sequence').on(table.modelId, table.environment, table.sequence),
      kit.index('releases_started').on(table.modelId, table.environment, table.startedAt),
    ],
  )
  /** Which versions serve, with which share of traffic in basis points (10,000 = all). A trigger demands an approval. */
  const releaseArms = kit.table(
    'release_arms',
    {
      releaseId: kit.text('release_id').notNull().references(() => releases.id),
      versionId: kit.text('version_id').notNull().references(() => versions.id),
      role: kit.oneOf('role', ['champion', 'challenger']).notNull(),
      shareBasisPoints: kit.integer('share_basis_points').notNull(),
    },
    (table) => [kit.primaryKey({ columns: [table.releaseId, table.versionId] })],
  )
  return { policies, promotions, approvals, gateResults, releases, releaseArms }
}
