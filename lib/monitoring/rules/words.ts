// Drift in business words, made from the two profiles by rules: what moved, from where to where. No cause is guessed.
import type { CategoryColumn, CategorySummary, NumberColumn, NumberSummary } from '@/lib/math/profile'
import { estimateQuantile, missingRate, type ColumnDrift } from './drift'

/** What the words need of a field of the signature, or of the score. */
export interface FieldWords {
  displayName: string
  unit?: string
  description?: string
  isWhole: boolean
  isSensitive: boolean
  /** The model's own answer; `isShare` when it is a probability. */
  score?: { isShare: boolean }
  categoryLabels?: Record<string, string>
}

export type DriftVerdict = 'same' | 'changing' | 'changed' | 'unknown'

/** A median that moved less than this share of the reference's standard deviation is not worth a sentence. */
const MOVED = 0.1
/** A missing rate that rose by this many points is told. */
const MISSING_ROSE = 0.05

export function driftVerdict(distance: number | null, limit: number): DriftVerdict {
  if (distance === null) return 'unknown'
  if (distance > limit) return 'changed'
  return distance >= limit / 2 ? 'changing' : 'same'
}

export function driftSentence(drift: ColumnDrift, words: FieldWords, verdict: DriftVerdict): string {
  const { column, reference, current } = drift
  if (current.count === 0) {
    return current.missing > 0 ? `${words.displayName} is missing in every row.` : `No ${quiet(words)} was seen in this time.`
  }
  const what =
    column.kind === 'number' && reference.kind === 'number' && current.kind === 'number'
      ? numberSentence(column, reference, current, words, verdict)
      : column.kind === 'category' && reference.kind === 'category' && current.kind === 'category'
        ? categorySentence(column, reference, current, words, verdict)
        : ''
  return `${what}${missingWords(drift)}.`
}

function numberSentence(
  column: NumberColumn,
  reference: NumberSummary,
  current: NumberSummary,
  about: FieldWords,
  verdict: DriftVerdict,
): string {
  const words = holdsWholeNumbers(column, reference) ? { ...about, isWhole: true } : about
  const was = estimateQuantile(column, reference, 0.5)
  const is = estimateQuantile(column, current, 0.5)
  if (was === null || is === null) return `${words.displayName} cannot be compared: the reference has no values`
  const [wasText, isText] = [write(was, words), write(is, words)]
  if (verdict === 'same') return `${subject(words)} ${be(words)} ${asKnown(words)}: median about ${withUnit(isText, words)}`
  const spread = Math.sqrt(reference.variance ?? 0)
  if (wasText !== isText && Math.abs(is - was) > MOVED * spread) {
    return `${subject(words)} ${be(words)} ${slightly(verdict)}${comparative(is > was, words)} than ${known(words)}: median about ${withUnit(isText, words)}, was about ${wasText}`
  }
  const bin = largestShift(reference.counts, current.counts)
  const [before, after] = [shareText(bin.reference), shareText(bin.current)]
  return `${subject(words)} ${be(words)} spread ${slightly(verdict)}differently than ${known(words)}: ${after} ${rangeWords(column, bin.index, words)}, was ${before}`
}

function categorySentence(
  column: CategoryColumn,
  reference: CategorySummary,
  current: CategorySummary,
  words: FieldWords,
  verdict: DriftVerdict,
): string {
  const unseenShare = current.unseen / current.count
  const shift = largestShift(reference.counts, current.counts, current.count, reference.count)
  if (verdict !== 'same' && unseenShare > Math.abs(shift.current - shift.reference)) {
    const top = words.isSensitive ? [] : current.unseenTop.top.slice(0, 2).map((one) => `“${one.value}”`)
    const named = top.length === 0 ? '' : ` (${top.join(', ')})`
    return `${words.displayName}: values the model never saw, ${shareText(unseenShare)} of rows${named}`
  }
  const label = categoryLabel(column.categories[shift.index] ?? '', words)
  if (verdict === 'same') {
    const most = current.counts.indexOf(Math.max(...current.counts))
    const usual = categoryLabel(column.categories[most] ?? '', words)
    return `${words.displayName} ${be(words)} ${asKnown(words)}: mostly ${usual}, ${shareText((current.counts[most] ?? 0) / current.count)}`
  }
  const more = shift.current > shift.reference ? 'more' : 'less'
  return `${words.displayName}: ${label} is ${slightly(verdict)}${more} common than ${known(words)}, ${shareText(shift.current)}, was ${shareText(shift.reference)}`
}

function missingWords(drift: ColumnDrift): string {
  const was = missingRate(drift.reference) ?? 0
  const is = missingRate(drift.current) ?? 0
  if (is - was < MISSING_ROSE) return ''
  return `; it is missing in ${shareText(is)} of rows, was ${shareText(was)}`
}

/** `Age of the patient …` lets us speak of patients instead of ages. */
function agedPeople(words: FieldWords): string | undefined {
  if (words.unit !== 'years' || !/\bage\b/i.test(words.displayName)) return undefined
  const noun = /\bage of (?:the |a |an )?([a-z]+)/i.exec(words.description ?? '')?.[1]
  return noun === undefined ? 'People' : `${noun[0]?.toUpperCase()}${noun.slice(1).toLowerCase()}${noun.endsWith('s') ? '' : 's'}`
}

function subject(words: FieldWords): string {
  return words.score ? 'The model’s answers' : (agedPeople(words) ?? words.displayName)
}

function isPlural(words: FieldWords): boolean {
  return words.score !== undefined || agedPeople(words) !== undefined || isPluralName(words.displayName)
}

