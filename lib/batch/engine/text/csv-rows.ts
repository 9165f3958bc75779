// The rows of a block of CSV by column: numbers go from bytes into the columns' arrays, without a text between.
import { CHUNK_ROWS, emptyColumns, putValue, type Chunk, type FieldColumn, type ReadPlan } from '../columns'
import { splitLine } from './csv-format'
import { booleanOfText, DecimalReader, numberOfText } from './decimal'

const QUOTE = 34
const LF = 10
const CR = 13

export interface CsvSource {
  kind: 'csv'
  separator: string
  columns: string[]
}

export class CsvRows implements Chunk {
  rows = 0
  firstRow = 0
  readonly broken = new Map<number, string>()
  readonly fields: FieldColumn[]
  private bytes: Buffer = Buffer.alloc(0)
  private readonly separator: number
  private readonly hasDecimalComma: boolean
  private readonly decimal: DecimalReader
  /** By column of the source: the first field that reads it; undefined where none does. */
  private readonly readers: (FieldColumn | undefined)[]
  /** Further fields of the same column. */
  private readonly twins: [from: FieldColumn, to: FieldColumn][]
  /** By column of the source: where its cells are kept, -1 where they are not. */
  private readonly slots: Int32Array
  private readonly slotCount: number
  private readonly keptSlots: number[]
  private readonly subjectSlot: number
  /** First and last byte of each kept cell. */
  private readonly spans: Int32Array
  private readonly rowStarts = new Int32Array(CHUNK_ROWS + 1)

  constructor(
    private readonly format: CsvSource,
    plan: ReadPlan,
  ) {
    const { columns } = format
    this.separator = format.separator.charCodeAt(0)
    // Where the comma separates, it cannot be in a number.
    this.hasDecimalComma = format.separator === ';'
    this.decimal = new DecimalReader(this.hasDecimalComma)
    this.fields = emptyColumns(plan)
    this.readers = new Array<FieldColumn | undefined>(columns.length).fill(undefined)
    this.twins = []
    plan.fields.forEach(({ column }, index) => {
      const place = column === null ? -1 : columns.indexOf(column)
      const field = this.fields[index]
      if (place === -1 || !field) return
      const first = this.readers[place]
      if (!first) this.readers[place] = field
      else this.twins.push([first, field])
    })
    this.slots = new Int32Array(columns.length).fill(-1)
    let slots = 0
    const slotOf = (column: string) => {
      const place = columns.indexOf(column)
      if (place === -1) return -1
      if (this.slots[place] === -1) this.slots[place] = slots++
      return this.slots[place] as number
    }
    this.keptSlots = plan.keep.map(slotOf)
    this.subjectSlot = plan.subject === null ? -1 : slotOf(plan.subject)
    for (const [from] of this.twins) slotOf(columns[this.readers.indexOf(from)] as string)
    this.slotCount = slots
    this.spans = new Int32Array(2 * slots * CHUNK_ROWS)
  }

  /**
   * Reads a chunk of a block that ends with a line feed.
   * @returns where the next chunk begins
   */
  read(bytes: Buffer, from: number, firstRow: number): number {
    this.bytes = bytes
    this.firstRow = firstRow
    this.broken.clear()
    for (const { wrong } of this.fields) wrong.clear()
    let row = 0
    let at = from
    while (row < CHUNK_ROWS && at < bytes.length) {
      this.rowStarts[row] = at
      at = this.readRow(bytes, at, row)
      row += 1
    }
    this.rowStarts[row] = at
    this.rows = row
    for (const [from, to] of this.twins) this.copy(from, to)
    return at
  }

