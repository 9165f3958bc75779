// What is found flips, is minimal, keeps to directions, limits and what was seen; small cases against every combination.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Field } from '@/lib/registry/contract'
import type { FieldValue } from '../../contract/lookup'
import type { ChangeRule } from '../changes'
import { Evaluated } from './evaluated'
import { freedomOf, rankOf, roundStep, type Freedom } from './freedoms'
import { searchCounterfactuals } from './search'

function field(name: string, type: Field['type'] = 'integer', more: Partial<Field> = {}): Field {
  return { name, type, tensor: 'x', column: 0, mayBeMissing: true, displayName: name, isSensitive: false, isActionable: true, isRequired: false, isClosed: false, ...more }
}

function rule(name: string, more: Partial<ChangeRule> = {}, of: Field = field(name)): ChangeRule {
  return { field: of, direction: 'any', min: -Infinity, max: Infinity, step: null, ...more }
}

type Row = Record<string, FieldValue>

function freedomsOf(rules: readonly ChangeRule[], row: Row, background: readonly Row[]): Freedom[] {
  return rules.flatMap((one) => freedomOf(one, row[one.field.name] ?? null, background) ?? [])
}

/** Wants the score below 0. */
function modelOf(freedoms: readonly Freedom[], row: Row, score: (row: Row) => number) {
  return { freedoms, gapsOf: async (changes: readonly Row[]) => changes.map((one) => score({ ...row, ...one })) }
}

const number = (value: FieldValue | undefined) => (typeof value === 'number' ? value : 0)

/** Five fields of few values; a random weight for each value, and for each pair of neighbours. */
const smallCase = fc.record({
  weights: fc.array(fc.array(fc.integer({ min: -10, max: 10 }), { minLength: 4, maxLength: 4 }), { minLength: 5, maxLength: 5 }),
  pairs: fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 4, maxLength: 4 }),
  row: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 5, maxLength: 5 }),
  background: fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 5, maxLength: 5 }), { minLength: 3, maxLength: 12 }),
})
const NAMES = ['a', 'b', 'c', 'd', 'e']
const named = (values: readonly number[]): Row => Object.fromEntries(NAMES.map((name, index) => [name, values[index] ?? 0]))

function smallScore(weights: readonly number[][], pairs: readonly number[]): (row: Row) => number {
  return (row) => {
    const values = NAMES.map((name) => number(row[name]))
    const alone = values.reduce((sum, value, index) => sum + (weights[index]?.[value] ?? 0), 0)
    return alone + pairs.reduce((sum, pair, index) => sum + (values[index] === values[index + 1] ? pair : 0), 0) + 0.5
  }
}

/** Every combination of at most so many changes. */
function* combinations(freedoms: readonly Freedom[], most: number, place = 0, changes: ReadonlyMap<number, FieldValue> = new Map()): Generator<ReadonlyMap<number, FieldValue>> {
  if (place === freedoms.length) {
    yield changes
    return
  }
  yield* combinations(freedoms, most, place + 1, changes)
  if (changes.size >= most) return
  for (const { value } of freedoms[place]?.candidates ?? []) yield* combinations(freedoms, most, place + 1, new Map(changes).set(place, value))
}

