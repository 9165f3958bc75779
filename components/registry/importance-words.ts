// A version's global importance in the words of its scale: what moves the odds, the probability or the value.
import { formatNumber, formatPercent } from '@/components/ui/format'
import type { Importance } from '@/lib/registry/contract'

export interface ImportanceStyle {
  /** Numbers are written times this: probabilities as percentage points. */
  factor: number
  unit: string | undefined
  label: string
}

export function importanceStyle(scale: Importance['scale'], isMulticlass: boolean, unit: string | undefined): ImportanceStyle {
  if (scale === 'probability') return { factor: 100, unit: 'points', label: 'Mean absolute contribution, in percentage points' }
  if (scale === 'value') return { factor: 1, unit, label: 'Mean absolute contribution' }
  // Of several classes the margin is a raw score: only the differences between classes are log-odds.
  return { factor: 1, unit: undefined, label: `Mean absolute contribution, in ${isMulticlass ? 'the raw score of the chosen class' : 'log-odds'}` }
}

/** Undefined where nothing moves the answers. */
export function importanceInWords({ scale, rows, values }: Importance, isMulticlass: boolean, unit: string | undefined, nameOf: (field: string) => string): string | undefined {
  const [top] = values.toSorted((a, b) => b.meanAbsolute - a.meanAbsolute)
  const total = values.reduce((sum, value) => sum + value.meanAbsolute, 0)
  if (!top || total === 0) return undefined
  const { factor, unit: written } = importanceStyle(scale, isMulticlass, unit)
  const size =
    scale === 'margin' && !isMulticlass
      ? `the odds by a factor of ${formatNumber(Math.exp(top.meanAbsolute))} up or down`
      : `an answer by ${formatNumber(top.meanAbsolute * factor, { unit: scale === 'probability' ? 'percentage points' : (written ?? '') })}`
  return `${nameOf(top.field)}, with ${formatPercent(top.meanAbsolute / total, 0)} of all movement: it moves ${size} on average, over ${formatNumber(rows)} reference rows.`
}
