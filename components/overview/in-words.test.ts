import { describe, expect, it } from 'vitest'
import type { Health, ModelHealth } from '@/lib/monitoring/contract'
import type { FleetModel } from '@/lib/reports/contract'
import { byUrgency, fleetSentence, keepPercents, kpiTitle, worstState } from './in-words'

function healthOf(states: Partial<Record<'drift' | 'performance' | 'errors' | 'latency', Health['state']>>): ModelHealth {
  const one = (state: Health['state'] = 'ok'): Health => ({ state, words: '' })
  return { modelId: 'm', drift: one(states.drift), performance: one(states.performance), errors: one(states.errors), latency: one(states.latency), volume: one() }
}

function model(name: string, health: ModelHealth | null, rows = 10): FleetModel {
  return {
    id: name, slug: name, name, description: '', health, kpi: null, openIncidents: 0, pendingPromotions: 0,
    production: health === null ? null : { version: 1, since: 0, challengers: [] },
    traffic: { days: [rows, 0], total: rows },
  }
}

describe('the fleet in words', () => {
  it('takes the worst aspect, and counts one known as better than none', () => {
    expect(worstState(healthOf({ drift: 'attention', errors: 'problem' }))).toBe('problem')
    expect(worstState(healthOf({ drift: 'attention' }))).toBe('attention')
    expect(worstState(healthOf({ performance: 'unknown' }))).toBe('ok')
    expect(worstState(healthOf({ drift: 'unknown', performance: 'unknown', errors: 'unknown', latency: 'unknown' }))).toBe('unknown')
  })

  it('puts models that need a look first and keeps the order of the rest', () => {
    const models = [model('a', healthOf({})), model('b', null), model('c', healthOf({ errors: 'problem' })), model('d', healthOf({ drift: 'attention' })), model('e', healthOf({}))]
    expect(byUrgency(models).map((one) => one.name)).toEqual(['c', 'd', 'a', 'e', 'b'])
  })

  it('says it in one sentence', () => {
    const fine = model('a', healthOf({}), 1500)
    const drifting = model('b', healthOf({ drift: 'attention' }), 1)
    expect(fleetSentence([fine, drifting, model('c', null)])).toBe('2 models in production, 1,501 predictions in 2 days: 1 needs a look, 1 as expected.')
    expect(fleetSentence([fine, fine])).toBe('2 models in production, 3,000 predictions in 2 days: all as expected.')
    expect(fleetSentence([drifting])).toBe('1 model in production, 1 prediction in 2 days: 1 needs a look.')
    expect(fleetSentence([model('c', null)])).toBe('No model is in production yet.')
  })

  it('keeps a number and its per cent sign on one line', () => {
    expect(keepPercents('78.0 % and 5 % of a %')).toBe('78.0\u00a0% and 5\u00a0% of a %')
  })

  it('writes KPI names as words', () => {
    expect(kpiTitle('offered_loan_repaid')).toBe('Offered loan repaid')
  })
})