/** `Credits here` are, `Views in 7 days` are, `Business` is. */
export function isPluralName(displayName: string): boolean {
  return /[^s]s$/i.test(headNoun(displayName))
}

/** `Views in 7 days` are many, `Conversion in 7 days` is one. */
function headNoun(name: string): string {
  return name.split(/ (?:(?:in|of|at|per|for|since|to|on|by|with) |here\b|there\b)/i)[0] ?? name
}

function be(words: FieldWords): string {
  return isPlural(words) ? 'are' : 'is'
}

/** Inputs are compared with what the model knows, its answers with those on the reference data. */
function known(words: FieldWords): string {
  return words.score ? 'on the reference data' : 'the model knows'
}

function asKnown(words: FieldWords): string {
  return words.score ? 'as on the reference data' : `as the model knows ${isPlural(words) ? 'them' : 'it'}`
}

const LENGTHS = new Set(['days', 'weeks', 'months', 'hours', 'minutes', 'seconds', 'min', 'km', 'm', 'miles'])

function comparative(isMore: boolean, words: FieldWords): string {
  if (agedPeople(words) !== undefined) return isMore ? 'older' : 'younger'
  if (words.unit !== undefined && LENGTHS.has(words.unit)) return isMore ? 'longer' : 'shorter'
  return isMore ? 'higher' : 'lower'
}

function slightly(verdict: DriftVerdict): string {
  return verdict === 'changing' ? 'a little ' : ''
}

function quiet(words: FieldWords): string {
  return words.score ? 'answer' : `value of ${words.displayName}`
}

export function categoryLabel(category: string, words: Pick<FieldWords, 'categoryLabels'>): string {
  return words.categoryLabels?.[category] ?? category
}

interface Shift {
  index: number
  reference: number
  current: number
}

function largestShift(
  reference: readonly number[],
  current: readonly number[],
  currentTotal = total(current),
  referenceTotal = total(reference),
): Shift {
  let best: Shift = { index: 0, reference: 0, current: 0 }
  reference.forEach((count, index) => {
    const shift = {
      index,
      reference: referenceTotal === 0 ? 0 : count / referenceTotal,
      current: currentTotal === 0 ? 0 : (current[index] ?? 0) / currentTotal,
    }
    const more = Math.abs(shift.current - shift.reference) - Math.abs(best.current - best.reference)
    // Of two that moved as far, the one that grew is the news.
    const isAsFar = Math.abs(more) < 1e-12
    if (index === 0 || (isAsFar ? shift.current > shift.reference && best.current < best.reference : more > 0)) best = shift
  })
  return best
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}

function rangeWords(column: NumberColumn, bin: number, words: FieldWords): string {
  const low = column.edges[bin - 1]
  const high = column.edges[bin]
  if (low === undefined && high === undefined) return 'lie anywhere'
  if (low === undefined) return `lie below ${withUnit(write(high ?? 0, words), words)}`
  if (high === undefined) return `lie at ${withUnit(write(low, words), words)} or more`
  return `lie between ${write(low, words)} and ${withUnit(write(high, words), words)}`
}

/** Counts and ages often come as numbers with a point; a median of 44.8 years would be false precision. */
export function holdsWholeNumbers(column: NumberColumn, { minimum, maximum }: Pick<NumberSummary, 'minimum' | 'maximum'>): boolean {
  // Most quantiles of whole numbers are whole, those of measurements hardly ever.
  const whole = column.edges.filter((edge) => Number.isInteger(edge)).length
  return whole > 0 && whole * 2 >= column.edges.length && Number.isInteger(minimum) && Number.isInteger(maximum)
}

/** Label of a bin in charts and tables. */
export function binLabel(column: NumberColumn, bin: number, words: Pick<FieldWords, 'isWhole'>): string {
  const low = column.edges[bin - 1]
  const high = column.edges[bin]
  if (low === undefined && high === undefined) return 'all values'
  if (low === undefined) return `< ${plainNumber(high ?? 0)}`
  if (high === undefined) return `≥ ${plainNumber(low)}`
  // A bin holds low <= v < high, so whole numbers can be told without the open end.
  if (words.isWhole && Number.isInteger(low) && Number.isInteger(high)) {
    return high - low === 1 ? plainNumber(low) : `${plainNumber(low)}–${plainNumber(high - 1)}`
  }
  return `${plainNumber(low)} to ${plainNumber(high)}`
}

function isShare(words: FieldWords): boolean {
  return words.score?.isShare === true || words.unit === 'share'
}

function write(value: number, words: FieldWords): string {
  if (isShare(words)) return shareText(value)
  return plainNumber(words.isWhole ? Math.round(value) : value)
}

function withUnit(text: string, words: FieldWords): string {
  const { unit } = words
  if (unit === undefined || isShare(words)) return text
  // A level is a rank, not an amount: nobody says "4 level".
  if (unit === 'level') return `level\u00a0${text}`
  const isSingular = text === '1' && /^[a-z]{3,}s$/.test(unit) && !unit.endsWith('ss')
  return `${text}\u00a0${isSingular ? unit.slice(0, -1) : unit}`
}

export function plainNumber(value: number): string {
  const digits = Math.abs(value) >= 1000 || Number.isInteger(value) ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 }
  return value.toLocaleString('en-US', digits).replace('-', '−')
}

export function shareText(share: number): string {
  const percent = share * 100
  const text = percent !== 0 && Math.abs(percent) < 1 ? percent.toFixed(1) : Math.round(percent).toString()
  return `${text}\u00a0%`
}
