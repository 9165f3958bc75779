// The profile: what is kept of the rows that passed, per column: counts in the reference's bins or categories, missing
// values, mean, variance and range. It is written with every group commit of predictions, adds up over any span of
// hours, and is what drift is measured on. Scores and values a model gave are one more number column.
import { ByteReader, ByteWriter } from './bytes'
import { TopTexts, type HeavyHitters } from './heavy-hitters'
import { MathError } from './math-error'
import {
  binsAt,
  categoriesAt,
  countAt,
  m2At,
  maximumAt,
  meanAt,
  minimumAt,
  missingAt,
  planOf,
  unseenAt,
  type CategoryPlan,
  type NumberPlan,
  type Plan,
  type ProfileRow,
  type ProfileShape,
  type ProfileValue,
} from './profile-shape'
import { binIndex } from './quantile-bins'

export { categoryColumn, numberColumn } from './profile-shape'
export type {
  CategoryColumn,
  NumberColumn,
  ProfileColumn,
  ProfileRow,
  ProfileShape,
  ProfileValue,
} from './profile-shape'

export interface NumberSummary {
  kind: 'number'
  /** Values present; missing ones are beside it. */
  count: number
  missing: number
  /** In the column's unit, as minimum and maximum; null without values. */
  mean: number | null
  /** Sample variance (divisor count - 1); null below two values. */
  variance: number | null
  minimum: number | null
  maximum: number | null
  /** One for each bin of the shape. */
  counts: number[]
}

export interface CategorySummary {
  kind: 'category'
  count: number
  missing: number
  /** One for each category of the shape. */
  counts: number[]
  /** Values that are not among the reference's categories. */
  unseen: number
  unseenTop: HeavyHitters
}

export type ColumnSummary = NumberSummary | CategorySummary

const encodingVersion = 1

/**
 * A profile of rows, empty at first. The shape object must not change afterwards.
 * Merging the profiles of parts gives that of the whole: counts, minimum and maximum exactly, mean and variance up to
 * rounding, the most frequent unseen categories within their error bound.
 */
export class Profile {
  private readonly plan: Plan
  private readonly state: Float64Array
  private readonly unseen: (TopTexts | undefined)[]

  /** Throws MathError `invalid-argument` for edges that do not ascend or categories named twice. */
  constructor(readonly shape: ProfileShape) {
    this.plan = planOf(shape)
    this.state = new Float64Array(this.plan.size)
    this.unseen = new Array<TopTexts | undefined>(this.plan.columns.length)
  }

  /**
   * Counts one row: a value for each column in the shape's order. Throws MathError `shape-mismatch` for another width.
   */
  addRow(values: ProfileRow): void {
    if (values.length !== this.plan.columns.length) {
      throw new MathError('shape-mismatch', `A row of ${values.length} values for ${this.plan.columns.length} columns.`)
    }
    for (let i = 0; i < values.length; i++) this.add(i, values[i])
  }

  /** Counts one value of one column. Numbers in a category column count as their text. */
  add(columnIndex: number, value: ProfileValue): void {
    const column = this.column(columnIndex)
    if (column.kind === 'number') {
      if (typeof value === 'number' && Number.isFinite(value)) this.addNumber(column, value)
      else this.increase(column.start + missingAt)
    } else if (value === null || value === undefined || value === '' || Number.isNaN(value)) {
      this.increase(column.start + missingAt)
    } else {
      this.addCategory(column, columnIndex, typeof value === 'string' ? value : String(value))
    }
  }

