// Beginning and ending an auditor's review. Decisions themselves are never touched.
import { randomInt } from 'node:crypto'
import { and, eq, isNull } from 'drizzle-orm'
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database, type Session } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { notFound, ProblemError } from '@/lib/platform/errors'
import { newId } from '@/lib/platform/ids'
import { parse } from '@/lib/platform/parse'
import { MOST_REVIEW_STRATA, newReviewSchema, reviewSelectionSchema, type NewReview, type Review, type ReviewPreview, type ReviewSelectionInput } from '../contract'
import { countDecisions, walkDecisions } from '../queries/review-population'
import { settleSelection } from '../queries/review-selection'
import { findReview } from '../queries/reviews'
import { CaseDraw, selectionRefusal, sum, tallyOf } from '../rules/review-sample'
import { evidenceTables } from '../tables'

const SEEDS = 1_000_000_000

/** Counts what a selection would give. It names no decision, so that nobody tries seeds until a sample pleases. */
export async function previewReview(actor: Principal | null, input: ReviewSelectionInput): Promise<ReviewPreview> {
  authorize(actor, 'review:write')
  const asked = parse(reviewSelectionSchema, input)
  const db = await database()
  const { model, selection } = await settleSelection(db, asked)
  const strata = tallyOf({ ...selection, seed: 0 }, await countDecisions(db, model.id, selection))
  const refusal = selectionRefusal(selection.kind, strata)
  return { population: sum(strata, 'population'), cases: sum(strata, 'cases'), strata, stratifyBy: selection.stratifyBy, to: selection.to, refusal: refusal?.message ?? null }
}

export async function createReview(actor: Principal | null, input: NewReview): Promise<Review> {
  authorize(actor, 'review:write')
  const { name, selection: asked } = parse(newReviewSchema, input)
  const db = await database()
  const { model, selection: settled } = await settleSelection(db, asked)
  const selection = { ...settled, seed: asked.seed ?? randomInt(SEEDS) }
  const draw = new CaseDraw(selection)
  await walkDecisions(db, model.id, selection, (predictionId, stratum) => {
    draw.offer(predictionId, stratum)
    return draw.strata <= MOST_REVIEW_STRATA
  })
  const strata = draw.tally()
  const refusal = selectionRefusal(selection.kind, strata)
  if (refusal) throw new ProblemError('invalid', refusal.message, { code: refusal.code })
  const population = sum(strata, 'population')
  const cases = draw.cases()
  const id = newId()
  await db.write(async (tx) => {
    const { reviews, reviewCases } = tx.tables(evidenceTables)
    const head = { id, modelId: model.id, name, selection: { ...selection, strata }, population, createdAt: now(), createdBy: actor.id, createdByName: actor.name }
    await tx.insert(reviews).values(head)
    await tx.insertMany(
      reviewCases,
      cases.map((drawn, index) => ({ reviewId: id, position: index + 1, ...drawn, verdict: null, note: '', notedAt: null, notedByName: null })),
    )
    await appendAuditEvent(tx, {
      actor,
      action: 'review.created',
      target: { kind: 'review', id, name },
      modelId: model.id,
      after: { selection, population, cases: cases.length },
    })
  })
  return requireReview(db, id)
}

/** Afterwards nobody notes anything any more. */
export async function closeReview(actor: Principal | null, id: string): Promise<Review> {
  authorize(actor, 'review:write')
  const db = await database()
  await db.write(async (tx) => {
    const { reviews } = tx.tables(evidenceTables)
    // The row's lock first: a note that is being written is counted, and none comes after.
    const [closed] = await tx.update(reviews).set({ closedAt: now() }).where(and(eq(reviews.id, id), isNull(reviews.closedAt))).returning({ id: reviews.id })
    const review = await requireReview(tx, id)
    if (!closed) throw reviewClosed()
    const { cases, inOrder, concern } = review.progress
    await appendAuditEvent(tx, {
      actor,
      action: 'review.closed',
      target: { kind: 'review', id, name: review.name },
      modelId: review.model.id,
      after: { cases, inOrder, concern, open: cases - inOrder - concern },
    })
  })
  return requireReview(db, id)
}

export async function requireReview(db: Session, id: string): Promise<Review> {
  const review = await findReview(db, id)
  if (!review) throw notFound('review with this id', 'review_unknown')
  return review
}

export function reviewClosed(): ProblemError {
  return new ProblemError('conflict', 'This review is closed, so it can be read and exported, and not changed.', { code: 'review_closed' })
}
