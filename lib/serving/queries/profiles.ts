// Hourly profiles, merged over versions' writers and hours; how long the history is does not matter.
import { and, asc, eq, gte, inArray, lt } from 'drizzle-orm'
import { LatencyHistogram } from '@/lib/math/latency-histogram'
import { Profile, type ProfileShape } from '@/lib/math/profile'
import type { Session } from '@/lib/database'
import { registryTables } from '@/lib/registry/tables'
import type { Channel } from '../contract'
import { shapeOf } from '../rules'
import { servingTables } from '../tables'

export interface ProfileFilter {
  modelId?: string
  versionId?: string
  environment: string
  /** Calls where none is given: what batch jobs and other engines answer is watched apart. */
  channel?: Channel
  /** Milliseconds; hours that begin in [from, to). */
  from: number
  to: number
  /** Whole hours; one bucket over the whole span where none is given. */
  bucketMs?: number
}

/** What one version answered in one bucket of time. */
export interface ProfileBucket {
  versionId: string
  /** Start of the bucket. */
  at: number
  rows: number
  guarded: number
  profile: Profile
  latency: LatencyHistogram
}

/** In the order of time, then of versions. Profiles of different versions have different bins and are never merged. */
export async function profilesBetween(db: Session, filter: ProfileFilter): Promise<ProfileBucket[]> {
  const { profiles } = db.tables(servingTables)
  const rows = await db
    .select()
    .from(profiles)
    .where(
      and(
        filter.versionId === undefined ? undefined : eq(profiles.versionId, filter.versionId),
        filter.modelId === undefined ? undefined : eq(profiles.modelId, filter.modelId),
        eq(profiles.environment, filter.environment),
        eq(profiles.channel, filter.channel ?? 'online'),
        gte(profiles.hour, filter.from),
        lt(profiles.hour, filter.to),
      ),
    )
    .orderBy(asc(profiles.hour), asc(profiles.versionId))
  const shapes = await profileShapes(db, rows.map((row) => row.versionId))
  const buckets = new Map<string, ProfileBucket>()
  for (const row of rows) {
    const shape = shapes.get(row.versionId)
    if (!shape) continue
    const at = filter.bucketMs === undefined ? filter.from : row.hour - (row.hour % filter.bucketMs)
    const key = `${at}\n${row.versionId}`
    let bucket = buckets.get(key)
    if (!bucket) {
      const { versionId } = row
      bucket = { versionId, at, rows: 0, guarded: 0, profile: new Profile(shape), latency: new LatencyHistogram() }
      buckets.set(key, bucket)
    }
    bucket.rows += row.rows
    bucket.guarded += row.guarded
    bucket.profile.merge(Profile.decode(shape, row.profile))
    bucket.latency.merge(LatencyHistogram.decode(row.latency))
  }
  return [...buckets.values()]
}

/** The layout of versions' profiles: columns, bins, categories. */
export async function profileShapes(db: Session, versionIds: Iterable<string>): Promise<Map<string, ProfileShape>> {
  const ids = [...new Set(versionIds)]
  if (ids.length === 0) return new Map()
  const { versions } = db.tables(registryTables)
  const rows = await db
    .select({ id: versions.id, signature: versions.signature, reference: versions.reference })
    .from(versions)
    .where(inArray(versions.id, ids))
  return new Map(rows.map((row) => [row.id, shapeOf(row.signature, row.reference)]))
}
