// Volume, latency and errors of calls by the hour.
import { and, eq, gte, lt, sql } from 'drizzle-orm'
import { LatencyHistogram } from '@/lib/math/latency-histogram'
import type { Session } from '@/lib/database'
import type { TrafficHour } from '../contract'
import { servingTables } from '../tables'

export interface ErrorTotal {
  code: string
  count: number
}

/** The hours in [from, to) that had calls, oldest first, all versions together. */
export async function hourlyTraffic(db: Session, modelId: string, environment: string, from: number, to: number): Promise<TrafficHour[]> {
  const { profiles, callErrors } = db.tables(servingTables)
  const rows = await db
    .select({ hour: profiles.hour, rows: profiles.rows, guarded: profiles.guarded, latency: profiles.latency })
    .from(profiles)
    .where(and(eq(profiles.modelId, modelId), eq(profiles.environment, environment), eq(profiles.channel, 'online'), gte(profiles.hour, from), lt(profiles.hour, to)))
  const errors = await db
    .select({ hour: callErrors.hour, count: sql<number>`sum(${callErrors.count})` })
    .from(callErrors)
    .where(and(eq(callErrors.modelId, modelId), eq(callErrors.environment, environment), gte(callErrors.hour, from), lt(callErrors.hour, to)))
    .groupBy(callErrors.hour)
  const hours = new Map<number, { rows: number; guarded: number; errors: number; latency: LatencyHistogram }>()
  const hourAt = (at: number) => {
    let hour = hours.get(at)
    if (!hour) hours.set(at, (hour = { rows: 0, guarded: 0, errors: 0, latency: new LatencyHistogram() }))
    return hour
  }
  for (const row of rows) {
    const hour = hourAt(row.hour)
    hour.rows += row.rows
    hour.guarded += row.guarded
    hour.latency.merge(LatencyHistogram.decode(row.latency))
  }
  for (const row of errors) hourAt(row.hour).errors += Number(row.count)
  return [...hours]
    .sort(([a], [b]) => a - b)
    .map(([hour, { latency, ...counts }]) => ({ hour, ...counts, p50Ms: percentileMs(latency, 0.5), p95Ms: percentileMs(latency, 0.95), p99Ms: percentileMs(latency, 0.99) }))
}

function percentileMs(latency: LatencyHistogram, share: number): number | null {
  const us = latency.percentile(share)
  return us === null ? null : us / 1000
}

export interface TrafficTotal {
  modelId: string
  environment: string
  hour: number
  rows: number
}

/** Rows by model, environment and hour over all models: sparklines of the fleet in one read. */
export async function fleetTraffic(db: Session, from: number, to: number): Promise<TrafficTotal[]> {
  const { profiles } = db.tables(servingTables)
  const rows = await db
    .select({ modelId: profiles.modelId, environment: profiles.environment, hour: profiles.hour, rows: sql<number>`sum(${profiles.rows})` })
    .from(profiles)
    .where(and(eq(profiles.channel, 'online'), gte(profiles.hour, from), lt(profiles.hour, to)))
    .groupBy(profiles.modelId, profiles.environment, profiles.hour)
  return rows.map((row) => ({ ...row, rows: Number(row.rows) }))
}

/** Errors by problem code, most frequent first. */
export async function errorsBetween(db: Session, modelId: string, environment: string, from: number, to: number): Promise<ErrorTotal[]> {
  const { callErrors } = db.tables(servingTables)
  const rows = await db
    .select({ code: callErrors.code, count: sql<number>`sum(${callErrors.count})` })
    .from(callErrors)
    .where(and(eq(callErrors.modelId, modelId), eq(callErrors.environment, environment), gte(callErrors.hour, from), lt(callErrors.hour, to)))
    .groupBy(callErrors.code)
  return rows.map((row) => ({ code: row.code, count: Number(row.count) })).sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1))
}
