// Values of a field in a few groups that the rows at hand fill about equally: for marking points and for means along an axis.
import { innerEdges, quantileEdges } from '@/lib/math/quantile-bins'
import type { Field } from '@/lib/registry/contract'
import type { InputValue } from '../shown-inputs'
import { isMissing, numberInWords, valueInWords } from '../value-words'
import { isQuantity } from './bands'
import { numbersOf } from './explained-columns'

export interface ValueGroups {
  labels: string[]
  /** The group of each row; -1 where the value is missing, or its category is none of the most frequent. */
  groupOf: Int32Array
}

/** Numbers by their quantiles, categories by their frequency. @param most groups */
export function groupsOfValues(field: Field, values: readonly InputValue[], most: number): ValueGroups {
  return isQuantity(field) ? numberGroups(field, numbersOf(values), most) : categoryGroups(field, values, most)
}

function numberGroups(field: Field, numbers: readonly (number | null)[], most: number): ValueGroups {
  const present = numbers.filter((value) => value !== null)
  if (present.length === 0) return { labels: [], groupOf: new Int32Array(numbers.length).fill(-1) }
  const distinct = [...new Set(present)].sort((a, b) => a - b)
  // A few values are each a group of their own: 1, 2 and 3 rooms.
  const edges = distinct.length <= most ? distinct.slice(1) : innerEdges(quantileEdges(present, most))
  const areSingle = distinct.length <= most
  const groupOf = Int32Array.from(numbers, (value) => (value === null ? -1 : edges.filter((edge) => value >= edge).length))
  const labels = Array.from({ length: edges.length + 1 }, (_, index) => {
    if (areSingle) return numberInWords(distinct[index] as number, field.unit)
    const [low, high] = [edges[index - 1], edges[index]]
    if (low === undefined) return high === undefined ? 'all values' : `below ${numberInWords(high, field.unit)}`
    return high === undefined ? `${numberInWords(low, field.unit)} or more` : `${numberInWords(low)} to below ${numberInWords(high, field.unit)}`
  })
  return { labels, groupOf }
}

function categoryGroups(field: Field, values: readonly InputValue[], most: number): ValueGroups {
  const counts = new Map<string, { value: InputValue; count: number }>()
  for (const value of values) {
    if (isMissing(value)) continue
    const found = counts.get(String(value))
    if (found) found.count += 1
    else counts.set(String(value), { value, count: 1 })
  }
  const ranked = [...counts].sort((a, b) => b[1].count - a[1].count || (a[0] < b[0] ? -1 : 1)).slice(0, most)
  const places = new Map(ranked.map(([key], index) => [key, index]))
  return {
    labels: ranked.map(([, { value }]) => valueInWords(field, value)),
    groupOf: Int32Array.from(values, (value) => (isMissing(value) ? -1 : (places.get(String(value)) ?? -1))),
  }
}
