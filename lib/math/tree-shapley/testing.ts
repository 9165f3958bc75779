// For the tests beside: small forests of every kind, and their Shapley values by listing every coalition.
import { expect } from 'vitest'
import type { Random } from '../random'
import { explainExactly } from '../shapley'
import { buildTreeExplainer, LEAF, marginOf, type Forest } from './index'

export interface ForestShape {
  trees: number
  depth: number
  /** The player of each column. */
  playerOf: number[]
  playerCount: number
  /** Those to draw from. */
  comparisons: readonly number[]
  /** Thresholds are drawn from 0 to before this, so that rows of whole numbers meet them. */
  thresholds: number
  /** Share of splits that send missing values to the true branch. */
  missing: number
  /** Share of nodes above the depth that are leaves. */
  leaves: number
}

export function randomForest(random: Random, shape: ForestShape): Forest {
  const nodes: {
    column: number
    comparison: number
    threshold: number
    missing: number
    yes: number
    no: number
    value: number
  }[] = []
  const members = new Map<number, ReadonlySet<number>>()
  const grow = (depth: number): number => {
    const node = nodes.length
    const own = { column: LEAF, comparison: 0, threshold: 0, missing: 0, yes: 0, no: 0, value: 0 }
    nodes.push(own)
    if (depth === 0 || (depth < shape.depth && random.uniform() < shape.leaves)) {
      own.value = random.uniform(-1, 1)
      return node
    }
    own.column = random.integer(shape.playerOf.length)
    own.comparison = shape.comparisons[random.integer(shape.comparisons.length)] ?? 0
    own.threshold = random.integer(shape.thresholds)
    own.missing = random.uniform() < shape.missing ? 1 : 0
    if (own.comparison === 6) members.set(node, new Set([own.threshold, random.integer(shape.thresholds)]))
    own.yes = grow(depth - 1)
    own.no = grow(depth - 1)
    return node
  }
  const roots = Array.from({ length: shape.trees }, () => grow(shape.depth))
  return {
    playerCount: shape.playerCount,
    playerOf: Int32Array.from(shape.playerOf),
    roots: Int32Array.from(roots),
    column: Int32Array.from(nodes, (node) => node.column),
    comparison: Uint8Array.from(nodes, (node) => node.comparison),
    threshold: Float64Array.from(nodes, (node) => node.threshold),
    missingIsTrue: Uint8Array.from(nodes, (node) => node.missing),
    whenTrue: Int32Array.from(nodes, (node) => node.yes),
    whenFalse: Int32Array.from(nodes, (node) => node.no),
    value: Float64Array.from(nodes, (node) => node.value),
    members,
    constant: random.uniform(-1, 1),
  }
}

/** Whole numbers, some of them missing. */
export function randomRows(random: Random, rows: number, columns: number, highest: number, missing = 0): Float64Array {
  return Float64Array.from({ length: rows * columns }, () =>
    random.uniform() < missing ? NaN : random.integer(highest + 1),
  )
}

/** By the definition, asking the trees for every coalition of players. */
export async function byEveryCoalition(forest: Forest, row: Float64Array, background: Float64Array) {
  const width = forest.playerOf.length
  const mixed = new Float64Array(width)
  return explainExactly({
    playerCount: forest.playerCount,
    backgroundCount: background.length / width,
    evaluate: ({ count, masks, background: numbers }) =>
      Float64Array.from({ length: count }, (_, i) => {
        for (let column = 0; column < width; column++) {
          const joined = masks[i * forest.playerCount + (forest.playerOf[column] ?? 0)] === 1
          mixed[column] = (joined ? row[column] : background[(numbers[i] ?? 0) * width + column]) ?? NaN
        }
        return marginOf(forest, mixed)
      }),
  })
}

/** By the definition (Grabisch and Roubens 1999), shared out as `interactions` says. One row for each player. */
export function interactionsByEveryCoalition(forest: Forest, row: Float64Array, background: Float64Array): number[][] {
  const { playerCount, playerOf } = forest
  const width = playerOf.length
  const rows = background.length / width
  const mixed = new Float64Array(width)
  const game = Float64Array.from({ length: 2 ** playerCount }, (_, coalition) => {
    let sum = 0
    for (let other = 0; other < rows; other++) {
      for (let column = 0; column < width; column++) {
        const joined = ((coalition >> (playerOf[column] ?? 0)) & 1) === 1
        mixed[column] = (joined ? row[column] : background[other * width + column]) ?? NaN
      }
      sum += marginOf(forest, mixed) / rows
    }
    return sum
  })
  const worth = (coalition: number) => game[coalition] ?? NaN
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1))
  const players = Array.from({ length: playerCount }, (_, player) => player)
  const sizeOf = (coalition: number) => players.filter((player) => (coalition >> player) & 1).length
  const values = players.map((i) =>
    game.reduce((sum, _, coalition) => {
      if ((coalition >> i) & 1) return sum
      const size = sizeOf(coalition)
      const weight = (factorial(size) * factorial(playerCount - size - 1)) / factorial(playerCount)
      return sum + weight * (worth(coalition | (1 << i)) - worth(coalition))
    }, 0),
  )
  const index = (i: number, j: number) =>
    game.reduce((sum, _, coalition) => {
      if (((coalition >> i) & 1) | ((coalition >> j) & 1)) return sum
      const size = sizeOf(coalition)
      const weight = (factorial(size) * factorial(playerCount - size - 2)) / factorial(playerCount - 1)
      const [one, other] = [1 << i, 1 << j]
      const both = worth(coalition | one | other) - worth(coalition | one) - worth(coalition | other)
      return sum + weight * (both + worth(coalition))
    }, 0)
  return players.map((i) => {
    const halves = players.map((j) => (j === i ? 0 : index(Math.min(i, j), Math.max(i, j)) / 2))
    return halves.map((half, j) => (j === i ? (values[i] ?? NaN) - halves.reduce((sum, one) => sum + one, 0) : half))
  })
}

export function explain(
  forest: Forest,
  background: Float64Array,
  row: Float64Array,
  budgetBytes?: number,
): Float64Array {
  const out = new Float64Array(forest.playerCount).fill(99)
  buildTreeExplainer(forest, background, budgetBytes === undefined ? {} : { budgetBytes }).explain(row, out)
  return out
}

export function expectSame(found: Float64Array, expected: ArrayLike<number>, tolerance = 1e-11): void {
  found.forEach((value, player) => expect(Math.abs(value - (expected[player] ?? NaN))).toBeLessThan(tolerance))
}
