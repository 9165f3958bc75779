import { textCell, type ChartTable } from '../chart-table'
import { formatValue, type ValueFormat } from '../value-format'

export interface HeatmapInput {
  names: readonly string[]
  /** names × names, row by row. Symmetric; the diagonal is not drawn as a pair. */
  matrix: readonly number[]
  /** Names shown, those with the largest pairs first. */
  limit?: number
  format?: ValueFormat
  unit?: string
  valueLabel?: string
}

export interface HeatmapCell {
  row: string
  column: string
  value: number
  /** 0 to 1 of the largest pair. */
  strength: number
}

export interface PreparedHeatmap {
  names: string[]
  rows: HeatmapCell[][]
  hiddenCount: number
  isEmpty: boolean
  table: ChartTable
}

export function prepareHeatmap({ names, matrix, limit = 10, format, unit, valueLabel = 'Value' }: HeatmapInput): PreparedHeatmap {
  const valueAt = (row: number, column: number) => matrix[row * names.length + column] ?? 0
  const indexes = names.map((_, index) => index)
  const strongest = (row: number) => Math.max(0, ...indexes.filter((column) => column !== row).map((column) => valueAt(row, column)))
  const shown = indexes.toSorted((a, b) => strongest(b) - strongest(a) || a - b).slice(0, limit)
  const largest = Math.max(...indexes.map(strongest), 0)
  const pairs = indexes
    .flatMap((row) => indexes.slice(row + 1).map((column) => ({ row, column, value: valueAt(row, column) })))
    .sort((a, b) => b.value - a.value)
  return {
    names: shown.map((index) => names[index] ?? ''),
    rows: shown.map((row) =>
      shown.map((column) => {
        const value = valueAt(row, column)
        return { row: names[row] ?? '', column: names[column] ?? '', value, strength: row === column || largest === 0 ? 0 : value / largest }
      }),
    ),
    hiddenCount: names.length - shown.length,
    isEmpty: names.length < 2 || largest === 0,
    table: {
      columns: [{ label: 'One field' }, { label: 'Other field' }, { label: valueLabel, numeric: true }],
      rows: pairs.map(({ row, column, value }) => [textCell(names[row] ?? ''), textCell(names[column] ?? ''), { text: formatValue(value, format, unit), raw: value }]),
    },
  }
}
