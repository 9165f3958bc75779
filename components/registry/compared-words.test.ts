import { describe, expect, it } from 'vitest'
import { comparedChange, comparedName, comparedValue } from './compared-words'

const NAMES = new Map([['waiting_days', 'Waiting time']])

describe('a comparison in words', () => {
  it('names fields and metrics as people know them, and parameters as the training named them', () => {
    expect(comparedName('Global importance', 'waiting_days', NAMES)).toBe('Waiting time')
    expect(comparedName('Inputs', 'gone', NAMES)).toBe('gone')
    expect(comparedName('Told at registration', 'heldOutRows', NAMES)).toBe('Held out rows')
    expect(comparedName('Parameters', 'max_depth', NAMES)).toBe('max_depth')
    expect(comparedName('Lineage', 'registered by', NAMES)).toBe('Registered by')
  })

  it('writes each kind of figure as what it is', () => {
    expect(comparedValue('Parameters', 'seed', 20260824)).toBe('20260824')
    expect(comparedValue('Lineage', 'rows', 8277)).toBe('8,277')
    expect(comparedValue('Lineage', 'file bytes', 55281)).toBe('55.3\u00a0kB')
    expect(comparedValue('Measured on reference rows', 'auc', 0.7)).toBe('0.700')
    expect(comparedValue('Answer', 'unit', null)).toBe('–')
  })

  it('says better or worse where the metric has a direction', () => {
    const told = 'Told at registration'
    expect(comparedChange(told, 'auc', 0.698, 0.77)).toEqual({ text: '+0.072', verdict: 'better' })
    expect(comparedChange(told, 'brier', 0.158, 0.17)).toEqual({ text: '+0.012', verdict: 'worse' })
    expect(comparedChange(told, 'mae', 5.5, 2.5)).toEqual({ text: '\u22123', verdict: 'better' })
    expect(comparedChange(told, 'bias', 0.1, 0.2)?.verdict).toBeNull()
    expect(comparedChange('Lineage', 'rows', 10, 12)).toEqual({ text: '+2', verdict: null })
  })

  it('says nothing where there is no difference of quantities', () => {
    expect(comparedChange('Parameters', 'seed', 1, 2)).toBeNull()
    expect(comparedChange('Lineage', 'run', 'a', 'b')).toBeNull()
    expect(comparedChange('Told at registration', 'auc', undefined, 0.5)).toBeNull()
    expect(comparedChange('Told at registration', 'auc', 0.5, 0.5)).toBeNull()
  })
})

describe('importance as shares', () => {
  it('is written in per cent and compared in points', () => {
    expect(comparedValue('Global importance, as shares', 'age', 0.253).replace('\u00a0', ' ')).toBe('25.3 %')
    expect(comparedChange('Global importance, as shares', 'age', 0.25, 0.3)).toEqual({ text: '+5.0 points', verdict: null })
  })
})
