// A monitor's rule as a form holds it: text until it is sent. One list of inputs per kind of rule.
import type { MonitorRule } from '@/lib/monitoring/contract'

export interface DraftInput {
  /** Member of the rule. */
  name: string
  label: string
  hint?: string
  /** Shown times this: shares as percent. */
  scale: number
}

const WINDOW: DraftInput = { name: 'windowHours', label: 'Window in hours', hint: '168 hours are a week.', scale: 1 }

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
  }
}

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
