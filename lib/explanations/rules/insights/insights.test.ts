import { describe, expect, it } from 'vitest'
import { Random } from '@/lib/math/random'
import type { Field, Signature } from '@/lib/registry/contract'
import { bandEdges, bandingOf, bandsOf } from './bands'
import { placesOf } from './beeswarm'
import { changeOf, changeSentence, type NamedExplanation } from './change'
import type { ExplainedRows } from './contract'
import { amountInWords, effectInWords, ranksOf, tendencyOf } from './effect-words'
import { groupDifference } from './group-difference'
import { interactionPairs, strongestPartner } from './interaction-report'
import { partnerStrengths } from './partner'
import { formatSpan } from './span-words'

const field = (name: string, more: Partial<Field> = {}) => ({ name, displayName: name, type: 'number', isSensitive: false, isRequired: true, ...more }) as Field
const ODDS = { scale: 'margin', unit: null, isOfChosenClass: false } as const
const USD = { scale: 'value', unit: 'USD', isOfChosenClass: false } as const
const POINTS = { scale: 'probability', unit: null, isOfChosenClass: false } as const

function rowsOf(inputs: ExplainedRows['inputs'], contributions: number[][], base = 0): ExplainedRows {
  const width = contributions[0]?.length ?? 0
  return { count: inputs.length, width, contributions: Float64Array.from(contributions.flat()), bases: new Float64Array(inputs.length).fill(base), inputs, labels: inputs.map(() => null), scores: inputs.map(() => null) }
}

describe('effects in words', () => {
  it('tell odds, points and values, with their direction', () => {
    expect(effectInWords(ODDS, Math.log(1.42))).toBe('raises the odds by 42 %')
    expect(effectInWords(ODDS, -Math.log(1.25))).toBe('lowers the odds by 20 %')
    expect(effectInWords(ODDS, Math.log(2.4))).toBe('multiplies the odds by 2.4')
    expect(effectInWords(ODDS, -Math.log(3))).toBe('divides the odds by 3')
    expect(effectInWords(POINTS, -0.031)).toBe('lowers the probability by 3.1 percentage points')
    expect(effectInWords(USD, 4.2)).toBe('raises the answer by 4.20 USD')
    expect(effectInWords({ ...ODDS, isOfChosenClass: true }, 0.5)).toBe('raises the raw score of the chosen class by 0.5')
    expect(amountInWords(ODDS, -0.351)).toBe('0.35 in log-odds')
  })

  it('find the tendency of values by their ranks', () => {
    expect(Array.from(ranksOf([3, 1, 3, 2]))).toEqual([2.5, 0, 2.5, 1])
    expect(tendencyOf([1, 2, 3, 4], [0, 1, 8, 9])).toBe('raises')
    expect(tendencyOf([1, 2, 3, 4], [4, 3, 2, 2])).toBe('lowers')
    expect(tendencyOf([1, 2, 3, 4], [1, 0, 0, 1])).toBe('mixed')
    expect(tendencyOf([1, 1], [0, 1])).toBeNull()
  })

  it('write periods as people say them', () => {
    const day = (text: string) => Date.parse(`${text}T00:00:00Z`)
    expect(formatSpan({ from: day('2026-06-01'), to: day('2026-07-01') })).toBe('1 to 30 June 2026')
    expect(formatSpan({ from: day('2026-06-01'), to: day('2026-06-02') })).toBe('1 June 2026')
    expect(formatSpan({ from: day('2025-12-30'), to: day('2026-01-03') })).toBe('30 December 2025 to 2 January 2026')
  })
})

