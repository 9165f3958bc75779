// What kind of CSV a file is: found in its first rows. RFC 4180 with the separators that programs write.
import { isUtf8 } from 'node:buffer'
import { notUtf8, unreadable } from '../refusals'

export const SEPARATORS = [',', ';', '\t', '|'] as const
export type Separator = (typeof SEPARATORS)[number]

export interface CsvFormat {
  separator: Separator
  columns: string[]
  /** Where the first row begins. */
  start: number
}

const QUOTE = 34
const LF = 10
/** Rows that are looked at to find the separator. */
const LOOKED_AT = 20

/**
 * @param head the file's first bytes
 * @param isWhole whether that is all of it
 */
export function csvFormat(head: Buffer, isWhole: boolean): CsvFormat {
  const bom = textStart(head)
  const lines = firstLines(head, bom, isWhole)
  const [header] = lines
  if (header === undefined) throw unreadable(isWhole ? 'The file is empty: its first row must name the columns.' : 'The first row of the file, which names the columns, does not end.')
  const separator = likeliestSeparator(lines)
  return { separator, columns: columnNames(splitLine(header.text, separator)), start: header.end }
}

/** After the mark of UTF-8, where there is one. @throws for the marks of others and for bytes that are not UTF-8 */
export function textStart(head: Buffer): number {
  const [first, second, third] = head
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) throw notUtf8('The file is written in UTF-16.')
  if (head.subarray(0, 64).includes(0)) throw notUtf8('The file is no text, or written in UTF-16.')
  return first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0
}

/** Every row is looked at, in blocks that end with a row. */
export function refuseOther(bytes: Uint8Array, firstRow: number): void {
  if (!isUtf8(bytes)) throw notUtf8(`The file is not UTF-8 near row ${firstRow + brokenLine(bytes)}, as when a spreadsheet saves it in an older encoding.`)
}

function brokenLine(bytes: Uint8Array): number {
  let line = 0
  let start = 0
  while (start < bytes.length) {
    const at = bytes.indexOf(LF, start)
    const end = at === -1 ? bytes.length : at + 1
    if (!isUtf8(bytes.subarray(start, end))) return line
    start = end
    line += 1
  }
  return line
}

interface Line {
  text: string
  end: number
}

function firstLines(head: Buffer, from: number, isWhole: boolean): Line[] {
  const lines: Line[] = []
  let start = from
  while (start < head.length && lines.length < LOOKED_AT) {
    let end = start
    let isQuoted = false
    while (end < head.length && (isQuoted || head[end] !== LF)) {
      if (head[end] === QUOTE) isQuoted = !isQuoted
      end += 1
    }
    if (end === head.length && !isWhole) break
    const bytes = head.subarray(start, end)
    const text = bytes.toString('utf8').replace(/\r$/, '')
    if (!isUtf8(bytes)) refuseOther(bytes, lines.length)
    const next = Math.min(end + 1, head.length)
    if (text !== '') lines.push({ text, end: next })
    start = next
  }
  return lines
}

/** The one that most rows have equally many of; of equals the one that makes more columns. */
function likeliestSeparator(lines: readonly Line[]): Separator {
  let best: Separator = ','
  let bestRank = 0
  for (const separator of SEPARATORS) {
    const counts = lines.map(({ text }) => splitLine(text, separator).length)
    const [wanted = 1] = counts
    if (wanted < 2) continue
    const rank = counts.filter((count) => count === wanted).length / counts.length + wanted / 1e6
    if (rank > bestRank) {
      bestRank = rank
      best = separator
    }
  }
  return best
}

function columnNames(cells: readonly string[]): string[] {
  const names = cells.map((cell, index) => (cell.trim() === '' ? `column ${index + 1}` : cell.trim()))
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw unreadable(`Two columns are called "${twice}". Give each its own name.`)
  return names
}

/** The cells of one row without its end, without quotes. */
export function splitLine(line: string, separator: string): string[] {
  const cells: string[] = []
  let at = 0
  for (;;) {
    let cell = ''
    if (line[at] === '"') {
      let from = at + 1
      for (;;) {
        const close = line.indexOf('"', from)
        if (close === -1) {
          cell += line.slice(from)
          at = line.length
          break
        }
        cell += line.slice(from, close)
        at = close + 1
        if (line[at] !== '"') break
        cell += '"'
        from = at + 1
      }
    }
    // What follows a closing quote before the separator belongs to the cell: lenient, as spreadsheets are.
    const end = line.indexOf(separator, at)
    cell += line.slice(at, end === -1 ? line.length : end)
    cells.push(cell)
    if (end === -1) return cells
    at = end + 1
  }
}
