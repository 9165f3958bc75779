import { describe, expect, it } from 'vitest'
import { MOST_PATTERN_PLAYERS, potentialWeights } from './potential-weights'

describe('the weights of potentials', () => {
  it('are whole parts of the least common multiple', () => {
    expect([1, 2, 3, 4, 5, 8, 14].map((players) => potentialWeights(players).denominator)).toEqual([
      1, 1, 2, 6, 12, 420, 360_360,
    ])
    for (let players = 1; players <= MOST_PATTERN_PLAYERS; players++) {
      for (const weight of potentialWeights(players).weights) expect(Number.isSafeInteger(weight)).toBe(true)
    }
  })

  it('are the integrals of t^(j-1) (1-t)^a', () => {
    const players = 7
    const { denominator, weights } = potentialWeights(players)
    for (let joined = 1; joined < players; joined++) {
      for (let absent = 0; joined + absent < players; absent++) {
        const steps = 20_000
        let sum = 0
        for (let step = 0; step < steps; step++) {
          const t = (step + 0.5) / steps
          sum += (t ** (joined - 1) * (1 - t) ** absent) / steps
        }
        expect((weights[joined * players + absent] ?? NaN) / denominator).toBeCloseTo(sum, 7)
      }
    }
  })

  it('differ, where nobody joined, as the integrals of t^-1 (1-t)^a do', () => {
    const { denominator, weights } = potentialWeights(5)
    // 1 + 1/2 + 1/3 + 1/4, then without its first terms.
    const found = Array.from(weights.subarray(0, 5), (weight) => weight / denominator)
    expect(found).toEqual([25 / 12, 13 / 12, 7 / 12, 1 / 4, 0])
  })
})
