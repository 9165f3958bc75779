import { describe, expect, it } from 'vitest'
import { reviewSelectionSchema } from '@/lib/evidence/contract'
import { fieldChoice, NOT_GIVEN, readDraft, type ReviewDraft } from './review-draft'
import type { ReviewChoices } from './review-choices'

const choices: ReviewChoices = { decisions: [], fields: [{ name: 'age', displayName: 'Age', values: null }, { name: 'purpose', displayName: 'Purpose', values: [{ value: 'A43', label: 'Radio' }] }] }
const draft = (part: Partial<ReviewDraft> = {}): ReviewDraft => ({
  model: 'credit', environment: 'production', from: '2026-03-01', to: '2026-03-31', kind: 'random', size: '50', by: '', decision: '', group: '', value: '', min: '', max: '', seed: '', ...part,
})
const selectionOf = (part: Partial<ReviewDraft>) => readDraft(draft(part), choices).selection

describe('the form', () => {
  it('asks for days of which the last counts too', () => {
    const selection = selectionOf({})
    expect(selection).toEqual({ model: 'credit', environment: 'production', from: Date.UTC(2026, 2, 1), to: Date.UTC(2026, 3, 1), kind: 'random', size: 50, stratifyBy: null, decision: null, group: null })
    expect(reviewSelectionSchema.safeParse(selection).success).toBe(true)
  })

  it.each<[string, Partial<ReviewDraft>, object]>([
    ['all refusals of a group', { kind: 'all', decision: 'above', group: 'purpose', value: 'A43' }, { kind: 'all', size: null, decision: 'above', group: { field: 'purpose', value: 'A43' } }],
    ['what was not given', { group: 'purpose', value: NOT_GIVEN }, { group: { field: 'purpose', value: '' } }],
    ['a range', { group: 'age', min: '18', max: '' }, { group: { field: 'age', min: 18, max: null } }],
    ['groups by a field', { kind: 'stratified', by: fieldChoice('age') }, { kind: 'stratified', stratifyBy: { field: 'age' } }],
    ['groups by decision', { kind: 'stratified', by: 'decision' }, { stratifyBy: 'decision' }],
    ['a seed', { seed: '42' }, { seed: 42 }],
    ['a kind that there is not', { kind: 'x' }, { kind: 'random' }],
  ])('asks for %s', (_, part, expected) => {
    const selection = selectionOf(part)
    expect(selection).toMatchObject(expected)
    expect(reviewSelectionSchema.safeParse(selection).success).toBe(true)
  })

  it.each<[keyof ReviewDraft, Partial<ReviewDraft>]>([
    ['model', { model: '' }],
    ['from', { from: '' }],
    ['to', { to: '2026-13-45' }],
    ['to', { to: '2026-02-01' }],
    ['size', { size: '1001' }],
    ['size', { size: '0' }],
    ['size', { size: '2.5' }],
    ['by', { kind: 'stratified' }],
    ['value', { group: 'purpose' }],
    ['min', { group: 'age' }],
    ['max', { group: 'age', min: '5', max: '4' }],
    ['seed', { seed: '-1' }],
    ['seed', { seed: '1000000000' }],
  ])('says what is wrong with %s', (member, part) => {
    const { selection, problems } = readDraft(draft(part), choices)
    expect(selection).toBeNull()
    expect(Object.keys(problems)).toEqual([member])
  })
})
