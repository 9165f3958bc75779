import { describe, expect, it } from 'vitest'
import type { Field, Signature } from '@/lib/registry/contract'
import { referenceProfile } from '@/lib/registry/rules'
import { answerInWords, outcomeInWords } from './answer-words'
import { importanceOf } from './importance'
import { principalReasons, reasonSentences } from './reasons'
import { placeInWords, readReference, typicalOf } from './reference-place'
import { shownInputs } from './shown-inputs'
import { numberInWords } from './value-words'

const field = (name: string, more: Partial<Field>): Field => ({
  name, type: 'number', tensor: name, column: 0, mayBeMissing: true, displayName: name, isSensitive: false,
  isActionable: false, isRequired: false, isClosed: false, ...more,
})
const fields = [
  field('duration', { displayName: 'Duration', unit: 'months' }),
  field('account', { displayName: 'Checking account', type: 'text', categoryLabels: { A11: 'overdrawn', A14: 'no checking account' } }),
  field('age', { displayName: 'Age', unit: 'years', isSensitive: true }),
  field('foreign', { displayName: 'Foreign worker', type: 'boolean' }),
  field('burden', { displayName: 'Instalment burden', unit: 'level' }),
  field('dependants', { displayName: 'Dependants', unit: 'people' }),
]
const credit: Signature = {
  fields, tensors: [], outputs: [], task: 'binary', classes: [0, 1], positiveClass: 1, rowsPerRun: null,
  scoreMeaning: 'probability of default', decision: { threshold: 0.5, above: 'refer to a loan officer', below: 'offer the loan' },
}
const referenceRows = Array.from({ length: 100 }, (_, i) => ({
  duration: i < 45 ? 12 : i < 60 ? 18 : 36 + i, account: i % 4 === 0 ? 'A11' : 'A14', age: 20 + i, foreign: i > 5, burden: 4, dependants: i < 92 ? 1 : 2,
}))
const { shape, profile } = referenceProfile(credit, referenceRows, [])
const stored = { shape, profile: Buffer.from(profile.encode()).toString('base64') }
const reference = readReference(credit, stored)

const sentences = (row: Record<string, unknown>, values: number[], errors: number[] = [0, 0, 0, 0, 0], signature = credit) =>
  reasonSentences({ signature, row, explanation: { values, errors }, reference }).map((reason) => reason.sentence)

