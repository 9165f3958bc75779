import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LatencyHistogram } from './latency-histogram'
import { MathError } from './math-error'
import './testing'

const durations = fc.array(fc.oneof(fc.nat(50), fc.nat(100_000), fc.nat(4_294_967_295)), {
  minLength: 1,
  maxLength: 80,
})

function histogramOf(values: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram()
  for (const value of values) histogram.add(value)
  return histogram
}

describe('LatencyHistogram', () => {
  it('gives nearest-rank percentiles within 1/32, exact below 32 µs and at the maximum', () => {
    fc.assert(
      fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
        const sorted = [...values].sort((a, b) => a - b)
        const exact = sorted[Math.max(1, Math.ceil(share * values.length)) - 1] ?? NaN
        const found = histogramOf(values).percentile(share) ?? NaN
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact < 32 ? 0 : exact / 32)
        expect(histogramOf(values).maxUs).toBe(sorted[values.length - 1])
      }),
    )
  })

  it('of parts merges to that of the whole and survives being encoded', () => {
    fc.assert(
      fc.property(durations, durations, (a, b) => {
        const merged = LatencyHistogram.decode(histogramOf(a).encode())
        merged.merge(histogramOf(b))
        expect(merged).toEqual(histogramOf([...a, ...b]))
        expect(LatencyHistogram.decode(merged.encode())).toEqual(merged)
      }),
    )
  })

  it('knows the mean and says nothing of nothing', () => {
    expect(histogramOf([1000, 3000]).meanUs).toBe(2000)
    expect(histogramOf([1000.4]).meanUs).toBe(1000)
    const empty = LatencyHistogram.decode(new LatencyHistogram().encode())
    expect([empty.count, empty.meanUs, empty.maxUs, empty.percentile(0.5)]).toEqual([0, null, null, null])
  })

  it('refuses what is no duration, share or histogram', () => {
    expect(() => histogramOf([-1])).toThrow(MathError)
    expect(() => histogramOf([NaN])).toThrow(MathError)
    expect(() => histogramOf([1]).percentile(95)).toThrow(MathError)
    expect(histogramOf([1e12]).maxUs).toBe(4_294_967_295)
    const bytes = histogramOf([5, 70, 900]).encode()
    for (let length = 0; length < bytes.length; length++) {
      expect(() => LatencyHistogram.decode(bytes.slice(0, length))).toThrow(MathError)
    }
    expect(() => LatencyHistogram.decode(Uint8Array.of(...bytes, 1))).toThrow(MathError)
    expect(() => LatencyHistogram.decode(Uint8Array.of(1, 0, 0, 0xff, 0x7f, 1))).toThrow('More than 464 counts')
  })
})
