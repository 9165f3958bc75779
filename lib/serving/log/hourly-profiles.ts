// The profiles of the hours this process writes, kept beside the log: each commit writes the predictions and, in the same
// transaction, their hours' profiles. What is kept in memory changes only when the transaction has succeeded.
import { and, eq } from 'drizzle-orm'
import { LatencyHistogram } from '@/lib/math/latency-histogram'
import { Profile, type ProfileShape, type ProfileValue } from '@/lib/math/profile'
import type { Session, Upsert } from '@/lib/database'
import { hourOf } from '@/lib/platform/clock'
import { registryTables } from '@/lib/registry/tables'
import type { Channel } from '../contract'
import { servingTables } from '../tables'
import type { PredictionRecord } from './packed-rows'

interface Hour {
  versionId: string
  environment: string
  hour: number
  channel: Channel
  modelId: string
  rows: number
  guarded: number
  profile: Profile
  latency: LatencyHistogram
  explained: number
  /** Of the explained rows; null before the first. */
  attributions: Profile | null
}

export interface ProfiledRow {
  record: PredictionRecord
  shape: ProfileShape
  values: readonly ProfileValue[]
  /** Where the row was explained as it was served. */
  attributions: { shape: ProfileShape; values: readonly ProfileValue[] } | null
}

const REPLACED: Upsert<ReturnType<typeof servingTables>['profiles']> = {
  key: ['versionId', 'environment', 'hour', 'writer', 'channel'],
  replace: ['rows', 'guarded', 'profile', 'latency', 'explained', 'attributions'],
}

/** Hours kept in memory; an older one is read again when a row for it comes. */
const MOST_HOURS = 200

export class HourlyProfiles {
  /** As they are in the database; the least recently written first. */
  private readonly written = new Map<string, Hour>()

  constructor(private readonly writer: string) {}

  /** Writes the hours with these rows added. Call the function it returns once the transaction is committed. */
  async write(tx: Session, rows: readonly ProfiledRow[]): Promise<() => void> {
    const touched = new Map<string, Hour>()
    for (const row of rows) {
      const { record } = row
      const key = `${record.versionId}\n${record.environment}\n${hourOf(record.at)}\n${record.channel ?? 'online'}`
      let hour = touched.get(key)
      if (!hour) touched.set(key, (hour = await this.copyOf(tx, key, row)))
      hour.rows += 1
      if (record.guardrail) hour.guarded += 1
      hour.profile.addRow(row.values)
      hour.latency.add(record.latencyMicros)
      if (!row.attributions) continue
      hour.explained += 1
      hour.attributions ??= new Profile(row.attributions.shape)
      hour.attributions.addRow(row.attributions.values)
    }
    for (const hour of touched.values()) await this.upsert(tx, hour)
    return () => this.keep(touched)
  }

  /** After a failed commit nobody knows what is on disk: hours are read again before they are added to. */
  forget(): void {
    this.written.clear()
  }

  private async copyOf(tx: Session, key: string, row: ProfiledRow): Promise<Hour> {
    const { record, shape } = row
    const kept = this.written.get(key) ?? (await this.read(tx, row))
    const { versionId, environment, modelId, channel = 'online' } = record
    const latency = new LatencyHistogram()
    if (!kept) {
      return { versionId, environment, hour: hourOf(record.at), channel, modelId, rows: 0, guarded: 0, profile: new Profile(shape), latency, explained: 0, attributions: null }
    }
    latency.merge(kept.latency)
    return { ...kept, profile: kept.profile.clone(), latency, attributions: kept.attributions?.clone() ?? null }
  }

  /** An hour of this writer that is no longer in memory. */
  private async read(tx: Session, { record: { versionId, environment, at, channel = 'online' }, shape, attributions }: ProfiledRow): Promise<Hour | undefined> {
    const { profiles } = tx.tables(servingTables)
    const [row] = await tx
      .select()
      .from(profiles)
      .where(
        and(
          eq(profiles.versionId, versionId),
          eq(profiles.environment, environment),
          eq(profiles.hour, hourOf(at)),
          eq(profiles.writer, this.writer),
          eq(profiles.channel, channel),
        ),
      )
    if (!row) return undefined
    // An hour with explanations whose first row here has none is the case of a policy that changed: the shape is the version's.
    const known = row.attributions && (attributions?.shape ?? (await attributionShapeOf(tx, versionId)))
    return {
      ...row,
      profile: Profile.decode(shape, row.profile),
      latency: LatencyHistogram.decode(row.latency),
      attributions: row.attributions && known ? Profile.decode(known, row.attributions) : null,
    }
  }

  private async upsert(tx: Session, hour: Hour): Promise<void> {
    const { profiles } = tx.tables(servingTables)
    const { versionId, environment, channel, modelId, rows, guarded, explained } = hour
    const counted = { rows, guarded, profile: hour.profile.encode(), latency: hour.latency.encode(), explained, attributions: hour.attributions?.encode() ?? null }
    await tx.upsertMany(profiles, [{ versionId, environment, hour: hour.hour, writer: this.writer, channel, modelId, ...counted }], REPLACED)
  }

  private keep(touched: ReadonlyMap<string, Hour>): void {
    for (const [key, hour] of touched) {
      this.written.delete(key)
      this.written.set(key, hour)
    }
    for (const key of this.written.keys()) {
      if (this.written.size <= MOST_HOURS) break
      this.written.delete(key)
    }
  }
}

async function attributionShapeOf(tx: Session, versionId: string): Promise<ProfileShape | undefined> {
  const { versions } = tx.tables(registryTables)
  const [version] = await tx.select({ attributions: versions.attributions }).from(versions).where(eq(versions.id, versionId))
  return version?.attributions?.shape
}