describe('bands', () => {
  const column = { name: 'wait', kind: 'number' as const, edges: [1, 2, 3, 4, 5, 6, 7, 8, 9] }

  it('are about fifths of the reference for numbers', () => {
    expect(bandEdges(column.edges)).toEqual([2, 4, 6, 8])
    expect(bandEdges([1, 5])).toEqual([1, 5])
    const { bandOf } = bandingOf(field('wait', { unit: 'days' }), column)
    expect([1.9, 2, 8, null, NaN].map((value) => bandOf(value).label)).toEqual(['below 2 days', '2 to below 4 days', '8 days or more', 'not given', 'not given'])
    expect(bandsOf(field('wait'), column).map((band) => band.key)).toEqual(['band-1', 'band-2', 'band-3', 'band-4', 'band-5'])
  })

  it('are the categories with their names, codes that are numbers too', () => {
    const coded = field('kind', { categoryLabels: { 1: 'first', 2: 'second' }, isRequired: false })
    expect(bandsOf(coded, { ...column, name: 'kind' }).map((band) => band.label)).toEqual(['first', 'second', 'not given'])
    expect(bandsOf(field('flag', { type: 'boolean' }), { name: 'flag', kind: 'category', categories: ['false', 'true'] }).map(({ key, label }) => [key, label])).toEqual([['false', 'no'], ['true', 'yes']])
  })
})

describe('places in the range', () => {
  it('run from the low to the high end without outliers', () => {
    expect(placesOf([0, 50, 100, null])).toEqual([0, 0.5, 1, null])
    expect(placesOf([...Array.from({ length: 99 }, (_, row) => row), 1e9])[50]).toBeCloseTo(0.503, 2)
    expect(placesOf([7, 7])).toEqual([0.5, 0.5])
  })
})

describe('a partner by the spread at equal values', () => {
  it('is the field that decides between equal values, and no other', () => {
    const signature = { fields: [field('a'), field('b', { type: 'category' }), field('c', { type: 'category' })] } as unknown as Signature
    // The contribution of a is its value, and double where b is yes; c says nothing.
    const inputs = Array.from({ length: 240 }, (_, row) => [row % 3, row % 2 === 0 ? 'yes' : 'no', row % 5 < 2 ? 'x' : 'y'])
    const rows = rowsOf(inputs, inputs.map(([a, b]) => [Number(a) * (b === 'yes' ? 2 : 1), 0, 0]))
    const found = partnerStrengths(signature, rows, 0, [0, 1, 2])
    expect(found.map((one) => one.index)).toEqual([1])
    expect(found[0]?.share).toBeCloseTo(1, 12)
    expect(partnerStrengths(signature, rowsOf(inputs, inputs.map(([a]) => [Number(a), 0, 0])), 0, [1, 2])).toEqual([])
  })
})

describe('a partner of noise', () => {
  it('is not made up by the number of its groups', () => {
    const signature = { fields: [field('a'), field('b')] } as unknown as Signature
    const random = new Random(5)
    const inputs = Array.from({ length: 90 }, () => [random.uniform(), random.uniform()])
    const [found] = partnerStrengths(signature, rowsOf(inputs, inputs.map(() => [random.normal(), 0])), 0, [1])
    // Three groups in each of ten explain about a quarter of the squares of any noise.
    expect(found?.share ?? 0).toBeLessThan(0.1)
  })
})

describe('interaction values', () => {
  const signature = { fields: [field('a'), field('b'), field('c')] } as unknown as Signature
  const found = { means: [0, -0.1, 0, -0.1, 0, 0.4, 0, 0.4, 0], meanAbsolutes: [1, 0.2, 0, 0.2, 1, 0.4, 0, 0.4, 1] }

  it('are told by pair, the strongest first, without pairs that do nothing', () => {
    const pairs = interactionPairs(signature, found, USD)
    expect(pairs.map((pair) => [...pair.fields, pair.meanAbsolute, pair.mean])).toEqual([['b', 'c', 0.4, 0.4], ['a', 'b', 0.2, -0.1]])
    expect(pairs[0]?.sentence).toBe('b and c together move the answer by 0.4 USD on average, beyond what each does alone.')
  })

  it('choose the partner among those that may be chosen', () => {
    expect(strongestPartner(found.meanAbsolutes, 3, 1, [0, 1, 2])).toEqual({ index: 2, strength: 0.4 })
    expect(strongestPartner(found.meanAbsolutes, 3, 1, [0])).toEqual({ index: 0, strength: 0.2 })
    expect(strongestPartner(found.meanAbsolutes, 3, 0, [2])).toBeNull()
  })
})

