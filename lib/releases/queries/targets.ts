// Where a version could be released to, for the dialog that asks for it.
import type { Session } from '@/lib/database'
import type { PromotionTarget } from '../contract'
import { championOf, servesAlone } from '../rules'
import { listPolicies } from './policies'
import { listPromotions } from './promotions'
import { releaseInForce } from './releases'

/** One for each environment, the most important first. */
export async function promotionTargets(db: Session, modelId: string, versionId: string): Promise<PromotionTarget[]> {
  const [policies, waiting] = await Promise.all([
    listPolicies(db, modelId),
    listPromotions(db, { modelId, versionId, status: 'pending' }),
  ])
  return Promise.all(
    policies.map(async ({ environment, requiredApprovals }) => {
      const present = await releaseInForce(db, modelId, environment)
      const champion = championOf(present)
      return {
        environment,
        requiredApprovals,
        championNumber: champion?.versionNumber ?? null,
        isChampion: champion?.versionId === versionId,
        isServingAlone: servesAlone(present, versionId),
        waitingId: waiting.promotions.find((promotion) => promotion.environment === environment)?.id ?? null,
      }
    }),
  )
}
