import { describe, expect, it } from 'vitest'
import { DAY_MS, HOUR_MS } from '@/lib/platform/clock'
import type { WaitingItem } from './contract'
import { dailyTotals, kpiOfWeek, waitingOrder } from './rules'

describe('dailyTotals', () => {
  it('adds hours into their day and leaves out what lies outside', () => {
    const hours = [-1, 0, 5, 23, 24, 47, 72].map((hour) => ({ hour: hour * HOUR_MS, rows: 10 + hour }))
    expect(dailyTotals(hours, 0, 3)).toEqual([10 + 15 + 33, 34 + 57, 0])
  })
})

describe('kpiOfWeek', () => {
  it('takes money first, and says nothing of a change from nothing', () => {
    const conversion = { name: 'conversion', thisWeek: 900, weekBefore: 800 }
    expect(kpiOfWeek([conversion, { name: 'revenue', thisWeek: 110, weekBefore: 100 }])).toEqual({ name: 'revenue', thisWeek: 110, change: 0.1 })
    expect(kpiOfWeek([{ ...conversion, weekBefore: 0 }])).toEqual({ name: 'conversion', thisWeek: 900, change: null })
    expect(kpiOfWeek([])).toBeNull()
  })
})

describe('waitingOrder', () => {
  it('puts problems before decisions, and the older before the newer', () => {
    const item = (id: string, state: WaitingItem['state'], at: number): WaitingItem => ({ kind: 'incident', id, href: '', state, title: '', sentence: '', modelName: null, at })
    const items = [item('d', 'pending', DAY_MS), item('b', 'attention', 5), item('a', 'problem', 9), item('c', 'attention', 7)]
    expect(items.sort(waitingOrder).map((found) => found.id)).toEqual(['a', 'b', 'c', 'd'])
  })
})
