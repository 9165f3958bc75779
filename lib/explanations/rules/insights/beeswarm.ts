// Every row's contribution of the fields that matter most, with where the row's value lies in the field's range.
import { quantile } from '@/lib/math/quantile-bins'
import type { Signature } from '@/lib/registry/contract'
import { isMissing } from '../value-words'
import { isQuantity } from './bands'
import type { BeeswarmField, ExplainedRows } from './contract'
import { ContributionTally } from './contribution-tally'
import { tendencyOf } from './effect-words'
import { contributionsOf, numbersOf, presentPairs, rounded, valuesOf } from './explained-columns'

/** As many rows as a picture holds. */
const MOST_FIELDS = 12
/** The ends of the range, so that one outlier does not make all others look the same. */
const RANGE = [0.05, 0.95] as const

export function beeswarmFields(signature: Signature, rows: ExplainedRows, maySeeSensitive: boolean): BeeswarmField[] {
  const tally = new ContributionTally(rows.width)
  for (let row = 0; row < rows.count; row++) tally.add(rows.contributions, row * rows.width)
  const ranked = signature.fields.map((_, index) => index).sort((a, b) => tally.meanAbsolute(b) - tally.meanAbsolute(a))
  return ranked.slice(0, MOST_FIELDS).flatMap((index) => {
    const field = signature.fields[index]
    if (!field) return []
    const contributions = contributionsOf(rows, index)
    const values = valuesOf(rows, index)
    const isNumber = isQuantity(field)
    const isMasked = field.isSensitive && !maySeeSensitive
    const numbers = isNumber ? numbersOf(values) : values.map(() => null)
    const missing = values.map(isMissing)
    const { values: given, others } = presentPairs(numbers, contributions)
    return [
      {
        field: field.name,
        displayName: field.displayName,
        kind: isNumber ? 'number' : 'category',
        isMasked,
        contributions: contributions.map((value) => rounded(value)),
        places: isMasked ? numbers.map(() => null) : placesOf(numbers),
        isMissing: isMasked || !missing.includes(true) ? null : missing,
        tendency: isNumber ? tendencyOf(given, others) : null,
      } satisfies BeeswarmField,
    ]
  })
}

/** 0 at the low end of the range, 1 at the high end. */
export function placesOf(numbers: readonly (number | null)[]): (number | null)[] {
  const sorted = Float64Array.from(numbers.filter((value) => value !== null)).sort()
  if (sorted.length === 0) return numbers.map(() => null)
  const [low, high] = [quantile(sorted, RANGE[0]), quantile(sorted, RANGE[1])]
  return numbers.map((value) => {
    if (value === null) return null
    if (high === low) return 0.5
    return rounded(Math.min(1, Math.max(0, (value - low) / (high - low))), 3)
  })
}
