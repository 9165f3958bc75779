import { describe, expect, it } from 'vitest'
import { importanceInWords, importanceStyle } from './importance-words'

const values = [
  { field: 'age', meanAbsolute: 0.1, standardError: 0 },
  { field: 'wait', meanAbsolute: 0.3, standardError: 0 },
]
const plain = (text: string | undefined) => text?.replaceAll('\u00a0', ' ')
const words = (scale: 'margin' | 'probability' | 'value', isMulticlass = false) => plain(importanceInWords({ method: 'exact', scale, rows: 1500, values }, isMulticlass, 'USD', (field) => field.toUpperCase()))

describe('importanceInWords', () => {
  it('speaks of odds, points, values or raw scores, as the scale is', () => {
    expect(words('margin')).toBe('WAIT, with 75 % of all movement: it moves the odds by a factor of 1.35 up or down on average, over 1,500 reference rows.')
    expect(words('probability')).toContain('it moves an answer by 30 percentage points on average')
    expect(words('value')).toContain('it moves an answer by 0.3 USD on average')
    expect(words('margin', true)).toContain('it moves an answer by 0.3 on average')
  })

  it('says nothing where nothing moves the answers', () => {
    expect(importanceInWords({ method: 'exact', scale: 'value', rows: 1, values: [] }, false, undefined, String)).toBeUndefined()
    expect(importanceStyle('margin', true, undefined).label).toContain('raw score')
  })
})
