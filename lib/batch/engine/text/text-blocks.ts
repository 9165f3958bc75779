// A text file in blocks of whole rows, from any row's first byte on. Holds one block at a time, whatever the file's size.
import type { FileHandle } from 'node:fs/promises'
import { unreadable } from '../refusals'
import { refuseOther } from './csv-format'

export interface TextBlock {
  /** Ends with a line feed, also where the file does not. Its memory is its own. */
  bytes: Uint8Array<ArrayBuffer>
  rows: number
  /** From 1. */
  firstRow: number
  /** In the file, after the block. */
  endOffset: number
}

export interface BlockLimits {
  /** A block has so many rows, but for the last one and where rows are long. */
  rows: number
  bytes: number
}

const QUOTE = 34
const LF = 10
const CR = 13
const READ_BYTES = 1024 * 1024
/** A row that is longer is none: a quotation mark that never closes. */
const LONGEST_ROW = 4 * 1024 * 1024

/** Where rows end: at a line feed, in CSV only outside quotation marks. */
export type RowEnds = 'csv' | 'lines'

export async function* textBlocks(
  file: FileHandle,
  { from, rowsRead, separator, ends, limits }: { from: number; rowsRead: number; separator: string; ends: RowEnds; limits: BlockLimits },
): AsyncGenerator<TextBlock> {
  const window = new Window(file, from)
  const finder = new RowFinder(window, ends === 'csv' ? separator.charCodeAt(0) : null)
  let row = rowsRead
  for (;;) {
    let rows = 0
    let end = 0
    let isOver = false
    const cuts: [from: number, to: number][] = []
    while (rows < limits.rows && end < limits.bytes) {
      const found = await finder.endOf(end, row + rows + 1)
      if (found === null) {
        isOver = true
        break
      }
      // An empty line is no row.
      if (isBlank(window.bytes, end, found)) cuts.push([end, found])
      else rows += 1
      end = found
    }
    if (rows > 0) {
      const bytes = withoutCuts(window.bytes.subarray(0, end), cuts)
      refuseOther(bytes, row + 1)
      yield { bytes, rows, firstRow: row + 1, endOffset: window.offset + end }
      row += rows
    }
    if (isOver) return
    window.drop(end)
    finder.forget()
  }
}

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  return to - from === 1 ? bytes[from] === LF : to - from === 2 && bytes[from] === CR && bytes[from + 1] === LF
}

function withoutCuts(bytes: Uint8Array, cuts: readonly [number, number][]): Uint8Array<ArrayBuffer> {
  const isTerminated = bytes[bytes.length - 1] === LF
  const cut = cuts.reduce((sum, [from, to]) => sum + to - from, 0)
  const copy = new Uint8Array(bytes.length - cut + (isTerminated ? 0 : 1))
  let at = 0
  let from = 0
  for (const [start, end] of [...cuts, [bytes.length, bytes.length] as const]) {
    copy.set(bytes.subarray(from, start), at)
    at += start - from
    from = end
  }
  if (!isTerminated) copy[at] = LF
  return copy
}

/** The part of the file that is in memory. */
class Window {
  bytes: Buffer = Buffer.alloc(0)
  isAtEnd = false
  private held = Buffer.allocUnsafe(4 * READ_BYTES)
  private start = 0
  private end = 0

  constructor(
    private readonly file: FileHandle,
    /** Of its first byte in the file. */
    public offset: number,
  ) {}

  drop(bytes: number): void {
    this.offset += bytes
    this.start += bytes
    this.bytes = this.held.subarray(this.start, this.end)
  }

  async more(): Promise<void> {
    if (this.end + READ_BYTES > this.held.length) this.makeRoom()
    const { bytesRead } = await this.file.read(this.held, this.end, READ_BYTES, this.offset + this.end - this.start)
    this.end += bytesRead
    this.isAtEnd = bytesRead === 0
    this.bytes = this.held.subarray(this.start, this.end)
  }

  private makeRoom(): void {
    const length = this.end - this.start
    const next = length + READ_BYTES > this.held.length / 2 ? Buffer.allocUnsafe(Math.max(this.held.length, 2 * (length + READ_BYTES))) : this.held
    this.held.copy(next, 0, this.start, this.end)
    this.held = next
    this.start = 0
    this.end = length
  }
}

class RowFinder {
  /** The first quotation mark at or after the row that is looked at; -1 where it has to be looked for. */
  private quote = -1

  constructor(
    private readonly window: Window,
    /** Null where rows are lines. */
    private readonly separator: number | null,
  ) {}

  /** The window has moved. */
  forget(): void {
    this.quote = -1
  }

  /** After the end of the row that starts at `from`; null where the file has ended before it. */
  async endOf(from: number, row: number): Promise<number | null> {
    for (;;) {
      const end = this.find(from)
      if (end !== -1) return end
      const { window } = this
      if (window.isAtEnd) return window.bytes.length > from ? window.bytes.length : null
      if (window.bytes.length - from > LONGEST_ROW) {
        throw unreadable(`Row ${row} is longer than ${LONGEST_ROW / 1024 / 1024} MB: ${this.separator === null ? 'a line' : 'a quotation mark'} never ends.`)
      }
      this.forget()
      await window.more()
    }
  }

  private find(from: number): number {
    const { bytes } = this.window
    let place = from
    for (;;) {
      const lineEnd = bytes.indexOf(LF, place)
      if (lineEnd === -1) return -1
      if (this.separator === null || this.nextQuote(place) > lineEnd) return lineEnd + 1
      const opened = this.quote
      const before = bytes[opened - 1]
      if (opened > from && before !== this.separator) {
        // Within a cell it is a character as others.
        place = opened + 1
        this.quote = -1
        if (this.nextQuote(place) > lineEnd) return lineEnd + 1
        continue
      }
      const closed = this.closing(opened)
      if (closed === -1) return -1
      place = closed + 1
      this.quote = -1
    }
  }

  private nextQuote(from: number): number {
    if (this.quote < from) {
      const found = this.window.bytes.indexOf(QUOTE, from)
      this.quote = found === -1 ? Infinity : found
    }
    return this.quote
  }

  private closing(opened: number): number {
    const { bytes } = this.window
    let at = opened + 1
    for (;;) {
      const quote = bytes.indexOf(QUOTE, at)
      if (quote === -1) return -1
      if (quote + 1 >= bytes.length) return this.window.isAtEnd ? quote : -1
      if (bytes[quote + 1] !== QUOTE) return quote
      at = quote + 2
    }
  }
}
