import { describe, expect, it } from 'vitest'
import type { Field, Signature } from '@/lib/registry/contract'
import { referenceProfile } from '@/lib/registry/rules'
import { reasonSettingsSchema, type Locale, type ReasonSettingsInput, type Scale } from '../../contract'
import { readReference } from '../reference-place'
import { forbiddenCited, predictedReasons, principalReasons, reasonSentences, toPredictedReason } from './index'

const field = (name: string, more: Partial<Field>): Field => ({
  name, type: 'number', tensor: name, column: 0, mayBeMissing: true, displayName: name, isSensitive: false,
  isActionable: false, isRequired: false, isClosed: false, ...more,
})
const signature: Signature = {
  fields: [
    field('duration', { displayName: 'Duration', unit: 'months' }),
    field('account', { displayName: 'Checking account', type: 'text', categoryLabels: { A11: 'overdrawn', A14: 'no checking account' } }),
    field('age', { displayName: 'Age', unit: 'years', isSensitive: true }),
    field('amount', { displayName: 'Amount', unit: 'EUR' }),
    field('burden', { displayName: 'Burden', unit: 'level' }),
    field('savings', { displayName: 'Savings', unit: 'EUR' }),
  ],
  tensors: [], outputs: [], task: 'binary', classes: [0, 1], positiveClass: 1, rowsPerRun: null,
  scoreMeaning: 'probability that the loan is not paid back', decision: { threshold: 0.5, above: 'refer to a loan officer', below: 'offer the loan' },
}
const referenceRows = Array.from({ length: 50 }, () => ({ duration: 18, account: 'A14', age: 40, amount: 2500.5, burden: 4, savings: 100 }))
const { shape, profile } = referenceProfile(signature, referenceRows, [])
const stored = { shape, profile: Buffer.from(profile.encode()).toString('base64') }
const reference = readReference(signature, stored)
const row = { duration: 48, account: 'A11', age: 31, amount: 1234.5, burden: 2, savings: 100 }

interface Told {
  settings?: ReasonSettingsInput
  locale?: Locale
  scale?: Scale
  row?: Record<string, unknown>
  errors?: number[]
}
const reasonsOf = (values: number[], { settings = {}, locale = 'en', scale = 'margin', row: given = row, errors = [] }: Told = {}) =>
  reasonSentences({ signature, row: given, explanation: { values, errors, scale }, reference, settings: reasonSettingsSchema.parse(settings), locale })
const told = (values: number[], options?: Told) => reasonsOf(values, options).map((reason) => reason.sentence)
const risk = { score: { en: 'the risk', de: 'das Risiko' } }

