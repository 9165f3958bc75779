// Volume, latency and errors from what serving keeps by the hour.
import { and, eq, gte, inArray, lt, min, sql, sum } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { LatencyHistogram } from '@/lib/math/latency-histogram'
import { hourOf } from '@/lib/platform/clock'
import type { Channel } from '@/lib/serving/contract'
import { servingTables } from '@/lib/serving/tables'
import type { TrafficReport, Window } from '../contract'
import { bucketOf, bucketStarts } from '../rules/time'

interface Bucket {
  rows: number
  errors: number
  guarded: number
  latency: LatencyHistogram
}

const newBucket = (): Bucket => ({ rows: 0, errors: 0, guarded: 0, latency: new LatencyHistogram() })

/** All versions of a model, or one of them; errors happen before a version is chosen and are told for all. */
export async function trafficOf(db: Session, asked: { modelId: string; environment: string; versionId?: string; channel?: Channel; window: Window; bucketMs: number }): Promise<TrafficReport> {
  const { profiles } = db.tables(servingTables)
  const window = { from: hourOf(asked.window.from), to: asked.window.to }
  const { channel = 'online' } = asked
  const served = await db
    .select({ hour: profiles.hour, rows: profiles.rows, guarded: profiles.guarded, latency: profiles.latency })
    .from(profiles)
    .where(
      and(
        eq(profiles.modelId, asked.modelId),
        eq(profiles.environment, asked.environment),
        eq(profiles.channel, channel),
        gte(profiles.hour, window.from),
        lt(profiles.hour, window.to),
        asked.versionId === undefined ? undefined : eq(profiles.versionId, asked.versionId),
      ),
    )
  // Only calls are refused one by one; a batch job tells of its rejected rows itself.
  const failed = channel === 'online' ? await errorsByHour(db, asked.modelId, asked.environment, window) : []

  const buckets = new Map(bucketStarts(window, asked.bucketMs).map((at) => [at, newBucket()]))
  const whole = newBucket()
  for (const row of served) {
    const latency = LatencyHistogram.decode(row.latency)
    for (const bucket of [whole, buckets.get(bucketOf(row.hour, asked.bucketMs))]) {
      if (!bucket) continue
      bucket.rows += row.rows
      bucket.guarded += row.guarded
      bucket.latency.merge(latency)
    }
  }
  const byCode = new Map<string, number>()
  for (const row of failed) {
    byCode.set(row.code, (byCode.get(row.code) ?? 0) + row.count)
    whole.errors += row.count
    const bucket = buckets.get(bucketOf(row.hour, asked.bucketMs))
    if (bucket) bucket.errors += row.count
  }
  return {
    window,
    bucketMs: asked.bucketMs,
    rows: whole.rows,
    errors: whole.errors,
    guarded: whole.guarded,
    errorsByCode: [...byCode].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count),
    latency: percentiles(whole.latency),
    points: [...buckets].map(([at, { rows, errors, guarded, latency }]) => ({
      at,
      rows,
      errors,
      errorShare: rows + errors === 0 ? null : errors / (rows + errors),
      guarded,
      ...percentiles(latency),
    })),
  }
}

function percentiles(latency: LatencyHistogram): TrafficReport['latency'] {
  const ms = (share: number) => {
    const us = latency.percentile(share)
    return us === null ? null : us / 1000
  }
  return { p50: ms(0.5), p95: ms(0.95), p99: ms(0.99) }
}

async function errorsByHour(db: Session, modelId: string, environment: string, window: Window): Promise<{ hour: number; code: string; count: number }[]> {
  const { callErrors } = db.tables(servingTables)
  return db
    .select({ hour: callErrors.hour, code: callErrors.code, count: callErrors.count })
    .from(callErrors)
    .where(
      and(
        eq(callErrors.modelId, modelId),
        eq(callErrors.environment, environment),
        gte(callErrors.hour, hourOf(window.from)),
        lt(callErrors.hour, window.to),
      ),
    )
}

/** Answered rows of a window. */
export async function rowsBetween(db: Session, modelId: string, environment: string, window: Window): Promise<number> {
  const { profiles } = db.tables(servingTables)
  const [row] = await db
    .select({ rows: sum(profiles.rows) })
    .from(profiles)
    .where(
      and(
        eq(profiles.modelId, modelId),
        eq(profiles.environment, environment),
        eq(profiles.channel, 'online'),
        gte(profiles.hour, hourOf(window.from)),
        lt(profiles.hour, window.to),
      ),
    )
  return Number(row?.rows ?? 0)
}

/** The first hour in which the model was asked there; null when it never was. */
export async function firstServedHour(db: Session, modelId: string, environment: string): Promise<number | null> {
  const { profiles } = db.tables(servingTables)
  const [row] = await db
    .select({ hour: min(profiles.hour) })
    .from(profiles)
    .where(and(eq(profiles.modelId, modelId), eq(profiles.environment, environment), eq(profiles.channel, 'online')))
  return row?.hour === null || row?.hour === undefined ? null : Number(row.hour)
}

export interface TodaysTraffic {
  rows: number
  errors: number
  p99Ms: number | null
}

/** Of many models at once, for the first page. */
export async function trafficByModel(db: Session, modelIds: readonly string[], environment: string, window: Window): Promise<Map<string, TodaysTraffic>> {
  if (modelIds.length === 0) return new Map()
  const { profiles, callErrors } = db.tables(servingTables)
  const hours = <T extends typeof profiles | typeof callErrors>(table: T) =>
    and(
      inArray(table.modelId, [...modelIds]),
      eq(table.environment, environment),
      gte(table.hour, hourOf(window.from)),
      lt(table.hour, window.to),
    )
  const served = await db
    .select({ modelId: profiles.modelId, rows: profiles.rows, latency: profiles.latency })
    .from(profiles)
    .where(and(hours(profiles), eq(profiles.channel, 'online')))
  const failed = await db
    .select({ modelId: callErrors.modelId, count: sql<number>`sum(${callErrors.count})` })
    .from(callErrors)
    .where(hours(callErrors))
    .groupBy(callErrors.modelId)
  const buckets = new Map(modelIds.map((id) => [id, newBucket()]))
  for (const row of served) {
    const bucket = buckets.get(row.modelId)
    if (!bucket) continue
    bucket.rows += row.rows
    bucket.latency.merge(LatencyHistogram.decode(row.latency))
  }
  for (const row of failed) {
    const bucket = buckets.get(row.modelId)
    if (bucket) bucket.errors += Number(row.count)
  }
  return new Map([...buckets].map(([id, { rows, errors, latency }]) => [id, { rows, errors, p99Ms: percentiles(latency).p99 }]))
}
