import { describe, expect, it } from 'vitest'
import { NOTHING_TRIED, undone, withAll, withValue } from './changes'

describe('values that are tried', () => {
  it('are one step for each field, however far its slider was pulled', () => {
    let tried = withValue(NOTHING_TRIED, 'amount', 3000, 5000)
    tried = withValue(tried, 'amount', 2500, 5000)
    tried = withValue(tried, 'months', 12, 24)
    expect(tried.changes).toEqual({ amount: 2500, months: 12 })
    tried = undone(tried)
    expect(tried.changes).toEqual({ amount: 2500 })
    tried = undone(tried)
    expect(tried.changes).toEqual({})
    expect(undone(tried)).toBe(tried)
  })

  it('are none where the value is as it was', () => {
    const tried = withValue(withValue(NOTHING_TRIED, 'amount', 3000, 5000), 'amount', 5000, 5000)
    expect(tried.changes).toEqual({})
  })

  it('go on after a step back as a new step', () => {
    const tried = undone(withValue(withValue(NOTHING_TRIED, 'a', 1, 0), 'b', 1, 0))
    expect(undone(withValue(tried, 'b', 2, 0)).changes).toEqual({ a: 1 })
  })

  it('can be several at once', () => {
    const tried = withAll(withValue(NOTHING_TRIED, 'a', 1, 0), { b: 2, c: 3 })
    expect(tried.changes).toEqual({ b: 2, c: 3 })
    expect(undone(tried).changes).toEqual({ a: 1 })
  })
})
