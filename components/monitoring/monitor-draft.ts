// A monitor's rule as a form holds it: text until it is sent. One list of inputs per kind of rule.
import type { MonitorRule } from '@/lib/monitoring/contract'
import { EXPLANATION_DRIFT, FORBIDDEN_REASON, NEW_REASON } from '@/lib/monitoring/rules/defaults'

export interface DraftInput {
  /** Member of the rule. */
  name: string
  label: string
  hint?: string
  /** Shown times this: shares as percent. */
  scale: number
}

const WINDOW: DraftInput = { name: 'windowHours', label: 'Window in hours', hint: '168 hours are a week.', scale: 1 }
const LEAST_EXPLAINED: DraftInput = { name: 'minimumRows', label: 'Least explained predictions to judge by', scale: 1 }

export function draftInputs(kind: MonitorRule['kind'], isRegression: boolean): DraftInput[] {
  switch (kind) {
    case 'drift':
      return [
        { name: 'limit', label: 'Limit', hint: 'PSI: 0.1 is a small, 0.25 a large change.', scale: 1 },
        WINDOW,
        { name: 'minimumRows', label: 'Least rows to judge by', scale: 1 },
      ]
    case 'volume':
      return [
        { name: 'leastShare', label: 'Fires below this percentage of the usual', scale: 100 },
        WINDOW,
        { name: 'minimumExpected', label: 'Least usual calls to judge by', scale: 1 },
      ]
    case 'errors':
      return [
        { name: 'mostShare', label: 'Fires above this percentage of failed calls', scale: 100 },
        WINDOW,
        { name: 'minimumCalls', label: 'Least calls to judge by', scale: 1 },
      ]
    case 'accuracy':
      return [
        isRegression
          ? { name: 'limit', label: 'Fires above this mean absolute error', scale: 1 }
          : { name: 'limit', label: 'Fires below this percentage of right answers', scale: 100 },
        WINDOW,
        { name: 'minimumOutcomes', label: 'Least outcomes to judge by', scale: 1 },
      ]
    case 'explanation-drift':
      return [{ name: 'limit', label: 'Limit', hint: 'NDCG fires below it: 0.9 is usual. A distance fires above it.', scale: 1 }, WINDOW, LEAST_EXPLAINED]
    case 'new-reason':
      return [
        { name: 'places', label: 'Main reasons of a prediction', hint: 'How many of its largest contributions count, 1 to 4.', scale: 1 },
        { name: 'tolerance', label: 'Fires beyond so many percentage points', hint: 'More or less often a main reason than in the reference.', scale: 100 },
        { name: 'standardErrors', label: 'And beyond so many standard errors', hint: 'Keeps chance from firing it where few predictions came.', scale: 1 },
        WINDOW,
        LEAST_EXPLAINED,
      ]
    case 'forbidden-reason':
      return [WINDOW]
  }
}

export function newRule(kind: MonitorRule['kind'], isRegression: boolean): MonitorRule {
  switch (kind) {
    case 'drift':
      return { kind, measure: 'psi', limit: 0.2, windowHours: 168, minimumRows: 200, fields: null }
    case 'volume':
      return { kind, leastShare: 0.4, windowHours: 24, minimumExpected: 50 }
    case 'errors':
      return { kind, mostShare: 0.05, windowHours: 24, minimumCalls: 50 }
    case 'accuracy':
      return { kind, limit: isRegression ? 1 : 0.8, windowHours: 672, minimumOutcomes: 100 }
    case 'explanation-drift':
      return EXPLANATION_DRIFT
    case 'new-reason':
      return NEW_REASON
    case 'forbidden-reason':
      return FORBIDDEN_REASON
  }
}

/** What an explanation monitor starts with when its measure is chosen: the scales run opposite ways. */
export const EXPLANATION_LIMITS = { ndcg: EXPLANATION_DRIFT.limit, 'jensen-shannon': 0.2 } as const

export function draftOf(rule: MonitorRule, inputs: readonly DraftInput[]): Record<string, string> {
  const values = rule as unknown as Record<string, number>
  return Object.fromEntries(inputs.map(({ name, scale }) => [name, String(Number(((values[name] ?? 0) * scale).toPrecision(12)))]))
}

/** The rule with the form's numbers; text that is no number becomes NaN, which the schema refuses. */
export function ruleOf(rule: MonitorRule, draft: Record<string, string>, inputs: readonly DraftInput[]): MonitorRule {
  const numbers = inputs.map(({ name, scale }) => {
    const text = (draft[name] ?? '').trim()
    return [name, text === '' ? NaN : Number((Number(text) / scale).toPrecision(12))] as const
  })
  return { ...rule, ...Object.fromEntries(numbers) } as MonitorRule
}
