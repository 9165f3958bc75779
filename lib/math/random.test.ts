import { describe, expect, it } from 'vitest'
import { MathError } from './math-error'
import { momentsOf, sampleVariance } from './moments'
import { Random } from './random'
import { golden } from './testing'

const many = 40_000

describe('Random', () => {
  it('is xoshiro128** 1.1', () => {
    const [a = 0, b = 0, c = 0, d = 0] = golden.xoshiro.state
    const random = Random.fromState([a, b, c, d])
    expect(golden.xoshiro.outputs.map(() => random.uint32())).toEqual(golden.xoshiro.outputs)
    expect(() => Random.fromState([0, 0, 0, 0])).toThrow(MathError)
  })

  it.each(golden.xoshiro.seeded)('is seeded by splitmix32 ($seed)', ({ seed, outputs }) => {
    const random = new Random(seed)
    expect(outputs.map(() => random.uint32())).toEqual(outputs)
  })

  it('spreads uniform and normal numbers as it should', () => {
    const random = new Random(1)
    const uniform = momentsOf(Array.from({ length: many }, () => random.uniform(2, 5)))
    expect(Math.abs(uniform.mean - 3.5)).toBeLessThan((4 * Math.sqrt(0.75)) / Math.sqrt(many))
    expect(Math.abs((sampleVariance(uniform) ?? NaN) - 0.75)).toBeLessThan(0.02)
    const draws = Array.from({ length: many }, () => random.normal(10, 2))
    const normal = momentsOf(draws)
    expect(Math.abs(normal.mean - 10)).toBeLessThan(8 / Math.sqrt(many))
    expect(Math.abs((sampleVariance(normal) ?? NaN) - 4)).toBeLessThan(0.12)
    const beyondTwo = draws.filter((draw) => Math.abs(draw - 10) > 4).length / many
    expect(Math.abs(beyondTwo - 0.0455)).toBeLessThan(0.005)
  })

  it('gives every integer and every order equally often', () => {
    const random = new Random(2)
    const faces = new Array<number>(6).fill(0)
    for (let i = 0; i < many; i++) {
      const face = random.integer(6)
      faces[face] = (faces[face] ?? 0) + 1
    }
    for (const count of faces) expect(Math.abs(count - many / 6)).toBeLessThan(5 * Math.sqrt(many / 6))
    const orders = new Map<string, number>()
    for (let i = 0; i < 12_000; i++) {
      const order = random.shuffle([1, 2, 3]).join('')
      orders.set(order, (orders.get(order) ?? 0) + 1)
    }
    expect(orders.size).toBe(6)
    for (const count of orders.values()) expect(Math.abs(count - 2000)).toBeLessThan(250)
    for (const bound of [0, 1.5, -1, 2 ** 33]) expect(() => random.integer(bound)).toThrow(MathError)
  })
})
