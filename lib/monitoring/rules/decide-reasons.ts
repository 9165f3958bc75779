// Have the monitors of explanations fired? Pure, as decide.ts is, with its hysteresis.
import type { Figure, MonitorFinding, MonitorRule } from '../contract'
import { reasonVerdict, stretchOf, type ReasonFacts } from './attributions'
import { insufficient, isAbove, listed, others, type Facts } from './decide'
import { rowsNeeded } from './drift'
import { contributionSentence, ordinal, placeWords, reasonSentence } from './reason-words'
import { lengthInWords } from './time'
import { isPluralName, plainNumber } from './words'

type RuleOf<K extends MonitorRule['kind']> = Extract<MonitorRule, { kind: K }>

/** One field of a version whose explanations are watched. */
export interface WatchedReason extends ReasonFacts {
  field: string
  displayName: string
}

export interface ExplanationFacts extends Facts {
  /** Explained predictions. */
  rows: number
  /** null where explanations of the version have no reference. */
  fields: WatchedReason[] | null
}

const NO_REFERENCE = 'The version’s explanations have no reference, so they cannot be compared.'
/** Fields beyond these places hardly move an answer, and their order says little. */
const TOP_PLACES = 4

interface Base {
  limit: number
  window: Facts['window']
  severity: 'attention' | 'problem'
  title: string
}

/** What keeps a monitor from judging; null where nothing does. */
function tooLittle(rule: RuleOf<'explanation-drift' | 'new-reason'>, { fields, rows }: ExplanationFacts, base: Base): MonitorFinding | null {
  if (fields === null) return insufficient(base, NO_REFERENCE)
  if (rows >= rule.minimumRows) return null
  return insufficient(base, `${plainNumber(rows)} of at least ${plainNumber(rule.minimumRows)} explained predictions in the last ${lengthInWords(rule.windowHours)}.`)
}

function rowsFigure(rule: { windowHours: number; minimumRows: number }, rows: number): Figure {
  return { name: `Explained predictions in the last ${lengthInWords(rule.windowHours)}`, value: rows, limit: rule.minimumRows }
}

export function decideExplanationDrift(rule: RuleOf<'explanation-drift'>, facts: ExplanationFacts & { ndcg: number | null; unit: string | null }): MonitorFinding {
  return rule.measure === 'ndcg' ? decideRanking(rule, facts) : decideContributions(rule, facts)
}

function decideRanking(rule: RuleOf<'explanation-drift'>, facts: ExplanationFacts & { ndcg: number | null }): MonitorFinding {
  const base: Base = { limit: rule.limit, window: facts.window, severity: 'attention', title: 'Other fields decide than did' }
  const missing = tooLittle(rule, facts, base)
  if (missing) return missing
  const { ndcg, fields } = facts
  if (ndcg === null || fields === null) return insufficient(base, 'No field contributes anything, so there is no order to compare.')
  const figures: Figure[] = [{ name: 'Agreement of the order (NDCG)', value: ndcg, limit: rule.limit }, rowsFigure(rule, facts.rows)]
  // The scale ends at 1, so what may waver is the way down from there.
  if (!isAbove(1 - ndcg, 1 - rule.limit, facts.isOpen)) {
    return { ...base, state: 'quiet', value: ndcg, figures, sentence: 'The fields matter in the order they do on the reference data.' }
  }
  const moved = movedFields(fields)
  const [most] = moved
  const sentence = most ? `What matters most has changed: ${movedWords(most, fields.length)}.` : 'The fields no longer matter in the order they do on the reference data.'
  return { ...base, state: 'fired', value: ndcg, figures, sentence, fields: moved.map((one) => ({ field: one.field, distance: one.jensenShannon ?? 0, sentence: `${movedWords(one, fields.length)}.` })) }
}

