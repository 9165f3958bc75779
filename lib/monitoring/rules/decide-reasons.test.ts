import { describe, expect, it } from 'vitest'
import { decideExplanationDrift, decideForbiddenReason, decideNewReason, type WatchedReason } from './decide-reasons'
import { EXPLANATION_DRIFT, FORBIDDEN_REASON, NEW_REASON } from './defaults'
import { contributionSentence, ordinal, reasonSentence } from './reason-words'

const window = { from: 0, to: 3_600_000 }
const facts = { window, isOpen: false, rows: 500 }

function reason(displayName: string, current: number, reference: number, extra: Partial<WatchedReason> = {}): WatchedReason {
  return {
    field: displayName.toLowerCase(), displayName, jensenShannon: 0.05, bins: 10,
    size: { reference: 0.2, current: 0.2, referencePlace: 5, currentPlace: 5 },
    first: { reference: 0, current: 0, low: 0, high: 0 },
    main: { reference, current, low: null, high: null },
    band: { low: Math.max(0, reference - 0.15), high: Math.min(1, reference + 0.15) },
    ...extra,
  }
}

describe('a new reason', () => {
  it('fires with what rose first, in words', () => {
    const finding = decideNewReason(NEW_REASON, { ...facts, fields: [reason('Age', 0.2, 0.6), reason('Waiting time', 0.38, 0.04), reason('Hour', 0.3, 0.31)] })
    expect(finding).toMatchObject({ state: 'fired', severity: 'attention', title: 'Waiting time is a new main reason' })
    expect(finding.sentence).toBe(
      'Waiting time is now among the four main reasons in 38\u00a0% of predictions; in the reference it was in 4\u00a0%. One more field changed too.',
    )
    expect(finding.fields?.map(({ field }) => field)).toEqual(['waiting time', 'age'])
    expect(finding.value).toBeCloseTo(0.34, 9)
    expect(finding.figures[0]).toEqual({ name: 'Waiting time among the four main reasons', value: 0.38, limit: 0.19, isShare: true })
  })

  it.each([
    [0.5, 0.3, 'Age is a main reason more often than known'],
    [0.1, 0.3, 'Age is a main reason less often than known'],
  ])('%d where %d is known: %s', (current, reference, title) => {
    expect(decideNewReason(NEW_REASON, { ...facts, fields: [reason('Age', current, reference)] }).title).toBe(title)
  })

  it('wavers neither in nor out: an open one recovers nine tenths of the way', () => {
    const fired = (current: number, isOpen: boolean) => decideNewReason(NEW_REASON, { ...facts, isOpen, fields: [reason('Age', current, 0.3)] }).state
    expect(fired(0.44, false)).toBe('quiet')
    expect(fired(0.44, true)).toBe('fired')
    expect(fired(0.43, true)).toBe('quiet')
  })

  it('says nothing with too few explained predictions or without a reference', () => {
    expect(decideNewReason(NEW_REASON, { ...facts, rows: 199, fields: [reason('Age', 1, 0)] })).toMatchObject({
      state: 'insufficient', value: null, sentence: '199 of at least 200 explained predictions in the last 7 days.',
    })
    expect(decideNewReason(NEW_REASON, { ...facts, rows: 0, fields: null })).toMatchObject({ state: 'insufficient' })
  })
})

