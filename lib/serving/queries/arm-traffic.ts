// How much each version answered, for the arms of a release.
import { and, eq, gte, lt, sql } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { servingTables } from '../tables'

/** Answered rows by version in the whole hours of [from, to), of calls only. */
export async function rowsByVersion(db: Session, modelId: string, environment: string, from: number, to: number): Promise<Map<string, number>> {
  const { profiles } = db.tables(servingTables)
  const rows = await db
    .select({ versionId: profiles.versionId, rows: sql<number>`sum(${profiles.rows})` })
    .from(profiles)
    .where(and(eq(profiles.modelId, modelId), eq(profiles.environment, environment), eq(profiles.channel, 'online'), gte(profiles.hour, from), lt(profiles.hour, to)))
    .groupBy(profiles.versionId)
  return new Map(rows.map((row) => [row.versionId, Number(row.rows)]))
}
