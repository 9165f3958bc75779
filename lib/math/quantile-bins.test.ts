import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MathError } from './math-error'
import { binIndex, edgesFromInner, innerEdges, quantile, quantileEdges } from './quantile-bins'
import { golden } from './testing'

describe('quantiles', () => {
  it.each(golden.quantiles)('equal numpy to the last bit: $name', ({ values, innerEdges: edges, quantiles }) => {
    const sorted = Float64Array.from(values).sort()
    for (const [q, expected] of quantiles) expect(quantile(sorted, q as number)).toBe(expected)
    expect(innerEdges(quantileEdges(values))).toEqual(edges)
  })

  it('refuse what has none', () => {
    expect(() => quantile([], 0.5)).toThrow(MathError)
    expect(() => quantile([1], 1.5)).toThrow(MathError)
    expect(() => quantileEdges([])).toThrow(MathError)
    expect(() => quantileEdges([1, NaN])).toThrow(MathError)
    expect(() => quantileEdges([-Infinity, 1])).toThrow(MathError)
    expect(() => quantileEdges([1, 2], 0)).toThrow(MathError)
  })
})

describe('bins', () => {
  it('hold their lower edge and not their upper', () => {
    const edges = edgesFromInner([1, 2, 5])
    const table: [number, number][] = [
      [-Infinity, 0],
      [0.99, 0],
      [1, 1],
      [1.99, 1],
      [2, 2],
      [4.99, 2],
      [5, 3],
      [1e300, 3],
      [Infinity, 3],
    ]
    for (const [value, bin] of table) expect(binIndex(edges, value), `${value}`).toBe(bin)
    expect(binIndex(edgesFromInner([]), 7)).toBe(0)
  })

  it('are found for any number: edges[i] <= v < edges[i + 1]', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true })
    fc.assert(
      fc.property(fc.array(number, { minLength: 1 }), number, (values, v) => {
        const edges = quantileEdges(values)
        const bin = binIndex(edges, v)
        expect((edges[bin] as number) <= v && v < (edges[bin + 1] as number)).toBe(true)
      }),
    )
  })
})
