// Words and figures of the registry as every page writes them.
import { formatNumber, formatScore } from '@/components/ui/format'
import type { Field, Task } from '@/lib/registry/contract'

export const TASK_WORDS: Record<Task, string> = {
  binary: 'Yes or no',
  multiclass: 'Several classes',
  regression: 'A number',
}

export const TYPE_WORDS: Record<Field['type'], string> = {
  number: 'number',
  integer: 'whole number',
  boolean: 'true or false',
  category: 'category',
  text: 'text',
}

/** Shares with three decimals so that columns line up, counts and amounts as they are. */
export function metricValue(value: number): string {
  return Math.abs(value) <= 1 ? formatScore(value) : formatNumber(value)
}

export function rangeOf(field: Pick<Field, 'min' | 'max' | 'unit'>): string | null {
  const { min, max, unit } = field
  if (min === undefined && max === undefined) return null
  // A level is a rank, not an amount: nobody says "4 level".
  if (unit === 'level' && min !== undefined && max !== undefined) return `level ${formatNumber(min)} to ${formatNumber(max)}`
  const suffix = unit === undefined ? '' : ` ${unit}`
  if (min === undefined) return `at most ${formatNumber(max)}${suffix}`
  if (max === undefined) return `at least ${formatNumber(min)}${suffix}`
  return `${formatNumber(min)} to ${formatNumber(max)}${suffix}`
}

/** The metric a table of versions has room for. */
export function leadingMetric(metrics: Record<string, number>): { name: string; value: number } | null {
  for (const name of ['auc', 'accuracy', 'mae', 'rmse', 'r2']) {
    const value = metrics[name]
    if (value !== undefined) return { name, value }
  }
  const [first] = Object.entries(metrics)
  return first ? { name: first[0], value: first[1] } : null
}
