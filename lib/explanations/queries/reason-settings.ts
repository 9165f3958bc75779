// How a model's reasons are told: the newest revision, and those before it.
import { desc, eq } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { DEFAULT_REASON_SETTINGS, type ReasonRevision, type ReasonSettings } from '../contract'
import { explanationsTables } from '../tables'

const MOST_REVISIONS = 100

export async function reasonSettingsOf(db: Session, modelId: string): Promise<ReasonSettings> {
  return (await reasonRevisionOf(db, modelId)).settings
}

/** The one in force; revision 0 with the defaults where nobody saved any. */
export async function reasonRevisionOf(db: Session, modelId: string): Promise<ReasonRevision> {
  const [newest] = await reasonRevisions(db, modelId, 1)
  return newest ?? { modelId, revision: 0, settings: DEFAULT_REASON_SETTINGS, createdAt: null, createdBy: null }
}

/** Newest first. */
export async function reasonRevisions(db: Session, modelId: string, limit = MOST_REVISIONS): Promise<ReasonRevision[]> {
  const { reasonSettings } = db.tables(explanationsTables)
  const { revision, settings, createdAt, createdBy } = reasonSettings
  const rows = await db
    .select({ modelId: reasonSettings.modelId, revision, settings, createdAt, createdBy })
    .from(reasonSettings)
    .where(eq(reasonSettings.modelId, modelId))
    .orderBy(desc(revision))
    .limit(limit)
  // What a later release of the program added to the settings has its default in those saved before.
  return rows.map((row) => ({ ...row, settings: { ...DEFAULT_REASON_SETTINGS, ...row.settings } }))
}
