import { describe, expect, it } from 'vitest'
import { readBinary, writeBinary } from './binary'
import type { Datatype, TensorValue } from './contract'
import { readValues } from './values'

// Golden bytes of numpy 2 (little-endian .tobytes()) and tritonclient.utils.serialize_byte_tensor.
const TABLE: [datatype: Datatype, values: TensorValue[], hex: string][] = [
  ['BOOL', [true, false], '0100'],
  ['UINT8', [0, 255], '00ff'],
  ['UINT16', [1, 65535], '0100ffff'],
  ['UINT32', [1, 4294967295], '01000000ffffffff'],
  ['UINT64', [1, 9007199254740991], '0100000000000000ffffffffffff1f00'],
  ['INT8', [-128, 127], '807f'],
  ['INT16', [-2, 32767], 'feffff7f'],
  ['INT32', [-2147483648, 7], '0000008007000000'],
  ['INT64', [-9007199254740991, -1, 5], '010000000000e0ffffffffffffffffff0500000000000000'],
  ['FP16', [1, -2, 0.0999755859375], '003c00c0662e'],
  ['BF16', [1, -1.5], '803fc0bf'],
  ['FP32', [1, -0.5], '0000803f000000bf'],
  ['FP64', [0.1, -3], '9a9999999999b93f00000000000008c0'],
  ['BYTES', ['Mo', '', 'Zoë'], '020000004d6f00000000040000005a6fc3ab'],
]

describe('tensors as bytes', () => {
  it.each(TABLE)('%s both ways', (datatype, values, hex) => {
    expect(readBinary(Buffer.from(hex, 'hex'), datatype, values.length, 'x')).toEqual(values)
    expect(writeBinary(values, datatype).toString('hex')).toBe(hex)
  })

  it.each(TABLE)('%s of a wrong length is refused', (datatype, values, hex) => {
    const bytes = Buffer.from(hex, 'hex')
    for (const wrong of [bytes.subarray(1), bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.of(0)])]) {
      expect(() => readBinary(wrong, datatype, values.length, 'x')).toThrow(expect.objectContaining({ kind: 'invalid' }))
    }
    expect(() => readBinary(bytes, datatype, values.length + 1, 'x')).toThrow(expect.objectContaining({ kind: 'invalid' }))
  })

  it.each(TABLE)('%s as JSON, flat or nested', (datatype, values) => {
    expect(readValues([...values], datatype, values.length, 'x')).toEqual(values)
    expect(readValues(values.map((value) => [value]), datatype, values.length, 'x')).toEqual(values)
    expect(() => readValues([...values, ...values], datatype, values.length, 'x')).toThrow(/more than/)
    expect(() => readValues([], datatype, values.length, 'x')).toThrow(/0 values/)
  })

  it.each(['INT64', 'UINT64'] as const)('%s beyond 2^53 is refused, never rounded', (datatype) => {
    for (const value of [2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n]) {
      const bytes = Buffer.alloc(8)
      bytes.writeBigUInt64LE(value)
      expect(() => readBinary(bytes, datatype, 1, 'x')).toThrow(/9007199254740991/)
      expect(() => readValues(JSON.parse(`[${value}]`), datatype, 1, 'x')).toThrow(/9007199254740991/)
    }
    const negative = Buffer.alloc(8)
    negative.writeBigInt64LE(-(2n ** 53n))
    expect(() => readBinary(negative, datatype, 1, 'x')).toThrow(expect.objectContaining({ kind: 'invalid' }))
  })

  it.each([
    ['INT8', [128]],
    ['UINT8', [-1]],
    ['INT32', [1.5]],
    ['INT64', ['1']],
    ['FP32', ['1.5']],
    ['FP64', [true]],
    ['BOOL', [2]],
    ['BOOL', ['true']],
    ['BYTES', [{}]],
  ] as [Datatype, unknown[]][])('%s takes no %j', (datatype, data) => {
    expect(() => readValues(data, datatype, 1, 'x')).toThrow(expect.objectContaining({ kind: 'invalid' }))
  })

  it('refuses a text that is not UTF-8, and takes one with a replacement character', () => {
    expect(() => readBinary(Buffer.from('02000000c328', 'hex'), 'BYTES', 1, 'x')).toThrow(/UTF-8/)
    expect(readBinary(Buffer.from('03000000efbfbd', 'hex'), 'BYTES', 1, 'x')).toEqual(['\uFFFD'])
  })
})
