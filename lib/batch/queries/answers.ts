// What a job answered, beside what its version answered on its reference rows.
import { and, eq } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { Profile } from '@/lib/math/profile'
import { driftOfProfile } from '@/lib/monitoring/rules/drift'
import { binLabel } from '@/lib/monitoring/rules/words'
import { profileShapes } from '@/lib/serving/queries'
import { versionById } from '@/lib/registry/queries'
import { servingTables } from '@/lib/serving/tables'

export interface BatchAnswers {
  rows: number
  guarded: number
  /** Of the score, or of a regression's value; null where the version has no reference. */
  bins: { label: string; reference: number; current: number }[] | null
}

/** The job is the writer of its hours' profiles, so its own can be told from those of other jobs. */
export async function batchAnswers(db: Session, job: { id: string; version: { id: string } | null; environment: string }): Promise<BatchAnswers | null> {
  if (job.version === null) return null
  const { profiles } = db.tables(servingTables)
  const hours = await db
    .select({ rows: profiles.rows, guarded: profiles.guarded, profile: profiles.profile })
    .from(profiles)
    .where(and(eq(profiles.versionId, job.version.id), eq(profiles.environment, job.environment), eq(profiles.writer, job.id), eq(profiles.channel, 'batch')))
  const shape = (await profileShapes(db, [job.version.id])).get(job.version.id)
  const version = await versionById(db, job.version.id)
  if (hours.length === 0 || !shape || !version) return null
  const whole = new Profile(shape)
  for (const { profile } of hours) whole.merge(Profile.decode(shape, profile))
  const sum = (member: 'rows' | 'guarded') => hours.reduce((total, hour) => total + hour[member], 0)
  return { rows: sum('rows'), guarded: sum('guarded'), bins: version.reference && scoreBins(Profile.decode(shape, Buffer.from(version.reference.profile, 'base64')), whole) }
}

function scoreBins(reference: Profile, current: Profile): BatchAnswers['bins'] {
  const drift = driftOfProfile(reference, current).at(-1)
  const column = drift?.column
  if (!drift || column?.kind !== 'number') return null
  return Array.from(drift.referenceCounts, (count, bin) => ({ label: binLabel(column, bin, { isWhole: false }), reference: count, current: drift.currentCounts[bin] ?? 0 }))
}
