import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Random } from '../random'
import '../testing'
import { buildTreeExplainer, Comparison, LEAF, type Forest } from './index'
import { byEveryCoalition, expectSame, explain, randomForest, randomRows } from './testing'

const ORDER = [Comparison.lessOrEqual, Comparison.less, Comparison.greaterOrEqual, Comparison.greater]
const ALL = [...ORDER, Comparison.equal, Comparison.notEqual, Comparison.member]

/** Budgets that put all trees into tables, none, and (of many forests) some of them. */
const BUDGETS = [64 * 1024 * 1024, 0, 6000, 12_000]

const cases = fc.record({
  seed: fc.integer(),
  trees: fc.integer({ min: 1, max: 5 }),
  depth: fc.integer({ min: 0, max: 5 }),
  playerCount: fc.integer({ min: 1, max: 7 }),
  columns: fc.integer({ min: 1, max: 9 }),
  rows: fc.constantFrom(1, 3, 31, 33, 65),
  thresholds: fc.integer({ min: 1, max: 5 }),
  comparisons: fc.constantFrom([Comparison.lessOrEqual], [Comparison.less], ORDER, ALL),
  missing: fc.constantFrom(0, 0.3),
})

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never

function gameOf({ seed, columns, missing, rows, thresholds, ...shape }: Case) {
  const random = new Random(seed)
  // Every player has a column where there are enough; the others several, or none.
  const playerOf = Array.from({ length: columns }, (_, column) =>
    column < shape.playerCount ? column : random.integer(shape.playerCount),
  )
  const forest = randomForest(random, { ...shape, playerOf, thresholds, missing: missing > 0 ? 0.5 : 0, leaves: 0.2 })
  const background = randomRows(random, rows, columns, thresholds, missing)
  return { forest, background, row: randomRows(random, 1, columns, thresholds, missing), random }
}

const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0)

