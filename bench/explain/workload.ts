// Seeded forests to explain, and rows for them.
import { Random } from '@/lib/math/random'
import { LEAF, type Forest } from '@/lib/math/tree-shapley'

/** As many as the credit model has fields. */
export const COLUMNS = 20
export const EXPLAINED_ROWS = 500

export interface ForestSize {
  trees: number
  depth: number
}

export interface Workload {
  forest: Forest
  /** `COLUMNS` numbers a row. */
  background: Float64Array
  rows: Float64Array
}

/** Full trees: every leaf at the depth, every split on a random column at a random place of its distribution. */
export function workload({ trees, depth }: ForestSize, backgroundRows: number, seed = 20_240_503): Workload {
  const random = new Random(seed)
  const splits = 2 ** depth - 1
  const size = 2 * splits + 1
  const nodes = trees * size
  const forest: Forest = {
    playerCount: COLUMNS,
    playerOf: Int32Array.from({ length: COLUMNS }, (_, column) => column),
    roots: Int32Array.from({ length: trees }, (_, tree) => tree * size),
    column: new Int32Array(nodes).fill(LEAF),
    comparison: new Uint8Array(nodes),
    threshold: new Float64Array(nodes),
    missingIsTrue: new Uint8Array(nodes),
    whenTrue: new Int32Array(nodes),
    whenFalse: new Int32Array(nodes),
    value: new Float64Array(nodes),
    members: new Map(),
    constant: 0,
  }
  for (const root of forest.roots) {
    for (let place = 0; place < size; place++) {
      const node = root + place
      if (place >= splits) {
        forest.value[node] = Math.fround(random.normal(0, 0.1))
        continue
      }
      forest.column[node] = random.integer(COLUMNS)
      forest.threshold[node] = Math.fround(random.normal())
      forest.whenTrue[node] = root + 2 * place + 1
      forest.whenFalse[node] = root + 2 * place + 2
    }
  }
  const rowsOf = (count: number) => Float64Array.from({ length: count * COLUMNS }, () => Math.fround(random.normal()))
  return { forest, background: rowsOf(backgroundRows), rows: rowsOf(EXPLAINED_ROWS) }
}
