// Earlier cases of the same version that were alike, with what was answered and what came of it. The walk back through the
// log is bounded, so that it takes as long in a log of millions as in a small one.
import { and, desc, eq, lt, lte, or } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { findPredictions, isInContext, numberOf } from '@/lib/serving/queries'
import { inputsLayout, unpackInputs } from '@/lib/serving/rules/packed-inputs'
import { decodeExplanation } from '@/lib/serving/rules/served-explanation'
import { servingTables } from '@/lib/serving/tables'
import type { SimilarBy, SimilarDecision, SimilarDecisions } from '../contract/lookup'
import { alikeByExplanation, alikeByInputs, differencesInWords, fieldDistances, readReference } from '../rules'
import { askedDecision, type AskedDecision } from './asked-decision'
import { decisionRows } from './decisions'
import { explanationOf } from './explanations'

/** Earlier predictions of the model that are walked through, of whichever version. */
const MOST_WALKED = 10_000
/** Of the same version, the newest. */
const MOST_COMPARED = 2000
const MOST_SHOWN = 8

/**
 * For readers who may see sensitive values: those of the cases found are shown.
 * @throws ProblemError `prediction_unknown`
 */
export async function similarDecisions(db: Session, predictionId: string, by: SimilarBy): Promise<SimilarDecisions> {
  const asked = await askedDecision(db, predictionId)
  const { alike, compared } = by === 'inputs' ? await nearestByInputs(db, asked) : await nearestByExplanation(db, asked)
  const nearest = alike.sort((a, b) => b.alike - a.alike || (a.id < b.id ? 1 : -1)).slice(0, MOST_SHOWN)
  return { by, compared, similar: await shown(db, asked, nearest) }
}

interface Alike {
  id: string
  alike: number
}

async function nearestByInputs(db: Session, { prediction, version }: AskedDecision): Promise<{ alike: Alike[]; compared: number }> {
  const { predictions } = db.tables(servingTables)
  const { id, context, inputs } = predictions
  const walked = db.select({ id, context, inputs }).from(predictions).where(earlierThan(db, prediction)).orderBy(desc(predictions.at), desc(id)).limit(MOST_WALKED).as('walked')
  const rows = await db.select({ id: walked.id, inputs: walked.inputs }).from(walked).where(isInContext(db, walked.context, { versionId: version.id })).limit(MOST_COMPARED)
  const distances = fieldDistances(version.signature, readReference(version.signature, version.reference))
  const layout = inputsLayout(version.signature)
  return { compared: rows.length, alike: rows.map((row) => ({ id: row.id, alike: alikeByInputs(distances, prediction.inputs, unpackInputs(layout, row.inputs)) })) }
}

/** Of those explained on the same scale; of several classes, those that were answered the same one. */
async function nearestByExplanation(db: Session, { prediction, version }: AskedDecision): Promise<{ alike: Alike[]; compared: number }> {
  const { predictions } = db.tables(servingTables)
  const own = await explanationOf(db, prediction, version)
  if (own === null) return { alike: [], compared: 0 }
  const { id, context, explanation, label } = predictions
  const walked = db.select({ id, context, explanation, label }).from(predictions).where(earlierThan(db, prediction)).orderBy(desc(predictions.at), desc(id)).limit(MOST_WALKED).as('walked')
  const rows = await db.select({ id: walked.id, explanation: walked.explanation, label: walked.label }).from(walked).where(isInContext(db, walked.context, { versionId: version.id })).limit(MOST_COMPARED)
  const isOfSeveral = version.signature.task === 'multiclass'
  const alike = rows.flatMap((row): Alike[] => {
    const other = row.explanation && decodeExplanation(row.explanation)
    if (!other || other.scale !== own.scale || other.values.length !== own.values.length || (isOfSeveral && row.label !== prediction.label)) return []
    return [{ id: row.id, alike: alikeByExplanation(own.values, other.values) }]
  })
  return { compared: alike.length, alike }
}

/** Of the same model, found by its index in the order of time. */
function earlierThan(db: Session, { at, id, modelId }: { at: number; id: string; modelId: string }) {
  const { predictions } = db.tables(servingTables)
  return and(eq(predictions.model, numberOf(db, modelId)), lte(predictions.at, at), or(lt(predictions.at, at), lt(predictions.id, id)))
}

async function shown(db: Session, { prediction, version }: AskedDecision, nearest: readonly Alike[]): Promise<SimilarDecision[]> {
  if (nearest.length === 0) return []
  const found = await findPredictions(db, nearest.map(({ id }) => id))
  const decisions = await decisionRows(db, [...found.values()], { maySeeSensitive: true })
  const { signature } = version
  const distances = fieldDistances(signature, readReference(signature, version.reference))
  return nearest.flatMap(({ id, alike }): SimilarDecision[] => {
    const decision = decisions.find((one) => one.id === id)
    const inputs = found.get(id)?.inputs
    return decision && inputs ? [{ decision, alike, differences: differencesInWords(signature, distances, prediction.inputs, inputs) }] : []
  })
}
