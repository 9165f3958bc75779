import type { Kit } from '@/lib/database/kit'
import { EXPLANATION_MODES, type GuardrailHit, type GuardrailRule } from './contract'

export const servingTables = (kit: Kit) => {
  /** Newest revision of a model and environment counts. */
  const guardrails = kit.table(
    'guardrails',
    {
      id: kit.text('id').primaryKey(),
      modelId: kit.text('model_id').notNull(),
      environment: kit.text('environment').notNull(),
      revision: kit.integer('revision').notNull(),
      rules: kit.json<GuardrailRule[]>('rules').notNull(),
      createdAt: kit.time('created_at').notNull(),
      createdBy: kit.text('created_by').notNull(),
    },
    (table) => [kit.uniqueIndex('guardrails_revision').on(table.modelId, table.environment, table.revision)],
  )
  /** Newest revision of a model and environment counts. */
  const explanationPolicies = kit.table(
    'explanation_policies',
    {
      id: kit.text('id').primaryKey(),
      modelId: kit.text('model_id').notNull(),
      environment: kit.text('environment').notNull(),
      revision: kit.integer('revision').notNull(),
      mode: kit.oneOf('mode', [...EXPLANATION_MODES]).notNull(),
      share: kit.real('share').notNull(),
      createdAt: kit.time('created_at').notNull(),
      createdBy: kit.text('created_by').notNull(),
    },
    (table) => [kit.uniqueIndex('explanation_policies_revision').on(table.modelId, table.environment, table.revision)],
  )
  /** Every answered row. Written by the group commit only; no foreign keys on the hot path, rows here never change. */
  const predictions = kit.table(
    'predictions',
    {
      id: kit.text('id').primaryKey(),
      at: kit.time('at').notNull(),
      modelId: kit.text('model_id').notNull(),
      versionId: kit.text('version_id').notNull(),
      releaseId: kit.text('release_id').notNull(),
      environment: kit.text('environment').notNull(),
      /** The token or person that called: `token:<id>` or `user:<id>`. */
      caller: kit.text('caller').notNull(),
      subject: kit.text('subject'),
      requestId: kit.text('request_id'),
      /** JSON array of the field values in the order of the version's signature. */
      inputs: kit.text('inputs').notNull(),
      label: kit.text('label'),
      /** Probability of the positive class, or the value of a regression. What was answered. */
      score: kit.real('score'),
      /** What the model itself said, where a guardrail answered instead. */
      modelScore: kit.real('model_score'),
      /** Further outputs such as all class probabilities, when there are more than two. */
      extra: kit.json<Record<string, number> | null>('extra'),
      guardrail: kit.json<GuardrailHit | null>('guardrail'),
      latencyMicros: kit.integer('latency_micros').notNull(),
      /** lib/serving/rules/served-explanation encoding. */
      explanation: kit.blob('explanation'),
      /** The field with the largest contribution of the explanation. */
      topReason: kit.text('top_reason'),
    },
    (table) => [
      kit.index('predictions_model').on(table.modelId, table.at),
      kit.index('predictions_subject').on(table.subject),
      kit.index('predictions_reason').on(table.modelId, table.topReason, table.at),
    ],
  )
  const outcomes = kit.table(
    'outcomes',
    {
      predictionId: kit.text('prediction_id').primaryKey(),
      modelId: kit.text('model_id').notNull(),
      versionId: kit.text('version_id').notNull(),
      /** 1 or 0 for a binary model (1 = positive class), the true value for a regression. */
      value: kit.real('value'),
      label: kit.text('label'),
      occurredAt: kit.time('occurred_at').notNull(),
      receivedAt: kit.time('received_at').notNull(),
    },
    (table) => [kit.index('outcomes_model').on(table.modelId, table.occurredAt)],
  )
  const kpiEvents = kit.table(
    'kpi_events',
    {
      /** The caller's own id, so that sending twice counts once; made from the content where none is given. */
      id: kit.text('id').primaryKey(),
      modelId: kit.text('model_id').notNull(),
      versionId: kit.text('version_id'),
      predictionId: kit.text('prediction_id'),
      subject: kit.text('subject'),
      name: kit.text('name').notNull(),
      value: kit.real('value').notNull(),
      occurredAt: kit.time('occurred_at').notNull(),
      receivedAt: kit.time('received_at').notNull(),
    },
    (table) => [
      kit.index('kpi_events_model').on(table.modelId, table.name, table.occurredAt),
      kit.index('kpi_events_prediction').on(table.predictionId),
    ],
  )
  /** Hourly profile of inputs and output per version; one row per writing process, merged when read. */
  const profiles = kit.table(
    'profiles',
    {
      versionId: kit.text('version_id').notNull(),
      environment: kit.text('environment').notNull(),
      hour: kit.time('hour').notNull(),
      writer: kit.text('writer').notNull(),
      modelId: kit.text('model_id').notNull(),
      rows: kit.integer('rows').notNull(),
      guarded: kit.integer('guarded').notNull(),
      /** lib/math/profile encoding: the fields in signature order, then the score. */
      profile: kit.blob('profile').notNull(),
      /** lib/math/latency-histogram encoding. */
      latency: kit.blob('latency').notNull(),
      /** Of the explained rows: lib/math/attribution-profile; null where none was explained. */
      attributions: kit.blob('attributions'),
      explained: kit.integer('explained').notNull().default(0),
    },
    (table) => [
      kit.primaryKey({ columns: [table.versionId, table.environment, table.hour, table.writer] }),
      kit.index('profiles_model').on(table.modelId, table.environment, table.hour),
    ],
  )
  /** Refused or failed calls per hour and problem code. */
  const callErrors = kit.table(
    'call_errors',
    {
      modelId: kit.text('model_id').notNull(),
      environment: kit.text('environment').notNull(),
      hour: kit.time('hour').notNull(),
      code: kit.text('code').notNull(),
      count: kit.integer('count').notNull(),
    },
    (table) => [kit.primaryKey({ columns: [table.modelId, table.environment, table.hour, table.code] })],
  )
  /** Outcomes joined to predictions, tallied by the hour of the prediction. lib/math/outcome-tally encoding. */
  const outcomeTallies = kit.table(
    'outcome_tallies',
    {
      versionId: kit.text('version_id').notNull(),
      environment: kit.text('environment').notNull(),
      hour: kit.time('hour').notNull(),
      modelId: kit.text('model_id').notNull(),
      tally: kit.blob('tally').notNull(),
    },
    (table) => [
      kit.primaryKey({ columns: [table.versionId, table.environment, table.hour] }),
      kit.index('outcome_tallies_model').on(table.modelId, table.hour),
    ],
  )
  const kpiTallies = kit.table(
    'kpi_tallies',
    {
      versionId: kit.text('version_id').notNull(),
      environment: kit.text('environment').notNull(),
      name: kit.text('name').notNull(),
      hour: kit.time('hour').notNull(),
      modelId: kit.text('model_id').notNull(),
      count: kit.integer('count').notNull(),
      sum: kit.real('sum').notNull(),
      sumOfSquares: kit.real('sum_of_squares').notNull(),
    },
    (table) => [
      kit.primaryKey({ columns: [table.versionId, table.environment, table.name, table.hour] }),
      kit.index('kpi_tallies_model').on(table.modelId, table.hour),
    ],
  )
  return { guardrails, explanationPolicies, predictions, outcomes, kpiEvents, profiles, callErrors, outcomeTallies, kpiTallies }
}