/** Fields that came into the first places or left them: those that rose furthest, then those that fell. */
function movedFields(fields: readonly WatchedReason[]): WatchedReason[] {
  const rise = ({ size }: WatchedReason) => size.referencePlace - (size.currentPlace ?? size.referencePlace)
  const isTop = (place: number | null) => place !== null && place <= TOP_PLACES
  return fields
    .filter((one) => rise(one) !== 0 && (isTop(one.size.referencePlace) || isTop(one.size.currentPlace)))
    .sort((a, b) => Number(rise(b) > 0) - Number(rise(a) > 0) || Math.abs(rise(b)) - Math.abs(rise(a)))
}

function movedWords({ displayName, size }: WatchedReason, fields: number): string {
  const [come, they] = isPluralName(displayName) ? ['come', 'they'] : ['comes', 'it']
  return `${displayName} now ${come} ${ordinal(size.currentPlace ?? 0)} of ${fields} fields, in the reference ${they} came ${ordinal(size.referencePlace)}`
}

function decideContributions(rule: RuleOf<'explanation-drift'>, facts: ExplanationFacts & { unit: string | null }): MonitorFinding {
  const base: Base = { limit: rule.limit, window: facts.window, severity: 'attention', title: 'Fields move the answer differently' }
  const missing = tooLittle(rule, facts, base)
  if (missing) return missing
  const judged = (facts.fields ?? [])
    .filter((one) => one.jensenShannon !== null && facts.rows >= rowsNeeded(one.bins, 'jensen-shannon', rule.limit))
    .sort((a, b) => (b.jensenShannon ?? 0) - (a.jensenShannon ?? 0))
  const worst = judged[0]
  if (!worst || worst.jensenShannon === null) return insufficient(base, 'No field has enough explained predictions to be compared.')
  const away = judged.filter((one) => isAbove(one.jensenShannon ?? 0, rule.limit, facts.isOpen))
  const figures: Figure[] = [
    { name: `Jensen-Shannon distance of ${worst.displayName}’s contributions`, value: worst.jensenShannon, limit: rule.limit },
    rowsFigure(rule, facts.rows),
    { name: 'Fields above the limit', value: `${away.length} of ${judged.length}` },
  ]
  const measured = { value: worst.jensenShannon, figures }
  if (away.length === 0) return { ...base, ...measured, state: 'quiet', sentence: 'Every field moves the answer as on the reference data.' }
  const told = away.map((one) => ({ field: one.field, distance: one.jensenShannon ?? 0, sentence: contributionSentence(one.displayName, one.size, facts.unit) }))
  return {
    ...base,
    ...measured,
    state: 'fired',
    title: `${listed(away.map((one) => one.displayName))} ${away.length === 1 && !isPluralName(worst.displayName) ? 'moves' : 'move'} the answer differently`,
    sentence: withOthers(told[0]?.sentence ?? '', away.length - 1),
    fields: told,
  }
}

export function decideNewReason(rule: RuleOf<'new-reason'>, facts: ExplanationFacts): MonitorFinding {
  const base: Base = { limit: rule.tolerance, window: facts.window, severity: 'attention', title: 'The main reasons changed' }
  const missing = tooLittle(rule, facts, base)
  if (missing || facts.fields === null) return missing ?? insufficient(base, NO_REFERENCE)
  const judged = facts.fields.map((one) => ({ ...one, share: one.main.current ?? 0, shift: (one.main.current ?? 0) - one.main.reference }))
  // News first: what is cited more often than known, then what is cited less.
  const away = judged
    .filter((one) => isAbove(stretchOf(one.share, one.main.reference, one.band), 1, facts.isOpen))
    .sort((a, b) => Number(b.shift > 0) - Number(a.shift > 0) || Math.abs(b.shift) - Math.abs(a.shift))
  const [worst] = away
  const farthest = [...judged].sort((a, b) => Math.abs(b.shift) - Math.abs(a.shift))[0]
  const shown = worst ?? farthest
  const figures: Figure[] = [
    ...(shown
      ? [
          { name: `${shown.displayName} ${placeWords(rule.places)}`, value: shown.share, limit: shown.shift < 0 ? shown.band.low : shown.band.high, isShare: true },
          { name: 'In the reference', value: shown.main.reference, isShare: true },
        ]
      : []),
    rowsFigure(rule, facts.rows),
    { name: 'Fields outside their band', value: `${away.length} of ${judged.length}` },
  ]
  const measured = { value: Math.abs(shown?.shift ?? 0), figures }
  if (!worst) return { ...base, ...measured, state: 'quiet', sentence: 'The main reasons are those of the reference data.' }
  const verdictOf = (one: (typeof away)[number]) => (one.shift < 0 ? 'less' : reasonVerdict(one.share, one.main.reference, one.band) === 'new' ? 'new' : 'more')
  const told = away.map((one) => ({
    field: one.field,
    distance: Math.abs(one.shift),
    sentence: reasonSentence({ displayName: one.displayName, places: rule.places, verdict: verdictOf(one), reference: one.main.reference, current: one.share }),
  }))
  return {
    ...base,
    ...measured,
    state: 'fired',
    title: reasonTitle(worst.displayName, verdictOf(worst)),
    sentence: withOthers(told[0]?.sentence ?? '', away.length - 1),
    fields: told,
  }
}

