// A look at a source before a job: its columns, what is in them, and the first rows.
import { open } from 'node:fs/promises'
import type { EngineSource, InspectedSource, SourceColumn } from './contract'
import { unreadable } from './refusals'
import { csvFormat, refuseOther, splitLine, textStart } from './text/csv-format'
import { numberOfText } from './text/decimal'
import { parseRow } from './text/json-rows'
import { textBlocks, type TextBlock } from './text/text-blocks'
import { cellText } from './typed/cell'
import { queryRows } from './typed/copy-query'
import { openParquet, parquetBlocks } from './typed/parquet-file'

/** Rows that types are guessed from. */
const LOOKED_AT = 500
const SHOWN_ROWS = 10
const MOST_EXAMPLES = 5
const HEAD_BYTES = 1024 * 1024

type Rows = (string | null)[][]

export async function inspectSource(source: EngineSource): Promise<InspectedSource> {
  if (source.kind === 'query') return inspectQuery(source.address, source.query)
  const handle = await open(source.path, 'r').catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(cause.code === 'ENOENT' ? 'There is no such file.' : `The file cannot be opened (${cause.code ?? cause.message}).`, cause)
  })
  try {
    const { size } = await handle.stat()
    if (source.format === 'parquet') {
      const parquet = await openParquet(handle)
      const rows: Rows = []
      for await (const { rows: count, content } of parquetBlocks(parquet, 0, LOOKED_AT)) {
        const cells = 'cells' in content ? content.cells : []
        for (let row = 0; row < count; row++) rows.push(cells.map((column) => cellText(column[row])))
        break
      }
      return inspected(parquet.columns, rows, { bytes: size, rows: parquet.rows, separator: null })
    }
    const head = Buffer.alloc(Math.min(size, HEAD_BYTES))
    await handle.read(head, 0, head.length, 0)
    const limits = { rows: LOOKED_AT, bytes: HEAD_BYTES }
    if (source.format === 'jsonl') {
      const block = await firstBlock(textBlocks(handle, { from: textStart(head), rowsRead: 0, separator: ',', ends: 'lines', limits }))
      const { columns, rows } = jsonTable(linesOf(block))
      return inspected(columns, rows, { bytes: size, rows: null, separator: null })
    }
    const { separator, columns, start } = csvFormat(head, head.length === size)
    const block = await firstBlock(textBlocks(handle, { from: start, rowsRead: 0, separator, ends: 'csv', limits }))
    if (block) refuseOther(block.bytes, 1)
    const rows = csvRowsOf(block, separator).map((cells) => columns.map((_, column) => cells[column] || null))
    return inspected(columns, rows, { bytes: size, rows: null, separator })
  } finally {
    await handle.close()
  }
}

async function firstBlock(blocks: AsyncGenerator<TextBlock>): Promise<TextBlock | null> {
  for await (const block of blocks) return block
  return null
}

function linesOf(block: TextBlock | null): string[] {
  return block === null ? [] : Buffer.from(block.bytes).toString('utf8').split('\n').slice(0, -1).map((line) => line.replace(/\r$/, ''))
}

/** Lines are put together again where a cell has line feeds in it. */
function csvRowsOf(block: TextBlock | null, separator: string): string[][] {
  const rows: string[][] = []
  let open = ''
  for (const line of linesOf(block)) {
    const whole = open === '' ? line : `${open}\n${line}`
    if (isOpen(whole, separator)) {
      open = whole
      continue
    }
    rows.push(splitLine(whole, separator))
    open = ''
  }
  return rows
}

/** A quotation mark at the start of a cell that does not close in these lines. */
function isOpen(text: string, separator: string): boolean {
  let at = 0
  for (;;) {
    if (text[at] === '"') {
      let close = text.indexOf('"', at + 1)
      while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2)
      if (close === -1) return true
      at = close + 1
    }
    const next = text.indexOf(separator, at)
    if (next === -1) return false
    at = next + 1
  }
}

/** The members that any of the lines has, in the order they come. */
function jsonTable(lines: readonly string[]): { columns: string[]; rows: Rows } {
  const objects = lines.map(parseRow).filter((row) => typeof row !== 'string')
  if (objects.length === 0) throw unreadable(lines.length === 0 ? 'The file is empty.' : 'None of the first lines is a JSON object.')
  const columns = [...new Set(objects.flatMap((row) => Object.keys(row)))]
  return { columns, rows: objects.map((row) => columns.map((column) => (Object.hasOwn(row, column) ? cellText(row[column]) : null))) }
}

async function inspectQuery(address: string, query: string): Promise<InspectedSource> {
  let columns: string[] | null = null
  const rows: Rows = []
  for await (const part of queryRows(address, query, LOOKED_AT)) {
    if (columns === null) columns = (part[0] ?? []).map(String)
    else rows.push(...part.map((row) => row.map(cellText)))
  }
  return inspected(columns ?? [], rows, { bytes: null, rows: null, separator: null })
}

function inspected(columns: readonly string[], rows: Rows, facts: Pick<InspectedSource, 'bytes' | 'rows' | 'separator'>): InspectedSource {
  return {
    columns: columns.map((name, column) => describe(name, rows.map((row) => row[column] ?? null), facts.separator === ';')),
    sample: rows.slice(0, SHOWN_ROWS),
    ...facts,
  }
}

function describe(name: string, cells: readonly (string | null)[], hasDecimalComma: boolean): SourceColumn {
  const given = cells.filter((cell): cell is string => cell !== null && cell !== '')
  const examples = [...new Set(given)].slice(0, MOST_EXAMPLES)
  return { name, examples, guessedType: guessType(given, hasDecimalComma) }
}

function guessType(cells: readonly string[], hasDecimalComma: boolean): SourceColumn['guessedType'] {
  if (cells.length === 0) return 'empty'
  if (cells.every((cell) => /^(true|false)$/i.test(cell))) return 'boolean'
  // A leading zero is part of a code.
  if (cells.some((cell) => /^0\d/.test(cell))) return 'text'
  const numbers = cells.map((cell) => numberOfText(cell, hasDecimalComma))
  if (numbers.some((value) => value === undefined)) return 'text'
  return numbers.every((value) => value === null || Number.isInteger(value)) ? 'integer' : 'number'
}
