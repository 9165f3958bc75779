import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database, type Session } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { ProblemError } from '@/lib/platform/errors'
import { publish } from '@/lib/platform/events'
import { newId } from '@/lib/platform/ids'
import { parse } from '@/lib/platform/parse'
import { versionById } from '@/lib/registry/queries'
import { promotionRequestSchema, type GateVerdict, type Promotion, type PromotionRequest } from '../contract'
import { findPromotion, listPromotions, policyFor, releaseInForce } from '../queries'
import { championOf, requestRefusal } from '../rules'
import { releasesTables } from '../tables'
import { approveAndRelease } from './approve-and-release'
import { refusable, throwRefusal } from './refusals'
import { runGates } from './run-gates'
import { isArchived, requireModel, requireVersion } from './subjects'

/**
 * Asks for the release of a version. The gates run at once; with a failed one it waits but cannot be approved. Where no
 * approval is needed and no gate failed, it is released at once.
 */
export async function requestPromotion(actor: Principal | null, input: PromotionRequest): Promise<Promotion> {
  authorize(actor, 'promotion:request')
  const { environment, plan, reason, ...wanted } = parse(promotionRequestSchema, input)
  const db = await database()
  const model = await requireModel(db, wanted.model)
  const version = await requireVersion(db, model, wanted.version)
  const policy = await policyFor(db, model.id, environment)

  const refuseNow = async (session: Session) => {
    const present = await releaseInForce(session, model.id, environment)
    const waiting = await listPromotions(session, { modelId: model.id, versionId: version.id, environment, status: 'pending', limit: 1 })
    const isWaiting = waiting.promotions.length > 0
    throwRefusal(requestRefusal({ version, environment, plan, present, isArchived: await isArchived(session, model.id), isWaiting }))
    return present
  }
  const compared = await refuseNow(db)
  const champion = championOf(compared)
  const verdicts = await runGates(policy.gates, environment, version, champion ? ((await versionById(db, champion.versionId)) ?? null) : null)

  const id = newId()
  const isReleased = await refusable(
    db.write(async (tx) => {
      const present = await refuseNow(tx)
      if (present?.id !== compared?.id) {
        throw new ProblemError('conflict', `Another release started in ${environment} while the gates ran. Request the promotion again.`, {
          code: 'release_switched',
        })
      }
      await insertPromotion(tx, actor, {
        id,
        modelId: model.id,
        versionId: version.id,
        environment,
        plan,
        reason,
        requiredApprovals: policy.requiredApprovals,
        replaces: compared?.id ?? null,
      }, verdicts)
      await appendAuditEvent(tx, {
        actor,
        action: 'promotion.requested',
        target: { kind: 'promotion', id, name: `${model.name} version ${version.number} to ${environment}` },
        modelId: model.id,
        after: {
          version: version.number,
          environment,
          plan,
          requiredApprovals: policy.requiredApprovals,
          policyRevision: policy.revision,
          gates: verdicts.map(({ gate, verdict, sentence }) => ({ gate, verdict, sentence })),
        },
        reason,
      })
      if (policy.requiredApprovals > 0 || verdicts.some((result) => result.verdict === 'failed')) return false
      const promotion = await findPromotion(tx, id)
      if (promotion) await approveAndRelease(tx, actor, promotion, present)
      return true
    }),
  )
  if (isReleased) await publish('release.started', { modelId: model.id, environment })
  return requirePromotion(db, id)
}

type PromotionsTable = ReturnType<typeof releasesTables>['promotions']
type NewPromotion = Omit<PromotionsTable['$inferInsert'], 'status' | 'requestedBy' | 'requestedByName' | 'requestedAt' | 'decidedAt'>

async function insertPromotion(tx: Session, actor: Principal, wanted: NewPromotion, verdicts: readonly GateVerdict[]): Promise<void> {
  const { promotions, gateResults } = tx.tables(releasesTables)
  const at = now()
  await tx.insert(promotions).values({
    ...wanted,
    status: 'pending',
    requestedBy: actor.id,
    requestedByName: actor.name,
    requestedAt: at,
  })
  for (const { gate, verdict, sentence, evidence } of verdicts) {
    await tx.insert(gateResults).values({ id: newId(), promotionId: wanted.id, gate, verdict, sentence, evidence, at })
  }
}

export async function requirePromotion(db: Session, id: string): Promise<Promotion> {
  const promotion = await findPromotion(db, id)
  if (!promotion) throw new ProblemError('not_found', 'There is no promotion with this id.', { code: 'promotion_not_found' })
  return promotion
}
