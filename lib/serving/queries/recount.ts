// The proof that profiles say what the log says: the log counted again.
import { and, asc, eq, gt } from 'drizzle-orm'
import { LatencyHistogram } from '@/lib/math/latency-histogram'
import { Profile } from '@/lib/math/profile'
import type { Session } from '@/lib/database'
import { HOUR_MS, hourOf } from '@/lib/platform/clock'
import { notFound } from '@/lib/platform/errors'
import { registryTables } from '@/lib/registry/tables'
import { profileValues, shapeOf } from '../rules'
import { inputsLayout, unpackInputs } from '../rules/packed-inputs'
import { servingTables } from '../tables'
import { isInContext } from './packed-log'
import { profilesBetween, type ProfileBucket } from './profiles'

const PAGE = 5000
/** Means and variances are sums in another order: they agree up to rounding, so they are compared to these digits. */
const DIGITS = 6

/** An hour of a version in plain numbers. */
export interface ProfileHour {
  hour: string
  rows: number
  guarded: number
  /** Microseconds. */
  latency: { count: number; mean: number | null; max: number | null; p50: number | null; p99: number | null }
  columns: ProfileHourColumn[]
}

interface ProfileHourColumn {
  name: string
  count: number
  missing: number
  counts: number[]
  unseen?: number
  minimum?: number | null
  maximum?: number | null
  mean?: number | null
  variance?: number | null
}

export interface Recount {
  /** As kept by the group commit. */
  stored: ProfileHour[]
  /** Counted now from the predictions. */
  recounted: ProfileHour[]
}

/** The hourly profiles of calls of a version in an environment beside the same counted from the log: they must be equal. */
export async function recountProfiles(db: Session, versionId: string, environment: string): Promise<Recount> {
  const stored = await profilesBetween(db, { versionId, environment, from: 0, to: Number.MAX_SAFE_INTEGER, bucketMs: HOUR_MS })
  return { stored: stored.map(plain), recounted: (await countLog(db, versionId, environment)).map(plain) }
}

async function countLog(db: Session, versionId: string, environment: string): Promise<ProfileBucket[]> {
  const { versions } = db.tables(registryTables)
  const { predictions } = db.tables(servingTables)
  const [version] = await db.select().from(versions).where(eq(versions.id, versionId))
  if (!version) throw notFound('version with this id')
  const { signature } = version
  const shape = shapeOf(signature, version.reference)
  const layout = inputsLayout(signature)
  const hours = new Map<number, ProfileBucket>()
  let after = ''
  for (;;) {
    const page = await db
      .select()
      .from(predictions)
      .where(and(isInContext(db, predictions.context, { versionId, environment, channel: 'online' }), gt(predictions.id, after)))
      .orderBy(asc(predictions.id))
      .limit(PAGE)
    for (const row of page) {
      const at = hourOf(row.at)
      let hour = hours.get(at)
      if (!hour) hours.set(at, (hour = { versionId, at, rows: 0, guarded: 0, profile: new Profile(shape), latency: new LatencyHistogram() }))
      hour.rows += 1
      if (row.guardrail) hour.guarded += 1
      hour.profile.addRow(profileValues(signature, unpackInputs(layout, row.inputs), row))
      hour.latency.add(row.latencyMicros)
    }
    const last = page.at(-1)
    if (!last || page.length < PAGE) return [...hours.values()].sort((a, b) => a.at - b.at)
    after = last.id
  }
}

function plain({ at, rows, guarded, profile, latency }: ProfileBucket): ProfileHour {
  return {
    hour: new Date(at).toISOString(),
    rows,
    guarded,
    latency: { count: latency.count, mean: latency.meanUs, max: latency.maxUs, p50: latency.percentile(0.5), p99: latency.percentile(0.99) },
    columns: profile.shape.map(({ name }, index) => {
      const { count, missing, counts, ...summary } = profile.summary(index)
      if (summary.kind === 'category') return { name, count, missing, counts, unseen: summary.unseen }
      const { minimum, maximum } = summary
      return { name, count, missing, counts, minimum, maximum, mean: rounded(summary.mean), variance: rounded(summary.variance) }
    }),
  }
}

function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(DIGITS))
}
