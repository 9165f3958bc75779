import { describe, expect, it } from 'vitest'
import type { MonitorRule } from '../contract'
import { decideAccuracy, decideDrift, decideErrors, decideVolume, isAbove, isBelow, type DriftFieldFacts } from './decide'
import { rowsNeeded } from './drift'

const window = { from: 0, to: 3_600_000 }
type RuleOf<K extends MonitorRule['kind']> = Extract<MonitorRule, { kind: K }>
const drift: RuleOf<'drift'> = { kind: 'drift', measure: 'psi', limit: 0.2, windowHours: 168, minimumRows: 200, fields: null }
const volume: RuleOf<'volume'> = { kind: 'volume', leastShare: 0.4, windowHours: 24, minimumExpected: 50 }
const errors: RuleOf<'errors'> = { kind: 'errors', mostShare: 0.05, windowHours: 24, minimumCalls: 50 }
const accuracy: RuleOf<'accuracy'> = { kind: 'accuracy', limit: 0.7, windowHours: 672, minimumOutcomes: 100 }

describe('hysteresis', () => {
  it.each([
    // value, limit, open, still fires
    [0.21, 0.2, false, true],
    [0.2, 0.2, false, false],
    [0.19, 0.2, false, false],
    [0.19, 0.2, true, true],
    [0.181, 0.2, true, true],
    [0.179, 0.2, true, false],
  ])('%d against %d, open: %s', (value, limit, isOpen, fires) => {
    expect(isAbove(value, limit, isOpen)).toBe(fires)
  })

  it('a floor recovers a ninth above it', () => {
    expect(isBelow(0.39, 0.4, false)).toBe(true)
    expect(isBelow(0.41, 0.4, false)).toBe(false)
    expect(isBelow(0.43, 0.4, true)).toBe(true)
    expect(isBelow(0.45, 0.4, true)).toBe(false)
  })
})

describe('drift', () => {
  const field = (name: string, distance: number | null, extra: Partial<DriftFieldFacts> = {}): DriftFieldFacts => ({
    field: name, displayName: name, distance, bins: 10, rows: 1000, sentence: `${name} moved.`, ...extra,
  })
  const facts = (fields: DriftFieldFacts[] | null, rows = 1000) => ({ window, isOpen: false, rows, fields })

  it('fires with the farthest field first and names the others', () => {
    const finding = decideDrift(drift, facts([field('a', 0.25), field('b', 0.1), field('c', 0.4)]))
    expect(finding).toMatchObject({ state: 'fired', value: 0.4, title: 'c and a differ from what the model knows', severity: 'attention' })
    expect(finding.sentence).toBe('c moved. One more field changed too.')
    expect(finding.fields?.map((one) => one.field)).toEqual(['c', 'a'])
  })

  it('is a problem when far beyond the limit', () => {
    expect(decideDrift(drift, facts([field('a', 0.51)]))).toMatchObject({ severity: 'problem' })
  })

  it('says nothing with too few rows, no reference, or no value', () => {
    expect(decideDrift(drift, facts([field('a', 3)], 199))).toMatchObject({ state: 'insufficient', value: null })
    expect(decideDrift(drift, facts(null))).toMatchObject({ state: 'insufficient' })
    expect(decideDrift(drift, facts([field('a', null)]))).toMatchObject({ state: 'insufficient' })
  })

  it('leaves out a field with so many categories that chance alone would pass the limit', () => {
    const wide = field('country', 0.5, { bins: 101, rows: 400 })
    expect(decideDrift(drift, facts([wide, field('a', 0.1)]))).toMatchObject({ state: 'quiet', value: 0.1 })
    expect(decideDrift(drift, facts([{ ...wide, rows: 1500 }, field('a', 0.1)]))).toMatchObject({ state: 'fired' })
    expect(rowsNeeded(101, 'psi', 0.2)).toBe(1500)
    expect(rowsNeeded(1, 'psi', 0.2)).toBe(0)
  })

  it('looks only at the fields of the rule', () => {
    expect(decideDrift({ ...drift, fields: ['b'] }, facts([field('a', 3), field('b', 0.1)]))).toMatchObject({ state: 'quiet', value: 0.1 })
  })
})

describe('volume', () => {
  it.each([
    [39, [100, 100], 'fired', 'attention'],
    [0, [100, 100], 'fired', 'problem'],
    [41, [100, 100], 'quiet', 'attention'],
    [0, [40, 40], 'insufficient', 'attention'],
    [0, [], 'insufficient', 'attention'],
  ] as const)('%d calls after %j: %s', (rows, earlier, state, severity) => {
    expect(decideVolume(volume, { window, isOpen: false, rows, earlier: [...earlier] })).toMatchObject({ state, severity })
  })
})

describe('errors', () => {
  const facts = (failed: number, rows: number) => ({ window, isOpen: false, errors: failed, rows, worstCode: failed > 0 ? 'inputs_invalid' : null })
  it.each([
    [6, 94, 'fired'],
    [5, 95, 'quiet'],
    [40, 9, 'insufficient'],
    [50, 0, 'fired'],
  ] as const)('%d failed and %d answered: %s', (failed, rows, state) => {
    expect(decideErrors(errors, facts(failed, rows)).state).toBe(state)
  })
  it('names the most frequent reason', () => {
    expect(decideErrors(errors, facts(10, 90)).sentence).toBe('10\u00a0% of calls failed in the last 24 hours: 10 of 100, most often “inputs invalid”.')
  })
})

describe('accuracy', () => {
  const classified = (right: number, outcomes: number, isOpen = false) => ({ window, isOpen, measured: { kind: 'accuracy' as const, right, outcomes } })
  it.each([
    [69, 100, false, 'fired'],
    [70, 100, false, 'quiet'],
    [70, 100, true, 'fired'],
    [72, 100, true, 'fired'],
    [74, 100, true, 'quiet'],
    [10, 99, false, 'insufficient'],
  ] as const)('%d of %d right, open: %s → %s', (right, outcomes, isOpen, state) => {
    expect(decideAccuracy(accuracy, classified(right, outcomes, isOpen)).state).toBe(state)
  })
  it('takes the mean absolute error of a regression as a ceiling', () => {
    const rule = { ...accuracy, limit: 2 }
    const measured = (meanAbsoluteError: number) => ({ kind: 'error' as const, meanAbsoluteError, outcomes: 200 })
    expect(decideAccuracy(rule, { window, isOpen: false, measured: measured(2.1), unit: 'dollars' })).toMatchObject({
      state: 'fired', sentence: 'The model’s answers are off by 2.1 dollars on average; at most 2 was expected.',
    })
    expect(decideAccuracy(rule, { window, isOpen: false, measured: measured(1.9) })).toMatchObject({ state: 'quiet' })
  })
})
