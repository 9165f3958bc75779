// A source as it is read: in blocks, from a checkpoint on.
import { open, readFile, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { BatchCheckpoint, BatchFormat } from '../contract'
import { namedColumns, type ReadPlan } from './columns'
import { columnMissing, sourceChanged, unreadable } from './refusals'
import type { Block, SourceShape } from './score/block'
import { csvFormat, textStart } from './text/csv-format'
import { textBlocks, type BlockLimits } from './text/text-blocks'
import { openParquet, parquetBlocks } from './typed/parquet-file'

export interface SourceBlock {
  block: Block
  /** Where the source goes on after it. */
  endOffset: number
}

export interface OpenedSource {
  shape: SourceShape
  /** Bytes of a text file, rows of a Parquet file. */
  size: number
  /** Names of what `Chunk.source` gives of a row. */
  rowColumns: string[]
  blocks(from: BatchCheckpoint | null, limits: BlockLimits): AsyncGenerator<SourceBlock>
  close(): Promise<void>
}

/** What is read of a text file to know its format. */
const HEAD_BYTES = 1024 * 1024

export async function openSource(path: string, format: BatchFormat): Promise<OpenedSource> {
  const handle = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(cause.code === 'ENOENT' ? 'The file is not there any more.' : `The file cannot be opened (${cause.code ?? cause.message}).`, cause)
  })
  try {
    return format === 'parquet' ? await parquetSource(handle) : await textSource(handle, format)
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function textSource(handle: FileHandle, format: 'csv' | 'jsonl'): Promise<OpenedSource> {
  const { size } = await handle.stat()
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(size, HEAD_BYTES)), 0, Math.min(size, HEAD_BYTES), 0)
  const head = buffer.subarray(0, bytesRead)
  const csv = format === 'csv' ? csvFormat(head, bytesRead === size) : null
  const start = csv?.start ?? textStart(head)
  const separator = csv?.separator ?? ','
  return {
    size,
    shape: csv ? { kind: 'csv', separator, columns: csv.columns } : { kind: 'jsonl' },
    rowColumns: csv?.columns ?? ['source'],
    async *blocks(from, limits) {
      const read = textBlocks(handle, { from: from?.sourceOffset ?? start, rowsRead: from?.rowsRead ?? 0, separator, ends: csv ? 'csv' : 'lines', limits })
      for await (const { bytes, rows, firstRow, endOffset } of read) yield { block: { rows, firstRow, content: { bytes } }, endOffset }
    },
    close: () => handle.close(),
  }
}

async function parquetSource(handle: FileHandle): Promise<OpenedSource> {
  const source = await openParquet(handle)
  return {
    size: source.rows,
    shape: { kind: 'typed', columns: source.columns },
    rowColumns: source.columns,
    async *blocks(from, limits) {
      for await (const block of parquetBlocks(source, from?.sourceOffset ?? 0, limits.rows)) yield { block, endOffset: block.firstRow - 1 + block.rows }
    },
    close: () => handle.close(),
  }
}

/** Lines of JSON need not have the same members, so what one lacks is missing in that row. */
export function refuseMissingColumns(shape: SourceShape, plan: ReadPlan): void {
  if (shape.kind === 'jsonl') return
  const missing = namedColumns(plan).filter((column) => !shape.columns.includes(column))
  if (missing.length > 0) throw columnMissing(missing)
}

/** A file in a folder may be replaced while a job waits to go on. */
export async function refuseChangedSource(path: string, directory: string, isNew: boolean): Promise<void> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw unreadable('The file is not there any more.', cause)
  })
  const { size, mtimeMs } = await handle.stat().finally(() => handle.close())
  const known = join(directory, 'source.json')
  const now = JSON.stringify({ size, mtimeMs })
  if (isNew) return writeFile(known, now)
  if ((await readFile(known, 'utf8').catch(() => now)) !== now) throw sourceChanged('The file')
}
