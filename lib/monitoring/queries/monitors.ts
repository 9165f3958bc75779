// Reading monitors.
import { and, asc, eq } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import type { Monitor } from '../contract'
import { monitoringTables } from '../tables'

export async function listMonitors(db: Session, filter: { modelId?: string; environment?: string } = {}): Promise<Monitor[]> {
  const { monitors } = db.tables(monitoringTables)
  return db
    .select()
    .from(monitors)
    .where(
      and(
        filter.modelId === undefined ? undefined : eq(monitors.modelId, filter.modelId),
        filter.environment === undefined ? undefined : eq(monitors.environment, filter.environment),
      ),
    )
    .orderBy(asc(monitors.createdAt), asc(monitors.id))
}
