// Reviews in the words people use: the sample, the group, the verdict.
import type { State } from '@/components/ui/status-mark'
import { formatDateTime, formatNumber } from '@/components/ui/format'
import type { CaseFilter, CaseVerdict, ReviewSelection } from '@/lib/evidence/contract'
import type { ReviewChoices, ReviewField } from './review-choices'

export const VERDICT_WORDS: Record<CaseVerdict, { state: State; label: string }> = {
  'in-order': { state: 'ok', label: 'In order' },
  concern: { state: 'attention', label: 'Concern' },
}

export function verdictWords(verdict: CaseVerdict | null): { state: State; label: string } {
  return verdict === null ? { state: 'unknown', label: 'Open' } : VERDICT_WORDS[verdict]
}

export const FILTER_WORDS: Record<CaseFilter, string> = { open: 'Open', 'in-order': 'In order', concern: 'Concerns' }

type Asked = Pick<ReviewSelection, 'kind' | 'size' | 'stratifyBy' | 'decision' | 'group'>

/** `50 drawn at random`, `20 of each group of Age`, `Every decision`. */
export function sampleInWords({ kind, size, stratifyBy }: Asked, choices: ReviewChoices): string {
  if (kind === 'all') return 'Every decision'
  if (kind === 'random' || stratifyBy === null) return `${formatNumber(size)} drawn at random`
  return stratifyBy === 'decision' ? `${formatNumber(size)} of each decision` : `${formatNumber(size)} of each group of ${nameOf(choices, stratifyBy.field)}`
}

/** What narrows the population: `Refuse the credit · Purpose: car`. Null where nothing does. */
export function narrowedInWords({ decision, group }: Asked, choices: ReviewChoices): string | null {
  const parts = [decision === null ? null : decisionInWords(decision, choices), group === null ? null : groupInWords(group, choices)]
  const said = parts.filter((part) => part !== null)
  return said.length === 0 ? null : said.join(' · ')
}

export function periodInWords({ from, to }: Pick<ReviewSelection, 'from' | 'to'>): string {
  return `${formatDateTime(from)} to ${formatDateTime(to)}`
}

export function groupInWords(group: NonNullable<ReviewSelection['group']>, choices: ReviewChoices): string {
  const field = choices.fields.find((one) => one.name === group.field)
  const name = field?.displayName ?? group.field
  if ('value' in group) return `${name}: ${valueInWords(group.value, field)}`
  const { min, max } = group
  if (min !== null && max !== null) return `${name}: ${number(min)} to ${number(max, field)}`
  return min !== null ? `${name}: ${number(min, field)} or more` : `${name}: up to ${number(max ?? NaN, field)}`
}

/** One group of a stratified sample. */
export function stratumInWords(stratum: string | null, { stratifyBy }: Pick<ReviewSelection, 'stratifyBy'>, choices: ReviewChoices): string {
  if (stratum === null || stratifyBy === null) return 'All'
  if (stratum === '') return 'Not given'
  if (stratifyBy === 'decision') return decisionInWords(stratum, choices)
  const field = choices.fields.find((one) => one.name === stratifyBy.field)
  if (stratifyBy.cuts === null) return valueInWords(stratum, field)
  const [low = '', high = ''] = stratum.split('..')
  if (low === '' && high === '') return 'Any number'
  if (low === '') return `Below ${number(Number(high), field)}`
  if (high === '') return `${number(Number(low), field)} or more`
  return `${number(Number(low))} to below ${number(Number(high), field)}`
}

function decisionInWords(decision: string, choices: ReviewChoices): string {
  return choices.decisions.find((one) => one.value === decision)?.label ?? decision
}

function nameOf(choices: ReviewChoices, field: string): string {
  return choices.fields.find((one) => one.name === field)?.displayName ?? field
}

function valueInWords(value: string, field: ReviewField | undefined): string {
  return value === '' ? 'Not given' : (field?.values?.find((one) => one.value === value)?.label ?? value)
}

function number(value: number, field?: ReviewField): string {
  return formatNumber(value, field?.unit === undefined ? {} : { unit: field.unit })
}
