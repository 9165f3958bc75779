// What a thread is given and gives back: plain data (structured clone), large parts handed over without a copy.
import type { LoggedBatchRow } from '../contract'
import type { Cell } from '../output/csv-cells'
import type { CsvSource } from '../text/csv-rows'
import type { JsonLinesSource } from '../text/json-rows'
import type { Cells, TypedSource } from '../typed/typed-rows'

export type SourceShape = CsvSource | JsonLinesSource | TypedSource

export interface Block {
  rows: number
  /** Of its first row, from 1. */
  firstRow: number
  content: { bytes: Uint8Array<ArrayBuffer> } | { cells: Cells[] }
}

export interface ScoredBlock {
  rows: number
  scored: number
  guarded: number
  explained: number
  /** The results in the form the output takes: lines of CSV, or cells by column. */
  results: Uint8Array<ArrayBuffer> | Cell[][]
  /** Lines of CSV. */
  rejected: Uint8Array<ArrayBuffer>
  rejectedRows: number
  /** lib/math/profile encoding. */
  profile: Uint8Array
  logged: LoggedBatchRow[]
  milliseconds: number
}
