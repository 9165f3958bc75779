import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Field } from '@/lib/registry/contract'
import { inputsLayout, NO_LAYOUT, packInputs, unpackInputs, type InputsLayout } from './packed-inputs'
import type { InputValue } from './validation'

const MANY = Array.from({ length: 70_000 }, (_, place) => `c${place}`)
const layout = inputsLayout({ fields: [{ categories: ['no', 'yes', 'ÿ'] }, {}, { categories: MANY }] as Field[] })

function back(values: InputValue[], by: InputsLayout = layout): InputValue[] {
  return unpackInputs(by, packInputs(by, values))
}
/** Bytes of one value, without the encoding's. */
const size = (value: InputValue) => packInputs(NO_LAYOUT, [value]).length - 1

describe('packed inputs', () => {
  it('gives every row back as it was, to the bit', () => {
    const half = fc.constantFrom('\ud800', 'a\udfff', '\ufeffmark', '\u0000', '😀', 'e\u0301')
    const decimal = fc.tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 12 })).map(([digits, power]) => Number(`${digits}e-${power}`))
    const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.float({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger(), fc.integer(), decimal, fc.boolean(), fc.constant(null), fc.string({ unit: 'binary' }), half, fc.constantFrom(...MANY.slice(0, 500), 'no', 'yes'))
    fc.assert(fc.property(fc.array(value, { maxLength: 30 }), (row) => {
      expect(back(row)).toStrictEqual(row)
    }), { numRuns: 2000 })
  })

  it.each([
    ['zeros', [0, -0]],
    ['the edges of what a byte says', [63, 64, -1, -64]],
    ['the edges of whole numbers', [2 ** 27 - 1, 2 ** 27, 2 ** 31, 2 ** 32 + 1, 2 ** 51, 2 ** 51 + 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 60, 1e300]],
    ['the edges of float64', [Number.MAX_VALUE, Number.MIN_VALUE, -Number.MAX_VALUE, Number.EPSILON, 2.2250738585072014e-308]],
    ['the edges of float32', [3.4028234663852886e38, 1.401298464324817e-45, Math.fround(0.1), 0.1]],
    ['decimals', [0.1, 0.01, 123.45, -99999999.99999999, 0.00000001, 1e-9, 22517998.13685248, 1 / 3]],
    ['texts', ['', 'no', 'No', '\ud83d', '\udc00\ud800', 'z'.repeat(9000)]],
    ['categories far down the list', [null, null, 'c159']],
    ['the last one that has a place', [null, null, 'c65535']],
    ['one beyond', [null, null, 'c65536']],
  ])('keeps %s', (_, row) => {
    const unpacked = back(row)
    expect(unpacked).toHaveLength(row.length)
    row.forEach((value, index) => expect(Object.is(unpacked[index], value), `${String(value)} became ${String(unpacked[index])}`).toBe(true))
  })

  it('counts what is no number as missing, as JSON did', () => {
    expect(back([NaN, Infinity, -Infinity])).toEqual([null, null, null])
  })

  it('takes few bytes for what is common', () => {
    expect(packInputs(layout, ['yes', true, 'c7', null, 12])).toHaveLength(6)
    expect([4, 300, -5, 0.35, 1234.56, Math.fround(1 / 3), 1 / 3, 2 ** 40, 'car'].map(size)).toEqual([1, 3, 2, 2, 4, 5, 9, 5, 5])
  })

  it('is the same row however long the one before was', () => {
    const long = back(Array.from({ length: 900 }, (_, index) => `${'y'.repeat(index)}`))
    expect(long[899]).toHaveLength(899)
    expect(back(['no', 1])).toEqual(['no', 1])
  })

  it('reads bytes that lie anywhere in a larger buffer', () => {
    const packed = packInputs(layout, [1 / 3, 'yes', 7])
    const shifted = new Uint8Array(packed.length + 3)
    shifted.set(packed, 3)
    expect(unpackInputs(layout, shifted.subarray(3))).toEqual([1 / 3, 'yes', 7])
  })

  it('reads rows of before: a JSON array', () => {
    expect(unpackInputs(layout, Buffer.from(JSON.stringify(['yes', -1.5, null, true, 'é'])))).toEqual(['yes', -1.5, null, true, 'é'])
  })

  it('reads a row without its signature where it names no category, and says so where it does', () => {
    expect(unpackInputs(NO_LAYOUT, packInputs(layout, ['maybe', 2.5]))).toEqual(['maybe', 2.5])
    expect(() => unpackInputs(NO_LAYOUT, packInputs(layout, ['yes']))).toThrow('no category at 1')
    expect(unpackInputs(layout, packInputs(NO_LAYOUT, ['yes']))).toEqual(['yes'])
  })

  it.each([[[2, 0]], [[]], [[1, 0xff]], [[1, 0xef, 9, 65]], [[1, 0xee, 0, 0]], [[1, 0xe4, 0xff]]])('refuses %j', (bytes) => {
    expect(() => unpackInputs(layout, Uint8Array.from(bytes))).toThrow()
  })
})
