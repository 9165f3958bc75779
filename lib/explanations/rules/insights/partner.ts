// Which other field changes what a value does, where exact interaction values are not at hand: at equal values of a field
// its contributions differ only through the others, so the one whose groups explain most of that spread is the partner.
// The same idea as approximate_interactions of shap, with an analysis of variance in place of correlations.
import type { Signature } from '@/lib/registry/contract'
import type { ExplainedRows } from './contract'
import { contributionsOf, valuesOf } from './explained-columns'
import { groupsOfValues, type ValueGroups } from './groups-of-values'

const OWN_GROUPS = 10
const PARTNER_GROUPS = 3
/** Below, it may as well be chance. */
const LEAST_SHARE = 0.02

export interface PartnerStrength {
  index: number
  /** Of the spread at equal values, the part that goes with the partner, adjusted for the number of groups. */
  share: number
}

/** @param candidates places of the fields that may be chosen; strongest first in the answer */
export function partnerStrengths(signature: Signature, rows: ExplainedRows, own: number, candidates: readonly number[]): PartnerStrength[] {
  const contributions = contributionsOf(rows, own)
  const grouped = (index: number, most: number): ValueGroups | null => {
    const field = signature.fields[index]
    return field ? groupsOfValues(field, valuesOf(rows, index), most) : null
  }
  const ownGroups = grouped(own, OWN_GROUPS)
  if (!ownGroups) return []
  const spread = withinVariance(contributions, (row) => ownGroups.groupOf[row] as number)
  if (spread === null || spread === 0) return []
  return candidates
    .filter((index) => index !== own)
    .flatMap((index) => {
      const groups = grouped(index, PARTNER_GROUPS)
      if (!groups) return []
      const left = withinVariance(contributions, (row) => ((ownGroups.groupOf[row] as number) + 1) * (PARTNER_GROUPS + 1) + (groups.groupOf[row] as number) + 1)
      const share = left === null ? 0 : 1 - left / spread
      return share < LEAST_SHARE ? [] : [{ index, share }]
    })
    .sort((a, b) => b.share - a.share || a.index - b.index)
}

/** The mean square within cells, with the cells' means taken off the degrees of freedom; null where none are left. */
function withinVariance(values: readonly number[], cellOf: (row: number) => number): number | null {
  const cells = new Map<number, { count: number; sum: number }>()
  values.forEach((value, row) => {
    const key = cellOf(row)
    const cell = cells.get(key)
    if (cell) {
      cell.count += 1
      cell.sum += value
    } else {
      cells.set(key, { count: 1, sum: value })
    }
  })
  const freedom = values.length - cells.size
  if (freedom <= 0) return null
  let squares = 0
  values.forEach((value, row) => {
    const cell = cells.get(cellOf(row))
    if (cell) squares += (value - cell.sum / cell.count) ** 2
  })
  return squares / freedom
}