describe('sentences on the scale of log-odds', () => {
  it('say how strongly, by rank and share in their direction, and never an amount', () => {
    const reasons = reasonsOf([1, 0.5, -0.4, 0.2, 0.199, -0.4], { settings: risk })
    expect(reasons.map((reason) => [reason.field, reason.direction, reason.strength])).toEqual([
      ['duration', 'raised', 'most'], ['account', 'raised', 'strongly'], ['age', 'lowered', 'most'],
      ['savings', 'lowered', 'most'], ['amount', 'raised', 'somewhat'], ['burden', 'raised', 'slightly'],
    ])
    expect(reasons.map((reason) => reason.sentence)).toEqual([
      'Duration of 48 months raises the risk most; the typical case has 18 months.',
      'Checking account (overdrawn) raises the risk strongly; the most frequent is no checking account.',
      'Age lowers the risk most.',
      'Savings of 100 EUR lowers the risk most, although it is the typical value.',
      'Amount of 1,235 EUR raises the risk somewhat; the typical case has 2,501 EUR.',
      'Burden of level 2 raises the risk slightly; the typical case has level 4.',
    ])
    for (const reason of reasons) expect(reason.sentence).not.toMatch(/0\.\d|percentage/)
  })

  it('put the adverb before a long name of the score', () => {
    expect(told([1, 0.6, 0, 0, 0, 0])).toEqual([
      'Duration of 48 months most strongly raises the probability that the loan is not paid back; the typical case has 18 months.',
      'Checking account (overdrawn) strongly raises the probability that the loan is not paid back; the most frequent is no checking account.',
    ])
  })

  it('are German where that is asked, with German numbers, units and labels', () => {
    const settings: ReasonSettingsInput = {
      ...risk,
      names: { duration: { de: 'Laufzeit' }, account: { de: 'Girokonto' }, amount: { de: 'Betrag' }, age: { de: 'Alter' } },
      labels: { account: { A11: { de: 'überzogen' }, A14: { de: 'kein Girokonto' } } },
    }
    expect(told([1, 0.5, -0.4, 0.2, 0.1, -0.4], { settings, locale: 'de' })).toEqual([
      'Laufzeit (48 Monate) erhöht das Risiko am stärksten; im typischen Fall: 18 Monate.',
      'Girokonto (überzogen) erhöht das Risiko stark; am häufigsten: kein Girokonto.',
      'Alter senkt das Risiko am stärksten.',
      'Savings (100 EUR) senkt das Risiko am stärksten, obwohl es der typische Wert ist.',
      'Betrag (1.235 EUR) erhöht das Risiko etwas; im typischen Fall: 2.501 EUR.',
      'Burden (Stufe 2) erhöht das Risiko geringfügig; im typischen Fall: Stufe 4.',
    ])
    expect(told([0.1, 0, 0, 0, 0, 0], { locale: 'de', scale: 'probability', row: { duration: 1 } })).toEqual([
      'Duration (1 Monat) erhöhte die berechnete Wahrscheinlichkeit um 10 Prozentpunkte; im typischen Fall: 18 Monate.',
    ])
    expect(told([1, 0, 0, 0, 0, 0], { locale: 'de', row: {} })[0]).toMatch(/^Duration \(nicht angegeben\) erhöht am stärksten|^Duration \(nicht angegeben\) erhöht die berechnete Wahrscheinlichkeit am stärksten;/)
  })

  it('leave out what is less than a hundredth of the largest', () => {
    expect(reasonsOf([1, 0.0099, 0.01, 0, 0, 0]).map((reason) => reason.field)).toEqual(['duration', 'age'])
  })
})

describe('templates', () => {
  const settings: ReasonSettingsInput = {
    ...risk,
    templates: {
      account: { raised: { en: '{name} {value}: {effect}' }, missing: { en: 'No word on the account: {effect}.' } },
      duration: { raised: { en: '{value, plural, one {A month} other {# months}} to pay back, usually {typical}: raises {score} {strength}.', de: '{value, plural, one {# Monat} other {# Monate}}' } },
    },
  }
  it('take the place of what is made from the registration, by direction', () => {
    expect(told([0.5, 1, 0, 0, 0, 0], { settings })).toEqual(['Checking account overdrawn: raises the risk most', '48 months to pay back, usually 18 months: raises the risk strongly.'])
    expect(told([1, 0, 0, 0, 0, 0], { settings, row: { duration: 1 } })).toEqual(['A month to pay back, usually 18 months: raises the risk most.'])
    expect(told([-1, 0, 0, 0, 0, 0], { settings })[0]).toBe('Duration of 48 months lowers the risk most; the typical case has 18 months.')
    expect(told([1, 0, 0, 0, 0, 0], { settings, locale: 'de', row: { duration: 1 } })).toEqual(['1 Monat'])
    expect(told([0, 1, 0, 0, 0, 0], { settings, locale: 'de' })[0]).toMatch(/^Checking account \(overdrawn\) erhöht das Risiko/)
  })
  it('have a sentence of their own for what was not given, or the usual one', () => {
    expect(told([0.5, 1, 0, 0, 0, 0], { settings, row: {} })).toEqual([
      'No word on the account: raises the risk most.',
      'Duration, which was not given, raises the risk strongly; the typical case has 18 months.',
    ])
  })
  it('never write down the value of a field that has become sensitive', () => {
    const leaking: ReasonSettingsInput = { ...risk, templates: { age: { raised: { en: 'Aged {value}: {effect}.' }, lowered: { en: 'Their age {effect}.' } } } }
    expect(told([0, 0, 1, 0, 0, 0], { settings: leaking })).toEqual(['Age raises the risk most.'])
    expect(told([0, 0, -1, 0, 0, 0], { settings: leaking })).toEqual(['Their age lowers the risk most.'])
  })
  it('may have their own words for a unit', () => {
    const units: ReasonSettingsInput = { ...risk, units: { EUR: { en: '€{value}', de: '{value} €' }, months: { de: '{value, plural, one {# Mt.} other {# Mte.}}' } } }
    expect(told([0, 0, 0, 1, 0, 0], { settings: units })[0]).toMatch(/^Amount of €1,235 .*€2,501\.$/)
    expect(told([1, 0, 0, 0, 0, 0], { settings: units, locale: 'de', row: { duration: 1 } })[0]).toMatch(/^Duration \(1 Mt\.\) .*18 Mte\.\.?$/)
  })
})

