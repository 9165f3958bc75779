// What a decision's page is made of: places to be drawn, fields to try, likeness, goals, changes; no model, no database.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { categoryColumn, numberColumn, profileOf } from '@/lib/math/profile'
import type { Field, Signature } from '@/lib/registry/contract'
import { changeRules } from './changes'
import { changedFields } from './changed-fields'
import { gapOfAnswer, gapOfScore, goalInWords, goalOf, isReached } from './counterfactuals'
import { fieldControl } from './field-control'
import { alikeByExplanation, alikeByInputs, differencesInWords, fieldDistances } from './likeness'
import { stripOf } from './percentile-place'
import { readReference } from './reference-place'
import { decisionOf, modelAnswerOf, sideOf, triedAnswer } from './tried-answer'

function field(name: string, type: Field['type'], more: Partial<Field> = {}): Field {
  return { name, type, tensor: 'x', column: 0, mayBeMissing: true, displayName: name, isSensitive: false, isActionable: false, isRequired: false, isClosed: false, ...more }
}

const months = field('months', 'integer', { displayName: 'Duration', unit: 'months', min: 1, max: 120, isActionable: true })
const housing = field('housing', 'category', { displayName: 'Housing', categoryLabels: { own: 'owns', rent: 'rents' }, isActionable: true })
const age = field('age', 'integer', { displayName: 'Age', isSensitive: true, isActionable: true })
const signature = {
  fields: [months, housing, age], tensors: [], outputs: [], task: 'binary', classes: [0, 1], positiveClass: 1, rowsPerRun: null,
  scoreMeaning: 'probability that the loan is not paid back', decision: { threshold: 0.5, above: 'refer', below: 'offer' },
} satisfies Signature

const rows = Array.from({ length: 100 }, (_, index): [number, string, number] => [index + 1, index < 70 ? 'own' : index < 95 ? 'rent' : 'free', 30])
const shape = [numberColumn('months', rows.map(([value]) => value)), categoryColumn('housing', rows.map(([, value]) => value)), numberColumn('age', rows.map(([, , value]) => value))]
const reference = readReference(signature, { shape, profile: Buffer.from(profileOf(shape, rows).encode()).toString('base64') })

describe('stripOf', () => {
  it('puts a number at its rank', () => {
    const at = (value: number | null) => {
      const strip = stripOf(months, reference[0], value)
      return strip?.kind === 'number' ? strip.position : undefined
    }
    expect(at(50)).toBeCloseTo(0.49, 1)
    expect([at(1), at(-5), at(100), at(400), at(null)]).toEqual([0, 0, 1, 1, null])
    const value = fc.double({ min: -10, max: 120, noNaN: true })
    fc.assert(fc.property(value, value, (a, b) => (at(Math.min(a, b)) ?? 0) <= (at(Math.max(a, b)) ?? 1)))
    expect(stripOf(months, reference[0], 50)).toMatchObject({ low: '1 month', high: '100 months' })
    expect(stripOf(age, reference[2], 30)).toMatchObject({ kind: 'number' })
  })

  it('shares the categories out, with the own one among them', () => {
    expect(stripOf(housing, reference[1], 'rent')).toEqual({ kind: 'category', shares: [{ label: 'owns', share: 0.7, isOwn: false }, { label: 'rents', share: 0.25, isOwn: true }, { label: 'free', share: 0.05, isOwn: false }] })
    const unseen = stripOf(housing, reference[1], 'boat')
    expect(unseen?.kind === 'category' && unseen.shares.at(-1)).toEqual({ label: 'boat', share: 0, isOwn: true })
    expect(stripOf(housing, null, 'rent')).toBeNull()
  })
})

