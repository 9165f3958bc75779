// A Parquet file in blocks of rows, from any row on. Row groups are decoded in parts, so that memory stays bounded also
// where a program has written one group of millions of rows.
import type { FileHandle } from 'node:fs/promises'
import zlib, { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { parquetMetadataAsync, parquetRead, parquetSchema, snappyUncompress, type AsyncBuffer, type Compressors, type FileMetaData } from 'hyparquet'
import { isProblem } from '@/lib/platform/errors'
import { unreadable } from '../refusals'
import type { Block } from '../score/block'
import type { Cells } from './typed-rows'

export interface ParquetSource {
  columns: string[]
  rows: number
  metadata: FileMetaData
  file: AsyncBuffer
}

/** Unpacked, all columns together: what is in memory at once, about. */
const PART_BYTES = 16 * 1024 * 1024

export async function openParquet(handle: FileHandle): Promise<ParquetSource> {
  const { size } = await handle.stat()
  const file: AsyncBuffer = {
    byteLength: size,
    async slice(start, end = size) {
      const bytes = new Uint8Array(Math.max(0, end - start))
      await handle.read(bytes, 0, bytes.length, start)
      return bytes.buffer
    },
  }
  try {
    const metadata = await parquetMetadataAsync(file)
    const columns = parquetSchema(metadata).children.map((child) => child.element.name)
    return { columns, rows: Number(metadata.num_rows), metadata, file }
  } catch (cause) {
    throw unreadable('The file is not a Parquet file that can be read.', cause)
  }
}

/** Node has it from version 22.15 on, which is later than its types here. */
const zstd = (zlib as { zstdDecompressSync?: (packed: Uint8Array, options: { maxOutputLength: number }) => Buffer }).zstdDecompressSync

const compressors: Compressors = {
  GZIP: (packed, bytes) => new Uint8Array(gunzipSync(packed, { maxOutputLength: Math.max(1, bytes) })),
  BROTLI: (packed, bytes) => new Uint8Array(brotliDecompressSync(packed, { maxOutputLength: Math.max(1, bytes) })),
  SNAPPY: (packed, bytes) => {
    const unpacked = new Uint8Array(bytes)
    snappyUncompress(packed, unpacked)
    return unpacked
  },
  ...(zstd ? { ZSTD: (packed: Uint8Array, bytes: number) => new Uint8Array(zstd(packed, { maxOutputLength: Math.max(1, bytes) })) } : {}),
}

export async function* parquetBlocks(source: ParquetSource, from: number, rowsAtOnce: number): AsyncGenerator<Block> {
  let groupStart = 0
  for (const group of source.metadata.row_groups) {
    const groupRows = Number(group.num_rows)
    const groupEnd = groupStart + groupRows
    const parts = Math.max(1, Math.ceil(Number(group.total_byte_size) / PART_BYTES))
    const partRows = Math.max(rowsAtOnce, Math.ceil(groupRows / parts / rowsAtOnce) * rowsAtOnce)
    for (let start = groupStart; start < groupEnd; start += partRows) {
      const end = Math.min(start + partRows, groupEnd)
      if (end <= from) continue
      const cells = await readPart(source, start, end)
      for (let row = start; row < end; row += rowsAtOnce) {
        if (row < from) continue
        const until = Math.min(row + rowsAtOnce, end)
        yield { rows: until - row, firstRow: row + 1, content: { cells: cells.map((column) => slice(column, row - start, until - start)) } }
      }
    }
    groupStart = groupEnd
  }
}

/** One column after the other: of a column all that the group has is read, of all columns that would be the whole group. */
async function readPart(source: ParquetSource, rowStart: number, rowEnd: number): Promise<Cells[]> {
  const parts: Cells[] = []
  for (const column of source.columns) parts.push(await readColumn(source, column, rowStart, rowEnd))
  return parts
}

async function readColumn({ file, metadata }: ParquetSource, column: string, rowStart: number, rowEnd: number): Promise<Cells> {
  let cells: unknown[] | Float64Array | null = null
  try {
    await parquetRead({
      file,
      metadata,
      rowStart,
      rowEnd,
      columns: [column],
      compressors,
      onChunk({ columnData, rowStart: chunkStart }) {
        const first = Math.max(rowStart, chunkStart)
        const last = Math.min(rowEnd, chunkStart + columnData.length)
        if (columnData instanceof Float64Array || columnData instanceof Float32Array) {
          cells ??= new Float64Array(rowEnd - rowStart)
          if (cells instanceof Float64Array) {
            cells.set(columnData.subarray(first - chunkStart, last - chunkStart), first - rowStart)
            return
          }
        }
        // A page without missing values may come before one with them.
        if (!Array.isArray(cells)) cells = cells === null ? new Array<unknown>(rowEnd - rowStart).fill(null) : Array.from(cells)
        for (let row = first; row < last; row++) cells[row - rowStart] = columnData[row - chunkStart]
      },
    })
  } catch (cause) {
    if (isProblem(cause)) throw cause
    const isCompression = cause instanceof Error && /compression|compressor/i.test(cause.message)
    throw unreadable(`The Parquet file ${isCompression ? 'uses a compression that is not read here: write it with snappy or gzip' : `cannot be read near row ${rowStart + 1}: export it again`}.`, cause)
  }
  return cells ?? new Array<unknown>(rowEnd - rowStart).fill(null)
}

/** What a thread gets must not share memory with what stays here. */
function slice(column: Cells, from: number, to: number): Cells {
  if (Array.isArray(column)) return column.slice(from, to) as unknown[]
  return (column as Float64Array).slice(from, to)
}
