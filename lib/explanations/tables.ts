import type { Kit } from '@/lib/database/kit'

export const explanationsTables = (kit: Kit) => {
  const explanations = kit.table('explanations', {
    predictionId: kit.text('prediction_id').primaryKey(),
    method: kit.oneOf('method', ['exact', 'permutation']).notNull(),
    /** What is explained: the score as served. */
    scale: kit.oneOf('scale', ['probability', 'value']).notNull(),
    /** Mean model output over the background sample; `base + sum(values)` is the model's answer. */
    base: kit.real('base').notNull(),
    /** Shapley values in the order of the version's fields. */
    values: kit.json<number[]>('values').notNull(),
    /** Standard errors in the same order; zeros where the method is exact. */
    errors: kit.json<number[]>('errors').notNull(),
    /** How many orders of the fields were walked, which with the row repeats the values to the bit; 0 where exact. */
    permutations: kit.integer('permutations').notNull(),
    backgroundHash: kit.text('background_hash').notNull(),
    createdAt: kit.time('created_at').notNull(),
  })
  return { explanations }
}
