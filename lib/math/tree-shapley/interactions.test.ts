import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Random } from '../random'
import { buildTreeExplainer, Comparison, type Forest } from './index'
import { interactionsByEveryCoalition, randomForest, randomRows } from './testing'

/** All trees by their leaves' patterns, all walked, and some of each. */
const BUDGETS = [64 * 1024 * 1024, 0, 6000, 12_000]
const ALL = Object.values(Comparison)

const cases = fc.record({
  seed: fc.integer(),
  trees: fc.integer({ min: 1, max: 5 }),
  depth: fc.integer({ min: 0, max: 5 }),
  playerCount: fc.integer({ min: 1, max: 6 }),
  columns: fc.integer({ min: 1, max: 8 }),
  rows: fc.constantFrom(1, 3, 33, 65),
  missing: fc.constantFrom(0, 0.3),
})

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never

function gameOf({ seed, columns, missing, rows, ...shape }: Case) {
  const random = new Random(seed)
  const playerOf = Array.from({ length: columns }, (_, column) =>
    column < shape.playerCount ? column : random.integer(shape.playerCount),
  )
  const kind = { comparisons: ALL, thresholds: 4, missing, leaves: 0.2 }
  const forest = randomForest(random, { ...shape, ...kind, playerOf })
  const background = randomRows(random, rows, columns, 4, missing)
  return { forest, background, row: randomRows(random, 1, columns, 4, missing) }
}

function interactions(forest: Forest, background: Float64Array, row: Float64Array, budgetBytes: number): number[][] {
  const players = forest.playerCount
  const out = new Float64Array(players * players).fill(99)
  buildTreeExplainer(forest, background, { budgetBytes }).interactions(row, out)
  return Array.from({ length: players }, (_, i) => Array.from(out.subarray(i * players, (i + 1) * players)))
}

function largestDifference(found: number[][], expected: number[][]): number {
  return Math.max(...found.flatMap((row, i) => row.map((value, j) => Math.abs(value - (expected[i]?.[j] ?? NaN)))))
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

describe('Shapley interaction values of trees', () => {
  it('equal listing every coalition', () => {
    const methods = new Set<string>()
    fc.assert(
      fc.property(cases, (made) => {
        const { forest, background, row } = gameOf(made)
        const expected = interactionsByEveryCoalition(forest, row, background)
        for (const budgetBytes of BUDGETS) {
          expect(largestDifference(interactions(forest, background, row, budgetBytes), expected)).toBeLessThan(1e-11)
          methods.add(buildTreeExplainer(forest, background, { budgetBytes }).describe().method)
        }
      }),
      { numRuns: 150 },
    )
    expect([...methods].sort()).toEqual(['mixed', 'tables', 'walk'])
  })

  it('hold for ten players of two columns each', () => {
    const random = new Random(3)
    const playerOf = Array.from({ length: 20 }, (_, column) => column >> 1)
    const kind = { comparisons: ALL, thresholds: 4, missing: 0.5, leaves: 0.1 }
    const forest = randomForest(random, { trees: 6, depth: 6, playerOf, playerCount: 10, ...kind })
    const background = randomRows(random, 12, 20, 4, 0.1)
    const row = randomRows(random, 1, 20, 4, 0.1)
    const expected = interactionsByEveryCoalition(forest, row, background)
    for (const budgetBytes of [64 << 20, 0])
      expect(largestDifference(interactions(forest, background, row, budgetBytes), expected)).toBeLessThan(1e-11)
  })

  it('are symmetric, and add up to the Shapley values and the margin', () => {
    fc.assert(
      fc.property(cases, (made) => {
        const { forest, background, row } = gameOf(made)
        for (const budgetBytes of BUDGETS) {
          const explainer = buildTreeExplainer(forest, background, { budgetBytes })
          const values = new Float64Array(forest.playerCount)
          explainer.explain(row, values)
          const found = interactions(forest, background, row, budgetBytes)
          found.forEach((own, i) => {
            expect(Math.abs(sum(own) - (values[i] ?? NaN))).toBeLessThan(1e-12)
            own.forEach((value, j) => expect(value).toBe(found[j]?.[i]))
          })
          const moved = explainer.margin(row) - explainer.base
          expect(Math.abs(sum(found.map(sum)) - moved)).toBeLessThan(1e-11)
        }
      }),
      { numRuns: 80 },
    )
  })

  it('are 0 for a player without columns, and between players of different trees', () => {
    const random = new Random(17)
    const kind = { depth: 4, comparisons: ALL, thresholds: 4, missing: 0.2, leaves: 0.1, playerCount: 5 }
    const forest = randomForest(random, { trees: 3, playerOf: [0, 1, 2, 3], ...kind })
    // Even trees ask players 0 and 1, odd ones 2 and 3; nobody asks player 4.
    const starts = [...forest.roots, forest.column.length]
    forest.column.forEach((column, node) => {
      const tree = starts.findIndex((start) => start > node) - 1
      if (column >= 0) forest.column[node] = (column % 2) + 2 * (tree % 2)
    })
    const background = randomRows(random, 30, 4, 4, 0.1)
    const row = randomRows(random, 1, 4, 4, 0.1)
    for (const budgetBytes of [64 << 20, 0]) {
      const found = interactions(forest, background, row, budgetBytes)
      expect(found[4]).toEqual([0, 0, 0, 0, 0])
      for (const [i, j] of [
        [0, 2],
        [0, 3],
        [1, 2],
        [1, 3],
      ] as const)
        expect(found[i]?.[j]).toBe(0)
      expect(found[0]?.[1]).not.toBe(0)
      expect(found[2]?.[3]).not.toBe(0)
    }
  })

  it('leave the values of rows explained before and after as they are', () => {
    const random = new Random(2)
    const kind = { comparisons: [0], thresholds: 4, missing: 0, leaves: 0.1 }
    const forest = randomForest(random, { trees: 5, depth: 4, playerOf: [0, 1, 2], playerCount: 3, ...kind })
    const background = randomRows(random, 20, 3, 4)
    const explainer = buildTreeExplainer(forest, background)
    const row = randomRows(random, 1, 3, 4)
    const [before, after] = [new Float64Array(3), new Float64Array(3)]
    explainer.explain(row, before)
    const held = explainer.describe().heldBytes
    explainer.interactions(row, new Float64Array(9))
    explainer.explain(row, after)
    expect(after).toEqual(before)
    expect(explainer.describe().heldBytes).toBeGreaterThan(held)
  })
})
