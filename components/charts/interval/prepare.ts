import { formatCount } from '@/components/ui/format'
import { textCell, type ChartTable } from '../chart-table'
import { formatSigned, formatValue, type ValueFormat } from '../value-format'

export interface Interval {
  estimate: number
  low: number
  high: number
}

export interface IntervalItem extends Interval {
  id: string
  label: string
  /** Observations behind the estimate. */
  count?: number
  /** This minus the baseline, with its own interval: the proper basis of a comparison. */
  difference?: Interval
}

export interface IntervalInput {
  items: readonly IntervalItem[]
  /** The version the others are compared with. */
  baselineId?: string
  format?: ValueFormat
  unit?: string
  /** How differences are written; as the values otherwise. */
  differenceFormat?: ValueFormat
  valueLabel?: string
}

export type Verdict = 'baseline' | 'higher' | 'lower' | 'same' | 'unknown'

export interface IntervalRow extends IntervalItem {
  verdict: Verdict
  /** The comparison in words. */
  words: string
}

export interface PreparedIntervals {
  rows: IntervalRow[]
  domain: [number, number]
  isEmpty: boolean
  table: ChartTable
}

export function prepareIntervals(input: IntervalInput): PreparedIntervals {
  const { baselineId, format, unit, valueLabel = 'Estimate' } = input
  const items = input.items.filter((item) => [item.estimate, item.low, item.high].every(Number.isFinite))
  const baseline = items.find((item) => item.id === baselineId)
  const rows = items.map((item) => ({ ...item, ...compare(item, baseline, input) }))
  const number = (value: number) => ({ text: formatValue(value, format, unit), raw: value })
  return {
    rows,
    domain: padDomain(items.flatMap((item) => [item.low, item.high])),
    isEmpty: items.length === 0,
    table: {
      columns: [
        { label: 'Version' },
        { label: valueLabel, numeric: true },
        { label: 'From', numeric: true },
        { label: 'To', numeric: true },
        { label: 'Observations', numeric: true },
        { label: 'Compared' },
      ],
      rows: rows.map((row) => [
        textCell(row.label),
        number(row.estimate),
        number(row.low),
        number(row.high),
        { text: formatCount(row.count), raw: row.count ?? null },
        textCell(row.words),
      ]),
    },
  }
}

function compare(item: IntervalItem, baseline: IntervalItem | undefined, input: IntervalInput): Pick<IntervalRow, 'verdict' | 'words'> {
  if (!baseline) return { verdict: 'unknown', words: '' }
  if (item === baseline) return { verdict: 'baseline', words: 'compared with this' }
  if (item.difference) return describeDifference(item.difference, input)
  // Intervals that do not overlap differ for sure; overlapping ones may still, but it cannot be seen here.
  if (item.low > baseline.high) return { verdict: 'higher', words: 'higher' }
  if (item.high < baseline.low) return { verdict: 'lower', words: 'lower' }
  return { verdict: 'same', words: 'no difference visible' }
}

function describeDifference(difference: Interval, input: IntervalInput): Pick<IntervalRow, 'verdict' | 'words'> {
  const format = input.differenceFormat ?? input.format
  const unit = input.differenceFormat === undefined ? input.unit : undefined
  // Between two shares lie percentage points: 21 % to 24 % is not "3 % more".
  const write = (value: number): string => (format === 'percent' ? formatSigned(value, format).replace('%', 'points') : formatSigned(value, format, unit))
  const range = `${write(difference.low)} to ${write(difference.high)}`
  if (difference.low > 0) return { verdict: 'higher', words: `higher: ${write(difference.estimate)} (${range})` }
  if (difference.high < 0) return { verdict: 'lower', words: `lower: ${write(difference.estimate)} (${range})` }
  return { verdict: 'same', words: `no difference visible (${range})` }
}

function padDomain(ends: readonly number[]): [number, number] {
  if (ends.length === 0) return [0, 1]
  const low = Math.min(...ends)
  const high = Math.max(...ends)
  const air = (high - low) * 0.08 || Math.abs(high) * 0.1 || 1
  return [low - air, high + air]
}
