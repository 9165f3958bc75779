import type { Kit } from '@/lib/database/kit'

export const explanationsTables = (kit: Kit) => {
  const explanations = kit.table('explanations', {
    predictionId: kit.text('prediction_id').primaryKey(),
    method: kit.text('method').notNull(),
    /** Mean model output over the background sample; `base + sum(values)` is the model's answer. */
    base: kit.real('base').notNull(),
    /** Shapley values in the order of the version's fields. */
    values: kit.json<number[]>('values').notNull(),
    /** Standard errors in the same order; zeros where the method is exact. */
    errors: kit.json<number[]>('errors').notNull(),
    backgroundHash: kit.text('background_hash').notNull(),
    createdAt: kit.time('created_at').notNull(),
  })
  return { explanations }
}