describe('searchCounterfactuals', () => {
  it('finds what is cheapest among all combinations of small cases', async () => {
    let flipped = 0
    await fc.assert(
      fc.asyncProperty(smallCase, async ({ weights, pairs, row: values, background }) => {
        const row = named(values)
        const score = smallScore(weights, pairs)
        fc.pre(score(row) > 0)
        // Every value is seen, so that there is nothing in between.
        const seen = [...background, ...[0, 1, 2, 3].map((value) => NAMES.map(() => value))].map(named)
        const freedoms = freedomsOf(NAMES.map((name) => rule(name)), row, seen)
        const model = modelOf(freedoms, row, score)
        const all = await new Evaluated(model, Infinity).states([...combinations(freedoms, 3)])
        const enough = all.filter(({ gap }) => gap <= 0)
        const cheapest = Math.min(...enough.map(({ cost }) => cost))
        const { found, closest, isComplete } = await searchCounterfactuals(model, { mostFields: 3, most: 4 })
        expect(isComplete).toBe(true)
        if (enough.length === 0) {
          expect(found).toEqual([])
          if (closest) expect(closest.gap).toBeLessThanOrEqual(Math.min(...all.map(({ gap }) => gap)))
          return
        }
        flipped += 1
        expect(found[0]?.cost).toBeCloseTo(cheapest, 9)
        for (const { changes, gap } of found) {
          expect(gap).toBeLessThanOrEqual(0)
          expect(score({ ...row, ...changes })).toBeLessThanOrEqual(0)
          // Each change is needed.
          for (const name of Object.keys(changes)) {
            const { [name]: _, ...rest } = changes
            expect(score({ ...row, ...rest })).toBeGreaterThan(0)
          }
        }
        expect(new Set(found.map(({ changes }) => Object.keys(changes).join())).size).toBe(found.length)
      }),
      { numRuns: 300, seed: 4 },
    )
    expect(flipped).toBeGreaterThan(80)
  })

  it('keeps to directions, limits, steps and what was seen', async () => {
    const direction = fc.constantFrom('any' as const, 'up' as const, 'down' as const)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ direction, min: fc.integer({ min: -20, max: 40 }), span: fc.integer({ min: 0, max: 80 }), step: fc.constantFrom(null, 1, 5, 25), weight: fc.double({ min: -1, max: 1, noNaN: true }) }), { minLength: 4, maxLength: 4 }),
        fc.array(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 4, maxLength: 4 }), { minLength: 5, maxLength: 30 }),
        fc.array(fc.integer({ min: -10, max: 120 }), { minLength: 4, maxLength: 4 }),
        async (limits, background, values) => {
          const row = named(values)
          const seen = background.map(named)
          const rules = limits.map(({ direction, min, span, step }, index) => rule(NAMES[index] ?? '', { direction, min, max: min + span, step }))
          const score = (one: Row) => limits.reduce((sum, { weight }, index) => sum + weight * (number(one[NAMES[index] ?? '']) - number(row[NAMES[index] ?? ''])), 15)
          const { found, closest } = await searchCounterfactuals(modelOf(freedomsOf(rules, row, seen), row, score), { mostFields: 4, most: 4 })
          for (const { changes } of [...found, ...(closest ? [closest] : [])]) {
            for (const [name, to] of Object.entries(changes)) {
              const [own, was, column] = [rules[NAMES.indexOf(name)], number(row[name]), seen.map((one) => number(one[name]))]
              const value = number(to)
              expect(value).toBeGreaterThanOrEqual(Math.max(own?.min ?? 0, Math.min(...column)))
              expect(value).toBeLessThanOrEqual(Math.min(own?.max ?? 0, Math.max(...column)))
              if (own?.direction === 'up') expect(value).toBeGreaterThan(was)
              if (own?.direction === 'down') expect(value).toBeLessThan(was)
              expect(value).not.toBe(was)
              if (own?.step) expect(Math.abs(value % own.step)).toBe(0)
            }
          }
        },
      ),
      { numRuns: 200, seed: 7 },
    )
  })

  it('stops at a threshold that lies between the values that were seen', async () => {
    const row = { amount: 9000 }
    const background = Array.from({ length: 30 }, (_, index) => ({ amount: 500 + index * 500 }))
    const { found } = await searchCounterfactuals(modelOf(freedomsOf([rule('amount', { step: 10 })], row, background), row, ({ amount }) => number(amount) - 6230), { mostFields: 1, most: 1 })
    expect(found[0]?.changes).toEqual({ amount: 6230 })
  })

  it('offers ways that change different fields', async () => {
    const row = { a: 10, b: 10, c: 10 }
    const background = Array.from({ length: 11 }, (_, index) => ({ a: index, b: index, c: index }))
    const { found } = await searchCounterfactuals(modelOf(freedomsOf(['a', 'b', 'c'].map((name) => rule(name)), row, background), row, ({ a, b, c }) => number(a) + number(b) + number(c) - 26), { mostFields: 3, most: 3 })
    expect(found.slice(0, 3).map(({ changes }) => changes)).toEqual([{ a: 6 }, { b: 6 }, { c: 6 }])
  })

  it('says how close it comes where nothing is enough, and with how many more fields it would be', async () => {
    const row = { a: 10, b: 10, c: 10 }
    const background = Array.from({ length: 11 }, (_, index) => ({ a: index, b: index, c: index }))
    const freedoms = freedomsOf(['a', 'b', 'c'].map((name) => rule(name)), row, background)
    const sum = (one: Row) => number(one.a) + number(one.b) + number(one.c)
    const never = await searchCounterfactuals(modelOf(freedoms, row, (one) => sum(one) + 1), { mostFields: 2, most: 3 })
    expect(never).toMatchObject({ found: [], closest: { gap: 1, changes: { a: 0, b: 0, c: 0 } } })
    const three = await searchCounterfactuals(modelOf(freedoms, row, (one) => sum(one) - 4), { mostFields: 2, most: 3 })
    expect(three.found).toEqual([])
    expect(Object.keys(three.closest?.changes ?? {})).toHaveLength(3)
    expect(three.closest?.gap).toBeLessThanOrEqual(0)
  })

  it('ends at its budget and says so', async () => {
    const row = named([3, 3, 3, 3, 3])
    const background = [0, 1, 2, 3].map((value) => named([value, value, value, value, value]))
    const { evaluations, isComplete } = await searchCounterfactuals(modelOf(freedomsOf(NAMES.map((name) => rule(name)), row, background), row, () => 1), { mostFields: 4, most: 3, budget: 40 })
    expect({ evaluations, isComplete }).toEqual({ evaluations: 40, isComplete: false })
  })

  it('has nothing to offer where no field is free', async () => {
    expect(await searchCounterfactuals(modelOf([], {}, () => 1), { mostFields: 3, most: 3 })).toMatchObject({ found: [], closest: null, isComplete: true })
  })
})

