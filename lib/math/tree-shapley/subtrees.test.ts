import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Random } from '../random'
import { answersOf } from './background'
import { answer, conditionsOf } from './conditions'
import { Comparison, type Forest } from './forest'
import { planOf } from './plan'
import type { Potentials } from './potentials'
import { subtreeTables } from './subtrees'
import { randomForest, randomRows } from './testing'

const BUDGET = 64 * 1024 * 1024
const COLUMNS = 8

function forestOf(seed: number, trees: number, depth: number, leaves = 0.2): { forest: Forest; random: Random } {
  const random = new Random(seed)
  const playerOf = Array.from({ length: COLUMNS }, (_, column) => column)
  const comparisons = [Comparison.lessOrEqual, Comparison.less, Comparison.greater, Comparison.equal, Comparison.member]
  return { forest: randomForest(random, { trees, depth, playerOf, playerCount: COLUMNS, comparisons, thresholds: 4, missing: 0.3, leaves }), random }
}

/** The leaves' tables and those of subtrees over the same forest. */
function bothOf(forest: Forest, random: Random, mostBytes = BUDGET) {
  const conditions = conditionsOf(forest)
  const background = answersOf(conditions, randomRows(random, 40, COLUMNS, 4, 0.2), COLUMNS)
  const plan = planOf(forest, conditions, background, BUDGET)
  const subtrees = subtreeTables(plan.tables.made, conditions.count, COLUMNS, plan.tables.bias, mostBytes)
  return { conditions, leaves: plan.tables.open(), subtrees }
}

function explained(tables: Potentials, conditions: ReturnType<typeof conditionsOf>, rows: Float64Array[]): Float64Array[] {
  rows.forEach((row, index) => {
    answer(conditions, row, 0, tables.answersOf(index))
    tables.valuesOf(index).set(tables.bias)
  })
  tables.run(rows.length)
  return rows.map((_, index) => tables.valuesOf(index).slice())
}

describe('tables of subtrees', () => {
  it('give what the leaves’ tables give, one row or many', () => {
    let met = 0
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 6 }), (seed, trees, depth) => {
        const { forest, random } = forestOf(seed, trees, depth)
        const { conditions, leaves, subtrees } = bothOf(forest, random)
        if (!subtrees) return
        met += 1
        const rows = Array.from({ length: 5 }, () => randomRows(random, 1, COLUMNS, 4, 0.2))
        const [wanted, found] = [explained(leaves, conditions, rows), explained(subtrees, conditions, rows)]
        found.forEach((values, row) => values.forEach((value, player) => expect(Math.abs(value - (wanted[row]?.[player] ?? Number.NaN))).toBeLessThan(1e-12)))
        expect([...(explained(subtrees, conditions, rows.slice(0, 1))[0] ?? [])]).toEqual([...(found[0] ?? [])])
      }),
      { numRuns: 150 },
    )
    expect(met).toBeGreaterThan(100)
  })

  it('are not made where they would be large, or take more than they may', () => {
    const deep = forestOf(3, 60, 9, 0)
    expect(bothOf(deep.forest, deep.random).subtrees).toBeNull()
    const small = forestOf(5, 4, 3)
    expect(bothOf(small.forest, small.random).subtrees).not.toBeNull()
    expect(bothOf(small.forest, small.random, 1000).subtrees).toBeNull()
  })
})
