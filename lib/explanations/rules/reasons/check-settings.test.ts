import { describe, expect, it } from 'vitest'
import type { Field } from '@/lib/registry/contract'
import { reasonSettingsSchema, type ReasonSettingsInput } from '../../contract'
import { checkReasonSettings } from './check-settings'
import { claimsCause } from './no-cause'

const field = (name: string, more: Partial<Field> = {}): Field => ({
  name, type: 'number', tensor: name, column: 0, mayBeMissing: true, displayName: name, isSensitive: false,
  isActionable: false, isRequired: false, isClosed: false, ...more,
})
const fields = [field('duration', { unit: 'months' }), field('amount', { unit: 'EUR' }), field('account', { type: 'text' }), field('age', { unit: 'years', isSensitive: true })]
const check = (settings: ReasonSettingsInput) => checkReasonSettings(reasonSettingsSchema.parse(settings), fields)
const code = (name: string, named: string[], text = 'Text') => ({ code: name, text: { en: text }, fields: named })
const group = (name: string, named: string[]) => ({ name: { en: name }, fields: named })

describe('reason settings', () => {
  it('are in order as they come, and when everything is used', () => {
    expect(check({})).toEqual([])
    expect(
      check({
        adverse: 'lowered', score: { de: 'das Risiko' }, decision: { above: { de: 'Prüfung' } },
        templates: { duration: { raised: { en: '{name}: {value, plural, one {# month} other {# months}}, usually {typical}, {effect}', de: '{score} {strength}' } }, age: { lowered: { en: '{name} {effect}' } } },
        names: { duration: { de: 'Laufzeit' } }, labels: { account: { A11: { de: 'überzogen' } } }, units: { EUR: { en: '€{value}' }, months: { de: '{value, plural, one {# Monat} other {# Monate}}' } },
        codes: [code('A1', ['duration']), code('A2', ['account', 'amount'])], groups: [group('Loan', ['duration', 'amount'])], forbidden: ['age'],
        changes: { duration: { isActionable: true, direction: 'down', min: 1, max: 60, step: 6 }, account: { isActionable: false } },
        letter: { en: 'Dear customer,\n\n{reasons}\n\n{changes}' },
      }).map(({ path }) => path),
    ).toEqual(['templates.age'])
  })

  it.each<[string, ReasonSettingsInput, string, RegExp]>([
    ['an unknown field in a template', { templates: { wage: { raised: { en: 'x' } } } }, 'templates.wage', /no field wage/],
    ['… in names', { names: { wage: { de: 'x' } } }, 'names.wage', /no field/],
    ['… in labels', { labels: { wage: { a: { de: 'x' } } } }, 'labels.wage', /no field/],
    ['… in changes', { changes: { wage: { isActionable: true } } }, 'changes.wage', /no field/],
    ['… in a code', { codes: [code('A1', ['duration', 'wage'])] }, 'codes.0.fields.1', /no field wage/],
    ['… in a group', { groups: [group('G', ['wage', 'duration'])] }, 'groups.0.fields.0', /no field/],
    ['… in the forbidden list', { forbidden: ['duration', 'wage'] }, 'forbidden.1', /no field/],
    ['a field in two groups', { groups: [group('G', ['amount', 'duration']), group('H', ['account', 'amount'])] }, 'groups.1.fields.1', /already in the group G/],
    ['a field twice in a group', { groups: [group('G', ['amount', 'amount'])] }, 'groups.0.fields.1', /twice/],
    ['a forbidden field in a group', { groups: [group('G', ['amount', 'age'])], forbidden: ['age'] }, 'groups.0.fields.1', /never cited/],
    ['a forbidden field in a code', { codes: [code('A1', ['age'])], forbidden: ['age'] }, 'codes.0.fields.0', /never cited/],
    ['a forbidden field with a sentence', { templates: { age: { raised: { en: '{effect}' } } }, forbidden: ['age'] }, 'templates.age', /never cited/],
    ['a field in two codes', { codes: [code('A1', ['amount']), code('A2', ['amount'])] }, 'codes.1.fields.0', /already stands for reason A1/],
    ['a code twice', { codes: [code('A1', ['amount']), code('A1', ['duration'])] }, 'codes.1.code', /already/],
    ['a forbidden field twice', { forbidden: ['age', 'age'] }, 'forbidden.1', /twice/],
    ['an unknown placeholder', { templates: { amount: { raised: { de: '{wert}' } } } }, 'templates.amount.raised.de', /nothing called \{wert\}/],
    ['a plural of a text', { templates: { account: { raised: { en: '{value, plural, other {#}}' } } } }, 'templates.account.raised.en', /not a number/],
    ['a plural of a name', { templates: { amount: { lowered: { en: '{name, plural, other {#}}' } } } }, 'templates.amount.lowered.en', /a text, which plural cannot count/],
    ['the value of a sensitive field', { templates: { age: { raised: { en: 'Aged {value}' } } } }, 'templates.age.raised.en', /sensitive/],
    ['a cause', { templates: { amount: { missing: { en: 'Refused because of {name}' } } } }, 'templates.amount.missing.en', /never claims a cause.*“because”/],
    ['a cause in German', { templates: { amount: { raised: { de: 'Abgelehnt wegen {name}' } } } }, 'templates.amount.raised.de', /“wegen”/],
    ['a cause in a code', { codes: [code('A1', ['amount'], 'Refused due to the amount')] }, 'codes.0.text.en', /“due to”/],
    ['a cause in the letter', { letter: { de: 'Weil:\n{reasons}' } }, 'letter.de', /“Weil”/],
    ['a letter without reasons', { letter: { en: 'Dear customer' } }, 'letter.en', /must have the \{reasons\}/],
    ['an unknown placeholder in the letter', { letter: { en: '{reasons} {score}' } }, 'letter.en', /nothing called \{score\}/],
    ['a count in the letter', { letter: { en: '{reasons, plural, other {#}}' } }, 'letter.en', /plural/],
    ['an unknown unit', { units: { km: { de: '{value} km' } } }, 'units.km', /counted in km/],
    ['a unit without its number', { units: { EUR: { en: 'euros' } } }, 'units.EUR.en', /number itself/],
    ['limits the wrong way round', { changes: { amount: { min: 5, max: 1 } } }, 'changes.amount.max', /below/],
    ['a direction of a text', { changes: { account: { direction: 'up' } } }, 'changes.account.direction', /not a number/],
  ])('refuse %s', (_, settings, path, message) => {
    const problems = check(settings)
    expect(problems.map((problem) => problem.path)).toEqual([path])
    expect(problems[0]?.message).toMatch(message)
  })

  it('refuse members that do not exist, as slips', () => {
    expect(reasonSettingsSchema.safeParse({ template: {} }).success).toBe(false)
    expect(reasonSettingsSchema.safeParse({ templates: { amount: { rised: { en: 'x' } } } }).success).toBe(false)
    expect(reasonSettingsSchema.safeParse({ codes: [{ code: 'A', text: { de: 'x' }, fields: ['amount'] }] }).success).toBe(false)
  })
})

describe('words that claim a cause', () => {
  it.each(['because', 'BECAUSE of', 'is due  to', 'caused', 'weil', 'Wegen', 'aufgrund', 'verursachten', 'führte zu', 'die Ursache'])('are found: %s', (text) => {
    expect(claimsCause(text)).not.toBeNull()
  })
  it.each(['causeway', 'bewegen', 'a payment is due today', 'Ihre Gründe', 'overdue to', 'raises the risk most', 'the principal reasons for the decision', 'Führung'])('are not: %s', (text) => {
    expect(claimsCause(text)).toBeNull()
  })
})
