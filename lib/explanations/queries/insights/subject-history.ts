// The predictions of one subject, to choose two of them from.
import type { Session } from '@/lib/database'
import { findPrediction, listPredictions, versionsByIds } from '@/lib/serving/queries'
import { isId } from '@/lib/platform/ids'
import { answerInWords } from '../../rules'

export interface SubjectPrediction {
  id: string
  at: number
  version: number
  answer: string
}

export interface SubjectHistory {
  subject: string
  /** Newest first. */
  predictions: SubjectPrediction[]
}

const MOST_PREDICTIONS = 50
/** The log's newest rows, looked through for somebody to begin with. */
const LOOKED_THROUGH = 200
const MOST_EXAMPLES = 3

/** @param text a subject as it was sent, or a prediction's id; then its subject's */
export async function subjectHistory(db: Session, modelId: string, text: string): Promise<SubjectHistory> {
  const wanted = text.trim()
  const named = isId(wanted.toLowerCase()) ? await findPrediction(db, wanted.toLowerCase()) : null
  const subject = named?.modelId === modelId ? (named.subject ?? wanted) : wanted
  const { predictions } = await listPredictions(db, { modelId, text: subject, limit: MOST_PREDICTIONS })
  const versions = await versionsByIds(db, predictions.map((prediction) => prediction.versionId))
  return {
    subject,
    predictions: predictions.flatMap((prediction) => {
      const version = versions.get(prediction.versionId)
      return version ? [{ id: prediction.id, at: prediction.at, version: version.number, answer: answerInWords(version.signature, prediction) }] : []
    }),
  }
}

/** Subjects that were answered more than once lately. */
export async function repeatedSubjects(db: Session, modelId: string): Promise<string[]> {
  const { predictions } = await listPredictions(db, { modelId, limit: LOOKED_THROUGH })
  const counts = new Map<string, number>()
  for (const { subject } of predictions) if (subject !== null) counts.set(subject, (counts.get(subject) ?? 0) + 1)
  return [...counts].filter(([, count]) => count > 1).map(([subject]) => subject).slice(0, MOST_EXAMPLES)
}
