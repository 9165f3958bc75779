// A prediction to try things out with: its row, its version and what the model had answered.
import type { Session } from '@/lib/database'
import { notFound } from '@/lib/platform/errors'
import type { Version } from '@/lib/registry/contract'
import { versionById } from '@/lib/registry/queries'
import type { Prediction } from '@/lib/serving/contract'
import { findPrediction } from '@/lib/serving/queries'
import type { FieldValue } from '../contract/lookup'
import { modelAnswerOf, rowOf, type GivenAnswer } from '../rules'

export interface AskedDecision {
  prediction: Prediction
  version: Version
  row: Record<string, FieldValue>
  answered: GivenAnswer
}

export async function askedDecision(db: Session, predictionId: string): Promise<AskedDecision> {
  const prediction = await findPrediction(db, predictionId)
  const version = prediction && (await versionById(db, prediction.versionId))
  if (!prediction || !version) throw notFound('prediction with this id', 'prediction_unknown')
  return { prediction, version, row: rowOf(version.signature, prediction.inputs), answered: modelAnswerOf(prediction) }
}
