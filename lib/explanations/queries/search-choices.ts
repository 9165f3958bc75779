// What the search form offers: models, the versions, reasons and decisions of one, and the programs that call.
import { asc, desc, eq, isNull } from 'drizzle-orm'
import { accessTables } from '@/lib/access/tables'
import type { Session } from '@/lib/database'
import { registryTables } from '@/lib/registry/tables'

export interface SearchChoices {
  models: { slug: string; name: string }[]
  /** Newest first; none without a model. */
  versions: number[]
  /** Fields that can be the first reason, of the newest version; none without a model. */
  reasons: { field: string; name: string }[]
  /** What follows from a score on either side of the newest version's threshold; null without one. */
  decisions: { above: string; below: string } | null
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
      : db.select({ number: versions.number, signature: versions.signature }).from(versions).innerJoin(models, eq(models.id, versions.modelId)).where(eq(models.slug, modelSlug)).orderBy(desc(versions.number)),
    db.select({ id: tokens.id, name: tokens.name }).from(tokens).orderBy(asc(tokens.name)),
  ])
  const newest = numbers[0]?.signature
  return {
    reasons: (newest?.fields ?? []).map(({ name, displayName }) => ({ field: name, name: displayName })),
    decisions: newest?.decision === undefined ? null : { above: newest.decision.above, below: newest.decision.below },
    models: listed,
    versions: numbers.map((row) => row.number),
    callers: programs.map(({ id, name }) => ({ caller: `token:${id}`, name })),
  }
}
