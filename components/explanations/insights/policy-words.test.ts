import { describe, expect, it } from 'vitest'
import { policyInWords, shareOf } from './policy-words'

describe('policyInWords', () => {
  it('says which predictions are explained', () => {
    expect(policyInWords('always', '')).toBe('Every prediction is explained and its explanation stored with it.')
    expect(policyInWords('sampled', '10 %')).toBe('10 % of the predictions are explained as they are served.')
    expect(policyInWords('on-demand', '')).toMatch(/when somebody asks/)
  })
})

describe('shareOf', () => {
  it('reads a percentage, with a comma too', () => {
    expect([shareOf('10'), shareOf('12,5'), shareOf('100')]).toEqual([0.1, 0.125, 1])
  })

  it('says what is wrong with the rest', () => {
    expect(shareOf('')).toMatch(/number/)
    expect(shareOf('ten')).toMatch(/number/)
    expect(shareOf('0')).toMatch(/more than 0/)
    expect(shareOf('101')).toMatch(/at most 100/)
  })
})
