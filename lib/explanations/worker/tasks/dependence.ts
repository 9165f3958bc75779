// What the model answers along one field: over the background sample (partial dependence: Friedman 2001, Greedy Function
// Approximation), row by row (individual conditional expectation: Goldstein, Kapelner, Bleich and Pitkin 2015,
// arXiv:1309.6392), and for the case itself.
import type { Row } from '@/lib/onnx/encode'
import type { FieldValue } from '../../contract/lookup'
import { manyScores } from '../many-answers'
import type { OpenedVersion } from '../opened-version'

export interface DependenceAsked {
  row: Readonly<Record<string, FieldValue>>
  field: string
  isNumber: boolean
  /** Of several classes, the one whose probability is meant. */
  chosen: string | null
}

export interface DependenceAnswer {
  points: { value: FieldValue; mean: number; low: number; high: number; own: number }[]
  curves: number[][]
  rows: number
}

const MOST_POINTS = 24
/** More lines are a grey area. */
const MOST_CURVES = 25

export async function dependOn(opened: OpenedVersion, { row, field, isNumber, chosen }: DependenceAsked): Promise<DependenceAnswer> {
  const { background } = opened
  const values = valuesOf(background.map((one) => (Object.hasOwn(one, field) ? (one[field] as FieldValue) : null)), row[field] ?? null, isNumber)
  const bases: Row[] = [row, ...background]
  const scores = await manyScores(opened, values.flatMap((value) => bases.map((base) => ({ ...base, [field]: value }))), chosen)
  const points = values.map((value, place) => {
    const [own = NaN, ...others] = scores.slice(place * bases.length, (place + 1) * bases.length)
    const sorted = [...others].sort((a, b) => a - b)
    const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? NaN
    return { value, own, mean: others.reduce((sum, score) => sum + score, 0) / others.length, low: at(0.1), high: at(0.9) }
  })
  const curves = Array.from({ length: Math.min(MOST_CURVES, background.length) }, (_, curve) => {
    const place = 1 + Math.floor((curve * background.length) / Math.min(MOST_CURVES, background.length))
    return values.map((_, index) => scores[index * bases.length + place] ?? NaN)
  })
  return { points, curves, rows: background.length }
}

/** Values of the sample, the case's own among them: numbers in order and evenly among what was seen, categories by frequency. */
function valuesOf(seen: readonly FieldValue[], own: FieldValue, isNumber: boolean): FieldValue[] {
  const counts = new Map<FieldValue, number>()
  for (const value of seen) if (value !== null && value !== '') counts.set(value, (counts.get(value) ?? 0) + 1)
  if (!isNumber) {
    const frequent = [...counts].sort((a, b) => b[1] - a[1] || (String(a[0]) < String(b[0]) ? -1 : 1)).map(([value]) => value)
    return counts.has(own) || own === null ? frequent.slice(0, MOST_POINTS) : [own, ...frequent.slice(0, MOST_POINTS - 1)]
  }
  const sorted = [...counts.keys()].filter((value) => typeof value === 'number').sort((a, b) => a - b)
  const few = sorted.length <= MOST_POINTS ? sorted : Array.from({ length: MOST_POINTS }, (_, index) => sorted[Math.round((index * (sorted.length - 1)) / (MOST_POINTS - 1))] as number)
  return typeof own === 'number' ? [...new Set([...few, own])].sort((a, b) => a - b) : few
}
