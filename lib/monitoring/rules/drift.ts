// How far a profile lies from its version's reference, column by column.
import { jensenShannonDistance, psi, shares } from '@/lib/math/distances'
import type { ColumnSummary, NumberColumn, NumberSummary, Profile, ProfileColumn } from '@/lib/math/profile'
import type { DRIFT_MEASURES } from '../contract'

export type DriftMeasure = (typeof DRIFT_MEASURES)[number]

export interface Distances {
  psi: number | null
  jensenShannon: number | null
}

export interface ColumnDrift extends Distances {
  column: ProfileColumn
  reference: ColumnSummary
  current: ColumnSummary
  /** As compared: one for each bin, or each category and then all unseen ones. */
  referenceCounts: Float64Array
  currentCounts: Float64Array
}

export const NO_DISTANCE: Distances = { psi: null, jensenShannon: null }

/** Missing values are left out of both sides, as models/README.md does; their rate is told beside the distance. */
export function distancesOf(reference: ArrayLike<number>, current: ArrayLike<number>): Distances {
  if (sum(reference) === 0 || sum(current) === 0) return NO_DISTANCE
  const p = shares(reference)
  const q = shares(current)
  return { psi: psi(p, q), jensenShannon: jensenShannonDistance(p, q) }
}

export function measureOf(distances: Distances, measure: DriftMeasure): number | null {
  return measure === 'psi' ? distances.psi : distances.jensenShannon
}

/** One for each column of the shape, in its order. */
export function driftOfProfile(reference: Profile, current: Profile): ColumnDrift[] {
  return reference.shape.map((column, index) => {
    const referenceCounts = reference.counts(index)
    const currentCounts = current.counts(index)
    return {
      column,
      reference: reference.summary(index),
      current: current.summary(index),
      referenceCounts,
      currentCounts,
      ...distancesOf(referenceCounts, currentCounts),
    }
  })
}

/**
 * Rows a column needs before its distance says more than chance. Without any drift PSI is about (bins - 1) / rows, for it
 * is close to a chi-squared statistic over the rows (Yurdakul 2018, Statistical Properties of PSI); three times that must lie
 * below the limit. The Jensen-Shannon divergence in nats is about an eighth of the PSI.
 */
export function rowsNeeded(bins: number, measure: DriftMeasure, limit: number): number {
  const asPsi = measure === 'psi' ? limit : 8 * Math.LN2 * limit * limit
  return Math.ceil((3 * Math.max(0, bins - 1)) / asPsi)
}

export function missingRate(summary: ColumnSummary): number | null {
  const rows = summary.count + summary.missing
  return rows === 0 ? null : summary.missing / rows
}

/**
 * The q-quantile as far as bins tell it: values are taken to lie evenly between the ends of their bin, the outer bins
 * ending at the smallest and largest value. null without values.
 */
export function estimateQuantile(column: NumberColumn, summary: NumberSummary, q: number): number | null {
  const { minimum, maximum, counts } = summary
  if (summary.count === 0 || minimum === null || maximum === null) return null
  const rank = q * summary.count
  let below = 0
  for (let bin = 0; bin < counts.length; bin++) {
    const count = counts[bin] ?? 0
    if (count === 0 || below + count < rank) {
      below += count
      continue
    }
    const low = Math.max(minimum, column.edges[bin - 1] ?? minimum)
    const high = Math.min(maximum, column.edges[bin] ?? maximum)
    return low + (Math.max(high, low) - low) * ((rank - below) / count)
  }
  return maximum
}

function sum(counts: ArrayLike<number>): number {
  let total = 0
  for (let i = 0; i < counts.length; i++) total += counts[i] ?? 0
  return total
}
