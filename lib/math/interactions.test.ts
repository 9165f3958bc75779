import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildInteractionExplainer } from './interactions'
import { MathError } from './math-error'
import { Random } from './random'
import { Comparison, LEAF, marginOf, type Forest } from './tree-shapley/forest'
import { randomForest, randomRows } from './tree-shapley/testing'

const cases = fc.record({
  seed: fc.integer(),
  trees: fc.integer({ min: 1, max: 4 }),
  depth: fc.integer({ min: 0, max: 5 }),
  playerCount: fc.integer({ min: 1, max: 6 }),
  columns: fc.integer({ min: 1, max: 8 }),
  rows: fc.constantFrom(1, 3, 7),
  missing: fc.constantFrom(0, 0.3),
})

function gameOf({ seed, columns, rows, missing, ...shape }: typeof cases extends fc.Arbitrary<infer T> ? T : never) {
  const random = new Random(seed)
  const playerOf = Array.from({ length: columns }, (_, column) => (column < shape.playerCount ? column : random.integer(shape.playerCount)))
  const forest = randomForest(random, { ...shape, playerOf, thresholds: 3, missing, leaves: 0.2, comparisons: Object.values(Comparison) })
  return { forest, background: randomRows(random, rows, columns, 3, missing), row: randomRows(random, 1, columns, 3, missing) }
}

/** The margin of every coalition, averaged over the background: bit p of the place says whether player p has joined. */
function coalitions(forest: Forest, row: Float64Array, background: Float64Array): Float64Array {
  const width = forest.playerOf.length
  const count = background.length / width
  return Float64Array.from({ length: 2 ** forest.playerCount }, (_, joined) => {
    let sum = 0
    for (let other = 0; other < count; other++) {
      sum += marginOf(forest, Float64Array.from(row, (value, column) => (((joined >> (forest.playerOf[column] ?? 0)) & 1) === 1 ? value : (background[other * width + column] ?? NaN))))
    }
    return sum / count
  })
}

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1))
const size = (coalition: number): number => coalition.toString(2).replaceAll('0', '').length

/** By the definition. */
function byEveryCoalition(values: Float64Array, players: number, one: number, two: number): number {
  let index = 0
  for (let rest = 0; rest < values.length; rest++) {
    if (((rest >> one) & 1) === 1 || ((rest >> two) & 1) === 1) continue
    const at = (coalition: number) => values[coalition] ?? NaN
    const together = at(rest | (1 << one) | (1 << two)) - at(rest | (1 << one)) - at(rest | (1 << two)) + at(rest)
    index += (together * factorial(size(rest)) * factorial(players - size(rest) - 2)) / factorial(players - 1)
  }
  return index
}

describe('exact interaction values of trees', () => {
  it('equal the definition, listing every coalition', () => {
    fc.assert(
      fc.property(cases, (made) => {
        const { forest, background, row } = gameOf(made)
        const { playerCount } = forest
        const out = new Float64Array(playerCount * playerCount).fill(9)
        buildInteractionExplainer(forest, background).explain(row, out)
        const values = coalitions(forest, row, background)
        for (let one = 0; one < playerCount; one++) {
          for (let two = 0; two < playerCount; two++) {
            const expected = one === two ? 0 : byEveryCoalition(values, playerCount, one, two)
            expect(Math.abs((out[one * playerCount + two] ?? NaN) - expected)).toBeLessThan(1e-11)
          }
        }
      }),
      { numRuns: 200 },
    )
  })

  it('are the whole of a product of two: 1 where both are above 0', () => {
    // Player 0, then player 1; the leaf of both pays 1.
    const forest: Forest = {
      playerCount: 2, playerOf: Int32Array.of(0, 1), roots: Int32Array.of(0), column: Int32Array.of(0, LEAF, 1, LEAF, LEAF), comparison: new Uint8Array(5),
      threshold: Float64Array.of(0, 0, 0, 0, 0), missingIsTrue: new Uint8Array(5), whenTrue: Int32Array.of(1, 0, 3, 0, 0), whenFalse: Int32Array.of(2, 0, 4, 0, 0),
      value: Float64Array.of(0, 0, 0, 0, 1), members: new Map(), constant: 0,
    }
    const out = new Float64Array(4)
    buildInteractionExplainer(forest, Float64Array.of(-1, -1)).explain([1, 1], out)
    expect(Array.from(out)).toEqual([0, 1, 1, 0])
    // Against a row that has one of them already, only the other counts: nothing is done together.
    buildInteractionExplainer(forest, Float64Array.of(1, -1)).explain([1, 1], out)
    expect(Array.from(out)).toEqual([0, 0, 0, 0])
  })

  it('refuses a background that is no rows', () => {
    const { forest } = gameOf({ seed: 1, trees: 1, depth: 2, playerCount: 2, columns: 2, rows: 1, missing: 0 })
    expect(() => buildInteractionExplainer(forest, new Float64Array(3))).toThrow(MathError)
    expect(() => buildInteractionExplainer(forest, new Float64Array(0))).toThrow(MathError)
  })
})
