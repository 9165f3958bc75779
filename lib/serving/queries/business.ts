// Performance as outcomes arrive, and KPIs by version. Reads hourly tallies only.
import { and, asc, eq, gte, inArray, lt, sql } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { registryTables } from '@/lib/registry/tables'
import type { KpiVersionTotal } from '../contract'
import { decodeTally, mergeTally, newTally, type OutcomeTally } from '../rules/outcome-tally'
import { servingTables } from '../tables'

/** Sums over the hours of the events in [from, to), for mean and confidence interval by version. */
export async function kpiByVersion(db: Session, modelId: string, from: number, to: number, environment = 'production'): Promise<KpiVersionTotal[]> {
  const { kpiTallies } = db.tables(servingTables)
  const rows = await db
    .select({
      versionId: kpiTallies.versionId,
      name: kpiTallies.name,
      count: sql<number>`sum(${kpiTallies.count})`,
      sum: sql<number>`sum(${kpiTallies.sum})`,
      sumOfSquares: sql<number>`sum(${kpiTallies.sumOfSquares})`,
    })
    .from(kpiTallies)
    .where(and(eq(kpiTallies.modelId, modelId), eq(kpiTallies.environment, environment), gte(kpiTallies.hour, from), lt(kpiTallies.hour, to)))
    .groupBy(kpiTallies.versionId, kpiTallies.name)
    .orderBy(asc(kpiTallies.name), asc(kpiTallies.versionId))
  return rows.map((row) => ({ ...row, count: Number(row.count), sum: Number(row.sum), sumOfSquares: Number(row.sumOfSquares) }))
}

export interface KpiHour {
  versionId: string
  name: string
  hour: number
  count: number
  sum: number
}

/** By the hour, oldest first: for a KPI over time. */
export async function kpiHours(db: Session, modelId: string, from: number, to: number, environment = 'production'): Promise<KpiHour[]> {
  const { kpiTallies } = db.tables(servingTables)
  const { versionId, name, hour, count, sum } = kpiTallies
  return db
    .select({ versionId, name, hour, count, sum })
    .from(kpiTallies)
    .where(and(eq(kpiTallies.modelId, modelId), eq(kpiTallies.environment, environment), gte(hour, from), lt(hour, to)))
    .orderBy(asc(hour), asc(name), asc(versionId))
}

export interface OutcomeFilter {
  modelId?: string
  versionId?: string
  environment: string
  /** Milliseconds; hours of the predictions that begin in [from, to). */
  from: number
  to: number
  bucketMs?: number
}

export interface OutcomeBucket {
  versionId: string
  at: number
  tally: OutcomeTally
}

/** Tallies by version and bucket of the predictions' time, in the order of time. */
export async function outcomeTallyBetween(db: Session, filter: OutcomeFilter): Promise<OutcomeBucket[]> {
  const { outcomeTallies } = db.tables(servingTables)
  const { versions } = db.tables(registryTables)
  const rows = await db
    .select()
    .from(outcomeTallies)
    .where(
      and(
        filter.versionId === undefined ? undefined : eq(outcomeTallies.versionId, filter.versionId),
        filter.modelId === undefined ? undefined : eq(outcomeTallies.modelId, filter.modelId),
        eq(outcomeTallies.environment, filter.environment),
        gte(outcomeTallies.hour, filter.from),
        lt(outcomeTallies.hour, filter.to),
      ),
    )
    .orderBy(asc(outcomeTallies.hour), asc(outcomeTallies.versionId))
  const ids = [...new Set(rows.map((row) => row.versionId))]
  if (ids.length === 0) return []
  const signatures = new Map(
    (await db.select({ id: versions.id, signature: versions.signature }).from(versions).where(inArray(versions.id, ids))).map((row) => [row.id, row.signature]),
  )
  const buckets = new Map<string, OutcomeBucket>()
  for (const row of rows) {
    const signature = signatures.get(row.versionId)
    if (!signature) continue
    const at = filter.bucketMs === undefined ? filter.from : row.hour - (row.hour % filter.bucketMs)
    const key = `${at}\n${row.versionId}`
    let bucket = buckets.get(key)
    if (!bucket) buckets.set(key, (bucket = { versionId: row.versionId, at, tally: newTally(signature) }))
    mergeTally(bucket.tally, decodeTally(signature, row.tally))
  }
  return [...buckets.values()]
}

export interface FleetKpi {
  modelId: string
  name: string
  /** Sums over the hours from `middle` to `to`, and from `from` to `middle`. */
  thisWeek: number
  weekBefore: number
}

/** Sums of every KPI of every model over two neighbouring periods in one read. */
export async function fleetKpis(db: Session, environment: string, from: number, middle: number, to: number): Promise<FleetKpi[]> {
  const { kpiTallies } = db.tables(servingTables)
  const rows = await db
    .select({
      modelId: kpiTallies.modelId,
      name: kpiTallies.name,
      thisWeek: sql<number>`sum(case when ${kpiTallies.hour} >= ${middle} then ${kpiTallies.sum} else 0 end)`,
      weekBefore: sql<number>`sum(case when ${kpiTallies.hour} < ${middle} then ${kpiTallies.sum} else 0 end)`,
    })
    .from(kpiTallies)
    .where(and(eq(kpiTallies.environment, environment), gte(kpiTallies.hour, from), lt(kpiTallies.hour, to)))
    .groupBy(kpiTallies.modelId, kpiTallies.name)
  return rows.map((row) => ({ ...row, thisWeek: Number(row.thisWeek), weekBefore: Number(row.weekBefore) }))
}