describe('reasons', () => {
  const row = { duration: 48, account: 'A11', age: 31, foreign: true, burden: 2 }
  it.each<[string, number[], string]>([
    ['a number', [0.12, 0, 0, 0, 0], 'Duration of 48 months added 12 percentage points to the probability of default; the typical case has 18 months.'],
    ['a small part', [-0.004, 0, 0, 0, 0], 'Duration of 48 months took 0.4 percentage points off the probability of default; the typical case has 18 months.'],
    ['one point', [0.01, 0, 0, 0, 0], 'Duration of 48 months added 1 percentage point to the probability of default; the typical case has 18 months.'],
    ['a category', [0, 0.09, 0, 0, 0], 'Checking account (overdrawn) added 9 percentage points to the probability of default; the most frequent is no checking account.'],
    ['a sensitive field', [0, 0, 0.2, 0, 0], 'Age added 20 percentage points to the probability of default.'],
    ['yes or no, as usual', [0, 0, 0, -0.03, 0], 'Foreign worker (yes) took 3 percentage points off the probability of default, although it is the most frequent.'],
    ['a level', [0, 0, 0, 0, 0.05], 'Instalment burden of level 2 added 5 percentage points to the probability of default; the typical case has level 4.'],
  ])('say %s in words', (_, values, sentence) => {
    expect(sentences(row, values)).toEqual([sentence])
  })

  it('name what was not given', () => {
    expect(sentences({ ...row, duration: null }, [0.1, 0, 0, 0, 0])).toEqual([
      'Duration, which was not given, added 10 percentage points to the probability of default; the typical case has 18 months.',
    ])
    expect(sentences({ ...row, age: null }, [0, 0, 0.1, 0, 0])).toEqual(['Age added 10 percentage points to the probability of default.'])
  })

  it('never write down a sensitive value, nor what is typical of it', () => {
    for (const age of [31, 69, 20, null]) expect(sentences({ ...row, age }, [0, 0, 0.2, 0, 0]).join()).not.toMatch(/31|69|20 y|not given|typical/)
  })

  it('leave out what may as well be nothing', () => {
    // Just at and just above two standard errors; below what is written as zero; nothing at all.
    expect(sentences(row, [0.02, 0.0201, 0.0004, 0, -0.0004], [0.01, 0.01, 0, 0, 0])).toHaveLength(1)
  })

  it('rank by size, and take as principal at most four that raised the score', () => {
    const reasons = reasonSentences({ signature: credit, row, explanation: { values: [0.1, -0.3, 0.2, 0.05, 0.01], errors: [0, 0, 0, 0, 0] }, reference })
    expect(reasons.map((reason) => reason.field)).toEqual(['account', 'age', 'duration', 'foreign', 'burden'])
    expect(principalReasons(reasons).map((reason) => reason.field)).toEqual(['age', 'duration', 'foreign', 'burden'])
    expect(principalReasons(reasons, 'lowered').map((reason) => reason.field)).toEqual(['account'])
    const five = reasonSentences({ signature: credit, row, explanation: { values: [1, 1, 1, 1, 1], errors: [0, 0, 0, 0, 0] }, reference })
    expect(principalReasons(five)).toHaveLength(4)
  })

  it('give values in their unit', () => {
    const shop: Signature = { ...credit, task: 'regression', scoreMeaning: 'recommended price', scoreUnit: 'USD' }
    expect(sentences(row, [-3.14159, 0, 0, 0, 0], undefined, shop)).toEqual(['Duration of 48 months took 3.14 USD off the recommended price; the typical case has 18 months.'])
    expect(sentences(row, [1000, 0.5, 0, 0, 0], undefined, shop)).toHaveLength(1)
  })

  it('name the chosen of several classes', () => {
    const several: Signature = { ...credit, task: 'multiclass', classNames: { b: 'late payer' } }
    const reasons = reasonSentences({ signature: several, row, explanation: { values: [0.1, 0, 0, 0, 0], errors: [] }, label: 'b', reference })
    expect(reasons[0]?.sentence).toContain('to the probability of late payer;')
  })

  it('do without a reference', () => {
    const bare = reasonSentences({ signature: credit, row, explanation: { values: [0.1, 0, 0, 0, 0], errors: [] }, reference: readReference(credit, null) })
    expect(bare[0]?.sentence).toBe('Duration of 48 months added 10 percentage points to the probability of default.')
  })
})

describe('the reference', () => {
  it('has the median that a sort would find, and the most frequent category', () => {
    const sorted = referenceRows.map((row) => row.age).sort((a, b) => a - b)
    expect(typicalOf(reference[2])).toEqual({ kind: 'number', value: ((sorted[49] ?? 0) + (sorted[50] ?? 0)) / 2 })
    expect(typicalOf(reference[1])).toEqual({ kind: 'category', value: 'A14' })
    expect(typicalOf(reference[4])).toEqual({ kind: 'number', value: 4 })
    expect(typicalOf(null)).toBeNull()
  })

  it.each<[number, unknown, string | null]>([
    [0, 200, 'above the highest of the reference, 135 months'],
    [0, 1, 'below the lowest of the reference, 12 months'],
    [0, 130, 'higher than 90 % of the reference'],
    [2, 22, 'lower than 90 % of the reference'],
    [4, 4, 'as in all of the reference'],
    [5, 2, 'the reference has 1 to 2 people'],
    [1, 'A11', 'in 25 % of the reference'],
    [1, 'A99', 'not seen in the reference'],
    [1, null, 'always given in the reference'],
    [3, true, 'in 94 % of the reference'],
  ])('says where field %i with %j lies', (index, value, place) => {
    expect(placeInWords(fields[index] as Field, reference[index], value)).toBe(place)
  })
})

