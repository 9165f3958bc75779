// Finding the predictions that outcomes and KPI events belong to, in bulk.
import { eq, inArray, sql } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { registryTables } from '@/lib/registry/tables'
import { servingTables } from '../tables'

const CHUNK = 500

export interface AttributedPrediction {
  id: string
  at: number
  modelId: string
  versionId: string
  environment: string
  subject: string | null
  label: string | null
  score: number | null
  modelScore: number | null
}

export interface IngestedModel {
  id: string
  slug: string
  name: string
  task: 'binary' | 'multiclass' | 'regression'
}

function select(db: Session) {
  const { predictions, predictionContexts: contexts } = db.tables(servingTables)
  const { id, at, subject, label, score, modelScore } = predictions
  const { modelId, versionId, environment } = contexts
  return db
    .select({ id, at, modelId, versionId, environment, subject, label, score, modelScore })
    .from(predictions)
    .innerJoin(contexts, eq(contexts.number, predictions.context))
    .$dynamic()
}

export async function modelsBySlug(db: Session, slugs: Iterable<string>): Promise<Map<string, IngestedModel>> {
  const { models } = db.tables(registryTables)
  const { id, slug, name, task } = models
  const rows = await inChunks([...new Set(slugs)], (chunk) => db.select({ id, slug, name, task }).from(models).where(inArray(slug, chunk)))
  return new Map(rows.map((row) => [row.slug, row]))
}

export async function modelsById(db: Session, ids: Iterable<string>): Promise<Map<string, IngestedModel>> {
  const { models } = db.tables(registryTables)
  const { id, slug, name, task } = models
  const rows = await inChunks([...new Set(ids)], (chunk) => db.select({ id, slug, name, task }).from(models).where(inArray(id, chunk)))
  return new Map(rows.map((row) => [row.id, row]))
}

/**
 * Takes the models' rows for the rest of the transaction, so that of two calls that say the same one sees the other's
 * rows and tallies. In one order, so that they cannot wait for each other.
 */
export async function lockModels(tx: Session, ids: Iterable<string>): Promise<void> {
  const { models } = tx.tables(registryTables)
  for (const id of [...new Set(ids)].sort()) await tx.update(models).set({ slug: sql`${models.slug}` }).where(eq(models.id, id))
}

export async function predictionsById(db: Session, ids: Iterable<string>): Promise<Map<string, AttributedPrediction>> {
  const { predictions } = db.tables(servingTables)
  const rows = await inChunks([...new Set(ids)], (chunk) => select(db).where(inArray(predictions.id, chunk)))
  return new Map(rows.map((row) => [row.id, row]))
}

/** A subject's predictions by one model, oldest first. */
export type SubjectPredictions = ReadonlyMap<string, readonly AttributedPrediction[]>

/** Key of a subject in `SubjectPredictions`. */
export function subjectKey(modelId: string, subject: string): string {
  return `${modelId}\n${subject}`
}

export async function predictionsBySubject(db: Session, modelId: string, subjects: Iterable<string>, until: number): Promise<SubjectPredictions> {
  const { predictions } = db.tables(servingTables)
  // By subject alone: with model and time in the condition, SQLite would walk the whole model instead.
  const all = await inChunks([...new Set(subjects)], (chunk) =>
    select(db).where(inArray(predictions.subject, chunk)),
  )
  const rows = all.filter((row) => row.modelId === modelId && row.at <= until)
  rows.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  const found = new Map<string, AttributedPrediction[]>()
  for (const row of rows) {
    const key = subjectKey(modelId, row.subject ?? '')
    const list = found.get(key)
    if (list) list.push(row)
    else found.set(key, [row])
  }
  return found
}

/** The latest prediction at or before a time. */
export function latestAt(list: readonly AttributedPrediction[] | undefined, at: number): AttributedPrediction | undefined {
  return list?.findLast((prediction) => prediction.at <= at)
}

export async function inChunks<K, T>(keys: readonly K[], read: (chunk: K[]) => PromiseLike<T[]>): Promise<T[]> {
  const found: T[] = []
  for (let start = 0; start < keys.length; start += CHUNK) found.push(...(await read(keys.slice(start, start + CHUNK))))
  return found
}
