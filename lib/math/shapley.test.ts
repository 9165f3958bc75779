import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MathError } from './math-error'
import { explainByPermutation, explainExactly, type CoalitionBatch, type ShapleyGame } from './shapley'
import { expectClose, golden } from './testing'

type Model = (x: readonly number[]) => number

/** A game of a function of numbers, which counts what it was asked for. */
function gameOf(model: Model, row: readonly number[], background: readonly (readonly number[])[]) {
  const asked: string[] = []
  const game: ShapleyGame = {
    playerCount: row.length,
    backgroundCount: background.length,
    isSame: (player, number) => row[player] === background[number]?.[player],
    evaluate: ({ count, masks, background: numbers }: CoalitionBatch) =>
      Float64Array.from({ length: count }, (_, i) => {
        const other = background[numbers[i] ?? -1] ?? []
        const mixed = row.map((value, player) =>
          masks[i * row.length + player] === 1 ? value : (other[player] ?? NaN),
        )
        asked.push(`${numbers[i]}: ${mixed}`)
        return model(mixed)
      }),
  }
  return { game, asked }
}

const { row, background, base, prediction, values } = golden.shapley
const at = (x: readonly number[], i: number) => x[i] ?? NaN
const interacting: Model = (x) =>
  at(x, 0) * at(x, 1) + Math.max(at(x, 2), at(x, 3)) - at(x, 4) * at(x, 0) + Math.sin(at(x, 5))

const sum = (numbers: ArrayLike<number>) => Array.from(numbers).reduce((total, value) => total + value, 0)
const small = fc.integer({ min: -3, max: 3 })
const rowsOf = (players: number) => fc.array(small, { minLength: players, maxLength: players })
const games = fc.integer({ min: 1, max: 6 }).chain((players) =>
  fc.record({
    row: rowsOf(players),
    background: fc.array(rowsOf(players), { minLength: 1, maxLength: 4 }),
    /** A model with every interaction: a weight for each subset of the players. */
    weights: fc.array(small, { minLength: 2 ** players, maxLength: 2 ** players }),
  }),
)
const modelOf =
  (weights: readonly number[]): Model =>
  (x) =>
    sum(
      weights.map(
        (weight, set) => weight * x.reduce((product, value, i) => ((set >> i) & 1 ? product * value : product), 1),
      ),
    )

describe('exact Shapley values', () => {
  it('equal listing every order of the players', async () => {
    const found = await explainExactly(gameOf(interacting, row, background).game)
    expectClose(found.base, base)
    expectClose(found.prediction, prediction)
    values.forEach((value, player) => expectClose(found.values[player] ?? NaN, value))
    expect(found.method).toBe('exact')
  })

  it('add up; dummies get nothing; equal players get the same', async () => {
    await fc.assert(
      fc.asyncProperty(games, async ({ row, background, weights }) => {
        const model = modelOf(weights)
        const found = await explainExactly(gameOf(model, row, background).game)
        expect(found.base + sum(found.values)).toBeCloseTo(found.prediction, 9)
        expect(found.prediction).toBe(model(row))
        const withDummy = await explainExactly(
          gameOf(
            (x) => model(x.slice(1)),
            [2, ...row],
            background.map((other) => [-1, ...other]),
          ).game,
        )
        expect(withDummy.values[0]).toBeCloseTo(0, 9)
        found.values.forEach((value, i) => expect(withDummy.values[i + 1]).toBeCloseTo(value, 9))
        const doubled = await explainExactly(
          gameOf(
            (x) => model(x.slice(1)) + at(x, 0) * at(x, 1),
            [at(row, 0), ...row],
            background.map((b) => [at(b, 0), ...b]),
          ).game,
        )
        const twin = await explainExactly(
          gameOf(
            (x) => at(x, 0) * at(x, 1),
            [at(row, 0), at(row, 0)],
            background.map((b) => [at(b, 0), at(b, 0)]),
          ).game,
        )
        expect(twin.values[0]).toBeCloseTo(twin.values[1] ?? NaN, 9)
        // Linearity: the sum of two games has the sum of their values.
        expect(doubled.values[0]).toBeCloseTo(twin.values[0] ?? NaN, 9)
      }),
      { numRuns: 40 },
    )
  })

  it('refuse too many players', async () => {
    const { game, asked } = gameOf(sum, new Array<number>(17).fill(1), [new Array<number>(17).fill(0)])
    await expect(explainExactly(game)).rejects.toThrow(MathError)
    expect(asked).toEqual([])
  })
})

