import { toCsv } from '@/lib/platform/csv'
import type { ChartTable } from './chart-table'

export function tableToCsv(table: ChartTable): string {
  return toCsv([table.columns.map((column) => column.label), ...table.rows.map((row) => row.map((cell) => cell.raw))])
}
