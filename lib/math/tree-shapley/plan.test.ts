import { describe, expect, it } from 'vitest'
import { MathError } from '../math-error'
import { Random } from '../random'
import { buildTreeExplainer, LEAF, type Forest } from './index'
import { expectSame, explain, randomForest, randomRows } from './testing'

describe('the choice between tables and the walk', () => {
  const deep = randomForest(new Random(5), {
    trees: 3,
    depth: 12,
    playerOf: Array.from({ length: 30 }, (_, column) => column),
    playerCount: 30,
    comparisons: [0],
    thresholds: 9,
    missing: 0,
    leaves: 0.05,
  })
  const background = randomRows(new Random(6), 20, 30, 9)

  it('is made by the budget and said', () => {
    const walked = buildTreeExplainer(deep, background, { budgetBytes: 1 << 18 }).describe()
    expect(walked).toMatchObject({ method: 'walk', trees: 3, treesInTables: 0, tableBytes: 0, backgroundRows: 20 })
    expect(walked.reason).toMatch(
      /^Tables of all 3 trees would take \d+\.\d MB or more, over the budget of 0\.3 MB: 3 trees are walked with all/,
    )
    const shallow = { ...deep, roots: Int32Array.of(...deep.roots, deep.column.indexOf(LEAF)) }
    expect(buildTreeExplainer(shallow, background, { budgetBytes: 1 << 18 }).describe()).toMatchObject({
      method: 'mixed',
      treesInTables: 1,
    })
    const nothing = buildTreeExplainer(deep, background, { budgetBytes: 0 }).describe()
    expect(nothing.heldBytes).toBeGreaterThan(0)
    expect(nothing.reason).toMatch(/ for every explained row, which takes \d+\.\d MB\.$/)
  })

  it('keeps all that is held within the budget, but for the rest of a page', () => {
    const shape = {
      // The nodes of as many trees take more than a page.
      trees: 150,
      depth: 5,
      playerOf: [0, 1, 2, 3, 4, 5, 6],
      playerCount: 7,
      comparisons: [0],
      thresholds: 9,
      missing: 0,
      leaves: 0.2,
    }
    const forest = randomForest(new Random(2), shape)
    const rows = randomRows(new Random(4), 10, 7, 9)
    const row = randomRows(new Random(9), 1, 7, 9)
    const expected = explain(forest, rows, row, 0)
    const methods = new Set<string>()
    const least = buildTreeExplainer(forest, rows, { budgetBytes: 0 }).describe().heldBytes
    let before = 0
    for (let budgetBytes = 0; budgetBytes < 3_000_000; budgetBytes = Math.ceil(budgetBytes * 1.2 + 8000)) {
      const explainer = buildTreeExplainer(forest, rows, { budgetBytes })
      const { method, heldBytes, treesInTables } = explainer.describe()
      methods.add(method)
      expect(heldBytes).toBeLessThanOrEqual(Math.max(least, budgetBytes + 65_536))
      expect(treesInTables === 150).toBe(method === 'tables')
      expect(treesInTables).toBeGreaterThanOrEqual(before)
      before = treesInTables
      const out = new Float64Array(7)
      explainer.explain(row, out)
      expectSame(out, expected)
    }
    expect([...methods].sort()).toEqual(['mixed', 'tables', 'walk'])
  })

  it('counts a tree that stands among the roots twice as two', () => {
    const shape = { trees: 3, depth: 5, playerOf: [0, 1, 2, 3], playerCount: 4, comparisons: [0], thresholds: 9 }
    const forest = randomForest(new Random(7), { ...shape, missing: 0, leaves: 0 })
    const rows = randomRows(new Random(6), 20, 4, 9)
    const twice = { ...forest, roots: Int32Array.of(...forest.roots, ...forest.roots) }
    const row = randomRows(new Random(1), 1, 4, 9)
    const once = explain(forest, rows, row, 0)
    const methods = new Set<string>()
    for (let budgetBytes = 2000; budgetBytes < 40_000; budgetBytes += 1000) {
      const explainer = buildTreeExplainer(twice, rows, { budgetBytes })
      methods.add(explainer.describe().method)
      const out = new Float64Array(4)
      explainer.explain(row, out)
      expectSame(
        out,
        once.map((value) => 2 * value),
      )
    }
    expect([...methods].sort()).toEqual(['mixed', 'tables', 'walk'])
  })

  it('gives the same where the tables are larger than a cache', () => {
    const explainer = buildTreeExplainer(deep, background)
    const { method, tableBytes } = explainer.describe()
    expect(method).toBe('tables')
    expect(tableBytes).toBeGreaterThan(4 << 20)
    const rows = randomRows(new Random(11), 5, 30, 9)
    const together = new Float64Array(5 * 30)
    explainer.explainRows(rows, together)
    for (let row = 0; row < 5; row++) {
      const own = rows.slice(row * 30, (row + 1) * 30)
      const out = new Float64Array(30)
      explainer.explain(own, out)
      expect(together.slice(row * 30, (row + 1) * 30)).toEqual(out)
      expectSame(out, explain(deep, background, own, 0))
    }
  })

  it('keeps no table for leaves that no row can reach', () => {
    // x <= 2, and below it x <= 3 once more, whose false branch is out of reach.
    const chain: Forest = {
      playerCount: 2,
      playerOf: Int32Array.of(0, 1),
      roots: Int32Array.of(0),
      column: Int32Array.of(0, 0, 1, LEAF, LEAF, LEAF, LEAF),
      comparison: new Uint8Array(7),
      threshold: Float64Array.of(2, 3, 1, 0, 0, 0, 0),
      missingIsTrue: new Uint8Array(7),
      whenTrue: Int32Array.of(1, 3, 4, 0, 0, 0, 0),
      whenFalse: Int32Array.of(6, 2, 5, 0, 0, 0, 0),
      value: Float64Array.of(0, 0, 0, 5, 6, 7, 1),
      members: new Map(),
      constant: 0,
    }
    expect(buildTreeExplainer(chain, Float64Array.of(1, 1)).describe()).toMatchObject({ method: 'tables', tables: 2 })
  })

  it('refuses what is no forest or no background', () => {
    const one = randomForest(new Random(1), {
      trees: 1,
      depth: 2,
      playerOf: [0, 1],
      playerCount: 2,
      comparisons: [0],
      thresholds: 3,
      missing: 0,
      leaves: 0,
    })
    const wrong: [Forest, Float64Array, number?][] = [
      [one, Float64Array.of(1, 2, 3)],
      [one, new Float64Array(0)],
      [one, Float64Array.of(1, 2), NaN],
      [{ ...one, playerCount: 1 }, Float64Array.of(1, 2)],
      [{ ...one, roots: Int32Array.of(100) }, Float64Array.of(1, 2)],
      [{ ...one, value: new Float64Array(1) }, Float64Array.of(1, 2)],
      [{ ...one, whenTrue: one.whenTrue.map(() => -5) }, Float64Array.of(1, 2)],
      [{ ...one, column: one.column.map((column) => (column === LEAF ? LEAF : 7)) }, Float64Array.of(1, 2)],
      [{ ...one, whenTrue: one.whenTrue.map(() => 0), whenFalse: one.whenFalse.map(() => 0) }, Float64Array.of(1, 2)],
    ]
    for (const [forest, rows, budgetBytes] of wrong) {
      expect(() => buildTreeExplainer(forest, rows, budgetBytes === undefined ? {} : { budgetBytes })).toThrow(
        MathError,
      )
    }
    // Forty splits whose branches both lead to the next one: 2^40 ways through 41 nodes.
    const ladder = Array.from({ length: 41 }, (_, node) => Math.min(node + 1, 40))
    const endless: Forest = {
      ...one,
      roots: Int32Array.of(0),
      column: Int32Array.from(ladder, (_, node) => (node === 40 ? LEAF : node % 2)),
      comparison: new Uint8Array(41),
      threshold: new Float64Array(41),
      missingIsTrue: new Uint8Array(41),
      whenTrue: Int32Array.from(ladder),
      whenFalse: Int32Array.from(ladder),
      value: new Float64Array(41),
    }
    expect(() => buildTreeExplainer(endless, Float64Array.of(1, 2))).toThrow('ways to their leaves')
  })
})
