// The hourly profiles of explanations, as the log writes them beside those of the inputs.
import { and, asc, eq, gte, inArray, lt } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { Profile } from '@/lib/math/profile'
import { hourOf } from '@/lib/platform/clock'
import type { AttributionReference } from '@/lib/registry/contract'
import { registryTables } from '@/lib/registry/tables'
import type { Channel } from '@/lib/serving/contract'
import { servingTables } from '@/lib/serving/tables'
import type { Window } from '../contract'

export interface ExplainedHour {
  at: number
  /** Answered rows, and how many of them were explained as they were served. */
  rows: number
  explained: number
  /** null where none was explained. */
  profile: Profile | null
}

export interface ExplainedVersion {
  id: string
  attributions: Pick<AttributionReference, 'shape'> | null
}

/** Of one version, one for each hour and writing process, in order of time. */
export async function explainedHours(db: Session, version: ExplainedVersion, environment: string, { from, to }: Window, channel: Channel = 'online'): Promise<ExplainedHour[]> {
  const { profiles } = db.tables(servingTables)
  const { hour, rows, explained, attributions } = profiles
  const found = await db
    .select({ at: hour, rows, explained, attributions })
    .from(profiles)
    .where(and(eq(profiles.versionId, version.id), eq(profiles.environment, environment), eq(profiles.channel, channel), gte(hour, hourOf(from)), lt(hour, to)))
    .orderBy(asc(hour))
  const shape = version.attributions?.shape
  return found.map((one) => ({ ...one, profile: shape && one.attributions ? Profile.decode(shape, one.attributions) : null }))
}

/** Versions of a model with predictions in this time: challengers and earlier champions too. */
export async function servedVersions(db: Session, modelId: string, environment: string, { from, to }: Window): Promise<ExplainedVersion[]> {
  const { profiles } = db.tables(servingTables)
  const { versions } = db.tables(registryTables)
  const served = db
    .select({ id: profiles.versionId })
    .from(profiles)
    .where(and(eq(profiles.modelId, modelId), eq(profiles.environment, environment), eq(profiles.channel, 'online'), gte(profiles.hour, hourOf(from)), lt(profiles.hour, to)))
  return db.select({ id: versions.id, attributions: versions.attributions }).from(versions).where(inArray(versions.id, served))
}