describe('the difference of two groups', () => {
  it('falls into mix and effect, by hand', () => {
    const signature = { fields: [field('way', { type: 'category' })] } as unknown as Signature
    // Group: 3 of 4 online at 0.4, one by phone at 0. Other: 1 of 4 online at 0.2, three by phone at 0.
    const group = rowsOf([['online'], ['online'], ['online'], ['phone']], [[0.4], [0.4], [0.4], [0]])
    const other = rowsOf([['online'], ['phone'], ['phone'], ['phone']], [[0.2], [0], [0], [0]])
    const { difference, fields } = groupDifference(signature, group, other, USD, true)
    expect(difference).toBeCloseTo(0.3 - 0.05, 12)
    // Online: (0.75 - 0.25) × (0.4 + 0.2) / 2; phone contributes nothing.
    expect(fields[0]?.fromMix).toBeCloseTo(0.15, 12)
    // (0.75 + 0.25) / 2 × (0.4 - 0.2).
    expect(fields[0]?.fromEffect).toBeCloseTo(0.1, 12)
    expect(fields[0]?.group?.shares).toEqual([{ label: 'online', share: 0.75 }, { label: 'phone', share: 0.25 }])
  })

  it('counts the bases of other classes as a part of its own', () => {
    const signature = { fields: [field('a')] } as unknown as Signature
    const found = groupDifference(signature, rowsOf([[1], [1]], [[0.1], [0.1]], 2), rowsOf([[1], [1]], [[0.1], [0.1]], 0.5), USD, true)
    expect(found).toMatchObject({ difference: 1.5, baseDifference: 1.5 })
    expect(found.fields[0]?.difference).toBe(0)
  })
})

describe('a change of data and model', () => {
  const named = (base: number, a: number, b: number): NamedExplanation => ({ base, values: new Map([['a', a], ['b', b]]) })
  const signature = { fields: [field('a'), field('b', { isSensitive: true })] } as unknown as Signature
  const inputs = (a: number, b: number) => ({ signature, inputs: new Map([['a', a], ['b', b]]) })

  it('walks both orders and takes the mean', () => {
    const change = changeOf(
      { before: named(0, 1, 0.5), after: named(0.2, 4, 0.5), crossed: { oldModelNewRow: named(0, 2, 0.5), newModelOldRow: named(0.2, 1.5, 0.7) } },
      inputs(1, 7), inputs(2, 7), true,
    )
    const a = change.fields.find((one) => one.field === 'a')
    // Data first: 2 - 1; model first: 4 - 1.5.
    expect(a).toMatchObject({ difference: 3, dataPart: 1.75, modelPart: 1.25, before: '1', after: '2', isChanged: true })
    const b = change.fields.find((one) => one.field === 'b')
    expect(b?.dataPart).toBeCloseTo(-0.1, 12)
    expect(b?.modelPart).toBeCloseTo(0.1, 12)
    expect(change.difference).toBeCloseTo(3.2, 12)
    expect(changeSentence(change, false, USD)).toBe('Altogether the change raises the answer by 3.20 USD. Most of it through a (1, then 2), which raises the answer by 3 USD. The change of data raises the answer by 1.65 USD, the change of the model raises the answer by 1.55 USD.')
  })

  it('says nothing of sensitive values, and that nothing moved', () => {
    const same = changeOf({ before: named(0, 1, 2), after: named(0, 1, 2), crossed: null }, inputs(1, 7), inputs(1, 7), false)
    expect(same.fields.find((one) => one.field === 'b')).toMatchObject({ isMasked: true, before: null, after: null, isChanged: false })
    expect(changeSentence(same, true, ODDS)).toBe('Nothing changed: neither the fields nor the score.')
  })
})