describe('freedomOf', () => {
  it('takes categories that were seen, the frequent ones first', () => {
    const background = ['own', 'own', 'own', 'rent', 'free'].map((housing) => ({ housing }))
    const freedom = freedomOf(rule('housing', {}, field('housing', 'category')), 'rent', background)
    expect(freedom?.candidates).toEqual([{ value: 'own', cost: 0.4 }, { value: 'free', cost: 0.8 }])
    expect(freedom?.grid).toBeNull()
  })

  it('keeps the order of codes that are numbers', () => {
    const background = [1, 2, 3, 4].map((level) => ({ level }))
    const levels = field('level', 'integer', { categoryLabels: { 1: 'low' } })
    expect(freedomOf(rule('level', { direction: 'up' }, levels), 2, background)?.candidates.map(({ value }) => value)).toEqual([3, 4])
  })

  it('gives a number that was not given, and never takes one away', () => {
    const freedom = freedomOf(rule('a'), null, [{ a: 1 }, { a: 3 }, { a: null }])
    expect(freedom?.candidates.map(({ value, cost }) => [value, cost])).toEqual([[1, 0.5], [3, 0.5]])
  })

  it('is null where the field has no other value', () => {
    expect(freedomOf(rule('a'), 1, [{ a: 1 }, { a: 1 }])).toBeNull()
    expect(freedomOf(rule('a', { direction: 'up' }), 9, [{ a: 1 }, { a: 5 }])).toBeNull()
    expect(freedomOf(rule('a'), 1, [{}, {}])).toBeNull()
  })

  it('measures a change by what lies between', () => {
    const sorted = [0, 1, 2, 3, 100]
    expect([0, 1, 1.5, 3, 51.5, 100].map((value) => rankOf(sorted, value))).toEqual([0, 0.25, 0.375, 0.75, 0.875, 1])
    expect(rankOf(sorted, 200)).toBe(2)
    expect(rankOf([5, 5], 5)).toBe(0.5)
    const ranks = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 2, maxLength: 20 })
    fc.assert(
      fc.property(ranks, fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 50 }), (values, a, b) => {
        const ordered = [...values].sort((x, y) => x - y)
        if (a <= b) expect(rankOf(ordered, a)).toBeLessThanOrEqual(rankOf(ordered, b) + 1e-12)
      }),
    )
  })

  it('proposes round numbers', () => {
    expect([roundStep(15_000, true), roundStep(60, true), roundStep(1, false), roundStep(0, true)]).toEqual([50, 1, 0.005, 1])
  })
})
