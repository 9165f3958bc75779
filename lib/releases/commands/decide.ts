// Approve, reject, cancel: each ends a promotion at most once, whoever comes first.
import { and, eq } from 'drizzle-orm'
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database, type Session } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { publish } from '@/lib/platform/events'
import { newId } from '@/lib/platform/ids'
import { parse } from '@/lib/platform/parse'
import { decisionSchema, rejectionSchema, type Approval, type Decision, type Promotion, type Rejection } from '../contract'
import { findRelease, releaseInForce } from '../queries'
import { approvalRefusal, approvalsMissing, cancelRefusal, championOf, decisionRefusal, requestRefusal } from '../rules'
import { releasesTables } from '../tables'
import { approveAndRelease } from './approve-and-release'
import { refusable, throwRefusal } from './refusals'
import { requirePromotion } from './request'

/** The last approval that is needed releases the version in the same transaction. */
export async function approvePromotion(actor: Principal | null, id: string, input: Decision = {}): Promise<Promotion> {
  authorize(actor, 'promotion:decide')
  const { comment } = parse(decisionSchema, input)
  const db = await database()
  const isReleased = await refusable(
    db.write(async (tx) => {
      const promotion = await lockPromotion(tx, id)
      const { modelId, environment } = promotion
      const present = await releaseInForce(tx, modelId, environment)
      const compared = promotion.replaces === null ? null : await findRelease(tx, promotion.replaces)
      const comparedWith = championOf(compared) ?? null
      throwRefusal(approvalRefusal(promotion, { personId: actor.id, comparedWith, champion: championOf(present) ?? null }))
      const version = { id: promotion.versionId, number: promotion.versionNumber }
      throwRefusal(requestRefusal({ version, environment, plan: promotion.plan, present, isArchived: false, isWaiting: false }))

      const approval = await insertApproval(tx, actor, promotion, 'approve', comment)
      const missing = approvalsMissing({ ...promotion, approvals: [...promotion.approvals, approval] })
      await appendAuditEvent(tx, {
        actor,
        action: 'promotion.approved',
        target: targetOf(promotion),
        modelId,
        before: { status: 'pending' },
        after: { status: missing > 0 ? 'pending' : 'approved', approvalsMissing: missing },
        reason: comment || null,
      })
      if (missing > 0) return false
      await approveAndRelease(tx, actor, promotion, present)
      return true
    }),
  )
  const promotion = await requirePromotion(db, id)
  if (isReleased) await publish('release.started', { modelId: promotion.modelId, environment: promotion.environment })
  return promotion
}

/** One rejection ends it. */
export async function rejectPromotion(actor: Principal | null, id: string, input: Rejection): Promise<Promotion> {
  authorize(actor, 'promotion:decide')
  const { comment } = parse(rejectionSchema, input)
  const db = await database()
  await refusable(
    db.write(async (tx) => {
      const promotion = await lockPromotion(tx, id)
      throwRefusal(decisionRefusal(promotion, actor.id))
      await insertApproval(tx, actor, promotion, 'reject', comment)
      await end(tx, actor, promotion, 'rejected', comment)
    }),
  )
  return requirePromotion(db, id)
}

/** Takes a request back: by who made it, or by an administrator. */
export async function cancelPromotion(actor: Principal | null, id: string, input: Decision = {}): Promise<Promotion> {
  authorize(actor, 'promotion:request')
  const { comment } = parse(decisionSchema, input)
  const db = await database()
  await refusable(
    db.write(async (tx) => {
      const promotion = await lockPromotion(tx, id)
      throwRefusal(cancelRefusal(promotion, { id: actor.id, isAdmin: actor.kind !== 'system' && actor.role === 'admin' }))
      await end(tx, actor, promotion, 'cancelled', comment)
    }),
  )
  return requirePromotion(db, id)
}

/** Takes the row's lock, so that of two who decide at once the second sees what the first did; then reads it. */
async function lockPromotion(tx: Session, id: string): Promise<Promotion> {
  const { promotions } = tx.tables(releasesTables)
  await tx.update(promotions).set({ decidedAt: null }).where(and(eq(promotions.id, id), eq(promotions.status, 'pending')))
  return requirePromotion(tx, id)
}

async function insertApproval(
  tx: Session,
  actor: Principal,
  promotion: Promotion,
  decision: Approval['decision'],
  comment: string,
): Promise<Approval> {
  const { approvals } = tx.tables(releasesTables)
  const approval = { id: newId(), userId: actor.id, userName: actor.name, decision, comment, at: now() }
  await tx.insert(approvals).values({ ...approval, promotionId: promotion.id })
  return approval
}

async function end(tx: Session, actor: Principal, promotion: Promotion, status: 'rejected' | 'cancelled', comment: string): Promise<void> {
  const { promotions } = tx.tables(releasesTables)
  await tx.update(promotions).set({ status, decidedAt: now() }).where(eq(promotions.id, promotion.id))
  await appendAuditEvent(tx, {
    actor,
    action: `promotion.${status}`,
    target: targetOf(promotion),
    modelId: promotion.modelId,
    before: { status: 'pending' },
    after: { status },
    reason: comment || null,
  })
}

function targetOf({ id, modelName, versionNumber, environment }: Promotion) {
  return { kind: 'promotion', id, name: `${modelName} version ${versionNumber} to ${environment}` }
}
