// Rows as CSV for the training scripts. Values hold no quotes or line breaks; a comma is quoted.
export type CsvRow = Readonly<Record<string, string | number>>

export function csvText(rows: readonly CsvRow[]): string {
  const [first] = rows
  if (!first) return ''
  const columns = Object.keys(first)
  const line = (cells: readonly (string | number | undefined)[]) =>
    cells.map((cell) => (String(cell).includes(',') ? `"${cell}"` : String(cell))).join(',')
  return [columns, ...rows.map((row) => columns.map((column) => row[column]))].map(line).join('\n') + '\n'
}
