// The last approval and the release it allows, in one transaction.
import { eq } from 'drizzle-orm'
import type { Principal } from '@/lib/access/contract'
import type { Session } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import type { Promotion, Release } from '../contract'
import { armsOf, championOf } from '../rules'
import { releasesTables } from '../tables'
import { startRelease } from './start-release'

export async function approveAndRelease(tx: Session, actor: Principal, promotion: Promotion, present: Release | null): Promise<void> {
  const { promotions } = tx.tables(releasesTables)
  const { id, modelId, modelName, environment, versionId, plan, reason } = promotion
  await tx.update(promotions).set({ status: 'approved', decidedAt: now() }).where(eq(promotions.id, id))
  await startRelease(tx, actor, {
    modelId,
    modelName,
    environment,
    kind: 'promotion',
    promotionId: id,
    rollbackTo: null,
    reason,
    arms: armsOf(plan, versionId, championOf(present)?.versionId),
    present,
  })
}
