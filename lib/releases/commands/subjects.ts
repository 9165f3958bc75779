// The model and version that a command is about.
import { and, eq, inArray } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { notFound } from '@/lib/platform/errors'
import { registryTables } from '@/lib/registry/tables'

type RegistryTables = ReturnType<typeof registryTables>
export type ModelRow = RegistryTables['models']['$inferSelect']
export type VersionRow = RegistryTables['versions']['$inferSelect']

export async function requireModel(db: Session, slug: string): Promise<ModelRow> {
  const { models } = db.tables(registryTables)
  const [model] = await db.select().from(models).where(eq(models.slug, slug))
  if (!model) throw notFound(`model called ${slug}`, 'model_unknown')
  return model
}

export async function requireVersion(db: Session, model: ModelRow, number: number): Promise<VersionRow> {
  const { versions } = db.tables(registryTables)
  const [version] = await db.select().from(versions).where(and(eq(versions.modelId, model.id), eq(versions.number, number)))
  if (!version) throw notFound(`version ${number} of ${model.name}`, 'version_unknown')
  return version
}

export async function versionById(db: Session, id: string): Promise<VersionRow> {
  const { versions } = db.tables(registryTables)
  const [version] = await db.select().from(versions).where(eq(versions.id, id))
  if (!version) throw notFound('version with this id', 'version_unknown')
  return version
}

/** Version numbers by id, for what people read. */
export async function versionNumbers(db: Session, ids: readonly string[]): Promise<Map<string, number>> {
  const { versions } = db.tables(registryTables)
  const rows = await db.select({ id: versions.id, number: versions.number }).from(versions).where(inArray(versions.id, [...ids]))
  return new Map(rows.map((row) => [row.id, row.number]))
}
