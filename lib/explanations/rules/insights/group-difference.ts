// Why two groups of rows have different scores, by field. One version explains both, so the difference of mean answers on
// its scale is exactly the sum of the differences of mean contributions. Each of those falls into two parts, as Kitagawa
// (doi:10.1080/01621459.1955.10501299) and Oaxaca and Blinder divide a difference of means: values that are mixed in
// another way, each weighted with its mean contribution in both groups, and the same values that contribute otherwise,
// because the other fields differ.
import { quantile } from '@/lib/math/quantile-bins'
import type { Field, Signature } from '@/lib/registry/contract'
import type { InputValue } from '../shown-inputs'
import { isMissing, numberInWords, valueInWords } from '../value-words'
import { isQuantity } from './bands'
import type { ExplainedRows, GroupField, GroupReport, ValueSummary } from './contract'
import { ContributionTally } from './contribution-tally'
import { effectInWords, type EffectScale } from './effect-words'
import { numbersOf, valuesOf } from './explained-columns'
import { groupsOfValues } from './groups-of-values'

const VALUE_GROUPS = 10
const MOST_CATEGORIES = 50
const SHARES_SHOWN = 5
/** Below two standard errors a difference may as well be chance. */
const LEAST_ERRORS = 2
/** Of the whole difference: less is not what a sentence should name. */
const LEAST_NAMED = 0.1

export type GroupDifference = Pick<GroupReport, 'difference' | 'standardError' | 'baseDifference' | 'fields'> & { means: { group: number; other: number } }

/** Both with rows. */
export function groupDifference(signature: Signature, group: ExplainedRows, other: ExplainedRows, effect: EffectScale, maySeeSensitive: boolean): GroupDifference {
  const tallies = [tallyOf(group), tallyOf(other)] as const
  const ends = [endOf(group), endOf(other)] as const
  const fields = signature.fields.map((field, index): GroupField => {
    const difference = tallies[0].mean(index) - tallies[1].mean(index)
    const isMasked = field.isSensitive && !maySeeSensitive
    const summaries = isMasked ? null : { group: summaryOf(field, valuesOf(group, index)), other: summaryOf(field, valuesOf(other, index)) }
    const standardError = Math.hypot(tallies[0].standardError(index), tallies[1].standardError(index))
    const fromMix = mixPart(field, group, other, index)
    const found = { field: field.name, displayName: field.displayName, difference, standardError, fromMix, fromEffect: difference - fromMix, isMasked, unit: field.unit ?? null, group: summaries?.group ?? null, other: summaries?.other ?? null }
    return { ...found, sentence: fieldSentence(field, found, effect) }
  })
  return {
    difference: ends[0].mean - ends[1].mean,
    standardError: Math.hypot(ends[0].standardError, ends[1].standardError),
    baseDifference: ends[0].base - ends[1].base,
    means: { group: ends[0].mean, other: ends[1].mean },
    fields: fields.sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference)),
  }
}

function tallyOf(rows: ExplainedRows): ContributionTally {
  const tally = new ContributionTally(rows.width)
  for (let row = 0; row < rows.count; row++) tally.add(rows.contributions, row * rows.width)
  return tally
}

/** What the explanations add up to, on average. */
function endOf({ contributions, bases, count, width }: ExplainedRows): { mean: number; standardError: number; base: number } {
  const ends = new ContributionTally(2)
  const end = new Float64Array(2)
  for (let row = 0; row < count; row++) {
    end[0] = end[1] = bases[row] as number
    for (let index = 0; index < width; index++) end[0] = (end[0] as number) + (contributions[row * width + index] as number)
    ends.add(end)
  }
  return { mean: ends.mean(0), standardError: ends.standardError(0), base: ends.mean(1) }
}

/** Of the difference, what comes from another mix of values: the differences of shares, weighted with the mean contributions. */
function mixPart(field: Field, group: ExplainedRows, other: ExplainedRows, index: number): number {
  const { groupOf, labels } = groupsOfValues(field, [...valuesOf(group, index), ...valuesOf(other, index)], isQuantity(field) ? VALUE_GROUPS : MOST_CATEGORIES)
  const cells = [cellsOf(group, index, groupOf, 0, labels.length), cellsOf(other, index, groupOf, group.count, labels.length)] as const
  let part = 0
  for (let cell = 0; cell <= labels.length; cell++) {
    const [a, b] = [cells[0][cell], cells[1][cell]]
    if (!a || !b || a.count + b.count === 0) continue
    const [meanA, meanB] = [a.count === 0 ? null : a.sum / a.count, b.count === 0 ? null : b.sum / b.count]
    // Values that only one of the groups has: what they contribute there is all that is known of them.
    const mean = meanA === null ? meanB : meanB === null ? meanA : (meanA + meanB) / 2
    part += (a.count / group.count - b.count / other.count) * (mean ?? 0)
  }
  return part
}

