import { describe, expect, it } from 'vitest'
import { monitorRuleSchema, type MonitorRule } from '@/lib/monitoring/contract'
import { draftInputs, draftOf, newRule, ruleOf } from './monitor-draft'

const KINDS = ['drift', 'volume', 'errors', 'accuracy', 'explanation-drift', 'new-reason', 'forbidden-reason'] as const satisfies readonly MonitorRule['kind'][]

describe('a rule in a form', () => {
  it.each(KINDS.flatMap((kind) => [[kind, true] as const, [kind, false] as const]))('%s survives the way through text', (kind, isRegression) => {
    const rule = newRule(kind, isRegression)
    const inputs = draftInputs(kind, isRegression)
    expect(monitorRuleSchema.parse(rule)).toEqual(rule)
    expect(ruleOf(rule, draftOf(rule, inputs), inputs)).toEqual(rule)
  })

  it('shows shares as percent and refuses what is no number', () => {
    const inputs = draftInputs('errors', false)
    const rule = newRule('errors', false)
    expect(draftOf(rule, inputs)).toMatchObject({ mostShare: '5' })
    expect(ruleOf(rule, { mostShare: '7', windowHours: '24', minimumCalls: '50' }, inputs)).toMatchObject({ mostShare: 0.07 })
    expect(monitorRuleSchema.safeParse(ruleOf(rule, { mostShare: 'many', windowHours: '24', minimumCalls: '' }, inputs)).success).toBe(false)
  })
})
