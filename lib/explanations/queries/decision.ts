// One prediction with everything that stands behind it.
import { asc, eq } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import type { Version } from '@/lib/registry/contract'
import { versionById } from '@/lib/registry/queries'
import type { ReleaseRecord } from '@/lib/releases/contract'
import { findRelease, recordsOf } from '@/lib/releases/queries'
import type { Prediction } from '@/lib/serving/contract'
import { findPrediction } from '@/lib/serving/queries'
import { servingTables } from '@/lib/serving/tables'
import type { Decision, ReasonSettings, ShownExplanation, StoredExplanation } from '../contract'
import { answerInWords, principalReasons, readReference, reasonSentences, rowOf, scoreMeaningOf, shownInputs, type Reference } from '../rules'
import { decisionRows, type Reader } from './decisions'
import { explanationOf } from './explanations'
import { reasonSettingsOf } from './reason-settings'

export async function findDecision(db: Session, id: string, reader: Reader): Promise<Decision | null> {
  const prediction = await findPrediction(db, id)
  const version = prediction && (await versionById(db, prediction.versionId))
  if (!prediction || !version) return null
  const [rows, release, kpiEvents, stored, settings] = await Promise.all([
    decisionRows(db, [prediction], reader),
    prediction.releaseId === null ? null : releaseRecord(db, prediction.releaseId),
    kpiEventsOf(db, id),
    explanationOf(db, prediction, version),
    reasonSettingsOf(db, prediction.modelId),
  ])
  const [row] = rows
  if (!row) return null
  const { signature } = version
  const reference = readReference(signature, version.reference)
  return {
    ...row,
    task: signature.task,
    scoreMeaning: scoreMeaningOf(signature, prediction.label),
    scoreUnit: signature.scoreUnit ?? null,
    decisionRule: signature.decision ?? null,
    modelAnswer: prediction.guardrail === null ? null : answerInWords(signature, { label: prediction.label, score: prediction.modelScore }),
    extra: prediction.extra,
    shownInputs: shownInputs(signature, prediction.inputs, reference, reader.maySeeSensitive),
    madeBy: {
      versionId: version.id,
      number: version.number,
      artifactHash: version.artifactHash,
      registeredAt: version.createdAt,
      registeredBy: version.createdByName,
      isExplainable: version.files.background !== undefined,
      explainability: version.explainability && { kind: version.explainability.kind, method: version.explainability.method, sentence: version.explainability.sentence },
    },
    release,
    kpiEvents,
    explanation: stored && shownExplanation(version, prediction, reference, stored, settings),
  }
}

function shownExplanation(version: Version, prediction: Prediction, reference: Reference, stored: StoredExplanation, settings: ReasonSettings): ShownExplanation {
  const { signature } = version
  const reasons = reasonSentences({ signature, row: rowOf(signature, prediction.inputs), explanation: stored, label: prediction.label, reference, settings })
  const fields = signature.fields.map(({ name, displayName }) => ({ name, displayName }))
  return { ...stored, fields, reasons, principalReasons: principalReasons(reasons, settings.adverse) }
}

async function releaseRecord(db: Session, id: string): Promise<ReleaseRecord | null> {
  const release = await findRelease(db, id)
  const [record] = release ? await recordsOf(db, [release]) : []
  return record ?? null
}

async function kpiEventsOf(db: Session, predictionId: string): Promise<Decision['kpiEvents']> {
  const { kpiEvents } = db.tables(servingTables)
  const { id, name, value, occurredAt } = kpiEvents
  return db.select({ id, name, value, occurredAt }).from(kpiEvents).where(eq(kpiEvents.predictionId, predictionId)).orderBy(asc(occurredAt), asc(id))
}
