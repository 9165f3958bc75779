import { describe, expect, it } from 'vitest'
import type { CallerName, CostedUsage } from '@/lib/serving/queries'
import { monthInWords, readMonth } from './month'
import { byCaller, byModel, callerLabel, costsInWords, totalOf, trendOf } from './usage-view'

const MAY = Date.UTC(2026, 4, 1)
const line = (part: Partial<CostedUsage>): CostedUsage => ({
  at: MAY, caller: 'token:a', modelId: 'm1', environment: 'production', channel: 'online', calls: 1, rows: 10, refused: 0, latencyMicros: 2000, costs: [], ...part,
})
const names = new Map<string, CallerName>([['token:a', { kind: 'token', id: 'a', name: 'booking page' }]])
const models = new Map([['m1', { slug: 'no-show', name: 'No-show risk' }], ['m2', { slug: 'price', name: 'Price' }]])

describe('the month of the usage page', () => {
  const at = Date.UTC(2026, 4, 15)
  it.each([
    [undefined, '2026-05', true],
    ['2026-04', '2026-04', false],
    ['2026-13', '2026-05', true],
    ['next', '2026-05', true],
    ['2031-01', '2026-05', true],
  ])('%s is %s', (text, name, isNow) => {
    expect(readMonth(text, at)).toMatchObject({ name, isNow })
  })
  it('leads to its neighbours', () => {
    expect(readMonth('2026-01', at)).toMatchObject({ previous: '2025-12', next: '2026-02', from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 1, 1) })
    expect(readMonth(undefined, at).next).toBeNull()
    expect(monthInWords('2025-12')).toBe('December 2025')
  })
})

describe('use in numbers', () => {
  const euro = (amount: number) => [{ currency: 'EUR', amount }]
  const lines = [line({ costs: euro(1) }), line({ modelId: 'm2', rows: 90, calls: 3, latencyMicros: 2000, refused: 2, costs: euro(2) }), line({ caller: 'user:b7654321', rows: 40, calls: 0, latencyMicros: 0 })]

  it('is added up', () => {
    expect(totalOf(lines)).toEqual({ calls: 4, rows: 140, refused: 2, meanLatencyMs: 1, costs: euro(3) })
    expect(totalOf([]).meanLatencyMs).toBeNull()
  })
  it('is told by caller, with the quota of those who have one', () => {
    const quota = { used: 100, allowed: 1000 }
    const callers = byCaller(lines, names, new Map([['token:a', quota]]))
    expect(callers.map((use) => [use.caller.name, use.rows, use.quota])).toEqual([['booking page', 100, quota], [null, 40, null]])
  })
  it('is told by model with why calls were refused, also those of nobody known', () => {
    const refused = [{ modelId: 'm2', environment: 'production', code: 'rate_limited', count: 5 }, { modelId: 'm1', environment: 'staging', code: 'inputs_invalid', count: 1 }]
    expect(byModel(lines, models, refused, new Map()).map((use) => [use.model.slug, use.environment, use.rows, use.refused, use.refusals.map(({ code }) => code)])).toEqual([
      ['price', 'production', 90, 5, ['rate_limited']],
      ['no-show', 'production', 50, 0, []],
      ['no-show', 'staging', 0, 1, ['inputs_invalid']],
    ])
  })
  it('is drawn by day, the busiest models first and the rest together', () => {
    const series = ['a', 'b', 'c', 'd'].map((modelId, index) => ({ at: MAY, modelId, environment: 'production', rows: 10 - index }))
    const lines = trendOf(series, models, { from: MAY, to: MAY + 2.5, step: 1 }, 2)
    expect(lines.map(({ id, points }) => [id, points.map(({ value }) => value)])).toEqual([['a', [10, 0, 0]], ['b', [9, 0, 0]], ['others', [15, 0, 0]]])
  })
  it('is told in words', () => {
    expect(costsInWords([...euro(12.4), { currency: 'USD', amount: 3 }])).toBe('12.40\u00a0EUR + 3.00\u00a0USD')
    expect(costsInWords([])).toBe('–')
    expect(callerLabel({ kind: 'token', id: '0198-abcdef', name: null })).toBe('Token …abcdef')
  })
})
