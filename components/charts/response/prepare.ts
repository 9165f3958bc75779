import { textCell, type ChartTable } from '../chart-table'
import { niceScale, niceTicks } from '../scale'
import { formatValue, type ValueFormat } from '../value-format'

export interface ResponsePoint {
  /** On the axis; null of categories. */
  at: number | null
  label: string
  isOwn: boolean
  mean: number
  low: number
  high: number
  own: number
}

export interface ResponseInput {
  points: readonly ResponsePoint[]
  /** Of single rows, a number for each point. */
  curves: readonly (readonly number[])[]
  /** Where a decision turns. */
  threshold?: { value: number; label: string }
  format?: ValueFormat
  unit?: string
}

export interface PreparedResponse {
  isNumber: boolean
  xDomain: [number, number]
  xTicks: number[]
  yDomain: [number, number]
  yTicks: number[]
  ownIndex: number
  isEmpty: boolean
  table: ChartTable
}

/** The table has what the lines say, except the single rows, which mean nothing one by one. */
export function prepareResponse({ points, curves, threshold, format, unit }: ResponseInput): PreparedResponse {
  const isNumber = points.every(({ at }) => at !== null)
  const places = points.flatMap(({ at }) => (at === null ? [] : [at]))
  const [first = 0, last = 1] = [Math.min(...places), Math.max(...places)].filter(Number.isFinite)
  const values = [...points.flatMap(({ mean, low, high, own }) => [mean, low, high, own]), ...(isNumber ? curves.flat() : [0]), ...(threshold ? [threshold.value] : [])].filter(Number.isFinite)
  const y = niceScale(values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)])
  const cell = (value: number) => ({ text: formatValue(value, format, unit), raw: value })
  return {
    isNumber,
    xDomain: first === last ? [first - 1, last + 1] : [first, last],
    xTicks: niceTicks(first === last ? [first - 1, last + 1] : [first, last], 5),
    yDomain: y.domain,
    yTicks: y.ticks,
    ownIndex: points.findIndex(({ isOwn }) => isOwn),
    isEmpty: points.length < 2,
    table: {
      columns: [{ label: 'Value' }, { label: 'This case', numeric: true }, { label: 'Average of the sample', numeric: true }, { label: 'Lowest tenth below', numeric: true }, { label: 'Highest tenth above', numeric: true }],
      rows: points.map((point) => [textCell(point.isOwn ? `${point.label} (as it is)` : point.label), cell(point.own), cell(point.mean), cell(point.low), cell(point.high)]),
    },
  }
}
