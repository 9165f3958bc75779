// How a model's reasons are told: the newest revision, and those before it.
import { desc, eq } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import type { Field } from '@/lib/registry/contract'
import { registryTables } from '@/lib/registry/tables'
import { DEFAULT_REASON_SETTINGS, type ReasonRevision, type ReasonSettings } from '../contract'
import { explanationsTables } from '../tables'

const MOST_REVISIONS = 100
/** Fields that no version among the newest ones has any more are not worth a word. */
const MOST_VERSIONS = 50

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

/** The fields that versions of the model have, each as its newest version says. */
export async function knownFields(db: Session, modelId: string): Promise<Field[]> {
  const { versions } = db.tables(registryTables)
  const rows = await db.select({ signature: versions.signature }).from(versions).where(eq(versions.modelId, modelId)).orderBy(desc(versions.number)).limit(MOST_VERSIONS)
  const fields = new Map<string, Field>()
  for (const { signature } of rows) for (const field of signature.fields) if (!fields.has(field.name)) fields.set(field.name, field)
  return [...fields.values()]
}
