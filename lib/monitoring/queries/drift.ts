// Drift from hourly profiles: the cost depends on the hours looked at, not on how many predictions were ever made.
import type { Session } from '@/lib/database'
import { Profile } from '@/lib/math/profile'
import { HOUR_MS, hourOf } from '@/lib/platform/clock'
import type { Channel } from '@/lib/serving/contract'
import { profilesBetween } from '@/lib/serving/queries'
import type { DriftReport, FieldDrift, Window } from '../contract'
import { distancesOf, driftOfProfile, measureOf, missingRate, type ColumnDrift, type DriftMeasure } from '../rules/drift'
import { bucketOf, bucketStarts } from '../rules/time'
import { binLabel, categoryLabel, driftSentence, driftVerdict, holdsWholeNumbers } from '../rules/words'
import { referenceProfile, watchedColumns, type WatchedColumn, type WatchedVersion } from './subjects'

/** Fewer rows than this make a point of noise, not of drift. */
const LEAST_ROWS_A_POINT = 50

export interface DriftQuestion {
  version: WatchedVersion
  environment: string
  /** Calls where none is given. */
  channel?: Channel
  window: Window
  bucketMs: number
  /** Each point compares this long a stretch before its end, as the monitor does. */
  spanHours: number
  limit: { measure: DriftMeasure; value: number }
}

/** null where the version has no reference data. */
export async function driftOf(db: Session, asked: DriftQuestion): Promise<DriftReport | null> {
  const { version, environment, channel, window, bucketMs } = asked
  if (version.reference === null) return null
  const reference = referenceProfile(version.reference)
  const spanMs = Math.max(bucketMs, asked.spanHours * HOUR_MS)
  const from = hourOf(window.from)
  const loaded = { from: Math.min(from, bucketOf(from, bucketMs) + bucketMs - spanMs), to: window.to }
  const hours = await profilesBetween(db, { versionId: version.id, environment, channel, ...loaded, bucketMs: HOUR_MS })

  // The shape object of the hours, not the equal one of the reference: merging then need not compare them each time.
  const whole = new Profile(hours[0]?.profile.shape ?? reference.shape)
  const buckets = new Map<number, Profile>()
  for (const { at, profile } of hours) {
    if (at >= from) whole.merge(profile)
    const start = bucketOf(at, bucketMs)
    const bucket = buckets.get(start)
    if (bucket) bucket.merge(profile)
    else buckets.set(start, profile.clone())
  }

  const drifts = driftOfProfile(reference, whole)
  const columns = watchedColumns(version.signature)
  const fields = drifts.flatMap((drift, index) => {
    const column = columns[index]
    if (!column) return []
    const series = seriesOf(index, drift.referenceCounts, buckets, { from, to: window.to }, bucketMs, spanMs)
    return [fieldDrift(drift, column, series, asked.limit)]
  })
  const distance = (field: FieldDrift) => measureOf(field, asked.limit.measure) ?? -1
  return {
    versionId: version.id,
    versionNumber: version.number,
    window: { from, to: window.to },
    bucketMs,
    spanMs,
    rows: rowsOf(whole),
    referenceRows: version.reference.rows,
    limit: asked.limit,
    fields: fields.sort((a, b) => distance(b) - distance(a)),
  }
}

/** One comparison of a whole window, for a check. */
export async function driftOfWindow(db: Session, version: WatchedVersion, environment: string, window: Window): Promise<{ rows: number; drifts: { drift: ColumnDrift; column: WatchedColumn }[] } | null> {
  if (version.reference === null) return null
  const reference = referenceProfile(version.reference)
  const asked = { versionId: version.id, environment, from: hourOf(window.from), to: window.to }
  const whole = (await profilesBetween(db, asked))[0]?.profile ?? new Profile(reference.shape)
  const columns = watchedColumns(version.signature)
  const drifts = driftOfProfile(reference, whole).flatMap((drift, index) => {
    const column = columns[index]
    return column ? [{ drift, column }] : []
  })
  return { rows: rowsOf(whole), drifts }
}

function rowsOf(profile: Profile): number {
  if (profile.shape.length === 0) return 0
  const { count, missing } = profile.summary(0)
  return count + missing
}

/** Counts add up, so the stretch before each point is the last one's plus a bucket minus another: exact and linear. */
function seriesOf(index: number, reference: Float64Array, buckets: Map<number, Profile>, window: Window, bucketMs: number, spanMs: number): FieldDrift['series'] {
  const inSpan = Math.max(1, Math.round(spanMs / bucketMs))
  const starts = bucketStarts(window, bucketMs)
  const first = starts[0]
  if (first === undefined) return []
  const counts = new Float64Array(reference.length)
  let missing = 0
  let present = 0
  const take = (start: number, sign: 1 | -1) => {
    const bucket = buckets.get(start)
    if (!bucket) return
    bucket.counts(index).forEach((count, bin) => {
      counts[bin] = (counts[bin] ?? 0) + sign * count
    })
    const summary = bucket.summary(index)
    missing += sign * summary.missing
    present += sign * summary.count
  }
  for (let back = inSpan - 1; back >= 1; back--) take(first - back * bucketMs, 1)
  return starts.map((at) => {
    take(at, 1)
    const rows = missing + present
    const distances = present < LEAST_ROWS_A_POINT ? { psi: null, jensenShannon: null } : distancesOf(reference, counts)
    const point = { at, ...distances, missingRate: rows === 0 ? null : missing / rows }
    take(at - (inSpan - 1) * bucketMs, -1)
    return point
  })
}

function fieldDrift(drift: ColumnDrift, column: WatchedColumn, series: FieldDrift['series'], limit: DriftQuestion['limit']): FieldDrift {
  const { words } = column
  const verdict = driftVerdict(measureOf(drift, limit.measure), limit.value)
  return {
    field: column.key,
    displayName: words.displayName,
    unit: words.unit ?? null,
    kind: drift.column.kind,
    isScore: column.isScore,
    isSensitive: words.isSensitive,
    psi: drift.psi,
    jensenShannon: drift.jensenShannon,
    verdict,
    sentence: driftSentence(drift, words, verdict),
    rows: drift.current.count,
    missingRate: missingRate(drift.current),
    referenceMissingRate: missingRate(drift.reference),
    bins: binsOf(drift, column),
    series,
  }
}

function binsOf(drift: ColumnDrift, { words }: WatchedColumn): FieldDrift['bins'] {
  const { column } = drift
  const isWhole = words.isWhole || (column.kind === 'number' && drift.reference.kind === 'number' && holdsWholeNumbers(column, drift.reference))
  const labels =
    column.kind === 'number'
      ? Array.from(drift.referenceCounts, (_, bin) => binLabel(column, bin, { isWhole }))
      : [...column.categories.map((category) => categoryLabel(category, words)), 'not seen in the reference']
  return labels
    .map((label, bin) => ({ label, reference: drift.referenceCounts[bin] ?? 0, current: drift.currentCounts[bin] ?? 0 }))
    .filter((bin, index) => column.kind === 'number' || index < column.categories.length || bin.reference + bin.current > 0)
}
