import type { ChartTable } from './chart-table'

const LINE_END = '\r\n'

// OWASP "CSV Injection": spreadsheets run cells that begin with these as formulas.
const FORMULA_START = /^[=+\-@\t\r]/

function writeCell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  const safe = FORMULA_START.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** RFC 4180. Numbers stay numbers, also negative ones; text that a spreadsheet would run gets a leading apostrophe. */
export function toCsv(rows: ReadonlyArray<ReadonlyArray<string | number | null>>): string {
  return rows.map((row) => row.map(writeCell).join(',') + LINE_END).join('')
}

export function tableToCsv(table: ChartTable): string {
  return toCsv([table.columns.map((column) => column.label), ...table.rows.map((row) => row.map((cell) => cell.raw))])
}
