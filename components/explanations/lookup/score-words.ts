import { formatNumber, formatScore } from '@/components/ui/format'
import type { Decision } from '@/lib/explanations/contract'

/** A probability with three decimals, a value in its unit. */
export function scoreInWords({ task, scoreUnit }: Pick<Decision, 'task' | 'scoreUnit'>, score: number | null): string {
  return task === 'regression' ? formatNumber(score, { unit: scoreUnit ?? undefined }) : formatScore(score)
}
