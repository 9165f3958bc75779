import { describe, expect, it } from 'vitest'
import type { DecisionRow } from '@/lib/explanations/contract'
import type { LiveSummary } from '@/lib/explanations/contract/live'
import { callsASecond, liveNow, withRow, withSummary, type LiveState } from './live-state'

const EMPTY: LiveState = { rows: [], summaries: [] }
const row = (id: string) => ({ id }) as DecisionRow
const summary = (at: number, calls = 0, parts: Partial<LiveSummary> = {}): LiveSummary => ({
  at, seconds: 2, calls, predictions: calls, refused: 0, refusedByCode: {}, leftOut: 0, latency: { p50Ms: null, p95Ms: null, p99Ms: null }, ...parts,
})
const after = (...summaries: LiveSummary[]) => summaries.reduce(withSummary, EMPTY)

describe('a live view', () => {
  it('lists the newest first, each once, and not all', () => {
    const ids = ['03', '01', '02', '02', ...Array.from({ length: 20 }, (_, index) => String(index + 10))]
    const { rows } = ids.reduce((state, id) => withRow(state, row(id)), EMPTY)
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 8 }, (_, index) => String(29 - index)))
    expect(withRow({ ...EMPTY, rows: [row('02')] }, row('01')).rows.map(({ id }) => id)).toEqual(['02', '01'])
  })

  it('says what happens now by the last ten seconds', () => {
    expect(liveNow(EMPTY)).toBeNull()
    expect(liveNow(after(summary(1000, 0, { seconds: 0 })))).toMatchObject({ callsASecond: 0, refusedASecond: 0 })
    const state = after(summary(2000, 1000), ...[4, 6, 8, 10, 12].map((second) => summary(second * 1000, 10, { refused: 4, leftOut: 1 })))
    expect(liveNow(state)).toMatchObject({ callsASecond: 5, refusedASecond: 2, leftOut: 5 })
  })

  it('draws whole steps of ten seconds, with a gap where nobody watched', () => {
    const state = after(summary(2000, 4), summary(4000, 0), summary(34_000, 20), summary(41_000, 1))
    expect(callsASecond(state)).toEqual([1, null, null, 10])
    expect(callsASecond(EMPTY)).toEqual([])
  })

  it('forgets what is older than five minutes', () => {
    expect(after(summary(0, 1), summary(400_000, 1)).summaries).toHaveLength(1)
  })
})