/** By group of values, missing and rare ones last. */
function cellsOf(rows: ExplainedRows, index: number, groupOf: Int32Array, start: number, groups: number): { count: number; sum: number }[] {
  const cells = Array.from({ length: groups + 1 }, () => ({ count: 0, sum: 0 }))
  for (let row = 0; row < rows.count; row++) {
    const group = groupOf[start + row] as number
    const cell = cells[group < 0 ? groups : group]
    if (!cell) continue
    cell.count += 1
    cell.sum += rows.contributions[row * rows.width + index] as number
  }
  return cells
}

function summaryOf(field: Field, values: readonly InputValue[]): ValueSummary {
  const missingShare = values.filter(isMissing).length / values.length
  if (isQuantity(field)) {
    const sorted = Float64Array.from(numbersOf(values).filter((value) => value !== null)).sort()
    return { median: sorted.length === 0 ? null : quantile(sorted, 0.5), missingShare, shares: [] }
  }
  const counts = new Map<string, { value: InputValue; count: number }>()
  for (const value of values) {
    if (isMissing(value)) continue
    const found = counts.get(String(value))
    if (found) found.count += 1
    else counts.set(String(value), { value, count: 1 })
  }
  const shares = [...counts.values()].map(({ value, count }) => ({ label: valueInWords(field, value), share: count / values.length }))
  return { median: null, missingShare, shares: shares.sort((a, b) => b.share - a.share || (a.label < b.label ? -1 : 1)) }
}

function fieldSentence(field: Field, found: Omit<GroupField, 'sentence'>, effect: EffectScale): string {
  if (Math.abs(found.difference) <= LEAST_ERRORS * found.standardError) return 'No difference beyond chance.'
  const mixed = found.group === null || found.other === null ? null : mixInWords(field, found.group, found.other)
  const how = Math.abs(found.fromMix) >= Math.abs(found.fromEffect) ? 'mostly because its values differ' : 'mostly because the same values work differently with the other fields'
  return `${field.displayName} ${effectInWords(effect, found.difference)}, ${how}${mixed === null ? '' : ` (${mixed})`}.`
}

/** `median 21 days, was 14 days`; of categories the one whose share differs most. */
export function mixInWords(field: Pick<Field, 'unit'>, group: ValueSummary, other: ValueSummary): string | null {
  if (group.median !== null && other.median !== null) return `median ${numberInWords(group.median, field.unit)}, against ${numberInWords(other.median, field.unit)}`
  const labels = [...new Set([...group.shares, ...other.shares].map(({ label }) => label))]
  const shareIn = (summary: ValueSummary, label: string) => summary.shares.find((one) => one.label === label)?.share ?? 0
  const [most] = labels.toSorted((a, b) => Math.abs(shareIn(group, b) - shareIn(other, b)) - Math.abs(shareIn(group, a) - shareIn(other, a)))
  return most === undefined ? null : `“${most}” ${percent(shareIn(group, most))}, against ${percent(shareIn(other, most))}`
}

/** For the answer: the shares that matter. */
export function shortened(summary: ValueSummary | null): ValueSummary | null {
  return summary && { ...summary, shares: summary.shares.slice(0, SHARES_SHOWN) }
}

export function groupSentence({ difference, standardError, fields }: Pick<GroupDifference, 'difference' | 'standardError' | 'fields'>, effect: EffectScale, labels: { group: string; other: string }): string {
  if (Math.abs(difference) <= LEAST_ERRORS * standardError) return `${labels.group} and ${labels.other}: the scores do not differ beyond chance.`
  const helping = fields.filter((field) => field.difference / difference > LEAST_NAMED && Math.abs(field.difference) > LEAST_ERRORS * field.standardError).slice(0, 2)
  const names = helping.map((field) => field.displayName).join(' and ')
  const because = names === '' ? '' : `, mostly through ${names}`
  return `Scores are ${difference > 0 ? 'higher' : 'lower'} in ${labels.group} than in ${labels.other}: on average the difference ${effectInWords(effect, difference)}${because}.`
}

function percent(share: number): string {
  const value = share * 100
  return `${value > 0 && value < 0.95 ? 'less than 1' : Math.round(value)} %`
}
