import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import { describe, expect, it } from 'vitest'
import type { ScoredBlock } from '../score/block'
import type { ResultColumn } from '../score/result-columns'
import { newDirectory } from '../testing/example'
import { ParquetSink } from './parquet-sink'

const columns: ResultColumn[] = [{ name: 'row', type: 'integer' }, { name: 'score', type: 'number' }, { name: 'label', type: 'text' }]
const BLOCK = 16_384

const block = (number: number): ScoredBlock => {
  const rows = Array.from({ length: BLOCK }, (_, index) => number * BLOCK + index + 1)
  return {
    rows: BLOCK, scored: BLOCK, guarded: 0, explained: 0, rejected: new Uint8Array(0), rejectedRows: 0, profile: new Uint8Array(0), logged: [], milliseconds: 0,
    results: [rows, rows.map((row) => (row % 5 === 0 ? null : row / 3)), rows.map((row) => (row % 2 === 0 ? 'yes' : null))],
  }
}

describe('results as Parquet', () => {
  it('are the same where writing went on after groups that no checkpoint knew', async () => {
    const write = async (directory: string, isDisturbed: boolean) => {
      let sink = await ParquetSink.open(directory, columns, 0)
      for (let number = 0; number < 6; number++) await sink.write(block(number))
      const length = await sink.checkpoint()
      if (isDisturbed) {
        for (let number = 6; number < 12; number++) await sink.write(block(number))
        await sink.close()
        sink = await ParquetSink.open(directory, columns, length)
      }
      for (let number = 6; number < 11; number++) await sink.write(block(number))
      const end = await sink.checkpoint()
      await sink.finish()
      if (isDisturbed) {
        // As after a crash between the file's end and the job's.
        await sink.close()
        sink = await ParquetSink.open(directory, columns, end)
        await sink.finish()
      }
      await sink.close()
      return readFileSync(join(directory, 'results.parquet'))
    }
    const calm = await write(newDirectory(), false)
    const disturbed = await write(newDirectory(), true)
    expect(disturbed.equals(calm)).toBe(true)
    const rows = await parquetReadObjects({ file: calm.buffer.slice(calm.byteOffset, calm.byteOffset + calm.length) as ArrayBuffer })
    expect(rows).toHaveLength(11 * BLOCK)
    expect(rows[0]).toEqual({ row: 1n, score: 1 / 3, label: null })
    expect(rows[rows.length - 1]).toEqual({ row: BigInt(11 * BLOCK), score: (11 * BLOCK) / 3, label: 'yes' })
  })
})
