import { describe, expect, it } from 'vitest'
import { sparklinePath } from './sparkline'

describe('sparklinePath', () => {
  it('spreads values over the width, from zero up', () => {
    expect(sparklinePath([0, 5, 10], 24, 14).line).toBe('M2 12L12 7L22 2')
  })

  it('lifts the pen at a gap', () => {
    const { line, last } = sparklinePath([10, null, 10, 0], 20, 14)
    expect(line).toBe('M2 2M12.7 2L18 12')
    expect(last).toEqual({ x: 18, y: 12 })
  })

  it('draws nothing from nothing, and a flat zero at the bottom', () => {
    expect(sparklinePath([], 20, 14)).toEqual({ line: '', last: undefined })
    expect(sparklinePath([null], 20, 14).line).toBe('')
    expect(sparklinePath([0, 0], 20, 14).line).toBe('M2 12L18 12')
  })
})
