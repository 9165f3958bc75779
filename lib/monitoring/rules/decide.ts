// Has this monitor fired? Pure: facts and whether its incident is open come in. A monitor that fired recovers only below
// nine tenths of its limit, so that a value that wavers around the limit does not open an incident each hour.
import { wilson } from '@/lib/math/intervals'
import type { Figure, MonitorFinding, MonitorRule, Window } from '../contract'
import { rowsNeeded, type DriftMeasure } from './drift'
import { lengthInWords } from './time'
import { plainNumber, shareText } from './words'

type RuleOf<K extends MonitorRule['kind']> = Extract<MonitorRule, { kind: K }>

const RECOVERS_BELOW = 0.9

export interface Facts {
  window: Window
  /** Whether an incident of this monitor is unresolved. */
  isOpen: boolean
}

/** `value` above the limit fires; once open, from nine tenths of the limit on it still does. */
export function isAbove(value: number, limit: number, isOpen: boolean): boolean {
  return isOpen ? value >= limit * RECOVERS_BELOW : value > limit
}

/** The same for a floor: `share` below it fires; once open, until it is a ninth above it. */
export function isBelow(share: number, floor: number, isOpen: boolean): boolean {
  return isOpen ? share <= floor / RECOVERS_BELOW : share < floor
}

export interface DriftFacts extends Facts {
  /** null where the version has no reference data. */
  fields: DriftFieldFacts[] | null
  rows: number
}

export interface DriftFieldFacts {
  field: string
  displayName: string
  /** In the rule's measure; null without values. */
  distance: number | null
  bins: number
  /** Rows with a value. */
  rows: number
  sentence: string
}

const MEASURE_NAMES: Record<DriftMeasure, string> = { psi: 'PSI', 'jensen-shannon': 'Jensen-Shannon distance' }

export function decideDrift(rule: RuleOf<'drift'>, facts: DriftFacts): MonitorFinding {
  const name = MEASURE_NAMES[rule.measure]
  const base = { limit: rule.limit, window: facts.window, severity: 'attention' as const, title: 'Data looks different' }
  if (facts.fields === null) return insufficient(base, 'The version has no reference data, so drift cannot be measured.')
  if (facts.rows < rule.minimumRows) {
    return insufficient(base, `${plainNumber(facts.rows)} of at least ${plainNumber(rule.minimumRows)} rows in the last ${lengthInWords(rule.windowHours)}.`)
  }
  const judged = facts.fields
    .filter((one) => rule.fields === null || rule.fields.includes(one.field))
    .filter((one) => one.distance !== null && one.rows >= rowsNeeded(one.bins, rule.measure, rule.limit))
    .sort((a, b) => (b.distance ?? 0) - (a.distance ?? 0))
  const worst = judged[0]
  if (!worst || worst.distance === null) return insufficient(base, 'No watched field has enough values to be compared.')
  const away = judged.filter((one) => isAbove(one.distance ?? 0, rule.limit, facts.isOpen))
  const figures: Figure[] = [
    { name: `${name} of ${worst.displayName}`, value: worst.distance, limit: rule.limit },
    { name: `Rows in the last ${lengthInWords(rule.windowHours)}`, value: facts.rows, limit: rule.minimumRows },
    { name: 'Fields above the limit', value: `${away.length} of ${judged.length}` },
  ]
  if (away.length === 0) {
    return { ...base, state: 'quiet', value: worst.distance, figures, sentence: 'The data looks as the model knows it.' }
  }
  const names = away.map((one) => one.displayName)
  return {
    ...base,
    state: 'fired',
    value: worst.distance,
    severity: worst.distance > rule.limit * 2.5 ? 'problem' : 'attention',
    title: `${listed(names)} ${names.length === 1 ? 'differs' : 'differ'} from what the model knows`,
    sentence: names.length === 1 ? worst.sentence : `${worst.sentence} ${others(names.length - 1)} changed too.`,
    figures,
    fields: away.map((one) => ({ field: one.field, distance: one.distance ?? 0, sentence: one.sentence })),
  }
}

export interface VolumeFacts extends Facts {
  rows: number
  /** Rows in the same hours of earlier weeks, only of weeks in which the model was released. */
  earlier: number[]
}

export function decideVolume(rule: RuleOf<'volume'>, facts: VolumeFacts): MonitorFinding {
  const base = { limit: rule.leastShare, window: facts.window, severity: 'attention' as const, title: 'Fewer calls than usual' }
  const expected = facts.earlier.length === 0 ? 0 : facts.earlier.reduce((sum, rows) => sum + rows, 0) / facts.earlier.length
  if (expected < rule.minimumExpected) {
    return insufficient(base, `Usually fewer than ${plainNumber(rule.minimumExpected)} calls in these hours, too few to judge.`)
  }
  const share = facts.rows / expected
  const last = lengthInWords(rule.windowHours)
  const figures: Figure[] = [
    { name: `Calls in the last ${last}`, value: facts.rows },
    { name: 'Usual for these hours', value: Math.round(expected) },
    { name: 'Share of the usual', value: share, limit: rule.leastShare, isShare: true },
  ]
  const compared = `${plainNumber(facts.rows)} calls in the last ${last}, usually about ${plainNumber(Math.round(expected))}`
  if (!isBelow(share, rule.leastShare, facts.isOpen)) {
    return { ...base, state: 'quiet', value: share, figures, sentence: `As busy as usual: ${compared}.` }
  }
  if (facts.rows === 0) {
    return {
      ...base,
      state: 'fired',
      value: 0,
      severity: 'problem',
      title: 'No calls any more',
      sentence: `Nobody asked the model in the last ${last}; usually it is asked about ${plainNumber(Math.round(expected))} times.`,
      figures,
    }
  }
  return { ...base, state: 'fired', value: share, figures, sentence: `Far fewer calls than usual: ${compared} (${shareText(share)}).` }
}

