import { describe, expect, it } from 'vitest'
import { chisquareTail } from '@/lib/math/chisquare-tail'
import type { ReleaseArm } from '@/lib/releases/contract'
import { armLimits, assignmentSalt, bucketOf, BUCKETS } from './assignment'

const arms = (share: number): ReleaseArm[] => [
  { versionId: 'v-champion', versionNumber: 1, role: 'champion', shareBasisPoints: BUCKETS - share },
  { versionId: 'v-challenger', versionNumber: 2, role: 'challenger', shareBasisPoints: share },
]
const servedBy = (share: number, key: string) => {
  const bucket = bucketOf(assignmentSalt('m', 'production', arms(share)), key)
  return armLimits(arms(share)).find((limit) => bucket < limit.below)?.versionId
}

describe('assignment', () => {
  it('hits its shares: chi-squared over 100,000 keys', () => {
    const counts = new Array<number>(10).fill(0)
    for (let key = 0; key < 100_000; key++) {
      const tenth = Math.floor(bucketOf('salt', `customer-${key}`) / (BUCKETS / 10))
      counts[tenth] = (counts[tenth] ?? 0) + 1
    }
    const statistic = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)
    expect(chisquareTail(statistic, 9)).toBeGreaterThan(0.001)
  })

  it('keeps everybody who had the challenger when its share grows', () => {
    let kept = 0
    for (let key = 0; key < 20_000; key++) {
      if (servedBy(500, `k${key}`) !== 'v-challenger') continue
      kept += 1
      expect(servedBy(2500, `k${key}`)).toBe('v-challenger')
      expect(servedBy(9999, `k${key}`)).toBe('v-challenger')
    }
    expect(kept / 20_000).toBeCloseTo(0.05, 1)
  })

  it('tries the next challenger on other people', () => {
    const next = arms(500).map((arm) => (arm.role === 'challenger' ? { ...arm, versionId: 'v-next' } : arm))
    expect(assignmentSalt('m', 'production', next)).not.toBe(assignmentSalt('m', 'production', arms(500)))
  })

  it('gives a champion alone everything', () => {
    expect(armLimits([{ versionId: 'v', versionNumber: 1, role: 'champion', shareBasisPoints: BUCKETS }])).toEqual([{ versionId: 'v', below: BUCKETS }])
  })
})
