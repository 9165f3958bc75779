// Whether a version still decides for the reasons it had: its explanations of live rows against those of the reference
// rows, from their profiles. All of it adds up over hours.
import { RANKED_REASONS } from '@/lib/math/attribution-profile'
import { wilson } from '@/lib/math/intervals'
import { ndcg } from '@/lib/math/ndcg'
import type { Profile } from '@/lib/math/profile'
import type { Band, FieldAttribution, ReasonShare } from '../contract'
import { distancesOf } from './drift'

/** Of explained rows; everything by field, in the signature's order. */
export interface AttributionTally {
  rows: number
  /** Sums of the squared contributions. */
  squares: Float64Array
  /** Rows in which the field's contribution is the largest, and in which it is one of the main reasons. */
  first: Float64Array
  main: Float64Array
  /** Contributions in the reference's tenths. */
  bins: Float64Array[]
}

/** What a profile of lib/math/attribution-profile says; main reasons are the `places` largest contributions. */
export function tallyOf(profile: Profile, places: number): AttributionTally {
  const { shape } = profile
  const width = shape.length - RANKED_REASONS
  const names = shape.slice(0, width).map(({ name }) => name)
  const tally: AttributionTally = { rows: 0, squares: new Float64Array(width), first: new Float64Array(width), main: new Float64Array(width), bins: [] }
  for (let field = 0; field < width; field++) {
    tally.bins.push(profile.counts(field))
    const summary = profile.summary(field)
    if (summary.kind !== 'number' || summary.mean === null) continue
    tally.rows = Math.max(tally.rows, summary.count)
    tally.squares[field] = (summary.variance ?? 0) * (summary.count - 1) + summary.count * summary.mean ** 2
  }
  for (let rank = 0; rank < Math.min(places, RANKED_REASONS); rank++) {
    const column = shape[width + rank]
    const summary = profile.summary(width + rank)
    if (column?.kind !== 'category' || summary.kind !== 'category') continue
    column.categories.forEach((name, place) => {
      const field = names.indexOf(name)
      const count = summary.counts[place] ?? 0
      if (field < 0) return
      tally.main[field] = (tally.main[field] ?? 0) + count
      if (rank === 0) tally.first[field] = count
    })
  }
  return tally
}

/** The tally of all their rows; of the width and bins of `like`, which counts nothing itself. */
export function mergeTallies(like: AttributionTally, tallies: Iterable<AttributionTally>): AttributionTally {
  const empty = (counts: Float64Array) => new Float64Array(counts.length)
  const sum: AttributionTally = { rows: 0, squares: empty(like.squares), first: empty(like.first), main: empty(like.main), bins: like.bins.map(empty) }
  for (const { rows, squares, first, main, bins } of tallies) {
    sum.rows += rows
    addTo(sum.squares, squares)
    addTo(sum.first, first)
    addTo(sum.main, main)
    bins.forEach((counts, field) => addTo(sum.bins[field] ?? empty(counts), counts))
  }
  return sum
}

function addTo(sum: Float64Array, more: Float64Array): void {
  for (let index = 0; index < sum.length; index++) sum[index] = (sum[index] ?? 0) + (more[index] ?? 0)
}

/**
 * Root mean square of each field's contributions: the size that fields are ranked by. Profiles keep mean and variance, which
 * give it exactly; the mean absolute contribution, that others rank by, cannot be had from them. Null without rows.
 */
export function sizesOf({ rows, squares }: AttributionTally): number[] | null {
  return rows === 0 ? null : Array.from(squares, (sum) => Math.sqrt(sum / rows))
}

/** NDCG of the live ranking with the reference's sizes as gains: 1 where the fields matter in the same order. */
export function rankingKept(reference: AttributionTally, current: AttributionTally): number | null {
  const [gains, scores] = [sizesOf(reference), sizesOf(current)]
  if (!gains || !scores || !gains.some((gain) => gain > 0)) return null
  return ndcg(gains, scores)
}

