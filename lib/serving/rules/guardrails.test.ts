import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GuardrailRule } from '../contract'
import { compileGuardrails } from './guardrails'

const FIELDS = ['base_price', 'stock']
const price: GuardrailRule = { limit: { rule: 'output-relative', field: 'base_price', min: 0.5, max: 2 }, fallback: { kind: 'input-multiple', field: 'base_price', factor: 1 } }
const guard = (...rules: GuardrailRule[]) => {
  const compiled = compileGuardrails(rules, FIELDS)
  if (!compiled) throw new Error('no rules')
  return compiled
}

describe('guardrails', () => {
  it.each([
    [0, 50, 'the absurd price of 0'],
    [500, 50, 'ten times the base price'],
    [24.99, 50, 'just below half'],
    [100.01, 50, 'just above twice'],
  ])('answers the base price instead of %d for an item of %d: %s', (said, base) => {
    const answer = guard(price)(said, [base, 3])
    expect(answer).toMatchObject({ score: base, isSafe: true, hit: { rule: 'output-relative', answeredBy: 'the rule base_price' } })
    expect(answer.hit?.sentence).toBe(`The model answered ${said}; allowed is 0.5 to 2 times base_price.`)
  })

  it.each([25, 50, 100])('lets %d pass for an item of 50', (said) => {
    expect(guard(price)(said, [50, 3])).toEqual({ score: said, hit: null, isSafe: true })
  })

  it('clamps to the nearest allowed value, also below a negative base', () => {
    const clamp: GuardrailRule = { ...price, fallback: { kind: 'clamp' } }
    expect(guard(clamp)(500, [50, 1]).score).toBe(100)
    expect(guard(clamp)(1, [50, 1]).score).toBe(25)
    expect(guard(clamp)(0, [-50, 1]).score).toBe(-25)
  })

  it('gives no answer where the fallback breaks a limit too, or cannot be known', () => {
    const positive: GuardrailRule = { limit: { rule: 'output-range', min: 1, max: null }, fallback: { kind: 'input-multiple', field: 'base_price', factor: 1 } }
    expect(guard(positive)(0, [0, 1]).isSafe).toBe(false)
    expect(guard(price)(40, [null, 1])).toMatchObject({ isSafe: false, hit: { sentence: 'The model answered 40; allowed is 0.5 to 2 times base_price, which was not given.' } })
    const constant: GuardrailRule = { ...price, fallback: { kind: 'constant', value: 20 } }
    expect(guard(constant)(40, [null, 1])).toMatchObject({ isSafe: true, score: 20 })
  })

  it('never lets a value leave that breaks a limit', () => {
    const rule = fc.record({
      limit: fc.oneof(
        fc.record({ rule: fc.constant('output-range' as const), min: fc.integer({ min: -100, max: 0 }), max: fc.integer({ min: 1, max: 100 }) }),
        fc.record({ rule: fc.constant('output-relative' as const), field: fc.constantFrom(...FIELDS), min: fc.integer({ min: -2, max: 1 }), max: fc.integer({ min: 1, max: 3 }) }),
      ),
      fallback: fc.oneof(
        fc.record({ kind: fc.constant('clamp' as const) }),
        fc.record({ kind: fc.constant('constant' as const), value: fc.integer({ min: -200, max: 200 }) }),
        fc.record({ kind: fc.constant('input-multiple' as const), field: fc.constantFrom(...FIELDS), factor: fc.integer({ min: -3, max: 3 }) }),
      ),
    })
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 4 }), fc.integer({ min: -1000, max: 1000 }), fc.tuple(fc.integer({ min: -100, max: 100 }), fc.integer({ min: 0, max: 9 })), (rules, said, inputs) => {
        const { score, isSafe } = guard(...rules)(said, inputs)
        if (!isSafe) return
        for (const { limit } of rules) {
          const base = limit.rule === 'output-relative' ? (inputs[FIELDS.indexOf(limit.field)] ?? 0) : 1
          const [low, high] = [(limit.min ?? -Infinity) * base, (limit.max ?? Infinity) * base].sort((a, b) => a - b)
          expect(score).toBeGreaterThanOrEqual(low ?? 0)
          expect(score).toBeLessThanOrEqual(high ?? 0)
        }
      }),
    )
  })
})
