import { describe, expect, it } from 'vitest'
import { scoreInWords } from './score-words'

describe('scoreInWords', () => {
  const binary = { task: 'binary' as const, scoreUnit: null, decisionRule: { threshold: 0.35, above: 'call', below: 'nothing to do' } }

  it('has three decimals, and more where the side of the threshold would not be seen', () => {
    expect(scoreInWords(binary, 0.4461)).toBe('0.446')
    expect(scoreInWords(binary, 0.34998)).toBe('0.34998')
    expect(scoreInWords(binary, 0.35)).toBe('0.350')
    expect(scoreInWords({ ...binary, decisionRule: null }, 0.34998)).toBe('0.350')
  })

  it('writes values in their unit', () => {
    expect(scoreInWords({ task: 'regression', scoreUnit: 'USD', decisionRule: null }, 89.3)).toMatch(/^89\.3\sUSD$/)
    expect(scoreInWords(binary, null)).toBe('–')
  })
})
