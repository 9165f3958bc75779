import { formatNumber } from '@/components/ui/format'
import type { Decision } from '@/lib/explanations/contract'

const DECIMALS = 3
const MOST_DECIMALS = 7

/**
 * A probability with three decimals, a value in its unit. One just beside the threshold gets as many more as it takes to
 * see on which side it is.
 */
export function scoreInWords({ task, scoreUnit, decisionRule }: Pick<Decision, 'task' | 'scoreUnit' | 'decisionRule'>, score: number | null): string {
  if (task === 'regression') return formatNumber(score, { unit: scoreUnit ?? undefined })
  let decimals = DECIMALS
  while (score !== null && decisionRule !== null && decimals < MOST_DECIMALS && score !== decisionRule.threshold && Number(score.toFixed(decimals)) === decisionRule.threshold) decimals += 1
  return formatNumber(score, { decimals })
}