describe('answers and outcomes in words', () => {
  const binary = (score: number, scoreMeaning = credit.scoreMeaning) => answerInWords({ ...credit, scoreMeaning }, { label: '1', score })
  it('say the score, what it means and what is decided', () => {
    expect(binary(0.71)).toBe('Probability 0.71 of default: refer to a loan officer.')
    expect(binary(0.5)).toContain('refer')
    expect(binary(0.2, 'probability that the loan is not paid back')).toBe('Probability 0.20 that the loan is not paid back: offer the loan.')
    expect(binary(0.9999)).toBe('Probability above 0.99 of default: refer to a loan officer.')
    expect(binary(0.2, 'risk score')).toBe('Risk score 0.20: offer the loan.')
    const shop: Signature = { ...credit, task: 'regression', scoreMeaning: 'price to offer', scoreUnit: 'USD' }
    const { decision: _, ...priced } = shop
    expect(answerInWords({ ...priced, scoreMeaning: 'price to offer in USD' }, { label: null, score: 140.7 })).toBe('Price to offer: 140.70 USD.')
    expect(answerInWords(priced, { label: null, score: 12.344 })).toBe('Price to offer: 12.34 USD.')
    const several: Signature = { ...priced, task: 'multiclass', classNames: { b: 'late payer' } }
    expect(answerInWords(several, { label: 'b', score: 0.6 })).toBe('Late payer, with probability 0.60.')
    expect(answerInWords(several, { label: 'b', score: null })).toBe('Late payer.')
  })

  it('say what happened', () => {
    expect(outcomeInWords({ ...credit, scoreMeaning: 'probability that the loan is not paid back' }, { value: 1, label: null })).toBe('it happened: the loan is not paid back')
    expect(outcomeInWords(credit, { value: 0, label: null })).toBe('it did not happen')
    expect(outcomeInWords({ ...credit, classNames: { 0: 'repaid', 1: 'defaulted' } }, { value: 0, label: null })).toBe('repaid')
    expect(outcomeInWords({ ...credit, task: 'regression', scoreUnit: 'USD' }, { value: 5, label: null })).toBe('5 USD')
  })

  it('give numbers their unit', () => {
    expect([numberInWords(1, 'months'), numberInWords(2, 'months'), numberInWords(1, 'class'), numberInWords(1234.5), numberInWords(0.01234), numberInWords(0.3151, 'share')]).toEqual([
      '1 month', '2 months', '1 class', '1,235', '0.0123', '31.5 %',
    ])
  })
})

it('hides sensitive inputs from those who may not see them', () => {
  const inputs = [48, 'A11', 31, null, 2]
  const hidden = shownInputs(credit, inputs, reference, false)[2]
  expect(hidden).toMatchObject({ value: null, isMasked: true, inWords: 'hidden', place: null })
  expect(JSON.stringify(shownInputs(credit, inputs, reference, false))).not.toContain('31')
  expect(shownInputs(credit, inputs, reference, true)[2]).toMatchObject({ value: 31, isMasked: false, inWords: '31 years' })
})

it('importance is the mean of sizes with its standard error', () => {
  const explanation = (values: number[], method: 'exact' | 'permutation') => ({ method, scale: 'value' as const, base: 0, values, errors: [], residual: null, permutations: 0, backgroundHash: '' })
  const found = importanceOf(credit, [explanation([1, -2, 0, 0, 0], 'exact'), explanation([-3, 2, 0, 0, 0], 'permutation')])
  expect(found).toMatchObject({ method: 'permutation', rows: 2 })
  expect(found.values.slice(0, 2)).toEqual([
    { field: 'duration', meanAbsolute: 2, standardError: 1 },
    { field: 'account', meanAbsolute: 2, standardError: 0 },
  ])
})