function reasonTitle(name: string, verdict: 'new' | 'more' | 'less'): string {
  const isPlural = isPluralName(name)
  const subject = `${name} ${isPlural ? 'are' : 'is'}`
  if (verdict === 'new') return `${subject} ${isPlural ? 'new main reasons' : 'a new main reason'}`
  return `${subject} ${isPlural ? 'main reasons' : 'a main reason'} ${verdict === 'more' ? 'more' : 'less'} often than known`
}

export interface ForbiddenFacts extends Facts {
  rows: number
  /** Of the fields that must never be cited; none where the model forbids none. */
  forbidden: { field: string; displayName: string; cited: number }[]
}

export function decideForbiddenReason(rule: RuleOf<'forbidden-reason'>, facts: ForbiddenFacts): MonitorFinding {
  const base: Base = { limit: 0, window: facts.window, severity: 'problem', title: 'A forbidden reason was cited' }
  const quiet = { ...base, state: 'quiet' as const, value: 0 }
  const last = lengthInWords(rule.windowHours)
  if (facts.forbidden.length === 0) return { ...quiet, figures: [], sentence: 'No field is forbidden as a reason.' }
  if (facts.rows === 0) return insufficient(base, `No explained prediction in the last ${last}.`)
  const cited = facts.forbidden.filter((one) => one.cited > 0).sort((a, b) => b.cited - a.cited)
  const [worst] = cited
  const figures: Figure[] = [
    ...cited.map((one) => ({ name: `Predictions with ${one.displayName} among their main reasons`, value: one.cited, limit: 0 })),
    { name: `Explained predictions in the last ${last}`, value: facts.rows },
  ]
  if (!worst) return { ...quiet, figures, sentence: `No forbidden reason in ${plainNumber(facts.rows)} explained predictions.` }
  const told = cited.map((one) => ({ field: one.field, distance: one.cited / facts.rows, sentence: citedSentence(one, facts.rows, last) }))
  return {
    ...base,
    state: 'fired',
    value: worst.cited,
    title: `${listed(cited.map((one) => one.displayName))} ${cited.length === 1 && !isPluralName(worst.displayName) ? 'was' : 'were'} a reason and must not be`,
    sentence: withOthers(told[0]?.sentence ?? '', cited.length - 1, cited.length === 2 ? 'was cited too' : 'were cited too'),
    figures,
    fields: told,
  }
}

function citedSentence({ displayName, cited }: ForbiddenFacts['forbidden'][number], rows: number, last: string): string {
  const was = isPluralName(displayName) ? 'were' : 'was'
  return `${displayName}, which must never be cited, ${was} ${placeWords(TOP_PLACES)} of ${plainNumber(cited)} of ${plainNumber(rows)} predictions in the last ${last}.`
}

function withOthers(sentence: string, more: number, what = 'changed too'): string {
  return more === 0 ? sentence : `${sentence} ${others(more)} ${what}.`
}
