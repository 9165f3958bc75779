import { describe, expect, it } from 'vitest'
import { DEFAULT_REASON_SETTINGS, reasonSettingsSchema, type ReasonSettingsInput } from '@/lib/explanations/contract'
import { draftOf, draftProblems, isFieldChanged, settingsOf, unitsOf, type DraftedField } from './reason-draft'

const field = (name: string, more: Partial<DraftedField> = {}): DraftedField => ({ name, displayName: name, isSensitive: false, isActionable: false, isNumber: true, ...more })
const fields = [field('duration', { unit: 'months' }), field('amount', { unit: 'EUR' }), field('term', { unit: 'months' }), field('burden', { unit: 'level' }), field('account', { isNumber: false, categoryLabels: { A11: 'overdrawn', A14: 'none' } })]
const full: ReasonSettingsInput = {
  adverse: 'lowered', score: { en: 'the risk' }, decision: { below: { de: 'abgelehnt' } },
  templates: { duration: { raised: { en: '{name} {effect}', de: '{effect}' }, missing: { de: 'fehlt' } } },
  names: { duration: { de: 'Laufzeit' } }, labels: { account: { A11: { de: 'überzogen' } } }, units: { months: { de: '{value} Mt.' } },
  codes: [{ code: 'A1', text: { en: 'Term', de: 'Laufzeit' }, fields: ['duration', 'term'] }],
  groups: [{ name: { en: 'Loan' }, fields: ['amount', 'duration'] }], forbidden: ['burden'],
  changes: { duration: { isActionable: false, direction: 'down', min: 0, max: 60, step: 0.5 }, amount: { isActionable: true } },
  letter: { de: 'Brief {reasons}' },
}

describe('the form of reason settings', () => {
  it('gives back what it was given', () => {
    const settings = reasonSettingsSchema.parse(full)
    expect(reasonSettingsSchema.parse(settingsOf(draftOf(settings, fields)))).toEqual(settings)
    expect(reasonSettingsSchema.parse(settingsOf(draftOf(DEFAULT_REASON_SETTINGS, fields)))).toEqual(DEFAULT_REASON_SETTINGS)
  })

  it('trims texts and leaves empty ones out', () => {
    const draft = draftOf(DEFAULT_REASON_SETTINGS, fields)
    draft.score = { en: '  the risk ', de: '  ' }
    expect(settingsOf(draft).score).toEqual({ en: 'the risk' })
  })

  it('tells a number that is none, and a field that says something of its own', () => {
    const draft = draftOf(reasonSettingsSchema.parse(full), fields)
    expect(draftProblems(draft)).toEqual([])
    expect(Object.entries(draft.fields).flatMap(([name, one]) => (isFieldChanged(one) ? [name] : []))).toEqual(['duration', 'amount', 'burden', 'account'])
    const { duration } = draft.fields
    if (duration) duration.max = '6o'
    expect(draftProblems(draft)).toMatchObject([{ path: 'changes.duration.max' }])
    expect(settingsOf(draft).changes?.duration).toEqual({ isActionable: false, direction: 'down', min: 0, step: 0.5 })
  })

  it('asks for the words of each unit once, but not of shares and levels', () => {
    expect(unitsOf(fields)).toEqual(['months', 'EUR'])
  })
})
