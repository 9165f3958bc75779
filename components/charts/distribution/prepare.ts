import { formatChange, formatPercent } from '@/components/ui/format'
import { textCell, type ChartTable } from '../chart-table'

export interface DistributionBin {
  label: string
  /** Counts or shares; each side is normalised on its own. null and missing count as zero. */
  reference: number | null
  current: number | null
}

export interface DistributionInput {
  bins: readonly DistributionBin[]
  referenceLabel?: string
  currentLabel?: string
  /** For categories: keeps this many, largest first, and folds the rest into one. Bins of numbers stay in order. */
  limit?: number
}

export interface DistributionRow {
  label: string
  reference: number
  current: number
  /** current − reference, in shares. */
  difference: number
}

export interface PreparedDistribution {
  rows: DistributionRow[]
  hasReference: boolean
  hasCurrent: boolean
  isEmpty: boolean
  table: ChartTable
}

export function prepareDistribution(input: DistributionInput): PreparedDistribution {
  const { bins, referenceLabel = 'Reference', currentLabel = 'Current', limit } = input
  const referenceTotal = sum(bins.map((bin) => amount(bin.reference)))
  const currentTotal = sum(bins.map((bin) => amount(bin.current)))
  const shares = bins.map((bin) =>
    toRow(bin.label, share(amount(bin.reference), referenceTotal), share(amount(bin.current), currentTotal)),
  )
  const rows = limit === undefined ? shares : fold(shares, limit)
  return {
    rows,
    hasReference: referenceTotal > 0,
    hasCurrent: currentTotal > 0,
    isEmpty: referenceTotal === 0 && currentTotal === 0,
    table: {
      columns: [
        { label: 'Value' },
        { label: referenceLabel, numeric: true },
        { label: currentLabel, numeric: true },
        { label: 'Difference', numeric: true },
      ],
      rows: rows.map((row) => [
        textCell(row.label),
        { text: formatPercent(row.reference), raw: row.reference },
        { text: formatPercent(row.current), raw: row.current },
        { text: formatChange(row.difference).replace('%', 'points'), raw: row.difference },
      ]),
    },
  }
}

function amount(value: number | null): number {
  return value !== null && Number.isFinite(value) && value > 0 ? value : 0
}

function share(value: number, total: number): number {
  return total === 0 ? 0 : value / total
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function toRow(label: string, reference: number, current: number): DistributionRow {
  return { label, reference, current, difference: current - reference }
}

/** A category is as large as its larger side, so one that is new in the current data is never hidden. */
function fold(rows: readonly DistributionRow[], limit: number): DistributionRow[] {
  if (rows.length <= limit) return [...rows]
  const ranked = [...rows].sort((a, b) => Math.max(b.reference, b.current) - Math.max(a.reference, a.current))
  const kept = ranked.slice(0, limit)
  const rest = ranked.slice(limit)
  const folded = toRow(
    `Other ${rest.length} ${rest.length === 1 ? 'value' : 'values'}`,
    sum(rest.map((row) => row.reference)),
    sum(rest.map((row) => row.current)),
  )
  return [...kept, folded]
}

/** The bin that moved most, for the sentence above the chart. */
export function largestShift(rows: readonly DistributionRow[]): DistributionRow | undefined {
  return rows.reduce<DistributionRow | undefined>(
    (best, row) => (!best || Math.abs(row.difference) > Math.abs(best.difference) ? row : best),
    undefined,
  )
}
