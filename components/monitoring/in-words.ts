// Ranges, rules and verdicts in words.
import { formatDate, formatNumber, formatPercent } from '@/components/ui/format'
import type { State } from '@/components/ui/status-mark'
import type { FieldDrift, Monitor, MonitorRule, MonitorState } from '@/lib/monitoring/contract'
import { lengthInWords, type RangePreset, type TimeRange } from '@/lib/monitoring/rules/time'

export const PRESET_WORDS: Record<RangePreset, string> = { '24h': '24 hours', '7d': '7 days', '30d': '30 days', '90d': '90 days' }

export function rangeInWords(range: TimeRange): string {
  if (range.preset !== 'custom') return `the last ${PRESET_WORDS[range.preset]}`
  return `${formatDate(range.from)} to ${formatDate(range.to)}`
}

export const VERDICT_STATE: Record<FieldDrift['verdict'], State> = { same: 'ok', changing: 'info', changed: 'attention', unknown: 'unknown' }
export const VERDICT_WORDS: Record<FieldDrift['verdict'], string> = {
  same: 'As known', changing: 'Changing a little', changed: 'Changed', unknown: 'Not known',
}

export const MEASURE_WORDS = { psi: 'PSI', 'jensen-shannon': 'Jensen-Shannon distance' } as const

export const MONITOR_STATE: Record<MonitorState, State> = { fired: 'attention', quiet: 'ok', insufficient: 'unknown' }
export const MONITOR_STATE_WORDS: Record<MonitorState, string> = { fired: 'Fired', quiet: 'Quiet', insufficient: 'Not enough data' }

export const RULE_NAMES: Record<MonitorRule['kind'], string> = {
  drift: 'Data looks different', volume: 'Fewer calls than usual', errors: 'Calls fail', accuracy: 'Wrong more often',
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
