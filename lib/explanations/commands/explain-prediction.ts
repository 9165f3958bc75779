// Explains a logged prediction when somebody asks, once for each scale: afterwards the explanation is read.
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { notFound } from '@/lib/platform/errors'
import { findModel, versionById } from '@/lib/registry/queries'
import { findPrediction } from '@/lib/serving/queries/predictions'
import type { Scale, StoredExplanation } from '../contract'
import { explanationOf } from '../queries'
import { rowOf } from '../rules'
import { explanationsTables } from '../tables'
import { explainedVersion, explainerPool } from './explainer'

/** @param scale without it the one that is exact, else that of the answer */
export async function explainPrediction(actor: Principal | null, predictionId: string, scale?: Scale): Promise<StoredExplanation> {
  authorize(actor, 'read')
  const db = await database()
  const prediction = await findPrediction(db, predictionId)
  const version = prediction && (await versionById(db, prediction.versionId))
  const model = version && (await findModel(db, version.modelId))
  if (!prediction || !version || !model) throw notFound('prediction with this id', 'prediction_unknown')
  const stored = await explanationOf(db, prediction, version, scale)
  if (stored) return stored
  const row = rowOf(version.signature, prediction.inputs)
  const [explanation] = await explainerPool().explain(explainedVersion(version), [row], scale === undefined ? {} : { scale })
  if (!explanation) throw new Error('the explainer gave no explanation for its one row')
  const made: StoredExplanation = { ...explanation, predictionId, createdAt: now() }
  return db.write(async (tx) => {
    const { explanations } = tx.tables(explanationsTables)
    const inserted = await tx.insert(explanations).values(made).onConflictDoNothing().returning({ id: explanations.predictionId })
    // Somebody else asked at the same time and was first: theirs is the one that stays, and it is the same.
    if (inserted.length === 0) return (await explanationOf(tx, prediction, version, made.scale)) ?? made
    await appendAuditEvent(tx, {
      actor,
      action: 'prediction.explained',
      target: { kind: 'prediction', id: predictionId, name: `${model.slug} v${version.number}` },
      modelId: model.id,
      after: { method: made.method, scale: made.scale, permutations: made.permutations, backgroundHash: made.backgroundHash },
    })
    return made
  })
}
