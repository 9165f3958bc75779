// A list of prediction ids as people have it: pasted, or a CSV whose first column or column `id` has them. Runs in the
// browser too.
import { MOST_PREDICTIONS } from '../contract/bundle'

export interface IdList {
  ids: string[]
  /** The line of each id, from 1, in the order of the ids. */
  lines: number[]
  problems: { line: number; message: string }[]
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const ID_COLUMNS = ['id', 'prediction', 'prediction_id', 'predictionid']

export function readIdList(text: string): IdList {
  const rows = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)
  const first = rows.findIndex((row) => row.trim() !== '')
  const column = first < 0 ? -1 : cellsOf(rows[first] ?? '').findIndex((cell) => ID_COLUMNS.includes(cell.toLowerCase()))
  const list: IdList = { ids: [], lines: [], problems: [] }
  const seen = new Map<string, number>()
  rows.forEach((row, index) => {
    if (row.trim() === '' || (index === first && column >= 0)) return
    const line = index + 1
    const id = (cellsOf(row)[Math.max(column, 0)] ?? '').toLowerCase()
    const earlier = seen.get(id)
    if (!ID.test(id)) list.problems.push({ line, message: id === '' ? 'has no id.' : 'is not a prediction id.' })
    else if (earlier !== undefined) list.problems.push({ line, message: `repeats line ${earlier}.` })
    else {
      seen.set(id, line)
      list.ids.push(id)
      list.lines.push(line)
    }
  })
  const beyond = list.lines[MOST_PREDICTIONS]
  if (beyond !== undefined) list.problems.push({ line: beyond, message: `is beyond the ${MOST_PREDICTIONS} ids that one bundle takes. Export the rest on its own.` })
  return list
}

/** Cells between commas, semicolons or tabs, with quoted ones taken as RFC 4180 has them. */
function cellsOf(row: string): string[] {
  return [...row.matchAll(/(?:^|[,;\t])\s*(?:"((?:[^"]|"")*)"\s*|([^,;\t]*))/g)].map(([, quoted, plain]) => (quoted ?? plain ?? '').trim())
}