  /**
   * Counts the chosen rows of a whole column, as `add` would one by one, to the bit.
   * @param values NaN is missing
   * @param rows places in `values`, in the order in which they count
   */
  addNumbers(columnIndex: number, values: Float64Array, rows: ArrayLike<number>): void {
    const column = this.column(columnIndex)
    if (column.kind === 'category') {
      for (let i = 0; i < rows.length; i++) this.add(columnIndex, values[rows[i] as number])
      return
    }
    const { state } = this
    const { start, edges } = column
    const bins = start + binsAt
    const last = edges.length - 1
    let count = state[start + countAt] as number
    let missing = state[start + missingAt] as number
    let mean = state[start + meanAt] as number
    let m2 = state[start + m2At] as number
    let minimum = count === 0 ? Infinity : (state[start + minimumAt] as number)
    let maximum = count === 0 ? -Infinity : (state[start + maximumAt] as number)
    for (let i = 0; i < rows.length; i++) {
      const value = values[rows[i] as number] as number
      if (!Number.isFinite(value)) {
        missing += 1
        continue
      }
      count += 1
      const delta = value - mean
      mean += delta / count
      m2 += delta * (value - mean)
      if (value < minimum) minimum = value
      if (value > maximum) maximum = value
      // binIndex, in place.
      let low = 0
      let high = last
      while (high - low > 1) {
        const middle = (low + high) >>> 1
        if ((edges[middle] as number) <= value) low = middle
        else high = middle
      }
      state[bins + low] = (state[bins + low] as number) + 1
    }
    state[start + missingAt] = missing
    state[start + countAt] = count
    if (count === 0) return
    state[start + meanAt] = mean
    state[start + m2At] = m2
    state[start + minimumAt] = minimum
    state[start + maximumAt] = maximum
  }

  private addNumber({ start, edges }: NumberPlan, value: number): void {
    const state = this.state
    const count = (state[start + countAt] as number) + 1
    state[start + countAt] = count
    // Welford's updating formula, doi:10.1080/00401706.1962.10490022.
    const mean = state[start + meanAt] as number
    const delta = value - mean
    const next = mean + delta / count
    state[start + meanAt] = next
    state[start + m2At] = (state[start + m2At] as number) + delta * (value - next)
    if (count === 1 || value < (state[start + minimumAt] as number)) state[start + minimumAt] = value
    if (count === 1 || value > (state[start + maximumAt] as number)) state[start + maximumAt] = value
    this.increase(start + binsAt + binIndex(edges, value))
  }

  private addCategory({ start, places }: CategoryPlan, columnIndex: number, value: string): void {
    this.increase(start + countAt)
    const place = places.get(value)
    if (place !== undefined) return this.increase(place)
    this.increase(start + unseenAt)
    const texts = (this.unseen[columnIndex] ??= new TopTexts())
    texts.add(value)
  }

  /** Adds another profile to this one. Throws MathError `shape-mismatch` when columns, bins or categories differ. */
  merge(other: Profile): void {
    if (other.shape !== this.shape && JSON.stringify(other.shape) !== JSON.stringify(this.shape)) {
      throw new MathError('shape-mismatch', 'Profiles with different columns, bins or categories cannot be merged.')
    }
    this.plan.columns.forEach((column, i) => {
      if (column.kind === 'number') return this.mergeNumber(column, other.state)
      this.addFrom(other.state, column.start, categoriesAt + column.categories)
      const texts = other.unseen[i]
      if (texts) (this.unseen[i] ??= new TopTexts()).merge(texts)
    })
  }

  private mergeNumber({ start, bins }: NumberPlan, other: Float64Array): void {
    const state = this.state
    const a = state[start + countAt] as number
    const b = other[start + countAt] as number
    this.addFrom(other, start, 2)
    if (b === 0) return
    this.addFrom(other, start + binsAt, bins)
    if (a === 0) {
      state.set(other.subarray(start + meanAt, start + binsAt), start + meanAt)
      return
    }
    // Chan, Golub and LeVeque 1979 (STAN-CS-79-773).
    const mean = state[start + meanAt] as number
    const delta = (other[start + meanAt] as number) - mean
    state[start + meanAt] = mean + (delta * b) / (a + b)
    state[start + m2At] =
      (state[start + m2At] as number) + (other[start + m2At] as number) + (delta * delta * a * b) / (a + b)
    state[start + minimumAt] = Math.min(state[start + minimumAt] as number, other[start + minimumAt] as number)
    state[start + maximumAt] = Math.max(state[start + maximumAt] as number, other[start + maximumAt] as number)
  }

  clone(): Profile {
    const copy = new Profile(this.shape)
    copy.state.set(this.state)
    this.unseen.forEach((texts, i) => {
      copy.unseen[i] = texts?.clone()
    })
    return copy
  }

