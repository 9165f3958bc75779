// A reference file as a table: CSV as people export it, or Parquet.
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { parquetMetadata, parquetReadObjects, parquetSchema, snappyUncompress, type Compressors, type FileMetaData } from 'hyparquet'
import Papa from 'papaparse'
import { isProblem, ProblemError } from '@/lib/platform/errors'
import { MOST_REFERENCE_BYTES } from '../contract'

export interface ReferenceTable {
  columns: string[]
  rows: Record<string, unknown>[]
  /** CSV cells are all text; Parquet has types. */
  isText: boolean
}

const PARQUET_MAGIC = 'PAR1'
const MOST_ROWS = 1_000_000

export async function readReferenceTable(fileName: string, content: Uint8Array): Promise<ReferenceTable> {
  if (content.length === 0) throw refused('reference_empty', 'The reference file is empty.')
  if (content.length > MOST_REFERENCE_BYTES) {
    throw new ProblemError('too_large', `The reference file has more than ${MOST_REFERENCE_BYTES / 1024 / 1024} MB. Send a sample of the training rows.`, {
      code: 'reference_too_large',
    })
  }
  const isParquet = Buffer.from(content.subarray(0, 4)).toString('latin1') === PARQUET_MAGIC
  if (!isParquet && /\.(parquet|pq)$/i.test(fileName)) {
    throw refused('reference_unreadable', 'The reference file is named .parquet but is not a Parquet file. Export it again.')
  }
  const table = isParquet ? await readParquet(content) : readCsv(content)
  if (table.rows.length === 0) throw refused('reference_empty', 'The reference file has a header but no rows.')
  if (table.rows.length > MOST_ROWS) throw tooLarge(`${table.rows.length} rows`)
  return table
}

function readCsv(content: Uint8Array): ReferenceTable {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch {
    throw refused('reference_unreadable', 'The reference file is neither Parquet nor text in UTF-8. Save it as CSV UTF-8.')
  }
  const header = Papa.parse<string[]>(text, { preview: 1 })
  const columns = header.data[0] ?? []
  const double = columns.find((name, index) => columns.indexOf(name) !== index)
  if (double !== undefined) throw refused('reference_columns', `The reference file has two columns named ${double}. Keep one.`)
  const parsed = Papa.parse<Record<string, unknown>>(text, {
    header: true,
    delimiter: header.meta.delimiter,
    skipEmptyLines: 'greedy',
  })
  const broken = parsed.errors.find((error) => error.type === 'FieldMismatch' || error.type === 'Quotes')
  if (broken) {
    const where = broken.row === undefined ? 'The reference file' : `Row ${broken.row + 1} of the reference file`
    const what = broken.type === 'Quotes' ? 'has a quote that is not closed' : `has another number of columns than the header (${columns.length})`
    throw refused('reference_unreadable', `${where} ${what}. Export it again as CSV.`)
  }
  return { columns, rows: parsed.data, isText: true }
}

/** What the pages may come to when unpacked: a file of zeros packs a thousand to one. */
const MOST_UNPACKED_BYTES = 1024 * 1024 * 1024

/** Unpacks pages until they come to too much, and never more of one than it says of itself. */
function boundedCompressors(): Compressors {
  let left = MOST_UNPACKED_BYTES
  const bounded = (unpack: (packed: Uint8Array, bytes: number) => Uint8Array) => (packed: Uint8Array, bytes: number) => {
    left -= bytes
    if (left < 0 || bytes < 0) throw tooLarge(`more than ${MOST_UNPACKED_BYTES / 1024 ** 3} GB when unpacked`)
    return unpack(packed, bytes)
  }
  return {
    GZIP: bounded((packed, bytes) => new Uint8Array(gunzipSync(packed, { maxOutputLength: Math.max(1, bytes) }))),
    BROTLI: bounded((packed, bytes) => new Uint8Array(brotliDecompressSync(packed, { maxOutputLength: Math.max(1, bytes) }))),
    SNAPPY: bounded((packed, bytes) => {
      const unpacked = new Uint8Array(bytes)
      snappyUncompress(packed, unpacked)
      return unpacked
    }),
  }
}

async function readParquet(content: Uint8Array): Promise<ReferenceTable> {
  const file = content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength) as ArrayBuffer
  try {
    const metadata = parquetMetadata(file)
    refuseManyRows(metadata)
    const columns = parquetSchema(metadata).children.map((child) => child.element.name)
    const rows = await parquetReadObjects({ file, metadata, compressors: boundedCompressors() })
    return { columns, rows, isText: false }
  } catch (cause) {
    if (isProblem(cause)) throw cause
    const isCompression = cause instanceof Error && /compression/i.test(cause.message)
    const why = isCompression ? 'uses a compression that is not read here: write it with snappy or gzip' : 'cannot be read: export it again'
    throw refused('reference_unreadable', `The Parquet file ${why}.`, cause)
  }
}

/** Before anything is read: a row is an object here, and a file of a few bytes can claim any number of them. */
function refuseManyRows({ num_rows: total, row_groups: groups }: FileMetaData): void {
  const most = Math.max(Number(total), groups.reduce((sum, group) => sum + Number(group.num_rows), 0))
  if (!(most <= MOST_ROWS)) throw tooLarge(`${most} rows`)
}

function tooLarge(what: string): ProblemError {
  return refused('reference_too_large', `The reference file has ${what}; send a sample of at most ${MOST_ROWS} rows.`)
}

function refused(code: string, message: string, cause?: unknown): ProblemError {
  return new ProblemError('invalid', message, { code, cause, fields: [{ path: 'reference', rule: code, message }] })
}
