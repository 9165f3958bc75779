import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readReferenceTable } from './reference-file'

// As much of Thrift's compact protocol as a Parquet file with one column of whole numbers needs.
type Value = { i32: number } | { i64: number } | { text: string } | { list: Value[] } | { struct: [id: number, value: Value][] }

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))]
}

function typeOf(value: Value): number {
  return 'i32' in value ? 5 : 'i64' in value ? 6 : 'text' in value ? 8 : 'list' in value ? 9 : 12
}

function encode(value: Value): number[] {
  if ('i32' in value) return varint(value.i32 * 2)
  if ('i64' in value) return varint(value.i64 * 2)
  if ('text' in value) return [...varint(value.text.length), ...Buffer.from(value.text)]
  if ('list' in value) return [(value.list.length << 4) | typeOf(value.list[0] ?? { i32: 0 }), ...value.list.flatMap(encode)]
  let last = 0
  const fields = value.struct.flatMap(([id, member]) => {
    const step = id - last
    last = id
    return [(step << 4) | typeOf(member), ...encode(member)]
  })
  return [...fields, 0]
}

interface Claims {
  rows: number
  unpackedBytes: number
}

/** Ten rows of the column `a`, gzipped, whatever the file claims of them. */
function parquetFile({ rows, unpackedBytes }: Claims): Uint8Array {
  const packed = gzipSync(Buffer.alloc(40))
  const plain: Value = { struct: [[1, { i32: 10 }], [2, { i32: 0 }], [3, { i32: 3 }], [4, { i32: 3 }]] }
  const header = encode({ struct: [[1, { i32: 0 }], [2, { i32: unpackedBytes }], [3, { i32: packed.length }], [5, plain]] })
  const bytes = header.length + packed.length
  const chunk: Value = {
    struct: [
      [1, { i32: 1 }], [2, { list: [{ i32: 0 }] }], [3, { list: [{ text: 'a' }] }], [4, { i32: 2 }], [5, { i64: rows }],
      [6, { i64: 40 }], [7, { i64: bytes }], [9, { i64: 4 }],
    ],
  }
  const group: Value = { struct: [[1, { list: [{ struct: [[2, { i64: 4 }], [3, chunk]] }] }], [2, { i64: 40 }], [3, { i64: rows }]] }
  const root: Value = { struct: [[4, { text: 'root' }], [5, { i32: 1 }]] }
  const column: Value = { struct: [[1, { i32: 1 }], [3, { i32: 0 }], [4, { text: 'a' }]] }
  const footer = encode({ struct: [[1, { i32: 1 }], [2, { list: [root, column] }], [3, { i64: rows }], [4, { list: [group] }]] })
  const length = Buffer.alloc(4)
  length.writeUInt32LE(footer.length)
  return new Uint8Array(Buffer.concat([Buffer.from('PAR1'), Buffer.from(header), packed, Buffer.from(footer), length, Buffer.from('PAR1')]))
}

describe('a Parquet file that claims more than it is', () => {
  it('is read where its claims are true', async () => {
    const { rows } = await readReferenceTable('a.parquet', parquetFile({ rows: 10, unpackedBytes: 40 }))
    expect(rows).toEqual(Array.from({ length: 10 }, () => ({ a: 0 })))
  })

  it.each([
    ['a billion rows', { rows: 1_000_000_000, unpackedBytes: 40 }, 'reference_too_large'],
    ['two gigabytes in a page', { rows: 10, unpackedBytes: 2_000_000_000 }, 'reference_too_large'],
    ['less than its page has', { rows: 10, unpackedBytes: 8 }, 'reference_unreadable'],
  ])('is refused with %s', async (_, claims, code) => {
    await expect(readReferenceTable('a.parquet', parquetFile(claims))).rejects.toMatchObject({ code })
  })
})