  private readRow(bytes: Buffer, from: number, row: number): number {
    const { readers, separator, decimal, slots } = this
    const width = readers.length
    let at = from
    let column = 0
    for (;;) {
      const reader = readers[column]
      let end = at
      let byte = bytes[at] as number
      if (byte === QUOTE) end = this.quoted(bytes, at, row, reader)
      else if (reader !== undefined && reader.kind === 'number') {
        const value = decimal.read(bytes, at)
        end = decimal.end
        byte = bytes[end] as number
        if (byte === separator || byte === LF || (byte === CR && bytes[end + 1] === LF)) {
          // Empty is missing; what is no plain decimal is left to the text.
          if (end === at || value === value) reader.numbers[row] = value
          else this.put(reader, row, bytes.toString('latin1', at, end))
        } else {
          end = this.cellEnd(bytes, end)
          this.put(reader, row, bytes.toString('utf8', at, end))
        }
      } else {
        end = this.cellEnd(bytes, at)
        if (reader !== undefined) this.put(reader, row, bytes.toString('utf8', at, end))
      }
      if (column < width) {
        const slot = slots[column] as number
        if (slot !== -1) {
          const place = 2 * (slot * CHUNK_ROWS + row)
          this.spans[place] = at
          this.spans[place + 1] = end
        }
      }
      column += 1
      byte = bytes[end] as number
      if (byte === separator) {
        at = end + 1
        continue
      }
      if (column !== width && !this.broken.has(row)) this.broken.set(row, `The row has ${column} ${column === 1 ? 'cell' : 'cells'}; the first row names ${width} columns.`)
      return byte === CR ? end + 2 : end + 1
    }
  }

  /** Of an unquoted cell: the separator, the line feed, or the CR before it. */
  private cellEnd(bytes: Buffer, from: number): number {
    const { separator } = this
    let at = from
    for (;;) {
      const byte = bytes[at] as number
      if (byte === separator || byte === LF) return byte === LF && at > from && bytes[at - 1] === CR ? at - 1 : at
      at += 1
    }
  }

  private quoted(bytes: Buffer, from: number, row: number, reader: FieldColumn | undefined): number {
    let at = from + 1
    for (;;) {
      const quote = bytes.indexOf(QUOTE, at)
      if (quote === -1) {
        this.broken.set(row, 'A quotation mark that opens in this row never closes.')
        return bytes.length - 1
      }
      at = quote + 1
      if (bytes[at] !== QUOTE) break
      at += 1
    }
    const end = this.cellEnd(bytes, at)
    if (reader !== undefined) this.put(reader, row, unquoted(bytes.toString('utf8', from, end)))
    return end
  }

  private put(column: FieldColumn, row: number, text: string): void {
    switch (column.kind) {
      case 'text':
        column.texts[row] = text === '' ? null : text
        return
      case 'boolean':
        putValue(column, row, booleanOfText(text), text)
        return
      case 'number':
        putValue(column, row, numberOfText(text, this.hasDecimalComma), text)
    }
  }

  private copy(from: FieldColumn, to: FieldColumn): void {
    const slot = this.slots[this.readers.indexOf(from)] as number
    for (let row = 0; row < this.rows; row++) this.put(to, row, this.cell(slot, row) ?? '')
  }

  kept(column: number, row: number): string | null {
    return this.cell(this.keptSlots[column] ?? -1, row)
  }

  subject(row: number): string | null {
    return this.cell(this.subjectSlot, row)
  }

  private cell(slot: number, row: number): string | null {
    if (slot === -1) return null
    const place = 2 * (slot * CHUNK_ROWS + row)
    const from = this.spans[place] as number
    const end = this.spans[place + 1] as number
    if (from === end) return null
    const text = this.bytes.toString('utf8', from, end)
    return text.charCodeAt(0) === QUOTE ? unquoted(text) : text
  }

  source(row: number): (string | null)[] {
    const from = this.rowStarts[row] as number
    const to = this.rowStarts[row + 1] as number
    return splitLine(this.bytes.toString('utf8', from, to).replace(/\r?\n$/, ''), this.format.separator)
  }
}

function unquoted(text: string): string {
  return splitLine(text, '\n')[0] ?? ''
}