describe('drift of explanations', () => {
  const moved = reason('Guarantor', 0.4, 0.05, { size: { reference: 0.17, current: 0.9, referencePlace: 14, currentPlace: 2 } })
  const pushed = reason('Purpose', 0.4, 0.5, { size: { reference: 0.43, current: 0.4, referencePlace: 2, currentPlace: 3 } })
  const far = reason('Job', 0.1, 0.1, { size: { reference: 0.1, current: 0.1, referencePlace: 15, currentPlace: 16 } })
  const ranking = (ndcg: number | null, isOpen = false) => decideExplanationDrift(EXPLANATION_DRIFT, { ...facts, isOpen, ndcg, unit: 'log-odds', fields: [pushed, far, moved] })

  it('of the ranking fires below the limit and names who came up', () => {
    const finding = ranking(0.89)
    expect(finding).toMatchObject({ state: 'fired', value: 0.89, limit: 0.9 })
    expect(finding.sentence).toBe('What matters most has changed: Guarantor now comes 2nd of 3 fields, in the reference it came 14th.')
    expect(finding.fields?.map(({ field }) => field)).toEqual(['guarantor', 'purpose'])
  })

  it.each([
    [0.9, false, 'quiet'],
    [0.905, true, 'fired'],
    [0.911, true, 'quiet'],
    [null, false, 'insufficient'],
  ] as const)('of the ranking at %d, open: %s → %s', (ndcg, isOpen, state) => {
    expect(ranking(ndcg, isOpen).state).toBe(state)
  })

  it('of a field’s contributions fires above the limit, with how far it moves the answer', () => {
    const rule = { ...EXPLANATION_DRIFT, measure: 'jensen-shannon' as const, limit: 0.2 }
    const finding = decideExplanationDrift(rule, { ...facts, ndcg: 1, unit: 'log-odds', fields: [reason('Age', 0, 0), { ...moved, jensenShannon: 0.31 }] })
    expect(finding).toMatchObject({ state: 'fired', value: 0.31, title: 'Guarantor moves the answer differently' })
    expect(finding.sentence).toBe('Guarantor moves the answer by about 0.9\u00a0log-odds now, by about 0.17\u00a0log-odds in the reference.')
    expect(decideExplanationDrift(rule, { ...facts, ndcg: 0.2, unit: null, fields: [reason('Age', 0, 0)] }).state).toBe('quiet')
    // Ten bins and 100 rows are too few for so low a limit.
    expect(decideExplanationDrift({ ...rule, limit: 0.1, minimumRows: 10 }, { ...facts, rows: 100, ndcg: 1, unit: null, fields: [moved] }).state).toBe('insufficient')
  })
})

describe('a forbidden reason', () => {
  const cited = (count: number) => ({ field: 'foreign_worker', displayName: 'Foreign worker', cited: count })
  it('is a problem from the first prediction on', () => {
    expect(decideForbiddenReason(FORBIDDEN_REASON, { ...facts, rows: 120, forbidden: [cited(1)] })).toMatchObject({
      state: 'fired', severity: 'problem', value: 1, title: 'Foreign worker was a reason and must not be',
      sentence: 'Foreign worker, which must never be cited, was among the four main reasons of 1 of 120 predictions in the last 24 hours.',
    })
    const two = decideForbiddenReason(FORBIDDEN_REASON, { ...facts, forbidden: [cited(1), { field: 'age', displayName: 'Age', cited: 5 }] })
    expect(two.fields?.map(({ field }) => field)).toEqual(['age', 'foreign_worker'])
    expect(two.sentence).toContain('One more field was cited too.')
  })

  it('ends when none was cited, or none is forbidden any more; nothing explained ends nothing', () => {
    expect(decideForbiddenReason(FORBIDDEN_REASON, { ...facts, forbidden: [cited(0)] }).state).toBe('quiet')
    expect(decideForbiddenReason(FORBIDDEN_REASON, { ...facts, rows: 0, forbidden: [] })).toMatchObject({ state: 'quiet', sentence: 'No field is forbidden as a reason.' })
    expect(decideForbiddenReason(FORBIDDEN_REASON, { ...facts, rows: 0, forbidden: [cited(0)] }).state).toBe('insufficient')
  })
})

describe('words', () => {
  it.each([
    ['same', 0.06, 0.07, 'Credits here are among the four main reasons in 6\u00a0% of predictions; in the reference they were in 7\u00a0%.'],
    ['same', 0, 0, 'Credits here are never among the four main reasons, as in the reference.'],
    ['new', 0.4, 0, 'Credits here are now among the four main reasons in 40\u00a0% of predictions; in the reference they never were.'],
    ['less', 0.02, 0.4, 'Credits here are now among the four main reasons in only 2\u00a0% of predictions; in the reference they were in 40\u00a0%.'],
  ] as const)('%s', (verdict, current, reference, sentence) => {
    expect(reasonSentence({ displayName: 'Credits here', places: 4, verdict, current, reference })).toBe(sentence)
  })

  it('of one place and of equal sizes', () => {
    expect(reasonSentence({ displayName: 'Age', places: 1, verdict: 'more', current: 0.5, reference: 0.2 })).toBe(
      'Age is now the main reason in 50\u00a0% of predictions; in the reference it was in 20\u00a0%.',
    )
    expect(contributionSentence('Age', { reference: 0.2, current: 0.2001, referencePlace: 1, currentPlace: 1 }, null)).toBe(
      'Age moves the answer otherwise than in the reference: its contributions are spread differently.',
    )
    expect([1, 2, 3, 4, 11, 12, 13, 21, 22, 103, 111].map(ordinal)).toEqual(['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st', '22nd', '103rd', '111th'])
  })
})
