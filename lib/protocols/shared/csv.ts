// Rows from CSV: RFC 4180 with pandas' habits (blank lines are skipped, an empty cell is missing).
import Papa from 'papaparse'
import { badBody, type Given } from './given'

/** @param hasHeader false: the columns stand in the order of the model's signature */
export function csvGiven(text: string, hasHeader: boolean): Given {
  const { data, errors } = Papa.parse<string[]>(text, { delimiter: ',', skipEmptyLines: true })
  const [broken] = errors.filter((error) => error.type === 'Quotes')
  if (broken) throw badBody(`line ${(broken.row ?? 0) + 1}`, 'csv', `Line ${(broken.row ?? 0) + 1} has a quote that is not closed, or text beside it.`)
  const [first = [], ...others] = data
  const pathOf = (row: number) => `row ${row + 1}`
  if (!hasHeader) return { columns: null, rows: data, isText: true, pathOf }
  const columns = first.map((name) => name.trim())
  return { columns, rows: others.map((cells) => padded(cells, columns.length)), isText: true, pathOf }
}

/** A line that ends early has missing values at its end. */
function padded(cells: string[], width: number): string[] {
  return cells.length < width ? [...cells, ...new Array<string>(width - cells.length).fill('')] : cells
}
