import { describe, expect, it } from 'vitest'
import { approvedBy, armsInWords, gatesInWords, listInWords, planInWords, shareInWords, trafficInWords } from './in-words'

describe('releases in words', () => {
  it('says who serves and with which share', () => {
    expect(armsInWords([{ versionNumber: 2, role: 'champion', shareBasisPoints: 10_000 }])).toBe('Version 2 answers every call')
    const arms = [
      { versionNumber: 1, role: 'champion' as const, shareBasisPoints: 9_500 },
      { versionNumber: 2, role: 'challenger' as const, shareBasisPoints: 500 },
    ]
    expect(armsInWords(arms)).toMatch(/^Version 1 answers 95.?%, version 2 tries 5.?%$/)
    expect(shareInWords(25)).toMatch(/^0\.25.?%$/)
    expect(planInWords({ strategy: 'all-at-once' })).toBe('for every call')
    expect(planInWords({ strategy: 'canary', shareBasisPoints: 1_000 })).toMatch(/^as a canary on 10.?% of the calls$/)
  })

  it('says how many calls a plan touches', () => {
    expect(trafficInWords({ strategy: 'all-at-once' }, 0, 'production')).toContain('No call')
    expect(trafficInWords({ strategy: 'all-at-once' }, 24_000, 'production')).toBe('All calls to production: 24k in the last 24 hours.')
    expect(trafficInWords({ strategy: 'canary', shareBasisPoints: 500 }, 24_000, 'production')).toMatch(/^About 1,200 of 24k calls a day/)
  })

  it('names people and sums up gates', () => {
    expect(listInWords(['Ana'], 'or')).toBe('Ana')
    expect(listInWords(['Ana', 'Ben', 'Cleo'], 'or')).toBe('Ana, Ben or Cleo')
    const approval = (userName: string, decision: 'approve' | 'reject') => ({ id: userName, userId: userName, userName, decision, comment: '', at: 0 })
    expect(approvedBy([approval('Ana', 'approve'), approval('Ben', 'reject')])).toBe('Ana')
    expect(approvedBy([])).toBeNull()
    const gates = (...verdicts: ('passed' | 'warning' | 'failed')[]) => ({
      gates: verdicts.map((verdict, index) => ({ id: String(index), at: 0, gate: 'metric-threshold' as const, verdict, sentence: '', evidence: { figures: [] } })),
    })
    expect(gatesInWords(gates('passed', 'failed', 'warning'))).toEqual({ state: 'problem', label: '1 of 3 gates failed' })
    expect(gatesInWords(gates('passed', 'warning')).state).toBe('attention')
    expect(gatesInWords(gates('passed', 'passed'))).toEqual({ state: 'ok', label: 'All 2 gates passed' })
    expect(gatesInWords(gates()).state).toBe('unknown')
  })
})
