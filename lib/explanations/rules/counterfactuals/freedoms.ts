// The values that a field could take instead, within what the version knows: the background sample, a hundred random
// rows of the reference, so its ends leave out about the outermost hundredth on either side.
import type { FieldValue } from '../../contract/lookup'
import type { ChangeRule } from '../changes'
import { isMissing } from '../value-words'

export interface Candidate {
  value: FieldValue
  cost: number
}

export interface Freedom {
  field: string
  present: FieldValue
  /** The cheapest first, without the present value. */
  candidates: readonly Candidate[]
  /** Of a number: from the lowest to the highest that may be proposed, on multiples of the step; null of categories. */
  grid: { low: number; high: number; step: number } | null
  costOf(value: FieldValue): number
}

/** As many values of a number are tried at first; the search then closes in. */
const MOST_NUMBERS = 24
const MOST_CATEGORIES = 30
/** The support is divided into about as many steps, so that what is proposed is a round number. */
const STEPS = 200
/** Giving a number that was not given. No distance is known. */
const FIRST_VALUE_COST = 0.5
/** Among values that equally many cases pass over, the nearer one is preferred. */
const PLAIN_SHARE = 0.1

/** Null where the field could take no other value. */
export function freedomOf(rule: ChangeRule, present: FieldValue, background: readonly Readonly<Record<string, unknown>>[]): Freedom | null {
  const seen = background.map((row) => (Object.hasOwn(row, rule.field.name) ? row[rule.field.name] : null)).filter((value) => !isMissing(value)) as Exclude<FieldValue, null>[]
  const freedom = isNumeric(rule, seen) ? numberFreedom(rule, present, seen as number[]) : categoryFreedom(rule, present, seen)
  return freedom.candidates.length === 0 ? null : freedom
}

function isNumeric({ field }: ChangeRule, seen: readonly unknown[]): boolean {
  const isCode = field.categories !== undefined || field.categoryLabels !== undefined
  return !isCode && (field.type === 'number' || field.type === 'integer') && seen.every((value) => typeof value === 'number')
}

/**
 * The cost is how much of the sample lies between the two values, as in Ustun, Spangher and Liu 2019 (Actionable
 * Recourse in Linear Classification, arXiv:1809.06514, percentile shift): a step where many cases lie is a larger one.
 */
function numberFreedom(rule: ChangeRule, present: FieldValue, seen: readonly number[]): Freedom {
  const sorted = [...seen].sort((a, b) => a - b)
  const [lowest = NaN, highest = NaN] = [sorted[0], sorted.at(-1)]
  const from = typeof present === 'number' ? present : null
  const low = Math.max(lowest, rule.min, rule.direction === 'up' && from !== null ? from : -Infinity)
  const high = Math.min(highest, rule.max, rule.direction === 'down' && from !== null ? from : Infinity)
  const isWhole = rule.field.type === 'integer' || sorted.every(Number.isInteger)
  const step = rule.step ?? roundStep(highest - lowest, isWhole)
  const range = highest - lowest
  const costOf = (value: FieldValue) => {
    if (typeof value !== 'number') return Infinity
    if (from === null) return FIRST_VALUE_COST
    const passed = Math.abs(rankOf(sorted, value) - rankOf(sorted, from))
    const plain = range > 0 ? Math.abs(value - from) / range : 1
    return (1 - PLAIN_SHARE) * passed + PLAIN_SHARE * plain
  }
  const values = low <= high ? onGrid(sorted, low, high, step) : []
  const candidates = values.filter((value) => value !== from).map((value) => ({ value, cost: costOf(value) }))
  return { field: rule.field.name, present, grid: { low, high, step }, costOf, candidates: candidates.sort((a, b) => a.cost - b.cost) }
}

/** Share of the sample below a value; in between, and beyond the ends by the sample's own range, along straight lines. */
export function rankOf(sorted: readonly number[], value: number): number {
  const count = sorted.length
  const [first = 0, last = 0] = [sorted[0], sorted.at(-1)]
  if (count < 2 || first === last) return value < first ? 0 : value > last ? 1 : 0.5
  if (value < first) return (value - first) / (last - first)
  if (value > last) return 1 + (value - last) / (last - first)
  const below = lowerBound(sorted, value)
  const above = upperBound(sorted, value)
  if (above > below) return (below + above - 1) / 2 / (count - 1)
  const [left = first, right = last] = [sorted[below - 1], sorted[below]]
  return (middleRank(sorted, left) + (middleRank(sorted, right) - middleRank(sorted, left)) * ((value - left) / (right - left))) / (count - 1)
}

function middleRank(sorted: readonly number[], value: number): number {
  return (lowerBound(sorted, value) + upperBound(sorted, value) - 1) / 2
}

function lowerBound(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return low
}

function upperBound(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] as number) <= value) low = middle + 1
    else high = middle
  }
  return low
}

/** 1, 2 or 5 times a power of ten, the largest that leaves about STEPS of them; whole for whole numbers. */
export function roundStep(range: number, isWhole: boolean): number {
  if (!(range > 0)) return 1
  const rough = range / STEPS
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [5, 2, 1].map((factor) => factor * power).find((one) => one <= rough) ?? power
  return isWhole ? Math.max(1, step) : Number(step.toPrecision(1))
}

/** The nearest multiple of the step. */
export function snapped(value: number, step: number): number {
  return Number((Math.round(value / step) * step).toPrecision(12))
}

function onGrid(sorted: readonly number[], low: number, high: number, step: number): number[] {
  const [first, last] = [snapped(Math.ceil(low / step - 1e-9) * step, step), snapped(Math.floor(high / step + 1e-9) * step, step)]
  if (first > last) return []
  const inside = sorted.map((value) => snapped(value, step)).filter((value) => value > first && value < last)
  const distinct = [...new Set([first, ...inside, last])].sort((a, b) => a - b)
  if (distinct.length <= MOST_NUMBERS) return distinct
  return Array.from({ length: MOST_NUMBERS }, (_, index) => distinct[Math.round((index * (distinct.length - 1)) / (MOST_NUMBERS - 1))] as number)
}

/** The cost is how rare the new value is. */
function categoryFreedom(rule: ChangeRule, present: FieldValue, seen: readonly Exclude<FieldValue, null>[]): Freedom {
  const counts = new Map<FieldValue, number>()
  for (const value of seen) counts.set(value, (counts.get(value) ?? 0) + 1)
  const costOf = (value: FieldValue) => 1 - (counts.get(value) ?? 0) / seen.length
  const candidates = [...counts.keys()]
    .filter((value) => value !== present && (typeof value !== 'number' || isWithin(rule, present, value)))
    .map((value) => ({ value, cost: costOf(value) }))
    .sort((a, b) => a.cost - b.cost || (String(a.value) < String(b.value) ? -1 : 1))
  return { field: rule.field.name, present, grid: null, costOf, candidates: candidates.slice(0, MOST_CATEGORIES) }
}

/** Codes that are numbers have an order, where the settings say so. */
function isWithin({ min, max, direction }: ChangeRule, present: FieldValue, value: number): boolean {
  if (value < min || value > max) return false
  if (direction === 'any' || typeof present !== 'number') return true
  return direction === 'up' ? value > present : value < present
}
