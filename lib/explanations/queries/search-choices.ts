// What the search form offers: models, the versions of one, and the programs that call.
import { asc, desc, eq, isNull } from 'drizzle-orm'
import { accessTables } from '@/lib/access/tables'
import type { Session } from '@/lib/database'
import { registryTables } from '@/lib/registry/tables'

export interface SearchChoices {
  models: { slug: string; name: string }[]
  /** Newest first; none without a model. */
  versions: number[]
  /** Revoked tokens too: what they called stays in the log. */
  callers: { caller: string; name: string }[]
}

export async function searchChoices(db: Session, modelSlug: string | undefined): Promise<SearchChoices> {
  const { models, versions } = db.tables(registryTables)
  const { tokens } = db.tables(accessTables)
  const [listed, numbers, programs] = await Promise.all([
    db.select({ slug: models.slug, name: models.name }).from(models).where(isNull(models.archivedAt)).orderBy(asc(models.name)),
    modelSlug === undefined
      ? []
      : db.select({ number: versions.number }).from(versions).innerJoin(models, eq(models.id, versions.modelId)).where(eq(models.slug, modelSlug)).orderBy(desc(versions.number)),
    db.select({ id: tokens.id, name: tokens.name }).from(tokens).orderBy(asc(tokens.name)),
  ])
  return {
    models: listed,
    versions: numbers.map((row) => row.number),
    callers: programs.map(({ id, name }) => ({ caller: `token:${id}`, name })),
  }
}
