// The model and version that a command is about.
import { eq, inArray } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { notFound } from '@/lib/platform/errors'
import type { ModelSummary, Version } from '@/lib/registry/contract'
import { findModel, findVersion } from '@/lib/registry/queries'
import { registryTables } from '@/lib/registry/tables'

export async function requireModel(db: Session, slugOrId: string): Promise<ModelSummary> {
  const model = await findModel(db, slugOrId)
  if (!model) throw notFound(`model ${slugOrId}`, 'model_not_found')
  return model
}

export async function requireVersion(db: Session, model: ModelSummary, number: number): Promise<Version> {
  const version = await findVersion(db, model.id, number)
  if (!version) throw notFound(`version ${number} of ${model.slug}`, 'version_not_found')
  return version
}

export async function isArchived(db: Session, modelId: string): Promise<boolean> {
  const { models } = db.tables(registryTables)
  const [model] = await db.select({ archivedAt: models.archivedAt }).from(models).where(eq(models.id, modelId))
  return model !== undefined && model.archivedAt !== null
}

/** Version numbers by id, for what people read. */
export async function versionNumbers(db: Session, ids: readonly string[]): Promise<Map<string, number>> {
  const { versions } = db.tables(registryTables)
  const rows = await db.select({ id: versions.id, number: versions.number }).from(versions).where(inArray(versions.id, [...ids]))
  return new Map(rows.map((row) => [row.id, row.number]))
}
