// What the monitors of a model say charts should be compared with.
import type { DRIFT_MEASURES, Monitor, MonitorRule } from '../contract'
import { EXPLANATION_DRIFT, NEW_REASON } from './defaults'

type RuleOf<K extends MonitorRule['kind']> = Extract<MonitorRule, { kind: K }>

/** The first enabled rule of a kind. */
export function ruleOfKind<K extends MonitorRule['kind']>(monitors: readonly Monitor[], kind: K): RuleOf<K> | null {
  const isOfKind = (rule: MonitorRule): rule is RuleOf<K> => rule.kind === kind
  for (const { isEnabled, rule } of monitors) if (isEnabled && isOfKind(rule)) return rule
  return null
}

export interface DriftSettings {
  limit: { measure: (typeof DRIFT_MEASURES)[number]; value: number }
  spanHours: number
}

/** The drift monitor's measure, limit and window; the default rule's where a model has none. */
export function driftSettings(monitors: readonly Monitor[]): DriftSettings {
  const rule = ruleOfKind(monitors, 'drift')
  if (!rule) return { limit: { measure: 'psi', value: 0.2 }, spanHours: 168 }
  return { limit: { measure: rule.measure, value: rule.limit }, spanHours: rule.windowHours }
}

export function limitOfAccuracy(monitors: readonly Monitor[]): number | null {
  return ruleOfKind(monitors, 'accuracy')?.limit ?? null
}

export interface ReasonWatch {
  places: number
  tolerance: number
  standardErrors: number
  spanHours: number
  minimumRows: number
  leastNdcg: number
}

/** What the monitors of explanations compare with; the default rules' where a model has none. */
export function reasonWatch(monitors: readonly Monitor[]): ReasonWatch {
  const { windowHours, places, tolerance, standardErrors, minimumRows } = ruleOfKind(monitors, 'new-reason') ?? NEW_REASON
  const ranking = monitors.find(({ isEnabled, rule }) => isEnabled && rule.kind === 'explanation-drift' && rule.measure === 'ndcg')?.rule
  return { places, tolerance, standardErrors, minimumRows, spanHours: windowHours, leastNdcg: ranking?.kind === 'explanation-drift' ? ranking.limit : EXPLANATION_DRIFT.limit }
}
