// Seeded random numbers: the same seed gives the same numbers on every machine, so that an explanation by sampling can
// be repeated and a simulated business is the same in the demo, the tests and the screenshots. Not for secrets.
import { MathError } from './math-error'

/**
 * xoshiro128** 1.1 of Blackman and Vigna (doi:10.1145/3460772, https://prng.di.unimi.it), period 2^128 - 1,
 * its state filled from one 32-bit seed by splitmix32.
 */
export class Random {
  private readonly state = new Uint32Array(4)
  private spareNormal: number | undefined

  /** @param seed a whole number; its lowest 32 bits count. */
  constructor(seed: number) {
    let counter = seed | 0
    for (let i = 0; i < 4; i++) {
      counter = (counter + 0x9e3779b9) | 0
      let mixed = Math.imul(counter ^ (counter >>> 16), 0x21f0aaad)
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
      this.state[i] = mixed ^ (mixed >>> 15)
    }
  }

  /** A generator with this state of four 32-bit numbers, not all zero. Throws MathError `invalid-argument`. */
  static fromState(state: readonly [number, number, number, number]): Random {
    if (state.every((word) => word >>> 0 === 0)) throw new MathError('invalid-argument', 'A state of zeros stays zero.')
    const random = new Random(0)
    random.state.set(state)
    return random
  }

  /** A whole number from 0 to 2^32 - 1. */
  uint32(): number {
    const s = this.state as unknown as [number, number, number, number]
    const fives = Math.imul(s[1], 5)
    const result = Math.imul((fives << 7) | (fives >>> 25), 9) >>> 0
    const shifted = s[1] << 9
    s[2] ^= s[0]
    s[3] ^= s[1]
    s[1] ^= s[2]
    s[0] ^= s[3]
    s[2] ^= shifted
    s[3] = (s[3] << 11) | (s[3] >>> 21)
    return result
  }

  /** In [low, high), by default [0, 1), with 53 random bits. */
  uniform(low = 0, high = 1): number {
    const unit = ((this.uint32() >>> 5) * 67_108_864 + (this.uint32() >>> 6)) / 9_007_199_254_740_992
    return low + (high - low) * unit
  }

  /** Normally distributed; Marsaglia's polar method (doi:10.1137/1006063), which makes two at a time. */
  normal(mean = 0, standardDeviation = 1): number {
    const spare = this.spareNormal
    if (spare !== undefined) {
      this.spareNormal = undefined
      return mean + standardDeviation * spare
    }
    for (;;) {
      const x = this.uniform(-1, 1)
      const y = this.uniform(-1, 1)
      const squared = x * x + y * y
      if (squared >= 1 || squared === 0) continue
      const factor = Math.sqrt((-2 * Math.log(squared)) / squared)
      this.spareNormal = y * factor
      return mean + standardDeviation * x * factor
    }
  }

  /** A whole number from 0 to bound - 1, each equally likely (rejection). Throws unless bound is in 1..2^32. */
  integer(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 4_294_967_296) {
      throw new MathError('invalid-argument', `The bound of a random integer is 1 to 2^32, not ${bound}.`)
    }
    const limit = 4_294_967_296 - (4_294_967_296 % bound)
    for (;;) {
      const value = this.uint32()
      if (value < limit) return value % bound
    }
  }

  /** Orders the items anew in place, every order equally likely (Fisher-Yates), and returns them. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.integer(last + 1)
      const held = items[last]
      items[last] = items[other]
      items[other] = held
    }
    return items
  }
}
