// The limits' own rules, by table and by property.
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { HOUR_MS } from '@/lib/platform/clock'
import type { CallLimits } from '../contract'
import { monthOf } from '../rules/month'
import { beforeDeadline } from './deadline'
import { Gate, NO_LIMITS } from './gate'
import { MonthQuota } from './month-quota'
import { RowBucket } from './row-bucket'

const MAY = Date.UTC(2026, 4, 1)
const JUNE = Date.UTC(2026, 5, 1)

const gateWith = (limits: Partial<CallLimits>): Gate => {
  const gate = new Gate({ kind: 'token', prefix: 'This token may send' })
  gate.setLimits({ ...NO_LIMITS, ...limits })
  return gate
}

describe('a bucket of rows', () => {
  it('never lets more through in any stretch of time than rate × time + burst', () => {
    const asks = fc.array(fc.record({ afterMs: fc.double({ min: 0, max: 5000, noNaN: true }), rows: fc.integer({ min: 1, max: 50 }) }), { maxLength: 100 })
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 1000, noNaN: true }), fc.integer({ min: 1, max: 500 }), asks, (rate, burst, calls) => {
        const bucket = new RowBucket(rate, burst, 0)
        const passed: { at: number; rows: number }[] = []
        let at = 0
        for (const { afterMs, rows } of calls) {
          at += afterMs
          if (bucket.available(at) < rows) continue
          bucket.take(rows)
          passed.push({ at, rows })
        }
        for (const [first, from] of passed.entries()) {
          let rows = 0
          for (const call of passed.slice(first)) {
            rows += call.rows
            expect(rows).toBeLessThanOrEqual((rate * (call.at - from.at)) / 1000 + burst + 1e-6)
          }
        }
      }),
    )
  })

  it('says a time after which the rows do pass', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 1000, noNaN: true }), fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 500 }), (rate, burst, asked) => {
        const bucket = new RowBucket(rate, burst, 0)
        bucket.take(burst)
        const rows = Math.min(asked, burst)
        expect(bucket.available(bucket.secondsUntil(rows, 0) * 1000)).toBeGreaterThanOrEqual(rows - 1e-9)
      }),
    )
  })
})

describe('a quota of a month', () => {
  it('runs from the first to the first, in UTC', () => {
    expect(monthOf(Date.UTC(2026, 11, 31, 23, 59))).toEqual({ begins: Date.UTC(2026, 11, 1), ends: Date.UTC(2027, 0, 1) })
    expect(new MonthQuota(MAY, 0, MAY).covers(JUNE - 1)).toBe(true)
    expect(new MonthQuota(MAY, 0, MAY).covers(JUNE)).toBe(false)
  })

  it('counts what is under way, and gives back what was not answered', () => {
    const quota = new MonthQuota(MAY, 40, MAY + 10 * HOUR_MS)
    quota.learn(new Map(), MAY + 10 * HOUR_MS)
    quota.begin(30)
    expect(quota.left(100)).toBe(30)
    quota.end(30, false)
    expect(quota.left(100)).toBe(60)
    quota.begin(30)
    quota.end(30, true)
    expect(quota.left(100)).toBe(30)
  })

  it('learns what others answered, and takes none of its own rows for theirs', () => {
    const hour = MAY + 100 * HOUR_MS
    const quota = new MonthQuota(MAY, 10, hour)
    quota.learn(new Map([[hour, 5]]), hour)
    expect(quota.left(100)).toBe(85)
    quota.begin(20)
    // Written by the log, and not yet told to the quota.
    quota.learn(new Map([[hour, 25]]), hour)
    quota.end(20, true)
    expect(quota.left(100)).toBe(65)
    quota.learn(new Map([[hour, 25 + 7]]), hour)
    expect(quota.left(100)).toBe(58)
  })

  it('keeps the rows of hours that are settled, and leaves out those of another month', () => {
    const quota = new MonthQuota(MAY, 0, MAY - HOUR_MS)
    quota.learn(new Map([[MAY - HOUR_MS, 50], [MAY, 8]]), MAY - HOUR_MS)
    expect(quota.left(100)).toBe(92)
    quota.learn(new Map([[MAY, 9], [MAY + 2 * HOUR_MS, 1]]), MAY + HOUR_MS)
    quota.learn(new Map([[MAY + 2 * HOUR_MS, 3]]), MAY + HOUR_MS)
    expect(quota.left(100)).toBe(88)
  })
})

