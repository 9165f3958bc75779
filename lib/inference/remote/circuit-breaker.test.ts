import { describe, expect, it } from 'vitest'
import { BREAKER, CircuitBreaker } from './circuit-breaker'
import { RETRIES, RetryBudget, retryWait } from './retry-budget'

function record(breaker: CircuitBreaker, at: number, results: string): void {
  for (const result of results) {
    if (breaker.admit(at).isAdmitted) breaker.record(at, result === 'x')
  }
}

describe('the breaker', () => {
  it.each([
    ['xxxxxxx', 'closed'],
    ['xxxxxxxx', 'open'],
    ['....xxxx', 'open'],
    ['.....xxx', 'closed'],
    ['....................xxxxx', 'closed'],
  ])('after %s is %s', (results, state) => {
    const breaker = new CircuitBreaker(0)
    record(breaker, 1000, results)
    expect(breaker.state(1000).state).toBe(state)
  })

  it('forgets what is older than its window', () => {
    const breaker = new CircuitBreaker(0)
    record(breaker, 0, 'xxxxxxx')
    record(breaker, BREAKER.windowMs, 'x')
    expect(breaker.state(BREAKER.windowMs)).toMatchObject({ state: 'closed', calls: 1, failures: 1 })
  })

  it('lets one trial through when its time is over, and closes when that succeeds', () => {
    const breaker = new CircuitBreaker(0)
    record(breaker, 0, 'xxxxxxxx')
    expect(breaker.admit(1000)).toEqual({ isAdmitted: false, waitMs: BREAKER.firstWaitMs - 1000 })
    const at = BREAKER.firstWaitMs
    expect(breaker.state(at).state).toBe('half-open')
    expect(breaker.admit(at)).toEqual({ isAdmitted: true })
    expect(breaker.admit(at)).toMatchObject({ isAdmitted: false })
    breaker.record(at + 10, false)
    expect(breaker.state(at + 10)).toMatchObject({ state: 'closed', changedAt: at + 10, calls: 0 })
    expect(breaker.admit(at + 10)).toEqual({ isAdmitted: true })
  })

  it('waits twice as long after each trial that fails, up to a limit', () => {
    const breaker = new CircuitBreaker(0)
    record(breaker, 0, 'xxxxxxxx')
    let at = 0
    for (const waitMs of [5000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
      expect(breaker.state(at)).toMatchObject({ state: 'open', waitMs })
      at += waitMs
      expect(breaker.admit(at)).toEqual({ isAdmitted: true })
      breaker.record(at, true)
    }
  })

  it('makes another trial where the first one said nothing, and is not moved by calls from before', () => {
    const breaker = new CircuitBreaker(0)
    record(breaker, 0, 'xxxxxxxx')
    breaker.record(1, false)
    expect(breaker.state(1).state).toBe('open')
    breaker.admit(BREAKER.firstWaitMs)
    breaker.forget()
    expect(breaker.admit(BREAKER.firstWaitMs)).toEqual({ isAdmitted: true })
  })
})

describe('the retry budget', () => {
  it('allows a tenth of the calls, and a few where there are few', () => {
    const budget = new RetryBudget()
    budget.countCall(0)
    expect([budget.take(0), budget.take(0), budget.take(0)]).toEqual([true, true, false])
    for (let call = 1; call < 100; call++) budget.countCall(1)
    const taken = Array.from({ length: 50 }, () => budget.take(1)).filter(Boolean)
    expect(taken).toHaveLength(8)
    expect(budget.spent(1)).toEqual({ calls: 100, retries: 10 })
    expect(budget.take(RETRIES.windowMs + 1)).toBe(true)
  })

  it('waits longer each time, by chance', () => {
    expect([0, 1, 2, 10].map((attempt) => retryWait(attempt, 1))).toEqual([50, 100, 200, 1000])
    expect(retryWait(3, 0.5)).toBe(200)
    expect(retryWait(3, 0)).toBe(0)
  })
})
