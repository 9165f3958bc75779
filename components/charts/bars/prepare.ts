import { textCell, type ChartTable } from '../chart-table'
import { formatValue, type ValueFormat } from '../value-format'

export interface BarItem {
  id: string
  label: string
  value: number
  /** Ends of a confidence interval, drawn as whiskers. */
  low?: number
  high?: number
  href?: string
}

export interface BarsInput {
  items: readonly BarItem[]
  /** Bars shown by name; further ones are counted, and listed in the table. */
  limit?: number
  format?: ValueFormat
  unit?: string
  valueLabel?: string
}

export interface PreparedBars {
  bars: BarItem[]
  hiddenCount: number
  /** Ends of the axis; zero is always inside. */
  domain: [number, number]
  isEmpty: boolean
  table: ChartTable
}

export function prepareBars(input: BarsInput): PreparedBars {
  const { items, limit = 12, format, unit, valueLabel = 'Value' } = input
  const ranked = items
    .filter((item) => Number.isFinite(item.value))
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || a.label.localeCompare(b.label, 'en'))
  const bars = ranked.slice(0, limit)
  const ends = bars.flatMap((bar) => [bar.value, bar.low ?? bar.value, bar.high ?? bar.value])
  const hasIntervals = ranked.some((item) => item.low !== undefined || item.high !== undefined)
  const number = (value: number | undefined) => ({ text: formatValue(value ?? null, format, unit), raw: value ?? null })
  return {
    bars,
    hiddenCount: ranked.length - bars.length,
    domain: [Math.min(0, ...ends), Math.max(0, ...ends) || (ends.some((end) => end < 0) ? 0 : 1)],
    isEmpty: ranked.length === 0,
    table: {
      columns: [
        { label: 'Name' },
        { label: valueLabel, numeric: true },
        ...(hasIntervals ? [{ label: 'From', numeric: true }, { label: 'To', numeric: true }] : []),
      ],
      rows: ranked.map((item) => [
        textCell(item.label),
        number(item.value),
        ...(hasIntervals ? [number(item.low), number(item.high)] : []),
      ]),
    },
  }
}
