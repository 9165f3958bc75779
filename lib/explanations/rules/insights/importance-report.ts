// Which factors matter most: from tallies of contributions to fields in the order of their importance.
import type { Importance, Signature } from '@/lib/registry/contract'
import type { FieldImportance, ImportanceGroup } from './contract'
import type { ContributionTally } from './contribution-tally'

/** Beyond, a table is no overview. */
const MOST_GROUPS = 8

export function fieldImportances(signature: Signature, tally: ContributionTally): FieldImportance[] {
  const fields = signature.fields.map((field, index) => ({
    field: field.name,
    displayName: field.displayName,
    meanAbsolute: tally.meanAbsolute(index),
    standardError: tally.absoluteStandardError(index),
    mean: tally.mean(index),
    meanStandardError: tally.standardError(index),
  }))
  return withShares(fields)
}

/** As it was computed at registration; the direction was not kept. */
export function storedImportances(signature: Signature, { values }: Importance): FieldImportance[] {
  const nameOf = new Map(signature.fields.map((field) => [field.name, field.displayName]))
  return withShares(values.map((value) => ({ ...value, displayName: nameOf.get(value.field) ?? value.field, mean: null, meanStandardError: null })))
}

export interface TalliedGroup {
  key: string
  label: string
  tally: ContributionTally
}

/** The largest groups first. */
export function importanceGroups(signature: Signature, tallied: readonly TalliedGroup[]): { groups: ImportanceGroup[]; rowsLeftOut: number } {
  const ranked = tallied.toSorted((a, b) => b.tally.count - a.tally.count || (a.key < b.key ? -1 : 1))
  const groups = ranked.slice(0, MOST_GROUPS).map(({ key, label, tally }) => ({ key, label, rows: tally.count, fields: fieldImportances(signature, tally) }))
  return { groups, rowsLeftOut: ranked.slice(MOST_GROUPS).reduce((rows, { tally }) => rows + tally.count, 0) }
}

function withShares(fields: readonly Omit<FieldImportance, 'share'>[]): FieldImportance[] {
  const total = fields.reduce((sum, field) => sum + field.meanAbsolute, 0)
  return fields.map((field) => ({ ...field, share: total === 0 ? 0 : field.meanAbsolute / total })).sort((a, b) => b.meanAbsolute - a.meanAbsolute)
}
