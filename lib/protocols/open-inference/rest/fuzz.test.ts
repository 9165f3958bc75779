// Whatever is sent, the answer is in the dialect, and never that the server failed. `ask` throws on what is no refusal.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '@/lib/database'
import { openTestDatabase } from '@/lib/database/testing'
import { endServing } from '@/lib/serving/testing/fixture'
import type { Datatype } from '../contract'
import { DATATYPES as WORDS } from '../datatypes'
import { ask, MATRIX, MIXED, releaseAll } from '../testing/fixture'

const DATATYPES = ['BOOL', 'UINT8', 'UINT16', 'UINT32', 'UINT64', 'INT8', 'INT16', 'INT32', 'INT64', 'FP16', 'BF16', 'FP32', 'FP64', 'BYTES', 'STRING', '__proto__', '']

async function expectAnswer(model: string, body: Buffer, headers: Record<string, string> = {}): Promise<number> {
  const { status, body: answer } = await ask(`/v2/models/${model}/infer`, { body, headers })
  const text = Buffer.from(answer).toString('latin1')
  expect([200, 400, 413, 415]).toContain(status)
  if (status !== 200) {
    expect(Object.keys(JSON.parse(Buffer.from(answer).toString()) as object)).toEqual(['error'])
    expect(text).not.toMatch(/node_modules|\.ts:|\n\s+at /)
  }
  return status
}

describe('the Open Inference Protocol, given anything', () => {
  let db: Database

  beforeAll(async () => {
    db = await openTestDatabase('sqlite')
    await releaseAll()
  })
  afterAll(async () => {
    await endServing()
    await db.close()
  })

  it('bytes and headers', async () => {
    const headers = fc.record(
      { 'inference-header-content-length': fc.oneof(fc.nat(200).map(String), fc.string()), 'content-encoding': fc.constantFrom('gzip', 'deflate', 'br', '') },
      { requiredKeys: [] },
    )
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), headers, async (bytes, given) => void (await expectAnswer(MATRIX, Buffer.from(bytes), given as Record<string, string>))), { numRuns: 300 })
  })

  it('JSON of the right members with any values', async () => {
    const some = fc.jsonValue({ maxDepth: 3 })
    const tensor = fc.record({ name: fc.oneof(fc.constantFrom('X', 'age', '__proto__'), some), shape: fc.oneof(fc.array(fc.nat(4), { maxLength: 3 }), some), datatype: fc.constantFrom(...DATATYPES), data: some, parameters: some }, { requiredKeys: ['name'] })
    const body = fc.record({ id: some, inputs: fc.oneof(fc.array(tensor, { maxLength: 3 }), some), outputs: some, parameters: some }, { requiredKeys: ['inputs'] })
    await fc.assert(fc.asyncProperty(fc.constantFrom(MATRIX, MIXED), body, async (model, value) => void (await expectAnswer(model, Buffer.from(JSON.stringify(value))))), { numRuns: 400 })
  })

  it('a tensor of any datatype with any bytes, cut off anywhere', async () => {
    const given = fc.record({
      datatype: fc.constantFrom(...DATATYPES), rows: fc.nat(3), width: fc.constantFrom(0, 1, 2, 6), claimed: fc.option(fc.nat(100)),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 60 }), isFitting: fc.boolean(), cut: fc.nat(30), isBinary: fc.boolean(),
    })
    const seen = new Set<number>()
    await fc.assert(
      fc.asyncProperty(given, async ({ datatype, rows, width, claimed, bytes, isFitting, cut, isBinary }) => {
        const size = Object.hasOwn(WORDS, datatype) ? WORDS[datatype as Datatype].bytes : 1
        const data = isFitting ? Buffer.alloc(rows * width * size, bytes) : Buffer.from(bytes)
        const tensor = { name: 'X', datatype, shape: [rows, width], parameters: { binary_data_size: isFitting ? data.length : (claimed ?? data.length) } }
        const json = Buffer.from(JSON.stringify({ inputs: [tensor], parameters: { binary_data_output: isBinary } }))
        const body = Buffer.concat([json, data])
        const headers = { 'inference-header-content-length': String(json.length) }
        seen.add(await expectAnswer(width > 3 ? MIXED : MATRIX, body.subarray(0, body.length - Math.max(0, cut - 20)), headers))
      }),
      { numRuns: 600 },
    )
    expect([...seen].sort()).toEqual([200, 400])
  })
})
