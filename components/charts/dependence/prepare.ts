import { textCell, type ChartTable } from '../chart-table'
import { niceScale, niceTicks, type Domain } from '../scale'
import { formatSigned, formatValue, type ValueFormat } from '../value-format'

export interface DependenceBandItem {
  label: string
  rows: number
  /** On the axis; null for categories and for values that are not given. */
  middle: number | null
  mean: number
  standardError: number
}

export interface DependenceInput {
  kind: 'number' | 'category'
  /** A case each: the number, or the place in `categories`; null where it is not given. */
  values: readonly (number | null)[]
  categories: readonly string[]
  contributions: readonly number[]
  /** The group of each case by its partner; -1 for none. */
  groups: readonly number[]
  bands: readonly DependenceBandItem[]
  format?: ValueFormat
  unit?: string
}

/** Two standard errors to each side. */
const WIDTH_OF_INTERVAL = 2
/** Of the width, for cases where the value is not given. */
const MISSING_SHARE = 0.08
/** Of a category's width: cases side by side, without meaning. */
const SPREAD = 0.6

export interface DependencePoint {
  /** 0 to 1 of the plot's width. */
  x: number
  y: number
  group: number
}

export interface MeanPoint {
  x: number
  mean: number
  low: number
  high: number
  label: string
}

export interface PreparedDependence {
  points: DependencePoint[]
  means: MeanPoint[]
  /** Means of a number are joined by a line, those of categories are not. */
  isLine: boolean
  xTicks: { at: number; label: string }[]
  yDomain: [number, number]
  yTicks: number[]
  hasMissing: boolean
  isEmpty: boolean
  table: ChartTable
}

export function prepareDependence(input: DependenceInput): PreparedDependence {
  const { kind, values, categories, contributions, groups, bands, format, unit } = input
  const present = values.filter((value) => value !== null)
  const hasMissing = present.length < values.length
  const y = niceScale([Math.min(0, ...contributions), Math.max(0, ...contributions)])
  const domain: Domain = kind === 'number' ? [Math.min(...present), Math.max(...present)] : [-0.5, categories.length - 0.5]
  const room = hasMissing ? 1 - MISSING_SHARE : 1
  const place = (value: number) => (domain[1] > domain[0] ? ((value - domain[0]) / (domain[1] - domain[0])) * room : room / 2)
  const missingPlace = 1 - MISSING_SHARE / 2
  const points = contributions.map((contribution, row): DependencePoint => {
    const value = values[row] ?? null
    // The golden ratio spreads any number of cases evenly, and each time in the same way.
    const aside = ((row * 0.618034) % 1) - 0.5
    const x = value === null ? missingPlace + aside * MISSING_SHARE * SPREAD : kind === 'number' ? place(value) : place(value + aside * SPREAD)
    return { x, y: contribution, group: groups[row] ?? -1 }
  })
  const means = bands.flatMap((band, index): MeanPoint[] => {
    const x = kind === 'number' ? band.middle : index < categories.length ? index : null
    if (x === null) return []
    const reach = WIDTH_OF_INTERVAL * band.standardError
    return [{ x: place(x), mean: band.mean, low: band.mean - reach, high: band.mean + reach, label: band.label }]
  })
  const numberTicks = kind === 'number' && present.length > 0 ? niceTicks(domain, 6).map((tick) => ({ at: place(tick), label: formatValue(tick) })) : []
  const number = (value: number) => ({ text: formatSigned(value, format, unit), raw: value })
  return {
    points,
    means,
    isLine: kind === 'number',
    xTicks: kind === 'number' ? numberTicks : categories.map((label, index) => ({ at: place(index), label })),
    yDomain: y.domain,
    yTicks: y.ticks,
    hasMissing,
    isEmpty: contributions.length === 0,
    table: {
      columns: [{ label: 'Values' }, { label: 'Cases', numeric: true }, { label: 'Mean contribution', numeric: true }, { label: 'Standard error', numeric: true }],
      rows: bands.map((band) => [
        textCell(band.label),
        { text: String(band.rows), raw: band.rows },
        number(band.mean),
        { text: formatValue(band.standardError, format, unit), raw: band.standardError },
      ]),
    },
  }
}