/** Place of each by its size, 1 for the largest; equal ones share the better place. */
export function placesOf(sizes: readonly number[]): number[] {
  return sizes.map((size) => 1 + sizes.filter((other) => other > size).length)
}

export function contributionDistance(reference: AttributionTally, current: AttributionTally, field: number): number | null {
  return distancesOf(reference.bins[field] ?? [], current.bins[field] ?? []).jensenShannon
}

export interface BandSettings {
  tolerance: number
  standardErrors: number
}

/**
 * Shares of `rows` live rows that count as known: the reference's share ± the larger of the tolerance and so many standard
 * errors of the difference of the two shares, were they one. That one share is the reference's with two more cases of each
 * kind (Agresti and Coull 1998, doi:10.1080/00031305.1998.10480550): a field never cited there would have no error at all.
 */
export function bandOf(reference: { count: number; rows: number }, rows: number, { tolerance, standardErrors }: BandSettings): Band {
  const share = reference.rows === 0 ? 0 : reference.count / reference.rows
  const smoothed = (reference.count + 2) / (reference.rows + 4)
  const error = rows === 0 ? 0 : Math.sqrt(smoothed * (1 - smoothed) * (1 / Math.max(1, reference.rows) + 1 / rows))
  const half = Math.max(tolerance, standardErrors * error)
  return { low: Math.max(0, share - half), high: Math.min(1, share + half) }
}

/** How far a share lies outside its band, as a multiple of the way from the reference to the band's end; up to 1 is within. */
export function stretchOf(share: number, reference: number, { low, high }: Band): number {
  const shift = share - reference
  if (shift === 0) return 0
  const room = shift > 0 ? high - reference : reference - low
  // A band that ends at 0 or 1 cannot be left on that side.
  return room <= 0 || (shift > 0 ? high >= 1 : low <= 0) ? 0 : Math.abs(shift) / room
}

/** Shares below which a field counts as hardly ever cited in the reference. */
const RARE = 0.1

export function reasonVerdict(share: number, reference: number, band: Band): 'same' | 'new' | 'more' | 'less' {
  if (stretchOf(share, reference, band) <= 1) return 'same'
  if (share < reference) return 'less'
  return reference < RARE ? 'new' : 'more'
}

export function shareOfRows(reference: { count: number; rows: number }, current: { count: number; rows: number }): ReasonShare {
  const was = reference.rows === 0 ? 0 : reference.count / reference.rows
  if (current.rows === 0) return { reference: was, current: null, low: null, high: null }
  return { reference: was, current: current.count / current.rows, ...wilson({ successes: current.count, trials: current.rows }) }
}

/** What a check and a page need of one field; the words come later. */
export type ReasonFacts = Pick<FieldAttribution, 'jensenShannon' | 'size' | 'first' | 'main' | 'band'> & {
  /** Of its distribution. */
  bins: number
}

/** By field, in the signature's order. */
export function compareReasons(reference: AttributionTally, current: AttributionTally, settings: BandSettings): ReasonFacts[] {
  const sizes = { reference: sizesOf(reference) ?? [], current: sizesOf(current) }
  const places = { reference: placesOf(sizes.reference), current: sizes.current && placesOf(sizes.current) }
  return Array.from(reference.squares, (_, field): ReasonFacts => {
    const counted = (counts: 'first' | 'main') =>
      shareOfRows({ count: reference[counts][field] ?? 0, rows: reference.rows }, { count: current[counts][field] ?? 0, rows: current.rows })
    return {
      jensenShannon: contributionDistance(reference, current, field),
      size: {
        reference: sizes.reference[field] ?? 0,
        current: sizes.current?.[field] ?? null,
        referencePlace: places.reference[field] ?? 0,
        currentPlace: places.current?.[field] ?? null,
      },
      first: counted('first'),
      main: counted('main'),
      band: bandOf({ count: reference.main[field] ?? 0, rows: reference.rows }, current.rows, settings),
      bins: reference.bins[field]?.length ?? 0,
    }
  })
}
