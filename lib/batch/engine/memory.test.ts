// What a batch holds does not grow with its file: not with its size, and not where a program has written all rows of a
// Parquet file as one group.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { Random } from '@/lib/math/random'
import { writeSource } from './testing/example'

interface Measured {
  rows: number
  megabytes: number
}

async function measure(path: string): Promise<Measured> {
  const child = fork(join(process.cwd(), 'lib/batch/engine/testing/memory-child.ts'), [path], { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [measured] = (await once(child, 'message')) as [Measured]
  await once(child, 'exit')
  return measured
}

const names = Array.from({ length: 20 }, (_, column) => `x_${column}`)

describe('the memory of a batch', () => {
  it('stays the same for twelve times the CSV', async () => {
    const random = new Random(4)
    const rows = Array.from({ length: 1000 }, () => `${names.map(() => random.uniform(-1, 1)).join(',')}\n`).join('')
    const file = (times: number) => writeSource('rows.csv', Buffer.from(`${names.join(',')}\n${rows.repeat(times)}`)).path
    const [small, large] = [file(25), file(300)]
    const [least, most] = [await measure(small), await measure(large)]
    for (const path of [small, large]) rmSync(path)
    expect([least.rows, most.rows]).toEqual([25_000, 300_000])
    // The large file has 117 MB, the small one 10.
    expect(most.megabytes - least.megabytes).toBeLessThan(70)
    expect(most.megabytes).toBeLessThan(500)
  }, 120_000)

  it('stays the same for one group of four times the rows of Parquet', async () => {
    const random = new Random(4)
    const file = (count: number) => {
      const columnData = names.map((name) => ({ name, data: Float64Array.from({ length: count }, () => random.uniform(-1, 1)) }))
      return writeSource('rows.parquet', new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: count, codec: 'UNCOMPRESSED' }))).path
    }
    const [small, large] = [file(150_000), file(600_000)]
    const [least, most] = [await measure(small), await measure(large)]
    for (const path of [small, large]) rmSync(path)
    expect([least.rows, most.rows]).toEqual([150_000, 600_000])
    // The large file has 96 MB, the small one 24.
    expect(most.megabytes - least.megabytes).toBeLessThan(120)
    expect(most.megabytes).toBeLessThan(500)
  }, 120_000)
})