describe('exact Shapley values of trees', () => {
  it('equal listing every coalition, by tables, by the walk and by both', async () => {
    const methods = new Set<string>()
    await fc.assert(
      fc.asyncProperty(cases, async (made) => {
        const { forest, background, row } = gameOf(made)
        const expected = await byEveryCoalition(forest, row, background)
        for (const budgetBytes of BUDGETS) {
          const explainer = buildTreeExplainer(forest, background, { budgetBytes })
          const out = new Float64Array(forest.playerCount)
          explainer.explain(row, out)
          expectSame(out, expected.values)
          expect(Math.abs(explainer.base - expected.base)).toBeLessThan(1e-12)
          methods.add(explainer.describe().method)
        }
      }),
      { numRuns: 250 },
    )
    expect([...methods].sort()).toEqual(['mixed', 'tables', 'walk'])
  })

  it('are the same, bit for bit, for many rows at once', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(0, 1, 7, 8, 9, 20), (made, count) => {
        const { forest, background, random } = gameOf(made)
        const width = forest.playerOf.length
        const rows = randomRows(random, count, width, made.thresholds, made.missing)
        for (const budgetBytes of BUDGETS) {
          const explainer = buildTreeExplainer(forest, background, { budgetBytes })
          const together = new Float64Array(count * forest.playerCount).fill(99)
          explainer.explainRows(rows, together)
          const one = new Float64Array(forest.playerCount)
          for (let row = 0; row < count; row++) {
            explainer.explain(rows.subarray(row * width, (row + 1) * width), one)
            expect(together.slice(row * forest.playerCount, (row + 1) * forest.playerCount)).toEqual(one)
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it('hold where the numbers of a leaf need more than 16 bits', async () => {
    const random = new Random(12)
    const playerOf = [0, 1, 2, 3, 4, 5, 6, 7, 8]
    const shape = {
      trees: 3,
      depth: 8,
      playerOf,
      playerCount: 9,
      comparisons: ORDER,
      thresholds: 4,
      missing: 0.5,
      leaves: 0.1,
    }
    const forest = randomForest(random, shape)
    const background = randomRows(random, 4000, 9, 4, 0.1)
    const explainer = buildTreeExplainer(forest, background)
    const ofFewRows = buildTreeExplainer(forest, background.subarray(0, 90)).describe()
    expect(explainer.describe().tables).toBeGreaterThan(ofFewRows.tables)
    expect(explainer.describe()).toMatchObject({ method: 'tables' })
    for (let turn = 0; turn < 5; turn++) {
      const row = randomRows(random, 1, 9, 4, 0.1)
      const out = new Float64Array(9)
      explainer.explain(row, out)
      expectSame(out, explain(forest, background, row, 0))
      if (turn === 0) expectSame(out, (await byEveryCoalition(forest, row, background)).values)
    }
  })

  it('hold where a number is a power of the digits\' radix', () => {
    // One leaf, x0 > 0 and x1 > 0 and x2 > 0. Of a row that fails x0: P of x0 is 65,533 + 2 parts, of x0 and x2 1 part.
    const forest: Forest = {
      playerCount: 3,
      playerOf: Int32Array.of(0, 1, 2),
      roots: Int32Array.of(0),
      column: Int32Array.of(0, 1, 2, LEAF, LEAF),
      comparison: Uint8Array.of(3, 3, 3, 0, 0),
      threshold: new Float64Array(5),
      missingIsTrue: new Uint8Array(5),
      whenTrue: Int32Array.of(1, 2, 3, 0, 0),
      whenFalse: Int32Array.of(4, 4, 4, 0, 0),
      value: Float64Array.of(0, 0, 0, 1, 0),
      members: new Map(),
      constant: 0,
    }
    const background = new Float64Array(3 * 65_534)
    for (let at = 0; at < background.length; at += 3) background[at] = 1
    background[2] = 1
    const row = Float64Array.of(0, 1, 1)
    expectSame(explain(forest, background, row), explain(forest, background, row, 0), 1e-13)
  })

  it('hold on a path of as many players as a table can have, and of more', () => {
    for (const players of [1, 2, 13, 14, 15, 40]) {
      // x0 <= 1, x1 <= 1, .. one after another; each failing branch is a leaf.
      const split = (player: number) => 2 * player
      const nodes = 2 * players + 1
      const forest: Forest = {
        playerCount: players,
        playerOf: Int32Array.from({ length: players }, (_, player) => player),
        roots: Int32Array.of(0),
        column: Int32Array.from({ length: nodes }, (_, node) =>
          node % 2 === 0 && node < 2 * players ? node / 2 : LEAF,
        ),
        comparison: new Uint8Array(nodes),
        threshold: new Float64Array(nodes).fill(1),
        missingIsTrue: new Uint8Array(nodes),
        whenTrue: Int32Array.from({ length: nodes }, (_, node) => split(Math.floor(node / 2) + 1)),
        whenFalse: Int32Array.from({ length: nodes }, (_, node) => node + 1),
        value: Float64Array.from({ length: nodes }, (_, node) => Math.sin(node + 1)),
        members: new Map(),
        constant: 0.25,
      }
      const random = new Random(players)
      const background = randomRows(random, 50, players, 2)
      const explainer = buildTreeExplainer(forest, background)
      expect(explainer.describe().method).toBe(players <= 14 ? 'tables' : 'walk')
      for (let turn = 0; turn < 10; turn++) {
        const row = randomRows(random, 1, players, 2)
        const out = new Float64Array(players)
        explainer.explain(row, out)
        expectSame(out, explain(forest, background, row, 0))
        expect(Math.abs(explainer.base + total(out) - explainer.margin(row))).toBeLessThan(1e-12)
      }
    }
  })

  it('hold for ten players of two columns each', async () => {
    const random = new Random(3)
    const playerOf = Array.from({ length: 20 }, (_, column) => column >> 1)
    const shape = {
      trees: 8,
      depth: 6,
      playerOf,
      playerCount: 10,
      comparisons: ALL,
      thresholds: 4,
      missing: 0.5,
      leaves: 0.1,
    }
    const forest = randomForest(random, shape)
    const background = randomRows(random, 12, 20, 4, 0.1)
    const row = randomRows(random, 1, 20, 4, 0.1)
    const expected = await byEveryCoalition(forest, row, background)
    for (const budgetBytes of [64 << 20, 0]) expectSame(explain(forest, background, row, budgetBytes), expected.values)
  })

  it('add up to the margin', () => {
    fc.assert(
      fc.property(cases, (made) => {
        const { forest, background, row } = gameOf(made)
        for (const budgetBytes of BUDGETS) {
          const explainer = buildTreeExplainer(forest, background, { budgetBytes })
          const out = new Float64Array(forest.playerCount)
          explainer.explain(row, out)
          expect(Math.abs(explainer.base + total(out) - explainer.margin(row))).toBeLessThan(1e-11)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('are 0 for a player whose columns no split looks at, and for one equal to the background', () => {
    fc.assert(
      fc.property(cases, (made) => {
        const { forest, background, row } = gameOf(made)
        const unused = { ...forest, playerCount: forest.playerCount + 1 }
        const same = background.slice()
        const width = forest.playerOf.length
        for (let at = 0; at < same.length; at++)
          if (forest.playerOf[at % width] === 0) same[at] = row[at % width] ?? NaN
        for (const budgetBytes of BUDGETS) {
          expect(explain(unused, background, row, budgetBytes)[forest.playerCount]).toBe(0)
          expect(Math.abs(explain(forest, same, row, budgetBytes)[0] ?? NaN)).toBeLessThan(1e-12)
        }
      }),
      { numRuns: 80 },
    )
  })

  it('treat players alike that are alike', () => {
    fc.assert(
      fc.property(cases, (made) => {
        const { forest, background, row } = gameOf(made)
        // The same trees once more, of a second set of players with the same columns, values and background.
        const width = forest.playerOf.length
        const nodes = forest.column.length
        const twice = (array: Int32Array, shift: number) =>
          Int32Array.from([...array, ...array.map((one) => one + shift)])
        const both: Forest = {
          ...forest,
          playerCount: 2 * forest.playerCount,
          playerOf: twice(forest.playerOf, forest.playerCount),
          roots: twice(forest.roots, nodes),
          column: Int32Array.from([
            ...forest.column,
            ...forest.column.map((one) => (one === LEAF ? LEAF : one + width)),
          ]),
          comparison: Uint8Array.from([...forest.comparison, ...forest.comparison]),
          threshold: Float64Array.from([...forest.threshold, ...forest.threshold]),
          missingIsTrue: Uint8Array.from([...forest.missingIsTrue, ...forest.missingIsTrue]),
          whenTrue: twice(forest.whenTrue, nodes),
          whenFalse: twice(forest.whenFalse, nodes),
          value: Float64Array.from([...forest.value, ...forest.value]),
          members: new Map(
            [...forest.members].flatMap(([node, set]) => [
              [node, set],
              [node + nodes, set],
            ]),
          ),
        }
        const wide: number[] = []
        for (let at = 0; at < background.length; at += width)
          wide.push(...background.slice(at, at + width), ...background.slice(at, at + width))
        const out = explain(both, Float64Array.from(wide), Float64Array.from([...row, ...row]))
        // Linearity besides: each set gets what its own trees give.
        const alone = explain(forest, background, row)
        expectSame(out.subarray(0, forest.playerCount), alone)
        expectSame(out.subarray(forest.playerCount), alone)
      }),
      { numRuns: 80 },
    )
  })

  it('of two forests together are the sum of each', () => {
    const shape = {
      trees: 6,
      depth: 4,
      playerOf: [0, 1, 2, 2, 3],
      playerCount: 4,
      comparisons: ALL,
      thresholds: 4,
      missing: 0.5,
      leaves: 0.2,
    }
    const random = new Random(8)
    const forest = randomForest(random, shape)
    const background = randomRows(random, 40, 5, 4, 0.1)
    const row = randomRows(random, 1, 5, 4, 0.1)
    const [one, other] = [forest.roots.slice(0, 3), forest.roots.slice(3)].map((roots) =>
      explain({ ...forest, roots }, background, row),
    )
    const whole = explain(forest, background, row)
    expectSame(
      whole,
      whole.map((_, player) => (one?.[player] ?? NaN) + (other?.[player] ?? NaN)),
    )
    expectSame(
      explain({ ...forest, value: forest.value.map((value) => -3 * value) }, background, row),
      whole.map((value) => -3 * value),
    )
  })

  it('tell < from <= at the threshold', () => {
    const split = (comparison: number): Forest => ({
      playerCount: 1,
      playerOf: Int32Array.of(0),
      roots: Int32Array.of(0),
      column: Int32Array.of(0, LEAF, LEAF),
      comparison: Uint8Array.of(comparison, 0, 0),
      threshold: Float64Array.of(2, 0, 0),
      missingIsTrue: new Uint8Array(3),
      whenTrue: Int32Array.of(1, 0, 0),
      whenFalse: Int32Array.of(2, 0, 0),
      value: Float64Array.of(0, 10, 1),
      members: new Map([[0, new Set([2, 5])]]),
      constant: 0,
    })
    // The comparison with the background row 9, and of the explained rows 2, 3, 1 and NaN the margin.
    const wanted: [number, number, number[]][] = [
      [Comparison.lessOrEqual, 1, [10, 1, 10, 1]],
      [Comparison.less, 1, [1, 1, 10, 1]],
      [Comparison.greaterOrEqual, 10, [10, 10, 1, 1]],
      [Comparison.greater, 10, [1, 10, 1, 1]],
      [Comparison.equal, 1, [10, 1, 1, 1]],
      [Comparison.notEqual, 10, [1, 10, 10, 10]],
      [Comparison.member, 1, [10, 1, 1, 1]],
    ]
    for (const [comparison, base, margins] of wanted) {
      for (const budgetBytes of [1000, 0]) {
        const explainer = buildTreeExplainer(split(comparison), Float64Array.of(9), { budgetBytes })
        expect(explainer.base).toBe(base)
        const out = new Float64Array(1)
        const found = [2, 3, 1, NaN].map((value) => {
          explainer.explain([value], out)
          return base + (out[0] ?? NaN)
        })
        expect(found, `comparison ${comparison}`).toEqual(margins)
        expect([2, 3, 1, NaN].map((value) => explainer.margin([value]))).toEqual(margins)
      }
    }
  })

  it('follow subtrees that are shared, as categories written as a row of == splits are', async () => {
    // x == 1 or x == 3 or x == 4 leads to the same split on y.
    const forest: Forest = {
      playerCount: 2,
      playerOf: Int32Array.of(0, 1),
      roots: Int32Array.of(0),
      column: Int32Array.of(0, 0, 0, 1, LEAF, LEAF, LEAF),
      comparison: Uint8Array.of(4, 4, 4, 0, 0, 0, 0),
      threshold: Float64Array.of(1, 3, 4, 2, 0, 0, 0),
      missingIsTrue: new Uint8Array(7),
      whenTrue: Int32Array.of(3, 3, 3, 4, 0, 0, 0),
      whenFalse: Int32Array.of(1, 2, 6, 5, 0, 0, 0),
      value: Float64Array.of(0, 0, 0, 0, 1, 4, -2),
      members: new Map(),
      constant: 0,
    }
    const background = Float64Array.of(1, 1, 2, 3, 3, 2, 5, 5)
    for (const row of [
      [4, 1],
      [2, 3],
      [1, 3],
    ]) {
      const expected = await byEveryCoalition(forest, Float64Array.from(row), background)
      for (const budgetBytes of BUDGETS)
        expectSame(explain(forest, background, Float64Array.from(row), budgetBytes), expected.values)
    }
  })
})
