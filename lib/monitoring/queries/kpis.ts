// Business values by version, from hourly sums.
import { and, eq, gte, lt, ne, sql, sum } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { hourOf } from '@/lib/platform/clock'
import { currentReleases } from '@/lib/releases/queries'
import { kpiByVersion, kpiHours, type KpiHour } from '@/lib/serving/queries'
import { servingTables } from '@/lib/serving/tables'
import type { KpiOfVersion, KpiReport, SeriesPoint, Window } from '../contract'
import { kpiEffect, kpiEstimate, kpiKind, type KpiSums } from '../rules/kpi'
import { bucketOf, bucketStarts } from '../rules/time'
import { versionNumbers } from './subjects'

export interface KpiQuestion {
  modelId: string
  environment: string
  window: Window
  bucketMs: number
}

/** One report for each name, in the order of the alphabet. */
export async function kpisOf(db: Session, asked: KpiQuestion): Promise<KpiReport[]> {
  const window = { from: hourOf(asked.window.from), to: asked.window.to }
  const versions = await versionNumbers(db, asked.modelId)
  const numbers = new Map(versions.map((version) => [version.id, version.number]))
  const roles = await rolesOf(db, asked.modelId, asked.environment)
  const predictions = await predictionsByVersion(db, asked, window)
  const totals = await kpiByVersion(db, asked.modelId, window.from, window.to, asked.environment)
  const hours = await kpiHours(db, asked.modelId, window.from, window.to, asked.environment)

  return [...new Set(totals.map((total) => total.name))].sort().map((name) => {
    const sums = totals
      .filter((total) => total.name === name)
      .map(({ versionId, count, sum, sumOfSquares }): KpiSums => ({
        versionId,
        versionNumber: numbers.get(versionId) ?? 0,
        role: roles.get(versionId) ?? 'earlier',
        predictions: totalOf(predictions.get(versionId)),
        count,
        sum,
        sumOfSquares,
      }))
      .sort((a, b) => a.versionNumber - b.versionNumber)
    const kind = kpiKind(sums)
    const champion = sums.find((one) => one.role === 'champion')
    return {
      name,
      kind,
      window,
      bucketMs: asked.bucketMs,
      versions: sums.flatMap((one) => ofVersion(kind, one, champion)),
      series: sums.map(({ versionId, versionNumber }) => {
        const own = hours.filter((hour) => hour.name === name && hour.versionId === versionId)
        return { versionId, versionNumber, points: pointsOf(kind, own, predictions.get(versionId), window, asked.bucketMs) }
      }),
    }
  })
}

function pointsOf(kind: KpiReport['kind'], hours: readonly KpiHour[], predictions: Map<number, number> | undefined, window: Window, bucketMs: number): SeriesPoint[] {
  const buckets = new Map<number, { count: number; sum: number }>()
  for (const { hour, count, sum } of hours) {
    const at = bucketOf(hour, bucketMs)
    const bucket = buckets.get(at) ?? { count: 0, sum: 0 }
    buckets.set(at, { count: bucket.count + count, sum: bucket.sum + sum })
  }
  return bucketStarts(window, bucketMs).map((at) => {
    const bucket = buckets.get(at)
    const whole = kind === 'rate' ? predictions?.get(at) : bucket?.count
    return { at, value: bucket && whole ? bucket.sum / whole : null }
  })
}

function ofVersion(kind: KpiReport['kind'], one: KpiSums, champion: KpiSums | undefined): KpiOfVersion[] {
  const estimate = kpiEstimate(kind, one)
  if (!estimate) return []
  const { versionId, versionNumber, role, predictions, count, sum: total } = one
  return [{ versionId, versionNumber, role, predictions, events: count, sum: total, ...estimate, effect: kpiEffect(kind, one, champion) }]
}

async function rolesOf(db: Session, modelId: string, environment: string): Promise<Map<string, KpiOfVersion['role']>> {
  const release = (await currentReleases(db, modelId)).find((one) => one.environment === environment)
  return new Map(release?.arms.map((arm) => [arm.versionId, arm.role]))
}

/** Version to bucket to answered rows. */
async function predictionsByVersion(db: Session, asked: KpiQuestion, window: Window): Promise<Map<string, Map<number, number>>> {
  const { profiles } = db.tables(servingTables)
  const bucket = sql<number>`${profiles.hour} - ${profiles.hour} % ${sql.raw(String(asked.bucketMs))}`
  const rows = await db
    .select({ versionId: profiles.versionId, bucket, rows: sum(profiles.rows) })
    .from(profiles)
    .where(
      and(
        eq(profiles.modelId, asked.modelId),
        eq(profiles.environment, asked.environment),
        // A nightly job's rows are no occasions for a value.
        ne(profiles.channel, 'batch'),
        gte(profiles.hour, window.from),
        lt(profiles.hour, window.to),
      ),
    )
    .groupBy(profiles.versionId, bucket)
  const byVersion = new Map<string, Map<number, number>>()
  for (const row of rows) {
    const buckets = byVersion.get(row.versionId) ?? new Map<number, number>()
    buckets.set(Number(row.bucket), Number(row.rows))
    byVersion.set(row.versionId, buckets)
  }
  return byVersion
}

function totalOf(buckets: Map<number, number> | undefined): number {
  return [...(buckets?.values() ?? [])].reduce((all, rows) => all + rows, 0)
}
