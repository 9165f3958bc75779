// The columns of a profile, their bins and categories, and where each column's numbers lie.
import { MathError } from './math-error'
import { edgesFromInner, innerEdges, quantileEdges } from './quantile-bins'

export interface NumberColumn {
  name: string
  kind: 'number'
  /**
   * Inner edges, ascending; n edges make n + 1 bins: below the first, [e0, e1), .., from the last on. JSON has no
   * Infinity.
   */
  edges: readonly number[]
}

export interface CategoryColumn {
  name: string
  kind: 'category'
  /** The reference's categories in order, distinct. Everything else counts as unseen. */
  categories: readonly string[]
}

export type ProfileColumn = NumberColumn | CategoryColumn
/** JSON as it is. Profiles of the same shape can be merged and compared. */
export type ProfileShape = readonly ProfileColumn[]

/** null, undefined, NaN, infinities, and '' are missing, and so is a text in a number column. */
export type ProfileValue = number | string | null | undefined
export type ProfileRow = ArrayLike<ProfileValue>

/**
 * A column with bins at the deciles of the reference's values. Missing values are left out; without any value there is
 * one bin.
 */
export function numberColumn(name: string, values: Iterable<ProfileValue>, bins = 10): NumberColumn {
  const present: number[] = []
  for (const value of values) if (typeof value === 'number' && Number.isFinite(value)) present.push(value)
  return { name, kind: 'number', edges: present.length === 0 ? [] : innerEdges(quantileEdges(present, bins)) }
}

/**
 * A column with the reference's most frequent categories, in the order of their texts.
 * @param most how many at most; rarer ones count as unseen
 */
export function categoryColumn(name: string, values: Iterable<ProfileValue>, most = 100): CategoryColumn {
  const counts = new Map<string, number>()
  for (const value of values) {
    if (value === null || value === undefined || value === '' || Number.isNaN(value)) continue
    const text = String(value)
    counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  const frequent = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, most)
  return { name, kind: 'category', categories: frequent.map(([text]) => text).sort() }
}

// Where a column's numbers lie in the one array that holds them all.
export const countAt = 0
export const missingAt = 1
export const meanAt = 2
export const m2At = 3
export const minimumAt = 4
export const maximumAt = 5
export const binsAt = 6
export const unseenAt = 2
export const categoriesAt = 3

export interface NumberPlan {
  kind: 'number'
  start: number
  edges: Float64Array
  bins: number
}

export interface CategoryPlan {
  kind: 'category'
  start: number
  /** Category to its place in the array. */
  places: Map<string, number>
  categories: number
}

export interface Plan {
  columns: (NumberPlan | CategoryPlan)[]
  size: number
}

// A shape is looked at once, not per profile: a commit makes a profile for each version it wrote.
const plans = new WeakMap<ProfileShape, Plan>()

/** Throws MathError `invalid-argument` for edges that do not ascend or categories named twice. */
export function planOf(shape: ProfileShape): Plan {
  const known = plans.get(shape)
  if (known) return known
  let size = 0
  const columns = shape.map((column): NumberPlan | CategoryPlan => {
    const start = size
    if (column.kind === 'number') {
      if (column.edges.some((edge, i) => !(edge > (column.edges[i - 1] ?? -Infinity)) || edge === Infinity)) {
        throw new MathError('invalid-argument', `The edges of ${column.name} are finite and ascend.`)
      }
      const bins = column.edges.length + 1
      size += binsAt + bins
      return { kind: 'number', start, edges: edgesFromInner(column.edges), bins }
    }
    const places = new Map(column.categories.map((category, i) => [category, start + categoriesAt + i]))
    if (places.size !== column.categories.length) {
      throw new MathError('invalid-argument', `A category of ${column.name} is named twice.`)
    }
    size += categoriesAt + places.size
    return { kind: 'category', start, places, categories: places.size }
  })
  const plan = { columns, size }
  plans.set(shape, plan)
  return plan
}
