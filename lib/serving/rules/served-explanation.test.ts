import { describe, expect, it } from 'vitest'
import { decodeExplanation, encodeExplanation, topReasonOf } from './served-explanation'

const explanation = { scale: 'margin' as const, base: -1.25, residual: 3e-8, values: Float64Array.from([0.1, -0.30000000000000004, 0]) }

describe('an explanation in a row', () => {
  it('comes back to the bit, from wherever a driver has its bytes', () => {
    const bytes = encodeExplanation(explanation)
    expect(bytes).toHaveLength(8 + 8 * 5)
    expect(decodeExplanation(bytes)).toEqual(explanation)
    const inPool = Buffer.concat([Buffer.from('abc'), bytes]).subarray(3)
    expect(decodeExplanation(inPool)).toEqual(explanation)
  })

  it('is not guessed from other bytes', () => {
    const bytes = encodeExplanation(explanation)
    expect(decodeExplanation(Uint8Array.of(2, ...bytes.subarray(1)))).toBeNull()
    expect(decodeExplanation(Uint8Array.of(1, 9, ...bytes.subarray(2)))).toBeNull()
    expect(decodeExplanation(bytes.subarray(0, 20))).toBeNull()
    expect(decodeExplanation(new Uint8Array())).toBeNull()
  })

  it('has the largest contribution as its top reason', () => {
    expect(topReasonOf(explanation.values)).toBe(1)
    expect(topReasonOf([2, -2])).toBe(0)
    expect(topReasonOf([0, 0])).toBeNull()
    expect(topReasonOf([])).toBeNull()
  })
})
