// Explanations of predictions, served with them or made later, and versions that wait for their global importance.
import { and, asc, eq, isNull } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import type { Version } from '@/lib/registry/contract'
import { registryTables } from '@/lib/registry/tables'
import type { Prediction, ServedExplanation } from '@/lib/serving/contract'
import type { Scale, StoredExplanation } from '../contract'
import { explanationsTables } from '../tables'

/** Of a prediction that was read: the one served with it if the scale is right, else one made later. */
export async function explanationOf(db: Session, prediction: Pick<Prediction, 'id' | 'at' | 'label' | 'explanation'>, version: Pick<Version, 'files' | 'signature'>, scale?: Scale): Promise<StoredExplanation | null> {
  const { explanation, id } = prediction
  if (explanation && (scale === undefined || scale === explanation.scale)) return servedExplanation(prediction, explanation, version)
  const { explanations } = db.tables(explanationsTables)
  const rows = await db
    .select()
    .from(explanations)
    .where(and(eq(explanations.predictionId, id), scale === undefined ? undefined : eq(explanations.scale, scale)))
  // The margin first: it is the exact one.
  return rows.find((row) => row.scale === 'margin') ?? rows[0] ?? null
}

/** What lies in the prediction's row, with what follows from its version. */
export function servedExplanation({ id, at, label }: Pick<Prediction, 'id' | 'at' | 'label'>, { values, ...explanation }: ServedExplanation, { files, signature }: Pick<Version, 'files' | 'signature'>): StoredExplanation {
  return {
    predictionId: id,
    createdAt: at,
    method: 'exact',
    ...explanation,
    values: Array.from(values),
    errors: Array.from(values, () => 0),
    permutations: 0,
    backgroundHash: files.background ?? '',
    ...(signature.task === 'multiclass' && label !== null ? { chosenClass: label } : {}),
  }
}

/** Those that have a background sample to explain against, oldest first. */
export async function versionsWithoutImportance(db: Session): Promise<{ id: string; backgroundHash: string }[]> {
  const { versions } = db.tables(registryTables)
  const rows = await db
    .select({ id: versions.id, files: versions.files })
    .from(versions)
    .where(isNull(versions.importance))
    .orderBy(asc(versions.createdAt))
  return rows.flatMap(({ id, files }) => (files.background === undefined ? [] : [{ id, backgroundHash: files.background }]))
}

/** Registered before explanations were assessed at registration; oldest first. */
export async function versionsNotAssessed(db: Session): Promise<string[]> {
  const { versions } = db.tables(registryTables)
  const rows = await db
    .select({ id: versions.id, files: versions.files })
    .from(versions)
    .where(isNull(versions.explainability))
    .orderBy(asc(versions.createdAt))
  return rows.flatMap(({ id, files }) => (files.background === undefined ? [] : [id]))
}
