import { textCell, type ChartTable } from '../chart-table'
import { niceScale, type Domain } from '../scale'
import { formatSigned, type ValueFormat } from '../value-format'

export interface BeeswarmItem {
  id: string
  label: string
  /** In words, what higher values do. */
  tendency: string
  /** A row each. */
  values: readonly number[]
  /** Where each row's value lies in its range, 0 to 1; null where it has no such place. */
  places: readonly (number | null)[]
  /** Rows without a value, drawn as rings. */
  isMissing?: readonly boolean[] | null
}

export interface BeeswarmInput {
  items: readonly BeeswarmItem[]
  format?: ValueFormat
  unit?: string
}

/** From the low end of the range to the high one; `none` has no place in it, `missing` has no value. */
export const SHADES = ['shade-0', 'shade-1', 'shade-2', 'shade-3', 'shade-4', 'none', 'missing'] as const
export type Shade = (typeof SHADES)[number]
const STEPS = 5

export interface PreparedBeeswarm {
  domain: [number, number]
  ticks: number[]
  isEmpty: boolean
  table: ChartTable
}

export function prepareBeeswarm({ items, format, unit }: BeeswarmInput): PreparedBeeswarm {
  const ends = items.flatMap(({ values }) => (values.length === 0 ? [] : [Math.min(...values), Math.max(...values)]))
  const scale = niceScale([Math.min(0, ...ends), Math.max(0, ...ends)])
  const number = (value: number) => ({ text: formatSigned(value, format, unit), raw: value })
  return {
    ...scale,
    isEmpty: ends.length === 0,
    table: {
      columns: [
        { label: 'Field' },
        { label: 'Higher values' },
        ...['Lowest', '5 % below', 'Median', '5 % above', 'Highest'].map((label) => ({ label, numeric: true })),
        { label: 'Cases', numeric: true },
      ],
      rows: items.map(({ label, tendency, values }) => {
        const sorted = values.toSorted((a, b) => a - b)
        return [
          textCell(label),
          textCell(tendency),
          ...[0, 0.05, 0.5, 0.95, 1].map((share) => number(quantileOf(sorted, share))),
          { text: String(values.length), raw: values.length },
        ]
      }),
    },
  }
}

export interface Dot {
  x: number
  y: number
  shade: Shade
}

/**
 * Dots side by side on the axis, those of about the same value above and below each other around the middle: nearer
 * than a dot's width they do not cover each other, until the row's height is used up.
 * @param size width and height of the row and radius of a dot, in pixels
 */
export function placeDots({ values, places, isMissing }: Pick<BeeswarmItem, 'values' | 'places' | 'isMissing'>, domain: Domain, size: { width: number; height: number; radius: number }): Dot[] {
  const { width, height, radius } = size
  const step = radius * 1.6
  const most = Math.max(1, Math.floor(height / step))
  const filled = new Map<number, number>()
  const middle = height / 2
  return values.map((value, row) => {
    const x = radius + ((value - domain[0]) / (domain[1] - domain[0] || 1)) * (width - 2 * radius)
    const column = Math.round(x / step)
    const before = filled.get(column) ?? 0
    filled.set(column, before + 1)
    const lane = before % most
    const offset = Math.ceil(lane / 2) * step * (lane % 2 === 0 ? 1 : -1)
    return { x, y: Math.min(height - radius, Math.max(radius, middle + offset)), shade: isMissing?.[row] ? 'missing' : shadeOf(places[row] ?? null) }
  })
}

export function shadeOf(place: number | null): Shade {
  return place === null ? 'none' : (SHADES[Math.min(STEPS - 1, Math.floor(place * STEPS))] ?? 'none')
}

function quantileOf(sorted: readonly number[], share: number): number {
  return sorted[Math.round(share * (sorted.length - 1))] ?? NaN
}
