// What a stretch of a job adds to what is known of the model: its hour's profile under the channel of batch jobs, who used
// it, and its rows where the job is logged. All in the transaction that keeps the checkpoint, so that a stretch that is
// scored again after a crash counts once.
import { and, eq } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { LatencyHistogram } from '@/lib/math/latency-histogram'
import { Profile } from '@/lib/math/profile'
import { hourOf, now } from '@/lib/platform/clock'
import type { Version } from '@/lib/registry/contract'
import { insertPredictions } from '@/lib/serving/log'
import { UsageCounts } from '@/lib/serving/log/usage-counts'
import { servingTables } from '@/lib/serving/tables'
import type { CheckpointAdded } from '../engine'

export interface ChunkOf {
  id: string
  modelId: string
  environment: string
  releaseId: string | null
  /** As the log knows it: `user:…` or `token:…`. */
  caller: string
}

const channel = 'batch'

export async function keepChunk(tx: Session, job: ChunkOf, version: Pick<Version, 'id'>, added: CheckpointAdded): Promise<void> {
  if (added.rows === 0) return
  const at = now()
  const { environment, modelId, caller } = job
  await mergeProfile(tx, job, version.id, hourOf(at), added)
  await new UsageCounts().write(tx, [{ caller, modelId, environment, channel, at, rows: added.rows, latencyMicros: Math.round(added.microsecondsARow * added.rows) }])
  const latencyMicros = Math.round(added.microsecondsARow)
  await insertPredictions(tx, added.logged.map((row) => ({ ...row, at, modelId, versionId: version.id, releaseId: job.releaseId, environment, channel, caller, latencyMicros })))
}

/** The job is the writer: its own hours can be told from those of other jobs, and nobody else writes them. */
async function mergeProfile(tx: Session, job: ChunkOf, versionId: string, hour: number, added: CheckpointAdded): Promise<void> {
  const { profiles } = tx.tables(servingTables)
  const { environment, modelId, id: writer } = job
  const [kept] = await tx
    .select()
    .from(profiles)
    .where(and(eq(profiles.versionId, versionId), eq(profiles.environment, environment), eq(profiles.hour, hour), eq(profiles.writer, writer), eq(profiles.channel, channel)))
  const profile = kept ? Profile.decode(added.shape, kept.profile) : new Profile(added.shape)
  profile.merge(added.profile)
  const latency = kept ? LatencyHistogram.decode(kept.latency) : new LatencyHistogram()
  for (let row = 0; row < added.rows; row++) latency.add(added.microsecondsARow)
  const counted = {
    rows: (kept?.rows ?? 0) + added.rows,
    guarded: (kept?.guarded ?? 0) + added.guarded,
    profile: profile.encode(),
    latency: latency.encode(),
    // Their contributions are told row by row and not kept by the hour.
    explained: 0,
    attributions: null,
  }
  await tx
    .insert(profiles)
    .values({ versionId, environment, hour, writer, channel, modelId, ...counted })
    .onConflictDoUpdate({ target: [profiles.versionId, profiles.environment, profiles.hour, profiles.writer, profiles.channel], set: counted })
}