describe('principal reasons', () => {
  const settings: ReasonSettingsInput = {
    ...risk,
    codes: [
      { code: 'AA01', text: { en: 'Length of the loan', de: 'Laufzeit des Kredits' }, fields: ['duration', 'amount'] },
      { code: 'AA02', text: { en: 'Checking account' }, fields: ['account'] },
    ],
    groups: [{ name: { en: 'Means', de: 'Mittel' }, fields: ['savings', 'burden'] }],
    forbidden: ['age'],
  }
  const principal = (values: number[], more: Told = {}) => {
    const parsed = reasonSettingsSchema.parse(more.settings ?? settings)
    return principalReasons(reasonsOf(values, { ...more, settings: parsed }), parsed.adverse)
  }

  it('are at most four, of the adverse direction only, each of the lender’s reasons once', () => {
    expect(principal([1, 0.8, 0, 0.9, 0.1, 0.2]).map((reason) => reason.code?.code ?? reason.displayName)).toEqual(['AA01', 'AA02', 'Means'])
    expect(principal([-1, 0.8, 0, 0, 0, 0]).map((reason) => reason.field)).toEqual(['account'])
    expect(principal([1, 1, 1, 1, 1, 1], { settings: {} })).toHaveLength(4)
    expect(principal([-1, 0.8, 0, 0, 0, 0], { settings: { ...settings, adverse: 'lowered' } }).map((reason) => reason.code?.code)).toEqual(['AA01'])
  })

  it('have the text of the list in the language, and a code only where they are against the person', () => {
    expect(reasonsOf([1, -0.9, 0, 0, 0, 0], { settings, locale: 'de' }).map((reason) => reason.code)).toEqual([{ code: 'AA01', text: 'Laufzeit des Kredits' }, null])
    expect(reasonsOf([0, 1, 0, 0, 0, 0], { settings, locale: 'de' })[0]?.code?.text).toBe('Checking account')
  })

  it('add up the contributions of a group before they are ranked', () => {
    const reasons = reasonsOf([0.5, 0, 0, 0, 0.4, 0.3], { settings })
    expect(reasons.map((reason) => [reason.field, reason.fields, reason.displayName])).toEqual([['burden', ['burden', 'savings'], 'Means'], ['duration', ['duration'], 'Duration']])
    expect(reasons[0]?.contribution).toBeCloseTo(0.7, 12)
    expect(reasons[0]?.sentence).toBe('Means raises the risk most.')
    expect(reasonsOf([0.5, 0, 0, 0, 0.4, -0.4], { settings }).map((reason) => reason.field)).toEqual(['duration'])
    // The field that leads in the group's direction, not the largest.
    expect(reasonsOf([0, 0, 0, 0, 0.5, -0.6], { settings })[0]).toMatchObject({ field: 'savings', direction: 'lowered' })
    expect(reasonsOf([0, 0, 0, 0, 0.05, 0.05], { settings, scale: 'probability', errors: [0, 0, 0, 0, 0.02, 0.02] })).toHaveLength(1)
    expect(reasonsOf([0, 0, 0, 0, 0.05, 0.05], { settings, scale: 'probability', errors: [0, 0, 0, 0, 0.03, 0.03] })).toHaveLength(0)
  })

  it('never cite a forbidden field, and tell where one would have been', () => {
    const parsed = reasonSettingsSchema.parse(settings)
    const reasons = reasonsOf([0.5, 0.4, 9, 0.3, 0.2, 0], { settings })
    expect(JSON.stringify(reasons)).not.toMatch(/age|Age/)
    expect(reasons[0]).toMatchObject({ field: 'duration', strength: 'most' })
    const cited = (values: number[]) => forbiddenCited(signature, { values, errors: [], scale: 'margin' }, parsed)
    expect(cited([0.5, 0.4, 9, 0.3, 0.2, 0])).toEqual(['age'])
    expect(cited([0.5, 0.4, -9, 0.3, 0.2, 0])).toEqual([])
    // AA01 once, AA02, the group: the field is the fourth, or the fifth where nothing is folded.
    expect(cited([0.5, 0.4, 0.1, 0.3, 0.2, 0])).toEqual(['age'])
    expect(forbiddenCited(signature, { values: [0.5, 0.4, 0.1, 0.3, 0.2, 0], errors: [], scale: 'margin' }, reasonSettingsSchema.parse({ forbidden: ['age'] }))).toEqual([])
    expect(forbiddenCited(signature, { values: [1, 1, 1, 1, 1, 1], errors: [] }, reasonSettingsSchema.parse({}))).toEqual([])
  })
})

