// One row of CSV. Not lib/platform/csv.ts, which guards spreadsheets by changing cells: programs join these results to
// their own rows by the kept columns, and rejected rows are mended and sent again, so every cell stays as it came.

export type Cell = string | number | null

const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/

export function csvLine(cells: readonly Cell[]): string {
  let line = ''
  for (let index = 0; index < cells.length; index++) {
    if (index > 0) line += ','
    const cell = cells[index] as Cell
    if (cell === null) continue
    if (typeof cell === 'number') line += cell
    else line += NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
  }
  return `${line}\r\n`
}
