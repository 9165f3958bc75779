import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { brainFromBits, brainToBits, halfFromBits, halfToBits } from './half'

// Golden values of numpy 2: np.float16(x).view(np.uint16).
const HALVES: [value: number, bits: number][] = [
  [0, 0x0000],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [0.1, 0x2e66],
  [1 / 3, 0x3555],
  [65504, 0x7bff],
  [65519.99, 0x7bff],
  [65520, 0x7c00],
  [-1e9, 0xfc00],
  [2 ** -14, 0x0400],
  [2 ** -24, 0x0001],
  [2 ** -25, 0x0000],
  [2 ** -25 * 1.0001, 0x0001],
  [2049, 0x6800],
  [2051, 0x6802],
  [0.99999, 0x3c00],
  [Infinity, 0x7c00],
  [NaN, 0x7e00],
]

describe('16 bit floats', () => {
  it.each(HALVES)('%d is written as the half %i', (value, bits) => {
    expect(halfToBits(value)).toBe(bits)
  })

  it('reads every half and writes it back', () => {
    for (let bits = 0; bits < 0x1_0000; bits++) {
      const value = halfFromBits(bits)
      if (Number.isNaN(value)) expect((bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0).toBe(true)
      else if (halfToBits(value) !== bits) throw new Error(`${bits} came back as ${halfToBits(value)}`)
    }
  })

  it('writes the nearest half', () => {
    fc.assert(
      fc.property(fc.double({ min: -65504, max: 65504, noNaN: true }), (value) => {
        const bits = halfToBits(value)
        const error = Math.abs(halfFromBits(bits) - value)
        for (const near of [bits - 1, bits + 1]) {
          const other = halfFromBits(near & 0xffff)
          if (Number.isFinite(other)) expect(error).toBeLessThanOrEqual(Math.abs(other - value))
        }
      }),
    )
  })

  it.each([
    [1, 0x3f80],
    [-1.5, 0xbfc0],
    [0.1, 0x3dcd],
    [3.0e38, 0x7f62],
    [NaN, 0x7fc0],
    [-Infinity, 0xff80],
  ])('%d is the bfloat16 %i', (value, bits) => {
    expect(brainToBits(value)).toBe(bits)
    expect(brainToBits(brainFromBits(bits))).toBe(bits)
  })
})
