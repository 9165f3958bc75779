// Ranges, rules and verdicts in words.
import { formatDate, formatNumber, formatPercent } from '@/components/ui/format'
import type { State } from '@/components/ui/status-mark'
import type { FieldAttribution, FieldDrift, Monitor, MonitorRule, MonitorState } from '@/lib/monitoring/contract'
import { placeWords } from '@/lib/monitoring/rules/reason-words'
import { lengthInWords, type RangePreset, type TimeRange } from '@/lib/monitoring/rules/time'
import type { Channel } from '@/lib/serving/contract'

export const PRESET_WORDS: Record<RangePreset, string> = { '24h': '24 hours', '7d': '7 days', '30d': '30 days', '90d': '90 days' }

export const CHANNEL_WORDS: Record<Channel, string> = { online: 'Calls', batch: 'Batch jobs', ingested: 'Other engines' }

export function rangeInWords(range: TimeRange): string {
  if (range.preset !== 'custom') return `the last ${PRESET_WORDS[range.preset]}`
  return `${formatDate(range.from)} to ${formatDate(range.to)}`
}

export const VERDICT_STATE: Record<FieldDrift['verdict'], State> = { same: 'ok', changing: 'info', changed: 'attention', unknown: 'unknown' }
export const VERDICT_WORDS: Record<FieldDrift['verdict'], string> = {
  same: 'As known', changing: 'Changing a little', changed: 'Changed', unknown: 'Not known',
}

export const MEASURE_WORDS = { psi: 'PSI', 'jensen-shannon': 'Jensen-Shannon distance' } as const
export const EXPLANATION_MEASURE_WORDS = { ndcg: 'Order of the fields (NDCG)', 'jensen-shannon': 'Contributions of each field (Jensen-Shannon distance)' } as const

export const REASON_STATE: Record<FieldAttribution['verdict'], State> = { same: 'ok', new: 'attention', more: 'attention', less: 'attention', unknown: 'unknown' }
export const REASON_WORDS: Record<FieldAttribution['verdict'], string> = {
  same: 'As known', new: 'New reason', more: 'More often than known', less: 'Less often than known', unknown: 'Not known',
}

export const MONITOR_STATE: Record<MonitorState, State> = { fired: 'attention', quiet: 'ok', insufficient: 'unknown' }
export const MONITOR_STATE_WORDS: Record<MonitorState, string> = { fired: 'Fired', quiet: 'Quiet', insufficient: 'Not enough data' }

export const RULE_NAMES: Record<MonitorRule['kind'], string> = {
  drift: 'Data looks different', volume: 'Fewer calls than usual', errors: 'Calls fail', accuracy: 'Wrong more often',
  'explanation-drift': 'Decides by other fields', 'new-reason': 'Main reasons change', 'forbidden-reason': 'A forbidden reason is cited',
}

export function ruleInWords(rule: MonitorRule, isRegression: boolean, displayNames: ReadonlyMap<string, string> = new Map()): string {
  const last = `in the last ${lengthInWords(rule.windowHours)}`
  switch (rule.kind) {
    case 'drift': {
      const fields = rule.fields === null ? 'any field' : rule.fields.map((field) => displayNames.get(field) ?? field).join(' or ')
      return `${MEASURE_WORDS[rule.measure]} of ${fields} above ${formatNumber(rule.limit)} ${last}, from ${formatNumber(rule.minimumRows)} rows on`
    }
    case 'volume':
      return `Below ${formatPercent(rule.leastShare)} of the usual calls ${last}, where at least ${formatNumber(rule.minimumExpected)} are usual`
    case 'errors':
      return `More than ${formatPercent(rule.mostShare)} of calls fail ${last}, from ${formatNumber(rule.minimumCalls)} calls on`
    case 'accuracy':
      return isRegression
        ? `Off by more than ${formatNumber(rule.limit)} on average ${last}, from ${formatNumber(rule.minimumOutcomes)} outcomes on`
        : `Right in less than ${formatPercent(rule.limit)} of cases ${last}, from ${formatNumber(rule.minimumOutcomes)} outcomes on`
    case 'explanation-drift': {
      const from = `${last}, from ${formatNumber(rule.minimumRows)} explained predictions on`
      return rule.measure === 'ndcg'
        ? `The order in which fields matter agrees with the reference’s by less than ${formatNumber(rule.limit)} (NDCG) ${from}`
        : `Jensen-Shannon distance of any field’s contributions above ${formatNumber(rule.limit)} ${from}`
    }
    case 'new-reason':
      return `A field is ${placeWords(rule.places)} more or less often than in the reference by over ${formatNumber(rule.tolerance * 100)} points and ${formatNumber(rule.standardErrors)} standard errors ${last}, from ${formatNumber(rule.minimumRows)} explained predictions on`
    case 'forbidden-reason':
      return `A field that must never be cited is ${placeWords(4)} of any prediction ${last}`
  }
}

/** The monitors together: the worst first, and a sentence. */
export function healthSentence(monitors: readonly Monitor[]): { state: State; sentence: string; checkedAt: number | null } {
  const watching = monitors.filter((monitor) => monitor.isEnabled)
  const findings = watching.flatMap((monitor) => monitor.lastFinding ?? [])
  const checkedAt = findings.length === 0 ? null : Math.max(...findings.map((finding) => finding.at))
  if (watching.length === 0) return { state: 'unknown', sentence: 'No monitor watches this model here.', checkedAt }
  if (findings.length === 0) return { state: 'unknown', sentence: 'The monitors have not been checked yet.', checkedAt }
  const fired = findings.filter((finding) => finding.state === 'fired')
  if (fired.length > 0) return { state: 'attention', sentence: fired.map((finding) => finding.sentence).join(' '), checkedAt }
  const quiet = findings.filter((finding) => finding.state === 'quiet').length
  if (quiet === 0) return { state: 'unknown', sentence: 'Too few calls and outcomes to judge yet.', checkedAt }
  const unknown = watching.length - quiet
  const rest = unknown === 0 ? '' : ` ${unknown === 1 ? 'One has' : `${unknown} have`} too little data to judge.`
  return { state: 'ok', sentence: `Nothing unusual: ${quiet} of ${watching.length} monitors are quiet.${rest}`, checkedAt }
}

/** `revenue_per_user` → Revenue per user. */
export function kpiName(name: string): string {
  const text = name.replaceAll('_', ' ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