describe('a gate', () => {
  const cases: [string, Partial<CallLimits>, { rows: number; bytes: number }, string | null, string | null][] = [
    ['no limit', {}, { rows: 1000, bytes: 1e7 }, null, null],
    ['body of just its size', { bodyBytes: 100 }, { rows: 1, bytes: 100 }, null, null],
    ['body too large', { bodyBytes: 100 }, { rows: 1, bytes: 101 }, 'body_too_large', 'This token may send at most 100 bytes in a call, not 101. Send the rows in several calls.'],
    ['rows too many', { rowsACall: 10 }, { rows: 11, bytes: 0 }, 'too_many_rows', 'This token may send at most 10 rows in a call, not 11. Send them in several calls.'],
    ['more rows than ever come at once', { rowsASecond: 5, burstRows: 20 }, { rows: 21, bytes: 0 }, 'too_many_rows', 'This token may send at most 20 rows in a call, not 21. Send them in several calls.'],
    ['a rate without a burst', { rowsASecond: 5 }, { rows: 5, bytes: 0 }, null, null],
    ['a month used up', { rowsAMonth: 3 }, { rows: 4, bytes: 0 }, 'quota_exhausted', 'This token may send at most 3 rows a month, and 3 are left until 2026-06-01 00:00 UTC. Ask an administrator for more.'],
  ]
  it.each(cases)('%s', (_, limits, asked, code, sentence) => {
    const gate = gateWith(limits)
    if (limits.rowsAMonth !== undefined) gate.quota = new MonthQuota(MAY, 0, MAY)
    const refusal = gate.refusal(asked.rows, asked.bytes, performance.now(), JUNE - 1000)
    expect(refusal?.code ?? null).toBe(code)
    expect(refusal?.message ?? null).toBe(sentence)
  })

  it('tells when to come back', () => {
    const gate = gateWith({ rowsASecond: 10, burstRows: 20, callsAtOnce: 2 })
    const clock = performance.now()
    gate.enter(20)
    expect(gate.refusal(15, 0, clock, MAY)).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 2 })
    expect(gate.refusal(15, 0, clock + 2000, MAY)).toBeNull()
    gate.enter(1)
    expect(gate.refusal(1, 0, clock + 9000, MAY)).toMatchObject({ code: 'too_many_at_once', retryAfterSeconds: 1 })
    gate.leave()
    expect(gate.refusal(1, 0, clock + 9000, MAY)).toBeNull()
  })

  it('announces what is allowed and what is left, where a limit is set', () => {
    const gate = gateWith({ rowsASecond: 10, burstRows: 20, rowsAMonth: 100, callsAtOnce: 2, bodyBytes: 1000, rowsACall: 7 })
    gate.quota = new MonthQuota(MAY, 0, MAY)
    const clock = performance.now()
    gate.enter(5)
    expect(gate.fields(clock, JUNE - 60_000)).toEqual({
      policy: '"token-rate";q=20;w=2;qu="rows", "token-month";q=100;qu="rows", "token-at-once";q=2;qu="concurrent-requests", "token-body";q=1000;qu="content-bytes", "token-call";q=7;qu="rows"',
      state: '"token-rate";r=15;t=1, "token-month";r=95;t=60, "token-at-once";r=1',
    })
    expect(gateWith({}).fields(clock, MAY)).toBeNull()
  })

  it('goes on counting where a limit is set anew, and gives no new burst for another limit', () => {
    const gate = gateWith({ rowsASecond: 10 })
    gate.enter(10)
    gate.setLimits({ ...NO_LIMITS, rowsASecond: 10, callsAtOnce: 1 })
    expect(gate.refusal(1, 0, performance.now(), MAY)?.code).toBe('too_many_at_once')
    gate.leave()
    expect(gate.refusal(10, 0, performance.now(), MAY)?.code).toBe('rate_limited')
  })
})

describe('work before a deadline', () => {
  it('is answered with its own result or error in time', async () => {
    await expect(beforeDeadline(Promise.resolve(3), performance.now() + 1000)).resolves.toBe(3)
    await expect(beforeDeadline(Promise.reject(new Error('model')), performance.now() + 1000)).rejects.toThrow('model')
    await expect(beforeDeadline(Promise.resolve(3), null)).resolves.toBe(3)
  })

  it('is refused at the deadline while it still runs, and when it ends too late', async () => {
    const never = vi.fn()
    const began = performance.now()
    await expect(beforeDeadline(new Promise<void>((resolve) => setTimeout(resolve, 5000).unref()).then(never), began + 30)).rejects.toMatchObject({ kind: 'timed_out', code: 'deadline_exceeded' })
    expect(performance.now() - began).toBeLessThan(1000)
    expect(never).not.toHaveBeenCalled()
    await expect(beforeDeadline(Promise.resolve(3), performance.now() - 1)).rejects.toMatchObject({ code: 'deadline_exceeded' })
  })
})
