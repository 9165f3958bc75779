// The monitors a model gets with its first release into production; every one can be changed in its settings.
import type { MonitorRule } from '../contract'

const ACCURACY_NAMES = ['accuracy']
const ERROR_NAMES = ['mae', 'mean_absolute_error', 'meanabsoluteerror']

type RuleOf<K extends MonitorRule['kind']> = Extract<MonitorRule, { kind: K }>

/** The limit SageMaker Clarify alerts at: see lib/math/ndcg. */
export const EXPLANATION_DRIFT: RuleOf<'explanation-drift'> = { kind: 'explanation-drift', measure: 'ndcg', limit: 0.9, windowHours: 168, minimumRows: 200 }
/** Four standard errors: twenty fields checked every hour should not call once a month by chance. */
export const NEW_REASON: RuleOf<'new-reason'> = { kind: 'new-reason', places: 4, tolerance: 0.15, standardErrors: 4, windowHours: 168, minimumRows: 200 }
export const FORBIDDEN_REASON: RuleOf<'forbidden-reason'> = { kind: 'forbidden-reason', windowHours: 24 }

export interface RegisteredMetrics {
  task: 'binary' | 'multiclass' | 'regression'
  /** As registered with the version, then as realised on its reference rows. */
  metrics: Record<string, number>[]
  hasReference: boolean
  /** Whether its reference rows were explained. */
  hasAttributions: boolean
}

export function defaultRules(version: RegisteredMetrics): MonitorRule[] {
  const rules: MonitorRule[] = []
  if (version.hasReference) {
    rules.push({ kind: 'drift', measure: 'psi', limit: 0.2, windowHours: 168, minimumRows: 200, fields: null })
  }
  rules.push({ kind: 'volume', leastShare: 0.4, windowHours: 24, minimumExpected: 50 })
  rules.push({ kind: 'errors', mostShare: 0.05, windowHours: 24, minimumCalls: 50 })
  const limit = accuracyLimit(version)
  if (limit !== null) rules.push({ kind: 'accuracy', limit, windowHours: 24 * 28, minimumOutcomes: 100 })
  if (version.hasAttributions) rules.push(EXPLANATION_DRIFT, NEW_REASON, FORBIDDEN_REASON)
  return rules
}

/** Five points below the registered accuracy, or a quarter above the registered mean absolute error. */
export function accuracyLimit({ task, metrics }: Pick<RegisteredMetrics, 'task' | 'metrics'>): number | null {
  const registered = metrics.map((one) => named(one, task === 'regression' ? ERROR_NAMES : ACCURACY_NAMES)).find((value) => value !== undefined)
  if (registered === undefined) return null
  if (task === 'regression') return registered > 0 ? round(registered * 1.25) : null
  return registered > 0.05 && registered <= 1 ? round(registered - 0.05) : null
}

function named(metrics: Record<string, number>, names: readonly string[]): number | undefined {
  return Object.entries(metrics).find(([name]) => names.includes(name.toLowerCase()))?.[1]
}

function round(value: number): number {
  return Number(value.toPrecision(4))
}