  /** @throws MathError `invalid-argument` when there is no such column */
  summary(columnIndex: number): ColumnSummary {
    const column = this.column(columnIndex)
    const { start } = column
    const at = (offset: number) => this.state[start + offset] as number
    const count = at(countAt)
    const missing = at(missingAt)
    if (column.kind === 'category') {
      const counts = Array.from(this.state.subarray(start + categoriesAt, start + categoriesAt + column.categories))
      const unseenTop = this.unseen[columnIndex]?.summary() ?? { top: [], errorBound: 0 }
      return { kind: 'category', count, missing, counts, unseen: at(unseenAt), unseenTop }
    }
    return {
      kind: 'number',
      count,
      missing,
      mean: count === 0 ? null : at(meanAt),
      variance: count < 2 ? null : at(m2At) / (count - 1),
      minimum: count === 0 ? null : at(minimumAt),
      maximum: count === 0 ? null : at(maximumAt),
      counts: Array.from(this.state.subarray(start + binsAt, start + binsAt + column.bins)),
    }
  }

  /** What distances.ts compares: the bins' counts, or the categories' and, last, the unseen ones together. A copy. */
  counts(columnIndex: number): Float64Array {
    const summary = this.summary(columnIndex)
    return Float64Array.from(summary.kind === 'category' ? [...summary.counts, summary.unseen] : summary.counts)
  }

  /**
   * Compact bytes: counts as varints, the four moments of a number column as float64, nothing for columns without
   * values.
   */
  encode(): Uint8Array {
    const writer = new ByteWriter(64 + this.plan.columns.length * 64)
    const state = this.state
    writer.byte(encodingVersion)
    writer.count(this.plan.columns.length)
    this.plan.columns.forEach((column, i) => {
      const { start } = column
      writer.count(column.kind === 'number' ? column.bins * 2 : column.categories * 2 + 1)
      writer.count(state[start + missingAt] as number)
      writer.count(state[start + countAt] as number)
      if (state[start + countAt] === 0) return
      if (column.kind === 'number') {
        for (let at = start + meanAt; at < start + binsAt; at++) writer.float64(state[at] as number)
        for (let at = start + binsAt; at < start + binsAt + column.bins; at++) writer.count(state[at] as number)
        return
      }
      for (let at = start + unseenAt; at < start + categoriesAt + column.categories; at++) {
        writer.count(state[at] as number)
      }
      if (state[start + unseenAt] !== 0) (this.unseen[i] ?? new TopTexts()).write(writer)
    })
    return writer.finish()
  }

  /**
   * The profile that was encoded with this shape.
   * @throws MathError `malformed-bytes`, or `shape-mismatch` when columns or their numbers of bins or categories differ
   */
  static decode(shape: ProfileShape, bytes: Uint8Array): Profile {
    const profile = new Profile(shape)
    const { plan, state } = profile
    const reader = new ByteReader(bytes)
    reader.expectVersion('profile', encodingVersion)
    if (reader.count() !== plan.columns.length) throw otherShape()
    plan.columns.forEach((column, i) => {
      const { start } = column
      if (reader.count() !== (column.kind === 'number' ? column.bins * 2 : column.categories * 2 + 1))
        throw otherShape()
      state[start + missingAt] = reader.count()
      state[start + countAt] = reader.count()
      if (state[start + countAt] === 0) return
      if (column.kind === 'number') {
        for (let at = start + meanAt; at < start + binsAt; at++) state[at] = reader.float64()
        for (let at = start + binsAt; at < start + binsAt + column.bins; at++) state[at] = reader.count()
        return
      }
      for (let at = start + unseenAt; at < start + categoriesAt + column.categories; at++) state[at] = reader.count()
      if (state[start + unseenAt] !== 0) profile.unseen[i] = TopTexts.read(reader)
    })
    reader.expectEnd('profile')
    return profile
  }

  private column(index: number): NumberPlan | CategoryPlan {
    const column = this.plan.columns[index]
    if (!column) throw new MathError('invalid-argument', `There is no column ${index} in this profile.`)
    return column
  }

  private increase(place: number): void {
    this.state[place] = (this.state[place] as number) + 1
  }

  private addFrom(other: Float64Array, start: number, length: number): void {
    for (let at = start; at < start + length; at++) {
      this.state[at] = (this.state[at] as number) + (other[at] as number)
    }
  }
}

/** The profile of these rows: for a version's reference. */
export function profileOf(shape: ProfileShape, rows: Iterable<ProfileRow>): Profile {
  const profile = new Profile(shape)
  for (const row of rows) profile.addRow(row)
  return profile
}

function otherShape(): MathError {
  return new MathError('shape-mismatch', 'The stored profile has other columns, bins or categories than this shape.')
}