export interface ErrorFacts extends Facts {
  errors: number
  /** Answered rows; calls are these and the errors. */
  rows: number
  worstCode: string | null
}

export function decideErrors(rule: RuleOf<'errors'>, facts: ErrorFacts): MonitorFinding {
  const base = { limit: rule.mostShare, window: facts.window, severity: 'problem' as const, title: 'Calls fail' }
  const calls = facts.errors + facts.rows
  const last = lengthInWords(rule.windowHours)
  if (calls < rule.minimumCalls) {
    return insufficient(base, `${plainNumber(calls)} of at least ${plainNumber(rule.minimumCalls)} calls in the last ${last}.`)
  }
  const share = facts.errors / calls
  const figures: Figure[] = [
    { name: 'Share of failed calls', value: share, limit: rule.mostShare, isShare: true },
    { name: 'Failed', value: facts.errors },
    { name: 'Answered', value: facts.rows },
    ...(facts.worstCode === null ? [] : [{ name: 'Most frequent reason', value: facts.worstCode }]),
  ]
  if (!isAbove(share, rule.mostShare, facts.isOpen)) {
    const sentence = facts.errors === 0 ? 'No failed calls.' : `${shareText(share)} of calls failed, within the limit.`
    return { ...base, state: 'quiet', value: share, figures, sentence }
  }
  const reason = facts.worstCode === null ? '' : `, most often “${facts.worstCode.replaceAll('_', ' ')}”`
  const sentence = `${shareText(share)} of calls failed in the last ${last}: ${plainNumber(facts.errors)} of ${plainNumber(calls)}${reason}.`
  return { ...base, state: 'fired', value: share, figures, sentence }
}

export interface AccuracyFacts extends Facts {
  /** Right answers of all with an outcome, or the mean absolute error of them. */
  measured: { kind: 'accuracy'; right: number; outcomes: number } | { kind: 'error'; meanAbsoluteError: number | null; outcomes: number }
  unit?: string
}

export function decideAccuracy(rule: RuleOf<'accuracy'>, facts: AccuracyFacts): MonitorFinding {
  const { measured } = facts
  const base = { limit: rule.limit, window: facts.window, severity: 'problem' as const, title: 'The model is wrong more often' }
  const last = lengthInWords(rule.windowHours)
  if (measured.outcomes < rule.minimumOutcomes) {
    return insufficient(base, `${plainNumber(measured.outcomes)} of at least ${plainNumber(rule.minimumOutcomes)} outcomes for the last ${last}.`)
  }
  const outcomes: Figure = { name: `Outcomes for the last ${last}`, value: measured.outcomes, limit: rule.minimumOutcomes }
  if (measured.kind === 'error') {
    const value = measured.meanAbsoluteError
    if (value === null) return insufficient(base, 'No error could be measured.')
    const unit = facts.unit
    const figures: Figure[] = [{ name: 'Mean absolute error', value, limit: rule.limit, unit }, outcomes]
    const written = `${plainNumber(value)}${unit === undefined ? '' : ` ${unit}`}`
    if (!isAbove(value, rule.limit, facts.isOpen)) {
      return { ...base, state: 'quiet', value, figures, sentence: `Off by ${written} on average, within the limit.` }
    }
    const sentence = `The model’s answers are off by ${written} on average; at most ${plainNumber(rule.limit)} was expected.`
    return { ...base, title: 'The model’s error grew', state: 'fired', value, figures, sentence }
  }
  const value = measured.right / measured.outcomes
  const interval = wilson({ successes: measured.right, trials: measured.outcomes })
  const figures: Figure[] = [
    { name: 'Share of right answers', value, limit: rule.limit, isShare: true },
    { name: '95 % interval', value: `${shareText(interval.low)} to ${shareText(interval.high)}` },
    outcomes,
  ]
  // The share of wrong answers is what must shrink: an accuracy limit above 0.9 could never be passed by a ninth.
  if (!isAbove(1 - value, 1 - rule.limit, facts.isOpen)) {
    return { ...base, state: 'quiet', value, figures, sentence: `Right in ${shareText(value)} of cases, as expected.` }
  }
  const sentence = `The model was right in ${shareText(value)} of ${plainNumber(measured.outcomes)} cases with a known outcome; at least ${shareText(rule.limit)} was expected.`
  return { ...base, state: 'fired', value, figures, sentence }
}

export function insufficient(base: Pick<MonitorFinding, 'limit' | 'window' | 'severity' | 'title'>, sentence: string): MonitorFinding {
  return { ...base, state: 'insufficient', value: null, figures: [], sentence }
}

export function listed(names: readonly string[]): string {
  if (names.length <= 2) return names.join(' and ')
  return `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`
}

export function others(count: number): string {
  return count === 1 ? 'One more field' : `${count} more fields`
}
