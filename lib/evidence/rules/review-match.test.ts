import { describe, expect, it } from 'vitest'
import type { Signature } from '@/lib/registry/contract'
import { NO_LAYOUT, packInputs } from '@/lib/serving/rules/packed-inputs'
import type { InputValue } from '@/lib/serving/rules'
import type { ReviewSelection } from '../contract'
import { cutsOf, decisionKey, matcherOf } from './review-match'

const field = (name: string) => ({ name }) as Signature['fields'][number]
const signature = (decision: Signature['decision'], ...names: string[]) => ({ fields: names.map(field), decision }) as Signature
const DECISION = { threshold: 0.5, above: 'refuse', below: 'grant' }
const asked = (part: Partial<ReviewSelection>) => ({ decision: null, group: null, stratifyBy: null, ...part })
const row = (score: number | null, ...inputs: InputValue[]) => ({ label: null, score, inputs: packInputs(NO_LAYOUT, inputs) })

describe('the decision', () => {
  it('follows the version’s own threshold, or its class', () => {
    expect(decisionKey(signature(DECISION), { score: 0.5, label: null })).toBe('above')
    expect(decisionKey(signature(DECISION), { score: 0.4999, label: 'x' })).toBe('below')
    expect(decisionKey(signature(DECISION), { score: null, label: 'x' })).toBeNull()
    expect(decisionKey(signature(undefined), { score: 0.9, label: 'x' })).toBe('x')
  })
})

describe('the match', () => {
  it('finds the refusals of a group, wherever the version has the field', () => {
    const selection = asked({ decision: 'above', group: { field: 'region', value: 'north' } })
    const [first, second] = [matcherOf(signature(DECISION, 'age', 'region'), selection), matcherOf(signature(DECISION, 'region', 'age'), selection)]
    expect(first(row(0.7, 30, 'north'))).toEqual({ stratum: null })
    expect(second(row(0.7, 'north', 30))).toEqual({ stratum: null })
    expect(first(row(0.3, 30, 'north'))).toBeNull()
    expect(first(row(0.7, 30, 'south'))).toBeNull()
    expect(matcherOf(signature(DECISION, 'age'), selection)(row(0.7, 30))).toBeNull()
  })

  it('takes numbers from the lowest to the highest, both included, and none that is missing', () => {
    const matches = (min: number | null, max: number | null, value: InputValue) => matcherOf(signature(DECISION, 'age'), asked({ group: { field: 'age', min, max } }))(row(0, value)) !== null
    expect([matches(18, 25, 18), matches(18, 25, 25), matches(18, 25, 25.1), matches(null, 25, -3), matches(18, null, 1e9), matches(null, 25, null), matches(null, 25, '20')]).toEqual([true, true, false, true, true, false, false])
  })

  it('reads what was not given as the empty value', () => {
    const matches = (value: InputValue) => matcherOf(signature(DECISION, 'region'), asked({ group: { field: 'region', value: '' } }))(row(0, value)) !== null
    expect([matches(null), matches(''), matches('north'), matches(false)]).toEqual([true, true, false, false])
  })

  it('names groups by decision, by value and by band', () => {
    const by = (stratifyBy: ReviewSelection['stratifyBy'], ...inputs: InputValue[]) => matcherOf(signature(DECISION, 'age'), asked({ stratifyBy }))(row(0.7, ...inputs))?.stratum
    expect(by('decision')).toBe('above')
    expect(by({ field: 'age', cuts: null }, true)).toBe('true')
    const cuts = [25, 40.5]
    expect([24.9, 25, 40.4, 40.5, null].map((value) => by({ field: 'age', cuts }, value))).toEqual(['..25', '25..40.5', '25..40.5', '40.5..', ''])
    expect(by({ field: 'age', cuts: [] }, 3)).toBe('..')
  })
})

describe('the bands', () => {
  const reference = (edges: number[]) => ({ shape: [{ name: 'age', kind: 'number' as const, edges }, { name: 'region', kind: 'category' as const, categories: [] }] })
  it('are fifths of the reference, and none of what is no number', () => {
    expect(cutsOf(reference([1, 2, 3, 4, 5, 6, 7, 8, 9]), 'age')).toEqual([2, 4, 6, 8])
    expect(cutsOf(reference([1, 2]), 'age')).toEqual([1, 2])
    const some = cutsOf(reference([1, 2, 3, 4, 5, 6]), 'age') ?? []
    expect(some).toEqual([...new Set(some)].sort((a, b) => a - b))
    expect(cutsOf(reference([1]), 'region')).toBeNull()
    expect(cutsOf(null, 'age')).toBeNull()
  })
})
