// How one field works: its values against its contributions, with means along the axis and one sentence.
import { quantile } from '@/lib/math/quantile-bins'
import type { Signature } from '@/lib/registry/contract'
import { isMissing } from '../value-words'
import { isQuantity } from './bands'
import type { DependenceBand, DependenceReport, ExplainedRows, PartnerChoice } from './contract'
import { effectInWords, tendencyOf, type EffectScale } from './effect-words'
import { contributionsOf, numbersOf, presentPairs, rounded, valuesOf } from './explained-columns'
import { groupsOfValues } from './groups-of-values'

const BANDS = 8
const MOST_CATEGORIES = 12
const PARTNER_GROUPS = 3

export type Dependence = Pick<DependenceReport, 'kind' | 'isMasked' | 'values' | 'categories' | 'contributions' | 'partnerGroups' | 'partner' | 'bands' | 'tendency' | 'sentence'>

/** A partner as it was chosen, and how. */
export interface ChosenPartner extends Pick<PartnerChoice, 'method' | 'strength'> {
  index: number
}

export function dependenceOf(signature: Signature, rows: ExplainedRows, index: number, chosen: ChosenPartner | null, effect: EffectScale): Dependence | null {
  const field = signature.fields[index]
  if (!field) return null
  const contributions = contributionsOf(rows, index)
  const values = valuesOf(rows, index)
  const isNumber = isQuantity(field)
  const numbers = isNumber ? numbersOf(values) : []
  const { values: given, others } = presentPairs(numbers, contributions)
  const tendency = isNumber ? tendencyOf(given, others) : null
  const { labels, groupOf } = groupsOfValues(field, values, isNumber ? BANDS : MOST_CATEGORIES)
  const bands = [...labels.map((label, group) => bandOf(label, group)), bandOf('not given', -1)].filter((band) => band !== null)
  const partnerField = chosen === null ? undefined : signature.fields[chosen.index]
  const partnerGroups = partnerField && chosen ? groupsOfValues(partnerField, valuesOf(rows, chosen.index), PARTNER_GROUPS) : null

  function bandOf(label: string, group: number): DependenceBand | null {
    const members = contributions.flatMap((value, row) => (groupOf[row] === group && (group >= 0 || isMissing(values[row])) ? [{ value, number: numbers[row] ?? null }] : []))
    if (members.length === 0) return null
    const mean = members.reduce((sum, { value }) => sum + value, 0) / members.length
    const squares = members.reduce((sum, { value }) => sum + (value - mean) ** 2, 0)
    const standardError = members.length < 2 ? 0 : Math.sqrt(squares / (members.length - 1) / members.length)
    const sorted = Float64Array.from(members.flatMap(({ number }) => (number === null ? [] : [number]))).sort()
    return { label, rows: members.length, middle: sorted.length === 0 ? null : quantile(sorted, 0.5), mean, standardError }
  }

  return {
    kind: isNumber ? 'number' : 'category',
    isMasked: false,
    values: isNumber ? numbers : values.map((value, row) => (isMissing(value) || (groupOf[row] as number) < 0 ? null : (groupOf[row] as number))),
    categories: isNumber ? [] : labels,
    contributions: contributions.map((value) => rounded(value)),
    partnerGroups: partnerGroups ? Array.from(partnerGroups.groupOf) : [],
    partner: partnerField && partnerGroups && chosen ? { field: partnerField.name, displayName: partnerField.displayName, method: chosen.method, strength: chosen.strength, groups: partnerGroups.labels } : null,
    bands,
    tendency,
    sentence: sentenceOf(field.displayName, isNumber, tendency, bands, effect),
  }
}

/** For a reader who may not see the values: that alone. */
export function maskedDependence(signature: Signature, index: number): Dependence | null {
  const field = signature.fields[index]
  if (!field) return null
  const sentence = `${field.displayName} is sensitive: only people who may read sensitive data see how its values work.`
  return { kind: isQuantity(field) ? 'number' : 'category', isMasked: true, values: [], categories: [], contributions: [], partnerGroups: [], partner: null, bands: [], tendency: null, sentence }
}

function sentenceOf(name: string, isNumber: boolean, tendency: Dependence['tendency'], bands: readonly DependenceBand[], effect: EffectScale): string {
  const given = bands.filter((band) => band.label !== 'not given')
  const [first, last] = [given[0], given.at(-1)]
  if (!first || !last) return `${name} was not given in any of these rows.`
  if (given.length === 1) return `${name} is ${first.label} in all of these rows; there it ${effectInWords(effect, first.mean)} on average.`
  if (!isNumber || tendency === null || tendency === 'mixed') {
    const ranked = given.toSorted((a, b) => b.mean - a.mean)
    const [top, bottom] = [ranked[0] ?? first, ranked.at(-1) ?? last]
    const start = isNumber ? `${name} pushes both ways` : name
    return `${start}: “${top.label}” ${effectInWords(effect, top.mean)} on average, “${bottom.label}” ${effectInWords(effect, bottom.mean)}.`
  }
  const verb = tendency === 'raises' ? 'raises' : 'lowers'
  return `More of it ${verb} the score: ${first.label} it ${effectInWords(effect, first.mean)} on average, at ${last.label} it ${effectInWords(effect, last.mean)}.`
}