describe('fieldControl', () => {
  it('lets a number be moved within the limits, else within the reference, and as far as it is already', () => {
    expect(fieldControl(months, reference[0], 50)).toEqual({ kind: 'number', min: 1, max: 100, step: 1, unit: 'months' })
    expect(fieldControl({ ...months, max: 60 }, reference[0], 50)).toMatchObject({ min: 1, max: 60 })
    expect(fieldControl(months, reference[0], 118)).toMatchObject({ min: 1, max: 118 })
    expect(fieldControl(months, null, 50)).toMatchObject({ min: 1, max: 120 })
    expect(fieldControl(field('free', 'number'), null, 3)).toEqual({ kind: 'text' })
  })

  it('offers categories by their labels, the present one always', () => {
    expect(fieldControl(housing, reference[1], 'own')).toEqual({ kind: 'choice', options: [{ value: 'own', label: 'owns' }, { value: 'rent', label: 'rents' }, { value: 'free', label: 'free' }] })
    expect(fieldControl({ ...housing, isClosed: true }, reference[1], 'boat')).toMatchObject({ options: [{ value: 'own' }, { value: 'rent' }, { value: 'boat', label: 'boat' }] })
    expect(fieldControl(field('level', 'integer', { categoryLabels: { 1: 'low', 2: 'high' } }), null, 1)).toMatchObject({ options: [{ value: 1, label: 'low' }, { value: 2, label: 'high' }] })
    expect(fieldControl(field('sms', 'boolean'), null, true)).toMatchObject({ options: [{ value: true, label: 'yes' }, { value: false, label: 'no' }] })
  })
})

describe('likeness', () => {
  const distances = fieldDistances(signature, reference)

  it('is 1 for the same, less for what is further, and never negative', () => {
    expect(alikeByInputs(distances, [10, 'own', 30], [10, 'own', 30])).toBe(1)
    expect(alikeByInputs(distances, [10, 'own', 30], [10, 'rent', 30])).toBeCloseTo(2 / 3, 9)
    expect(alikeByInputs(distances, [10, 'own', 30], [20, 'own', 30])).toBeGreaterThan(alikeByInputs(distances, [10, 'own', 30], [40, 'own', 30]))
    expect(alikeByInputs(distances, [1, 'own', null], [100, 'rent', 30])).toBe(0)
    expect(alikeByInputs(distances, [null, 'own', null], [null, 'own', null])).toBe(1)
  })

  it('compares explanations by what they agree on', () => {
    expect(alikeByExplanation([1, -1], [1, -1])).toBe(1)
    expect(alikeByExplanation([1, 0], [-1, 0])).toBe(0)
    expect(alikeByExplanation([1, 0], [0.5, 0])).toBeCloseTo(2 / 3, 9)
    expect(alikeByExplanation([0, 0], [0, 0])).toBe(1)
  })

  it('names what differs most', () => {
    expect(differencesInWords(signature, distances, [10, 'own', 30], [40, 'rent', 30])).toEqual([{ displayName: 'Housing', here: 'owns', there: 'rents' }, { displayName: 'Duration', here: '10 months', there: '40 months' }])
    expect(differencesInWords(signature, distances, [10, 'own', 30], [11, 'own', 30])).toEqual([])
  })
})