describe('what a predict call answers', () => {
  const version = { id: 'v-reasons', signature, reference: { ...stored, rows: 50, metrics: {} } }
  const explanation = { values: Float64Array.from([1, 0.5, -0.4, 0.2, 0.199, -0.4]), errors: new Float64Array(6), scale: 'margin' as const }
  const settings = reasonSettingsSchema.parse({ ...risk, codes: [{ code: 'AA02', text: { en: 'Checking account' }, fields: ['account'] }] })

  it('is what its page says, with the code where there is one', () => {
    const expected = reasonSentences({ signature, row, explanation: { values: Array.from(explanation.values), errors: [], scale: 'margin' }, reference, settings }).map(toPredictedReason)
    expect(predictedReasons(version, row, explanation, { revision: 1, settings })).toEqual(expected)
    expect(expected[1]).toEqual({ field: 'account', contribution: 0.5, standardError: 0, code: 'AA02', sentence: 'Checking account (overdrawn) raises the risk strongly; the most frequent is no checking account.' })
    expect(expected[0]).not.toHaveProperty('code')
    expect(predictedReasons(version, row, explanation, { revision: 1, settings }, 'de')[0]?.sentence).toMatch(/erhöht das Risiko am stärksten/)
    // A new revision has its own words at once.
    const changed = reasonSettingsSchema.parse({ score: { en: 'the danger' } })
    expect(predictedReasons(version, row, explanation, { revision: 2, settings: changed })[0]?.sentence).toMatch(/raises the danger most/)
  })

  it('takes little time for a row', () => {
    const rows = 5000
    for (let warm = 0; warm < rows; warm++) predictedReasons(version, row, explanation, { revision: 1, settings })
    const best = Math.min(
      ...Array.from({ length: 5 }, () => {
        const from = performance.now()
        for (let one = 0; one < rows; one++) predictedReasons(version, row, explanation, { revision: 1, settings })
        return ((performance.now() - from) / rows) * 1000
      }),
    )
    // Some 5 microseconds on an idle core; this is to see a formatter made for each row, which costs hundreds.
    expect(best).toBeLessThan(100)
  })
})
