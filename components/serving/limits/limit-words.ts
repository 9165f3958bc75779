// Limits and settings of serving in words.
import { formatNumber } from '@/components/ui/format'
import type { CallLimits, ServingSettings } from '@/lib/serving/contract'

const whole = (value: number) => formatNumber(value)

/** One phrase for each limit that is set, without the deadline. */
export function allowanceInWords(limits: CallLimits): string[] {
  const { rowsASecond, burstRows, rowsAMonth, callsAtOnce, rowsACall, bodyBytes } = limits
  const words: string[] = []
  if (rowsASecond !== null) words.push(`${whole(rowsASecond)} rows a second, ${whole(burstRows ?? Math.max(1, Math.ceil(rowsASecond)))} at once`)
  if (rowsAMonth !== null) words.push(`${whole(rowsAMonth)} rows a month`)
  if (callsAtOnce !== null) words.push(`${whole(callsAtOnce)} calls under way at once`)
  if (rowsACall !== null) words.push(`${whole(rowsACall)} rows in a call`)
  if (bodyBytes !== null) words.push(`${whole(bodyBytes)} bytes in a call`)
  return words
}

/** Of a token: its deadline too. */
export function limitsInWords(limits: CallLimits): string[] {
  return [...allowanceInWords(limits), ...(limits.deadlineMs === null ? [] : [`answers within ${whole(limits.deadlineMs)} ms`])]
}

export interface SettingInWords {
  label: string
  sentence: string
}

export function servingInWords({ batching, withoutLog, limits, price }: ServingSettings): SettingInWords[] {
  const allowance = allowanceInWords(limits)
  return [
    { label: 'Batching', sentence: batching === 'adaptive' ? 'Calls that come at the same time run together where that is faster.' : 'Each call runs alone.' },
    {
      label: 'Deadline',
      sentence:
        limits.deadlineMs === null
          ? 'None of its own: how long an answer may take is said by the caller or its token.'
          : `A call that is not answered within ${whole(limits.deadlineMs)} ms is refused.`,
    },
    {
      label: 'Without the log',
      sentence: withoutLog === 'refuse' ? 'A prediction that cannot be logged is not given.' : 'A prediction that cannot be logged is given with a warning, and an incident is opened.',
    },
    { label: 'Limits', sentence: allowance.length === 0 ? 'None: each caller is limited by its own token only.' : `All callers together: ${allowance.join('; ')}.` },
    { label: 'Price', sentence: price === null ? 'None.' : `1,000 predictions cost ${price.amount} ${price.currency}.` },
  ]
}

/** What a revision changed, against the one before. */
export function changesInWords(before: ServingSettings, after: ServingSettings): string[] {
  const earlier = servingInWords(before)
  return servingInWords(after).flatMap(({ label, sentence }, index) => (earlier[index]?.sentence === sentence ? [] : [`${label}: ${sentence}`]))
}
