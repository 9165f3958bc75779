import { and, desc, eq, sql } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { servingSettingsSchema, type ServingSettings } from '../contract'
import { servingTables } from '../tables'

/** Revision 0 with the defaults where nothing was ever set. */
export interface ServingSettingsInForce {
  modelId: string
  environment: string
  revision: number
  settings: ServingSettings
  createdAt: number | null
  createdBy: string | null
}

export const DEFAULT_SERVING_SETTINGS: ServingSettings = servingSettingsSchema.parse({ limits: {} })

export async function currentServingSettings(db: Session, modelId: string, environment: string): Promise<ServingSettingsInForce> {
  const [newest] = await servingSettingsHistory(db, modelId, environment, 1)
  return newest ?? { modelId, environment, revision: 0, settings: DEFAULT_SERVING_SETTINGS, createdAt: null, createdBy: null }
}

/** The newest first. */
export async function servingSettingsHistory(db: Session, modelId: string, environment: string, most: number): Promise<ServingSettingsInForce[]> {
  const { servingSettings } = db.tables(servingTables)
  const rows = await db
    .select()
    .from(servingSettings)
    .where(and(eq(servingSettings.modelId, modelId), eq(servingSettings.environment, environment)))
    .orderBy(desc(servingSettings.revision))
    .limit(most)
  return rows.map(({ revision, settings, createdAt, createdBy }) => ({ modelId, environment, revision, settings, createdAt, createdBy }))
}

/** Of every model and environment that ever had any, by model, a line break and environment. */
export async function newestServingSettings(db: Session): Promise<Map<string, ServingSettings>> {
  const { servingSettings } = db.tables(servingTables)
  const { modelId, environment, revision, settings } = servingSettings
  const newest = db
    .select({ modelId, environment, revision: sql<number>`max(${revision})`.as('newest_revision') })
    .from(servingSettings)
    .groupBy(modelId, environment)
    .as('newest')
  const rows = await db
    .select({ modelId, environment, settings })
    .from(servingSettings)
    .innerJoin(newest, and(eq(modelId, newest.modelId), eq(environment, newest.environment), eq(revision, newest.revision)))
  return new Map(rows.map((row) => [`${row.modelId}\n${row.environment}`, row.settings]))
}