describe('Shapley values by antithetic permutations', () => {
  it('add up exactly and repeat with the same seed', async () => {
    await fc.assert(
      fc.asyncProperty(games, fc.integer(), fc.integer({ min: 1, max: 40 }), async (made, seed, permutations) => {
        const { game } = gameOf(modelOf(made.weights), made.row, made.background)
        const found = await explainByPermutation({ ...game, permutations, seed })
        const scale = Math.max(1, ...Array.from(found.values, Math.abs), Math.abs(found.base))
        expect(Math.abs(found.base + sum(found.values) - found.prediction)).toBeLessThan(1e-12 * scale * 10)
        const mean = sum(made.background.map(modelOf(made.weights))) / made.background.length
        expect(found.base).toBeCloseTo(mean, 9)
        expect(found.permutations % (2 * made.background.length)).toBe(0)
        expect(await explainByPermutation({ ...game, permutations, seed, batchSize: 3 })).toEqual(found)
      }),
      { numRuns: 60 },
    )
  })

  it('are exact for pairwise interactions, with no error', async () => {
    const pairwise: Model = (x) => at(x, 0) * at(x, 1) - 2 * at(x, 2) * at(x, 3) + at(x, 1)
    const cut = background.map((other) => other.slice(0, 4))
    const { game } = gameOf(pairwise, row.slice(0, 4), cut)
    const exact = await explainExactly(game)
    const found = await explainByPermutation({ ...game, permutations: 20, seed: 5 })
    found.values.forEach((value, i) => expect(value).toBeCloseTo(exact.values[i] ?? NaN, 12))
    for (const error of found.standardErrors) expect(error).toBeLessThan(1e-12)
  })

  it('are unbiased, and their standard errors are the spread over seeds', async () => {
    // Interactions of three, which an antithetic pair does not cancel.
    const model: Model = (x) => at(x, 0) * at(x, 1) * at(x, 2) + Math.max(at(x, 3), at(x, 4), at(x, 5)) * at(x, 0)
    const { game } = gameOf(model, row, background)
    const exact = await explainExactly(game)
    const runs = 300
    const errors = new Float64Array(row.length)
    const squared = new Float64Array(row.length)
    const stated = new Float64Array(row.length)
    for (let seed = 0; seed < runs; seed++) {
      const found = await explainByPermutation({ ...game, permutations: 400, seed })
      for (let i = 0; i < row.length; i++) {
        const error = (found.values[i] ?? NaN) - (exact.values[i] ?? NaN)
        errors[i] = (errors[i] ?? 0) + error / runs
        squared[i] = (squared[i] ?? 0) + error ** 2 / runs
        stated[i] = (stated[i] ?? 0) + (found.standardErrors[i] ?? NaN) ** 2 / runs
      }
    }
    for (let i = 0; i < row.length; i++) {
      const spread = Math.sqrt(squared[i] ?? NaN)
      expect(Math.abs(errors[i] ?? NaN)).toBeLessThan((4 * spread) / Math.sqrt(runs))
      expect(Math.sqrt(stated[i] ?? NaN) / spread).toBeGreaterThan(0.85)
      expect(Math.sqrt(stated[i] ?? NaN) / spread).toBeLessThan(1.15)
    }
  })

  it('state an error that is rather too large with one pair for each background row', async () => {
    const { game } = gameOf(interacting, row, background)
    const single = await explainByPermutation({ ...game, permutations: 10, seed: 1 })
    const several = await explainByPermutation({ ...game, permutations: 1000, seed: 1 })
    single.standardErrors.forEach((error, i) => expect(error).toBeGreaterThanOrEqual(several.standardErrors[i] ?? NaN))
    const alone = await explainByPermutation({
      ...gameOf(interacting, row, [background[0] ?? []]).game,
      permutations: 1,
      seed: 1,
    })
    expect(alone.permutations).toBe(4)
  })

  it('ask for no coalition twice and for none of a dummy', async () => {
    const { game, asked } = gameOf(interacting, row, background)
    const found = await explainByPermutation({ ...game, permutations: 400, seed: 9 })
    expect(asked).toHaveLength(found.evaluations)
    expect(new Set(asked).size).toBe(asked.length)
    // Background row 3 equals the explained row: it costs its base only.
    expect(asked.filter((line) => line.startsWith('3:'))).toHaveLength(1)
    expect(found.evaluations).toBeLessThanOrEqual(1 + 3 * (2 ** 6 - 1) + (2 ** 5 - 1) + 1)
  })

  it('refuse games they cannot play', async () => {
    const { game } = gameOf(interacting, row, background)
    const options = { ...game, permutations: 10, seed: 1 }
    for (const wrong of [{ playerCount: 0 }, { backgroundCount: 0 }, { permutations: 0 }, { batchSize: 0.5 }]) {
      await expect(explainByPermutation({ ...options, ...wrong })).rejects.toThrow(MathError)
    }
    await expect(explainByPermutation({ ...options, evaluate: () => [NaN] })).rejects.toThrow('cannot be explained')
    await expect(explainByPermutation({ ...options, evaluate: () => [] })).rejects.toThrow('cannot be explained')
  })
})
