// Random numbers by purpose: each day, patient or item draws from a stream of its own, so that asking for one day gives
// the same rows whether or not the days before it were asked for.
import { Random } from '@/lib/math/random'

export type { Random }

/** FNV-1a over the bytes of the keys: near keys (day 1, day 2) must not give near seeds. */
function seedOf(keys: readonly number[]): number {
  let hash = 0x811c9dc5
  for (const key of keys) {
    for (let shift = 0; shift < 32; shift += 8) {
      hash = Math.imul(hash ^ ((key >>> shift) & 0xff), 0x01000193)
    }
  }
  return hash >>> 0
}

export function stream(...keys: number[]): Random {
  return new Random(seedOf(keys))
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

/** Median `median`, spread `sigma` on the log scale. */
export function logNormal(random: Random, median: number, sigma: number): number {
  return median * Math.exp(sigma * random.normal())
}

/** One of the keys, with the probability of its weight's share. */
export function pickWeighted<K extends string>(random: Random, weights: Readonly<Record<K, number>>): K {
  const entries = Object.entries(weights) as [K, number][]
  let left = random.uniform() * entries.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [key, weight] of entries) {
    left -= weight
    if (left < 0) return key
  }
  const last = entries.at(-1)
  if (!last) throw new RangeError('pickWeighted needs at least one key')
  return last[0]
}

export function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value))
}
