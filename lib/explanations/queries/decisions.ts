// Predictions as people look them up: in words, with model, version, caller and outcome.
import { eq, inArray } from 'drizzle-orm'
import { accessTables } from '@/lib/access/tables'
import type { Session } from '@/lib/database'
import { notFound } from '@/lib/platform/errors'
import type { Signature } from '@/lib/registry/contract'
import { findModel, findVersion } from '@/lib/registry/queries'
import { registryTables } from '@/lib/registry/tables'
import type { Prediction } from '@/lib/serving/contract'
import { listPredictions, versionsByIds, type PredictionCursor, type PredictionFilter } from '@/lib/serving/queries'
import { visibleInputs } from '@/lib/serving/rules/visible-inputs'
import { servingTables } from '@/lib/serving/tables'
import type { DecisionFilter, DecisionPage, DecisionRow, ShownOutcome } from '../contract'
import { answerInWords, outcomeInWords, sideOf } from '../rules'

export interface Reader {
  maySeeSensitive: boolean
}

/** Newest first. Throws not_found for a model or version that does not exist. */
export async function listDecisions(
  db: Session,
  filter: DecisionFilter & { before?: PredictionCursor; limit?: number },
  reader: Reader,
): Promise<DecisionPage> {
  const page = await listPredictions(db, await predictionFilter(db, filter))
  return { decisions: await decisionRows(db, await onSide(db, page.predictions, filter.decision), reader), next: page.next }
}

/** Versions may have different thresholds: each row is judged by its own. A page can become short by it, and goes on all the same. */
async function onSide(db: Session, predictions: Prediction[], side: DecisionFilter['decision']): Promise<Prediction[]> {
  if (side === undefined) return predictions
  const versions = await versionsByIds(db, predictions.map((one) => one.versionId))
  return predictions.filter(({ versionId, score }) => {
    const version = versions.get(versionId)
    return version !== undefined && sideOf(version.signature, score) === side
  })
}

async function predictionFilter(
  db: Session,
  { model: slug, version: number, guarded, reason, decision, ...rest }: DecisionFilter & { before?: PredictionCursor; limit?: number },
): Promise<PredictionFilter> {
  const filter: PredictionFilter = { ...rest }
  if (guarded !== undefined) filter.isGuarded = guarded === 'true'
  if (reason !== undefined) filter.topReason = reason
  if (slug === undefined) return filter
  const model = await findModel(db, slug)
  if (!model) throw notFound(`model called ${slug}`, 'model_unknown')
  filter.modelId = model.id
  if (number !== undefined) {
    const version = await findVersion(db, model.id, number)
    if (!version) throw notFound(`version ${number} of ${slug}`, 'version_unknown')
    filter.versionId = version.id
  }
  if (decision !== undefined) narrowBySide(filter, decision, await thresholdsOf(db, model.id))
  return filter
}

/** Leaves out what no version's threshold puts on this side, so that the search walks on to what may be. */
function narrowBySide(filter: PredictionFilter, side: NonNullable<DecisionFilter['decision']>, thresholds: readonly number[]): void {
  if (thresholds.length === 0) return
  if (side === 'above') filter.scoreMin = Math.max(filter.scoreMin ?? -Infinity, Math.min(...thresholds))
  else filter.scoreMax = Math.min(filter.scoreMax ?? Infinity, Math.max(...thresholds))
}

async function thresholdsOf(db: Session, modelId: string): Promise<number[]> {
  const { versions } = db.tables(registryTables)
  const rows = await db.select({ signature: versions.signature }).from(versions).where(eq(versions.modelId, modelId))
  return rows.flatMap(({ signature }) => signature.decision?.threshold ?? [])
}

export async function decisionRows(db: Session, predictions: readonly Prediction[], reader: Reader): Promise<DecisionRow[]> {
  const [versions, models, callers, outcomes] = await Promise.all([
    versionsByIds(db, predictions.map((one) => one.versionId)),
    modelNames(db, predictions.map((one) => one.modelId)),
    callerNames(db, predictions.map((one) => one.caller)),
    outcomesOf(db, predictions.map((one) => one.id)),
  ])
  return predictions.flatMap(({ inputs, extra: _, explanation: __, ...prediction }) => {
    const version = versions.get(prediction.versionId)
    const model = models.get(prediction.modelId)
    if (!version || !model) return []
    const { signature, number } = version
    const outcome = outcomes.get(prediction.id)
    return [
      {
        ...prediction,
        model,
        version: number,
        answer: answerInWords(signature, prediction),
        callerName: callers.get(prediction.caller) ?? prediction.caller,
        ...visibleInputs(signature, inputs, reader.maySeeSensitive),
        outcome: outcome ? shownOutcome(signature, outcome) : null,
      },
    ]
  })
}

async function modelNames(db: Session, ids: readonly string[]): Promise<Map<string, { slug: string; name: string }>> {
  if (ids.length === 0) return new Map()
  const { models } = db.tables(registryTables)
  const rows = await db.select({ id: models.id, slug: models.slug, name: models.name }).from(models).where(inArray(models.id, [...new Set(ids)]))
  return new Map(rows.map(({ id, ...model }) => [id, model]))
}

/** Names of `user:<id>` and `token:<id>`. */
export async function callerNames(db: Session, callers: readonly string[]): Promise<Map<string, string>> {
  const { users, tokens } = db.tables(accessTables)
  const idsOf = (kind: string) => [...new Set(callers.filter((caller) => caller.startsWith(`${kind}:`)))].map((caller) => caller.slice(kind.length + 1))
  const [people, programs] = await Promise.all([
    namesIn(idsOf('user'), (ids) => db.select({ id: users.id, name: users.name }).from(users).where(inArray(users.id, ids))),
    namesIn(idsOf('token'), (ids) => db.select({ id: tokens.id, name: tokens.name }).from(tokens).where(inArray(tokens.id, ids))),
  ])
  return new Map([
    ...people.map(({ id, name }) => [`user:${id}`, name] as const),
    ...programs.map(({ id, name }) => [`token:${id}`, name] as const),
    ['system:system', 'Flightdeck'] as const,
  ])
}

async function namesIn<T>(ids: string[], read: (ids: string[]) => PromiseLike<T[]>): Promise<T[]> {
  return ids.length === 0 ? [] : read(ids)
}

type OutcomeRow = ReturnType<typeof servingTables>['outcomes']['$inferSelect']

async function outcomesOf(db: Session, ids: readonly string[]): Promise<Map<string, OutcomeRow>> {
  if (ids.length === 0) return new Map()
  const { outcomes } = db.tables(servingTables)
  const rows = await db.select().from(outcomes).where(inArray(outcomes.predictionId, [...ids]))
  return new Map(rows.map((row) => [row.predictionId, row]))
}

function shownOutcome(signature: Signature, outcome: OutcomeRow): ShownOutcome {
  return { inWords: outcomeInWords(signature, outcome), occurredAt: outcome.occurredAt, receivedAt: outcome.receivedAt }
}
