// Stored explanations, and versions that wait for their global importance.
import { asc, eq, isNull } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { registryTables } from '@/lib/registry/tables'
import type { StoredExplanation } from '../contract'
import { explanationsTables } from '../tables'

export async function explanationFor(db: Session, predictionId: string): Promise<StoredExplanation | null> {
  const { explanations } = db.tables(explanationsTables)
  const [row] = await db.select().from(explanations).where(eq(explanations.predictionId, predictionId))
  return row ?? null
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
