// Which version serves a key. The same key always gets the same arm, and who had a challenger at a small share keeps it
// when the share grows: challengers take the lowest part of the buckets.
import { createHash } from 'node:crypto'
import type { ReleaseArm } from '@/lib/releases/contract'

export const BUCKETS = 10_000

/** SHA-256 over salt and key, its first 48 bits in 10,000 buckets: even, and the same in any language. */
export function bucketOf(salt: string, key: string): number {
  return createHash('sha256').update(salt).update('\n').update(key).digest().readUIntBE(0, 6) % BUCKETS
}

/**
 * The salt of a release's assignment. It stays the same while the same challengers ramp up, and is another for the next
 * ones, so that it is not always the same people who try something new.
 */
export function assignmentSalt(modelId: string, environment: string, arms: readonly ReleaseArm[]): string {
  const challengers = challengersOf(arms).map((arm) => arm.versionId)
  return [modelId, environment, ...challengers].join('/')
}

export interface ArmLimit {
  versionId: string
  /** Buckets below this, and not below the arm's before it, are its own. */
  below: number
}

/** Challengers in a fixed order first, then the champion with all the rest. */
export function armLimits(arms: readonly ReleaseArm[]): ArmLimit[] {
  const limits: ArmLimit[] = []
  let below = 0
  for (const arm of challengersOf(arms)) {
    below += arm.shareBasisPoints
    limits.push({ versionId: arm.versionId, below })
  }
  const champion = arms.find((arm) => arm.role === 'champion')
  if (champion) limits.push({ versionId: champion.versionId, below: BUCKETS })
  return limits
}

function challengersOf(arms: readonly ReleaseArm[]): ReleaseArm[] {
  return arms.filter((arm) => arm.role === 'challenger').sort((a, b) => a.versionNumber - b.versionNumber)
}
