// Number and signature of the versions that a page of predictions came from.
import { inArray } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import type { Signature } from '@/lib/registry/contract'
import { registryTables } from '@/lib/registry/tables'

export async function versionsByIds(db: Session, ids: readonly string[]): Promise<Map<string, { number: number; signature: Signature }>> {
  if (ids.length === 0) return new Map()
  const { versions } = db.tables(registryTables)
  const rows = await db
    .select({ id: versions.id, number: versions.number, signature: versions.signature })
    .from(versions)
    .where(inArray(versions.id, [...new Set(ids)]))
  return new Map(rows.map(({ id, ...row }) => [id, row]))
}
