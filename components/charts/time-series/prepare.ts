import type { ChartCell, ChartTable } from '../chart-table'
import { formatValue, type ValueFormat } from '../value-format'
import { formatDay, formatIso, formatTime } from '@/components/ui/format'

export interface TimeSeriesPoint {
  /** Start of the bucket, ms UTC. */
  at: number
  /** null is a gap, never a zero. */
  value: number | null
}

export interface TimeSeries {
  id: string
  label: string
  points: readonly TimeSeriesPoint[]
}

/** How sure the first series is: drawn as an area behind it, so that nobody reads its edges as measurements. */
export interface TimeSeriesBand {
  label: string
  points: ReadonlyArray<{ at: number; low: number | null; high: number | null }>
}

export interface TimeSeriesInput {
  series: readonly TimeSeries[]
  band?: TimeSeriesBand
  /** Width of a bucket. Given, buckets without a point become gaps. */
  bucketMs?: number
  /** Buckets from here on are still filling. */
  unfinishedFrom?: number
  format?: ValueFormat
  unit?: string
}

/**
 * Per series `s0`, `s1`, …: the finished part; `u0`, `u1`, …: the unfinished part, with the point it leaves from.
 * `bandLow` and `bandHigh` are both there or both null.
 */
export type TimeSeriesRow = { at: number } & Record<string, number | null>

export interface PreparedTimeSeries {
  rows: TimeSeriesRow[]
  /** `isolated` lists the times whose neighbours are gaps: a line cannot show them, a dot must. */
  lines: Array<{ id: string; label: string; key: string; unfinishedKey: string; hasUnfinished: boolean; isolated: number[] }>
  bandLabel: string | null
  isEmpty: boolean
  /** Buckets are whole days: the time of day says nothing. */
  isDaily: boolean
  table: ChartTable
}

const DAY_MS = 86_400_000

// More empty buckets than a screen has pixels would help nobody; beyond it only the known times are used.
const MAX_BUCKETS = 5000

export function prepareTimeSeries(input: TimeSeriesInput): PreparedTimeSeries {
  const { series, band, bucketMs, unfinishedFrom = Infinity, format, unit } = input
  const valuesBySeries = series.map((one) => new Map(one.points.map((point) => [point.at, finite(point.value)])))
  const times = fillBuckets([...new Set(valuesBySeries.flatMap((values) => [...values.keys()]))].sort(ascending), bucketMs)
  const isDaily = times.every((at) => at % DAY_MS === 0) && (bucketMs ?? DAY_MS) >= DAY_MS

  const edges = new Map((band?.points ?? []).map(({ at, low, high }) => [at, { low: finite(low), high: finite(high) }]))
  const columns = valuesBySeries.map((values) => times.map((at) => values.get(at) ?? null))
  const rows = times.map((at, index) => {
    const { low = null, high = null } = edges.get(at) ?? {}
    const row: TimeSeriesRow = low === null || high === null ? { at, bandLow: null, bandHigh: null } : { at, bandLow: low, bandHigh: high }
    columns.forEach((column, position) => {
      const value = column[index] ?? null
      const isUnfinished = at >= unfinishedFrom
      const nextAt = times[index + 1]
      const isBridge = nextAt !== undefined && nextAt >= unfinishedFrom && !isUnfinished
      row[`s${position}`] = isUnfinished ? null : value
      row[`u${position}`] = isUnfinished || isBridge ? value : null
    })
    return row
  })

  const lines = series.map((one, position) => ({
    id: one.id,
    label: one.label,
    key: `s${position}`,
    unfinishedKey: `u${position}`,
    hasUnfinished: times.some((at, index) => at >= unfinishedFrom && columns[position]?.[index] != null),
    isolated: times.filter(
      (at, index) =>
        columns[position]?.[index] != null &&
        columns[position]?.[index - 1] == null &&
        columns[position]?.[index + 1] == null,
    ),
  }))

  return {
    rows,
    lines,
    bandLabel: band?.label ?? null,
    isEmpty: columns.every((column) => column.every((value) => value === null)),
    isDaily,
    table: {
      columns: [
        { label: 'Time (UTC)' },
        ...series.map((one) => ({ label: unit === undefined ? one.label : `${one.label} (${unit})`, numeric: true })),
        ...(band === undefined ? [] : ['low', 'high'].map((end) => ({ label: `${band.label}, ${end}`, numeric: true }))),
      ],
      rows: times
        .map((at, index): ChartCell[] => [
          { text: writeTime(at, isDaily, at >= unfinishedFrom), raw: formatIso(at) },
          ...columns.map((column) => {
            const value = column[index] ?? null
            return { text: formatValue(value, format), raw: value }
          }),
          ...(band === undefined ? [] : [rows[index]?.bandLow ?? null, rows[index]?.bandHigh ?? null].map((value) => ({ text: formatValue(value, format), raw: value }))),
        ])
        .reverse(),
    },
  }
}

export interface AxisEnds {
  minimum?: number
  maximum?: number
  threshold?: number
}

/** From zero, unless the values or the caller say otherwise; the threshold is always in view. */
export function valueRange({ rows, lines }: Pick<PreparedTimeSeries, 'rows' | 'lines'>, ends: AxisEnds): [number, number] {
  const threshold = ends.threshold === undefined ? [] : [ends.threshold]
  let low = Math.min(0, ...threshold)
  let high = Math.max(...threshold, -Infinity)
  for (const row of rows) {
    const values = [...lines.map((line) => row[line.key] ?? row[line.unfinishedKey]), row.bandLow, row.bandHigh]
    for (const value of values) {
      if (value == null) continue
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
  }
  return [ends.minimum ?? low, ends.maximum ?? (Number.isFinite(high) ? Math.max(high, low) : low)]
}

/** Axis and table words for a bucket: 3 May, or 3 May 14:00. */
export function writeTime(at: number, isDaily: boolean, isUnfinished = false): string {
  const text = isDaily ? formatDay(at) : `${formatDay(at)} ${formatTime(at)}`
  return isUnfinished ? `${text} (so far)` : text
}

function ascending(a: number, b: number): number {
  return a - b
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null
}

function fillBuckets(times: number[], bucketMs: number | undefined): number[] {
  const first = times[0]
  const last = times[times.length - 1]
  if (bucketMs === undefined || bucketMs <= 0 || first === undefined || last === undefined) return times
  if ((last - first) / bucketMs > MAX_BUCKETS) return times
  const all = new Set(times)
  for (let at = first; at < last; at += bucketMs) all.add(at)
  return [...all].sort(ascending)
}

export interface TimeAnnotation {
  at: number
  label: string
  kind: 'release' | 'incident'
}

export interface PlacedAnnotation extends TimeAnnotation {
  /** Letter that ties the mark in the chart to its line in the legend. */
  letter: string
}

/** Annotations inside the time range, in order, lettered a, b, c … */
export function placeAnnotations(
  annotations: readonly TimeAnnotation[],
  rows: ReadonlyArray<{ at: number }>,
  bucketMs = 0,
): PlacedAnnotation[] {
  const first = rows[0]
  const last = rows[rows.length - 1]
  if (!first || !last) return []
  return annotations
    .filter((one) => one.at >= first.at && one.at <= last.at + bucketMs)
    .sort((a, b) => a.at - b.at)
    .map((one, index) => ({ ...one, at: Math.min(one.at, last.at), letter: toLetter(index) }))
}

function toLetter(index: number): string {
  const letter = String.fromCharCode(97 + (index % 26))
  return index < 26 ? letter : `${letter}${Math.floor(index / 26) + 1}`
}
