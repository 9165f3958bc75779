import type { Kit } from '@/lib/database/kit'
import type { ReasonSettings } from './contract'

export const explanationsTables = (kit: Kit) => {
  /** Explanations made later than the prediction: on demand, by sampling, or on another scale than the one served. */
  const explanations = kit.table(
    'explanations',
    {
      predictionId: kit.id('prediction_id').notNull(),
      method: kit.oneOf('method', ['exact', 'permutation']).notNull(),
      /** What is explained: log-odds, the score as served, or a regression's value. */
      scale: kit.oneOf('scale', ['margin', 'probability', 'value']).notNull(),
      /** Mean over the background sample; `base + sum(values)` is the model's answer on that scale. */
      base: kit.real('base').notNull(),
      /** Shapley values in the order of the version's fields. */
      values: kit.json<number[]>('values').notNull(),
      /** Standard errors in the same order; zeros where the method is exact. */
      errors: kit.json<number[]>('errors').notNull(),
      /** How many orders of the fields were walked, which with the row repeats the values to the bit; 0 where exact. */
      permutations: kit.integer('permutations').notNull(),
      /** The runtime's float32 answer minus what the explanation adds up to, in the answer's unit. */
      residual: kit.real('residual'),
      backgroundHash: kit.text('background_hash').notNull(),
      createdAt: kit.time('created_at').notNull(),
    },
    (table) => [kit.primaryKey({ columns: [table.predictionId, table.scale] })],
  )
  /** How a model's reasons are told. Newest revision counts. */
  const reasonSettings = kit.table(
    'reason_settings',
    {
      id: kit.text('id').primaryKey(),
      modelId: kit.text('model_id').notNull(),
      revision: kit.integer('revision').notNull(),
      settings: kit.json<ReasonSettings>('settings').notNull(),
      createdAt: kit.time('created_at').notNull(),
      createdBy: kit.text('created_by').notNull(),
    },
    (table) => [kit.uniqueIndex('reason_settings_revision').on(table.modelId, table.revision)],
  )
  return { explanations, reasonSettings }
}