describe('goals', () => {
  it('are on the other side of the threshold', () => {
    const goal = goalOf(signature, { label: '1', score: 0.7 })
    expect(goal).toEqual({ kind: 'threshold', threshold: 0.5, isAbove: false, isProbability: true })
    expect(goalOf(signature, { label: '0', score: 0.3 })).toMatchObject({ isAbove: true })
    expect(goalInWords(signature, goal)).toBe('a probability that the loan is not paid back below 0.5: offer')
    expect([0.7, 0.5, 0.49].map((score) => gapOfScore({ ...goal, kind: 'threshold', threshold: 0.5, isAbove: false, isProbability: true }, score) <= 0)).toEqual([false, false, true])
    expect([0.5, 0.4999].map((score) => isReached(signature, goal, { score }))).toEqual([false, true])
    const { decision: _, ...bare } = signature
    expect(goalOf(bare, { label: '1', score: 0.7 })).toMatchObject({ threshold: 0.5, isAbove: false })
  })

  it('never end at a probability of 0 or 1', () => {
    const goal = { kind: 'threshold' as const, threshold: 0.5, isAbove: false, isProbability: true }
    expect(Number.isFinite(gapOfScore(goal, 1))).toBe(true)
    expect(gapOfScore(goal, 1)).toBeGreaterThan(gapOfScore(goal, 0.999))
  })

  it('are a tenth more of a value, or what is asked for', () => {
    const price = { ...signature, task: 'regression' as const, scoreMeaning: 'price to offer in USD', scoreUnit: 'USD' }
    const { decision: _, ...plain } = price
    expect(goalOf(plain, { label: null, score: 50 })).toMatchObject({ isAbove: true, isProbability: false })
    expect(goalOf(plain, { label: null, score: 50 })).toHaveProperty('threshold', 55)
    const lower = goalOf(plain, { label: null, score: 50 }, { percent: -20 })
    expect(lower).toMatchObject({ threshold: 40, isAbove: false })
    expect(goalInWords(plain, lower)).toBe('a price to offer below 40 USD')
    expect(goalOf(plain, { label: null, score: -50 }, { percent: 10 })).toMatchObject({ threshold: -45, isAbove: true })
    expect(() => goalOf(plain, { label: null, score: 50 }, { value: 50 })).toThrow(/already/)
    expect(() => goalOf(plain, { label: null, score: 50 }, { label: 'a' })).toThrow(/value or a percentage/)
    expect(() => goalOf(plain, { label: null, score: null })).toThrow(/no score/)
  })

  it('are another class of several, or a certain one', () => {
    const plant = { ...signature, task: 'multiclass' as const, classes: ['a', 'b', 'c'] }
    const other = goalOf(plant, { label: 'a', score: 0.6 })
    const answer = (a: number, b: number, c: number) => ({ label: a > b && a > c ? 'a' : b > c ? 'b' : 'c', probabilities: { a, b, c } })
    expect([answer(0.6, 0.3, 0.1), answer(0.3, 0.6, 0.1)].map((one) => gapOfAnswer(plant, other, one) <= 0)).toEqual([false, true])
    const third = goalOf(plant, { label: 'a', score: 0.6 }, { label: 'c' })
    expect([answer(0.3, 0.6, 0.1), answer(0.2, 0.3, 0.5)].map((one) => [gapOfAnswer(plant, third, one) <= 0, isReached(plant, third, one)])).toEqual([[false, false], [true, true]])
    expect(() => goalOf(plant, { label: 'a', score: 0.6 }, { label: 'a' })).toThrow(/not another class/)
    expect(() => goalOf(plant, { label: 'a', score: 0.6 }, { label: 'z' })).toThrow(/not another class/)
    expect(() => goalOf(plant, { label: 'a', score: 0.6 }, { value: 1 })).toThrow(/Name a class/)
  })
})

describe('changeRules', () => {
  it('frees what the settings and the version free, and never a sensitive field', () => {
    expect(changeRules(signature, {}).map(({ field: one }) => one.name)).toEqual(['months', 'housing'])
    const rules = changeRules(signature, { months: { direction: 'down', min: 6, step: 6 }, housing: { isActionable: false }, age: { isActionable: true } })
    expect(rules).toMatchObject([{ field: { name: 'months' }, direction: 'down', min: 6, max: 120, step: 6 }])
    expect(changeRules(signature, {}, ['months']).map(({ field: one }) => one.name)).toEqual(['housing'])
  })
})

describe('tried answers', () => {
  it('are judged by the rule of their version', () => {
    const before = { signature, answered: { label: '1', score: 0.7 } }
    expect(triedAnswer(signature, { label: 0, score: 0.4 }, before)).toMatchObject({ score: 0.4, label: '0', decision: 'offer', isDecisionChanged: true })
    expect(triedAnswer(signature, { label: 1, score: 0.5 }, before)).toMatchObject({ decision: 'refer', isDecisionChanged: false })
    expect([sideOf(signature, 0.5), sideOf(signature, 0.4999), sideOf(signature, null)]).toEqual(['above', 'below', null])
    const { decision: _, ...bare } = signature
    expect(decisionOf({ ...bare, classNames: { 1: 'bad' } }, { label: '1', score: 0.9 })).toBe('bad')
    expect(decisionOf({ ...bare, task: 'regression' }, { label: null, score: 3 })).toBeNull()
  })

  it('begin from what the model said, not from what a guardrail answered', () => {
    expect(modelAnswerOf({ label: null, score: 1, modelScore: 9, guardrail: { rule: '' } })).toEqual({ label: null, score: 9 })
    expect(modelAnswerOf({ label: null, score: 1, modelScore: null, guardrail: null })).toEqual({ label: null, score: 1 })
  })

  it('name what is not as it was', () => {
    expect(changedFields(signature, { months: 12, housing: 'own', age: 30 }, { months: 24, housing: 'own' }, reference)).toMatchObject([{ field: 'months', fromInWords: '12 months', toInWords: '24 months', place: expect.stringContaining('%') as string }])
  })
})
