// Opening a case and noting what was found.
import { and, eq, isNull } from 'drizzle-orm'
import type { Principal } from '@/lib/access/contract'
import { authorize, may } from '@/lib/access/rules'
import { appendAuditEvent, holdAuditChain } from '@/lib/audit/commands'
import { auditTables } from '@/lib/audit/tables'
import { database, type Session } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { notFound, ProblemError } from '@/lib/platform/errors'
import { parse } from '@/lib/platform/parse'
import { caseNoteSchema, type CaseNote, type OpenedCase, type Review } from '../contract'
import { caseWithDecision, findCase } from '../queries/review-cases'
import { evidenceTables } from '../tables'
import { requireReview, reviewClosed } from './reviews'

type Noted = Omit<OpenedCase, 'decision'>

/** The case with everything behind the decision. That a person opened it is kept once. */
export async function openCase(actor: Principal | null, reviewId: string, position: number): Promise<OpenedCase> {
  authorize(actor, 'audit:read')
  const db = await database()
  const review = await requireReview(db, reviewId)
  const found = await requireCase(db, reviewId, position)
  if (!(await hasOpened(db, actor, reviewId, position))) {
    await db.write(async (tx) => {
      // Of two tabs that open it at once, the second sees what the first wrote.
      await holdAuditChain(tx)
      if (await hasOpened(tx, actor, reviewId, position)) return
      await appendAuditEvent(tx, { actor, action: OPENED, ...eventOf(review, position), after: { predictionId: found.predictionId } })
    })
  }
  return caseWithDecision(db, found, { maySeeSensitive: may(actor, 'sensitive:read') })
}

/** Verdict and note as they now are. Every wording that was saved stays in the audit chain. */
export async function noteCase(actor: Principal | null, reviewId: string, position: number, input: CaseNote): Promise<Noted> {
  authorize(actor, 'review:write')
  const { verdict, note, seenAt } = parse(caseNoteSchema, input)
  const db = await database()
  return db.write(async (tx) => {
    const { reviews, reviewCases } = tx.tables(evidenceTables)
    // Takes the row's lock, so that closing waits for this note, or this note sees that it is closed.
    const [open] = await tx.update(reviews).set({ closedAt: null }).where(and(eq(reviews.id, reviewId), isNull(reviews.closedAt))).returning({ id: reviews.id })
    const review = await requireReview(tx, reviewId)
    const before = await requireCase(tx, reviewId, position)
    if (!open) throw reviewClosed()
    if (before.verdict === verdict && before.note === note) return before
    if (seenAt !== undefined && seenAt !== before.notedAt) {
      throw new ProblemError('conflict', `${before.notedByName ?? 'Somebody'} has noted this case meanwhile. Read their note, then save yours again.`, { code: 'case_noted_meanwhile' })
    }
    // Two notes within one millisecond are still two.
    const notedAt = Math.max(now(), (before.notedAt ?? 0) + 1)
    await tx
      .update(reviewCases)
      .set({ verdict, note, notedAt, notedByName: actor.name })
      .where(and(eq(reviewCases.reviewId, reviewId), eq(reviewCases.position, position)))
    await appendAuditEvent(tx, {
      actor,
      action: 'review.case_noted',
      ...eventOf(review, position),
      before: { verdict: before.verdict, note: before.note },
      after: { verdict, note },
    })
    return { ...before, verdict, note, notedAt, notedByName: actor.name }
  })
}

const OPENED = 'review.case_opened'

/** Of the kind `review` too: evidence of a model has its events, and notes are not for whoever reads that. */
function eventOf(review: Review, position: number) {
  return { target: { kind: 'review', id: caseId(review.id, position), name: `${review.name}, case ${position}` }, modelId: review.model.id }
}

const caseId = (reviewId: string, position: number) => `${reviewId}/${position}`

async function hasOpened(db: Session, actor: Principal, reviewId: string, position: number): Promise<boolean> {
  const { auditEvents } = db.tables(auditTables)
  const { targetKind, targetId, action, actorKind, actorId } = auditEvents
  const [event] = await db
    .select({ sequence: auditEvents.sequence })
    .from(auditEvents)
    .where(and(eq(targetKind, 'review'), eq(targetId, caseId(reviewId, position)), eq(action, OPENED), eq(actorKind, actor.kind), eq(actorId, actor.id)))
    .limit(1)
  return event !== undefined
}

async function requireCase(db: Session, reviewId: string, position: number): Promise<Noted> {
  const found = await findCase(db, reviewId, position)
  if (!found) throw notFound(`case ${position} in this review`, 'case_unknown')
  return found
}
