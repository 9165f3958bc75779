import { sql } from 'drizzle-orm'
import type { Kit } from '@/lib/database/kit'
import { CHANNELS, EXPLANATION_MODES, VERSION_STATES, type CallLimits, type GuardrailHit, type GuardrailRule, type ServingSettings } from './contract'

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
  /**
   * What many predictions have in common: who answered whom, and where. Numbers are given by the log as it meets new ones,
   * and never change or go.
   */
  const predictionContexts = kit.table(
    'prediction_contexts',
    {
      number: kit.integer('number').primaryKey(),
      modelId: kit.text('model_id').notNull(),
      versionId: kit.text('version_id').notNull(),
      /** Empty where no release chose the version: it was asked for by its number before it was released. */
      releaseId: kit.text('release_id').notNull(),
      environment: kit.text('environment').notNull(),
      channel: kit.oneOf('channel', [...CHANNELS]).notNull(),
      /** The token or person that called: `token:<id>` or `user:<id>`. */
      caller: kit.text('caller').notNull(),
    },
    (table) => [kit.uniqueIndex('prediction_contexts_members').on(table.versionId, table.caller, table.releaseId, table.environment, table.channel, table.modelId)],
  )
  /** Numbers in place of the texts that indexes of predictions repeat: ids of models, names of fields. */
  const predictionWords = kit.table(
    'prediction_words',
    { number: kit.integer('number').primaryKey(), word: kit.text('word').notNull() },
    (table) => [kit.uniqueIndex('prediction_words_word').on(table.word)],
  )
  /**
   * Every answered row, as docs/decisions/0007 says. Written by insertPredictions only and read through
   * queries/predictions; no foreign keys on the hot path, rows here never change.
   */
  const predictions = kit.table(
    'predictions',
    {
      id: kit.id('id').primaryKey(),
      at: kit.time('at').notNull(),
      /** Number of the model's id among the words. */
      model: kit.shortInteger('model').notNull(),
      context: kit.shortInteger('context').notNull(),
      /** Number of the field with the largest contribution of the explanation, among the words. */
      topReason: kit.shortInteger('top_reason'),
      latencyMicros: kit.shortInteger('latency_micros').notNull(),
      subject: kit.text('subject'),
      requestId: kit.id('request_id'),
      label: kit.text('label'),
      /** Probability of the positive class, or the value of a regression. What was answered. */
      score: kit.real('score'),
      /** What the model itself said, where a guardrail answered instead. */
      modelScore: kit.real('model_score'),
      /** Further outputs such as all class probabilities, when there are more than two. */
      extra: kit.json<Record<string, number> | null>('extra'),
      guardrail: kit.json<GuardrailHit | null>('guardrail'),
      /** lib/serving/rules/packed-inputs encoding. */
      inputs: kit.blob('inputs').notNull(),
      /** lib/serving/rules/served-explanation encoding. */
      explanation: kit.blob('explanation'),
    },
    (table) => [
      kit.index('predictions_model').on(table.model, table.at),
      kit.index('predictions_subject').on(table.subject).where(sql`subject is not null`),
      kit.index('predictions_reason').on(table.model, table.topReason, table.at).where(sql`top_reason is not null`),
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
      channel: kit.oneOf('channel', [...CHANNELS]).notNull().default('online'),
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
      kit.primaryKey({ columns: [table.versionId, table.environment, table.hour, table.writer, table.channel] }),
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
  /** How an environment of a model answers; newest revision counts. */
  const servingSettings = kit.table(
    'serving_settings',
    {
      id: kit.text('id').primaryKey(),
      modelId: kit.text('model_id').notNull(),
      environment: kit.text('environment').notNull(),
      revision: kit.integer('revision').notNull(),
      settings: kit.json<ServingSettings>('settings').notNull(),
      createdAt: kit.time('created_at').notNull(),
      createdBy: kit.text('created_by').notNull(),
    },
    (table) => [kit.uniqueIndex('serving_settings_revision').on(table.modelId, table.environment, table.revision)],
  )
  /** Of a token; newest revision counts. */
  const tokenLimits = kit.table(
    'token_limits',
    {
      id: kit.text('id').primaryKey(),
      tokenId: kit.text('token_id').notNull(),
      revision: kit.integer('revision').notNull(),
      limits: kit.json<CallLimits>('limits').notNull(),
      createdAt: kit.time('created_at').notNull(),
      createdBy: kit.text('created_by').notNull(),
    },
    (table) => [kit.uniqueIndex('token_limits_revision').on(table.tokenId, table.revision)],
  )
  /** Who used which model how much, by the hour; written with the log's commits. */
  const usage = kit.table(
    'usage',
    {
      caller: kit.text('caller').notNull(),
      modelId: kit.text('model_id').notNull(),
      environment: kit.text('environment').notNull(),
      channel: kit.oneOf('channel', [...CHANNELS]).notNull(),
      hour: kit.time('hour').notNull(),
      calls: kit.integer('calls').notNull(),
      rows: kit.integer('rows').notNull(),
      /** Calls that were not answered, whatever the reason. */
      refused: kit.integer('refused').notNull(),
      /** Sum over the answered calls, from arrival to the log. */
      latencyMicros: kit.integer('latency_micros').notNull(),
    },
    (table) => [
      kit.primaryKey({ columns: [table.caller, table.modelId, table.environment, table.channel, table.hour] }),
      kit.index('usage_hour').on(table.hour),
      kit.index('usage_model').on(table.modelId, table.hour),
    ],
  )
  /** Versions whose file has to prove itself, or has failed to: a row only where there is something to say. */
  const versionHealth = kit.table('version_health', {
    versionId: kit.text('version_id').primaryKey(),
    state: kit.oneOf('state', [...VERSION_STATES]).notNull(),
    crashes: kit.integer('crashes').notNull(),
    /** Rows it has answered on its own, in a process where it can harm nobody. */
    rowsAnswered: kit.integer('rows_answered').notNull(),
    sentence: kit.text('sentence').notNull(),
    changedAt: kit.time('changed_at').notNull(),
  })
  /** One half of a prediction that another engine made, until its other half arrives. */
  const ingestedHalves = kit.table(
    'ingested_halves',
    {
      /** Hash of the sender and the event's id. */
      key: kit.text('key').primaryKey(),
      modelId: kit.text('model_id').notNull(),
      half: kit.oneOf('half', ['request', 'response']).notNull(),
      /** What ingestServed keeps of a half, as JSON. Empty: both have come, and a third is a repetition. */
      body: kit.text('body').notNull(),
      at: kit.time('at').notNull(),
      receivedAt: kit.time('received_at').notNull(),
    },
    (table) => [kit.index('ingested_halves_received').on(table.receivedAt)],
  )
  return { servingSettings, tokenLimits, usage, versionHealth, ingestedHalves, guardrails, explanationPolicies, predictionContexts, predictionWords, predictions, outcomes, kpiEvents, profiles, callErrors, outcomeTallies, kpiTallies }
}
