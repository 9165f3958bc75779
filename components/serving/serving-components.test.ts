import { describe, expect, it } from 'vitest'
import type { GuardrailRule } from '@/lib/serving/contract'
import { draftOf, newDraft, ruleOf } from './guardrail-draft'
import { fallbackInWords, limitInWords } from './guardrail-words'
import { inputsOf, textOf } from './inputs-form'

const FIELDS = [{ name: 'base_price', displayName: 'List price' }]
const RULES: [GuardrailRule, string, string][] = [
  [
    { limit: { rule: 'output-relative', field: 'base_price', min: 0.5, max: 2 }, fallback: { kind: 'input-multiple', field: 'base_price', factor: 1 } },
    'The answer must lie between 0.5 × List price and 2 × List price.',
    'Otherwise List price is answered.',
  ],
  [
    { limit: { rule: 'output-range', min: 1, max: null }, fallback: { kind: 'constant', value: 20 } },
    'The answer must be at least 1 USD.',
    'Otherwise 20 USD is answered.',
  ],
  [{ limit: { rule: 'output-range', min: null, max: 0.9 }, fallback: { kind: 'clamp' } }, 'The answer must be at most 0.9 USD.', 'Otherwise the nearest allowed value is answered.'],
]

describe('guardrails in words and in the form', () => {
  it.each(RULES)('%j', (rule, limit, fallback) => {
    expect(limitInWords(rule, FIELDS, 'USD').replaceAll('\u00a0', ' ')).toBe(limit)
    expect(fallbackInWords(rule, FIELDS, 'USD').replaceAll('\u00a0', ' ')).toBe(fallback)
    expect(ruleOf(draftOf(rule, 0, 'base_price'))).toEqual(rule)
  })

  it('says what a rule lacks', () => {
    expect(ruleOf(newDraft(0, 'base_price'))).toBe('Give a lowest or a highest answer.')
    expect(ruleOf({ ...newDraft(0, 'base_price'), min: '5', max: '2' })).toBe('The lowest answer is above the highest.')
    expect(ruleOf({ ...newDraft(0, 'base_price'), min: '5', fallback: 'constant' })).toBe('Each limit and fallback needs its numbers.')
  })
})

describe('the form for trying a model', () => {
  it('sends numbers as numbers, nothing as null, and a slip as it is', () => {
    const fields = [{ name: 'age', type: 'number' }, { name: 'visits', type: 'integer' }, { name: 'member', type: 'boolean' }, { name: 'city', type: 'category' }, { name: 'note', type: 'text' }] as const
    expect(inputsOf(fields, { age: '4.5', visits: ' 3 ', member: 'true', city: '12', note: '' })).toEqual({ age: 4.5, visits: 3, member: true, city: '12', note: null })
    expect(inputsOf(fields, { age: 'old' })).toMatchObject({ age: 'old' })
    expect([null, undefined, 0, false, 'x'].map(textOf)).toEqual(['', '', '0', 'false', 'x'])
  })
})
