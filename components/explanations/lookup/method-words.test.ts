import { describe, expect, it } from 'vitest'
import { methodInWords, residualInWords } from './method-words'

describe('how an explanation was computed', () => {
  it('says whether it is exact, and the orders where it is not', () => {
    expect(methodInWords({ method: 'exact', permutations: 0 }, '0')).toBe('Computed exactly, over all combinations of fields.')
    expect(methodInWords({ method: 'permutation', permutations: 1600 }, '1,600')).toMatch(/^Sampled from 1,600 orders/)
  })

  it('says how far it is from the runtime, where that is known', () => {
    expect(residualInWords({ residual: null })).toBeNull()
    expect(residualInWords({ residual: 0 })).toContain('to the bit')
    expect(residualInWords({ residual: -3.4e-8 })).toContain('by 3.4e-8')
  })
})
