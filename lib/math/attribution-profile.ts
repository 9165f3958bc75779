// Explanations of many rows as a profile: the distribution of each field's contributions, and how often each field is
// among a row's largest ones. It is a profile like any other, so hours add up and distances are measured as for inputs.
import { numberColumn, type NumberColumn, type ProfileShape, type ProfileValue } from './profile'

/** Reasons that are counted for each row: as many as a notice of adverse action gives (Regulation B, 9(b)(2)-1). */
export const RANKED_REASONS = 4

/** Fields with no more different contributions than this have a bin for each. */
const MOST_VALUES = 10

/**
 * A number column for each field with bins at the deciles of the reference's contributions, then a column for each of the
 * first, second … largest contributions whose categories are the fields.
 * @param attributions of the reference rows, one number for each field
 */
export function attributionShape(fields: readonly string[], attributions: readonly ArrayLike<number>[]): ProfileShape {
  const numbers = fields.map((field, index) => contributionColumn(field, attributions.map((values) => values[index] as number)))
  const categories = [...fields].sort()
  const ranks = Array.from({ length: RANKED_REASONS }, (_, rank) => ({ name: rankColumn(rank), kind: 'category' as const, categories }))
  return [...numbers, ...ranks]
}

/**
 * In a sum of columns a category has one contribution wherever it occurs. Deciles would put two or three of those into one
 * bin, and no change of them would ever be seen; edges lie half-way between them.
 */
function contributionColumn(name: string, contributions: readonly number[]): NumberColumn {
  const values = [...new Set(contributions)].sort((a, b) => a - b)
  if (values.length > MOST_VALUES) return numberColumn(name, contributions)
  return { name, kind: 'number', edges: values.slice(1).map((value, index) => ((values[index] as number) + value) / 2) }
}

/** Name of the column of the rank, 0 for the largest. No field of a model begins with a colon and space. */
export function rankColumn(rank: number): string {
  return `: reason ${rank + 1}`
}

/** What one row adds: its contributions, then the fields of the largest ones; contributions of 0 are no reason. */
export function attributionValues(fields: readonly string[], values: ArrayLike<number>): ProfileValue[] {
  const row: ProfileValue[] = new Array<ProfileValue>(fields.length + RANKED_REASONS).fill(null)
  const ranked: number[] = []
  for (let index = 0; index < fields.length; index++) {
    const value = values[index] as number
    row[index] = value
    const size = Math.abs(value)
    if (!(size > 0)) continue
    let place = ranked.length
    while (place > 0 && size > Math.abs(values[ranked[place - 1] as number] as number)) place--
    if (place >= RANKED_REASONS) continue
    ranked.splice(place, 0, index)
    if (ranked.length > RANKED_REASONS) ranked.pop()
  }
  for (let rank = 0; rank < ranked.length; rank++) row[fields.length + rank] = fields[ranked[rank] as number]
  return row
}
