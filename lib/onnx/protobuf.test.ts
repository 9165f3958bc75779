import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ProtobufError, ProtobufReader } from './protobuf'
import { bytesField, intField, joined, varint } from './protobuf-write'
import { floatField, signedField } from './testing/write-model'

function first(bytes: Uint8Array): ProtobufReader {
  const reader = ProtobufReader.of(bytes)
  expect(reader.next()).toBe(true)
  return reader
}

function fault(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof ProtobufError) return error.fault
    throw error
  }
  return 'none'
}

describe('ProtobufReader', () => {
  it('reads back every integer that a number holds exactly', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(first(signedField(3, value)).int()).toBe(value)
        const exact: bigint[] = []
        first(signedField(3, value)).bigintsInto(exact)
        expect(BigInt.asIntN(64, exact[0] ?? 0n)).toBe(BigInt(value))
      }),
    )
  })

  it('reads back texts, with their byte order marks, and floats', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.float({ noNaN: true }), (text, number) => {
        const whole = `\ufeff${text}`
        expect(first(bytesField(1, whole)).text()).toBe(whole)
        expect(first(floatField(2, number)).float()).toBe(number)
      }),
    )
  })

  it('takes repeated numbers packed and one by one', () => {
    const numbers = [0, 1, 127, 128, 300, 2 ** 40]
    const packed: number[] = []
    first(bytesField(8, numbers.map(varint))).intsInto(packed)
    const single: number[] = []
    const reader = ProtobufReader.of(joined(numbers.map((number) => intField(8, number))))
    while (reader.next()) reader.intsInto(single)
    expect([packed, single]).toEqual([numbers, numbers])
  })

  it('refuses what runs past its end, inside a nested message too', () => {
    expect(fault(() => first(Uint8Array.of(0x0a, 5, 1)).raw())).toBe('overrun')
    expect(fault(() => first(Uint8Array.of(0x08, 0x80)).int())).toBe('overrun')
    expect(fault(() => first(Uint8Array.of(0x15, 1, 2)).float())).toBe('overrun')
    expect(
      fault(() => first(Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01)).raw()),
    ).toBe('overrun')
    const inner = first(joined([Uint8Array.of(0x0a, 3, 0x0a, 9, 0), new Uint8Array(20)])).message()
    expect(inner.next() && fault(() => inner.raw())).toBe('overrun')
  })

  it('refuses endless numbers, field zero, groups and other wire types', () => {
    expect(fault(() => first(Uint8Array.from([0x08, ...new Array<number>(11).fill(0x80)])).int())).toBe('malformed')
    expect(fault(() => ProtobufReader.of(Uint8Array.of(0x00)).next())).toBe('malformed')
    expect(fault(() => first(Uint8Array.of(0x0b)).skip())).toBe('malformed')
    expect(fault(() => first(Uint8Array.of(0x0d, 0, 0, 0, 0)).int())).toBe('malformed')
  })

  it('refuses messages nested deeper than the runtime reads', () => {
    const nested = (depth: number) => {
      let bytes: Uint8Array = new Uint8Array(0)
      for (let level = 0; level < depth; level++) bytes = bytesField(1, bytes)
      let reader = ProtobufReader.of(bytes)
      while (reader.next()) reader = reader.message()
    }
    expect(fault(() => nested(100))).toBe('none')
    expect(fault(() => nested(101))).toBe('too-deep')
  })
})
