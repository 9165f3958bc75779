import type { Kit } from '@/lib/database/kit'
import { CASE_VERDICTS, type DrawnSelection } from './contract'

export const evidenceTables = (kit: Kit) => {
  /** Ed25519. The newest that is not retired signs; retired ones stay, so that what they signed can be checked. */
  const signingKeys = kit.table('signing_keys', {
    /** RFC 7638 thumbprint of the public key. */
    id: kit.text('id').primaryKey(),
    /** Raw public key, base64url. */
    publicKey: kit.text('public_key').notNull(),
    /** PKCS #8, sealed with the installation's secret; null once retired. */
    sealedPrivateKey: kit.text('sealed_private_key'),
    createdAt: kit.time('created_at').notNull(),
    createdBy: kit.text('created_by').notNull(),
    retiredAt: kit.time('retired_at'),
  })
  const reviews = kit.table(
    'reviews',
    {
      id: kit.text('id').primaryKey(),
      modelId: kit.text('model_id').notNull(),
      name: kit.text('name').notNull(),
      selection: kit.json<DrawnSelection>('selection').notNull(),
      /** Decisions that the selection found, of which the cases are a sample. */
      population: kit.integer('population').notNull(),
      createdAt: kit.time('created_at').notNull(),
      createdBy: kit.text('created_by').notNull(),
      createdByName: kit.text('created_by_name').notNull(),
      closedAt: kit.time('closed_at'),
    },
    (table) => [kit.index('reviews_created').on(table.createdAt)],
  )
  const reviewCases = kit.table(
    'review_cases',
    {
      reviewId: kit.text('review_id').notNull().references(() => reviews.id),
      position: kit.integer('position').notNull(),
      predictionId: kit.id('prediction_id').notNull(),
      /** The group it was drawn from, where the sample is stratified. */
      stratum: kit.text('stratum'),
      verdict: kit.oneOf('verdict', [...CASE_VERDICTS]),
      note: kit.text('note').notNull(),
      notedAt: kit.time('noted_at'),
      notedByName: kit.text('noted_by_name'),
    },
    (table) => [kit.primaryKey({ columns: [table.reviewId, table.position] })],
  )
  return { signingKeys, reviews, reviewCases }
}
