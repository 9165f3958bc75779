// Tells the signature gate what callers sent a version of late: rows, and per field how many left it out.
import { database } from '@/lib/database'
import { DAY_MS, HOUR_MS, now } from '@/lib/platform/clock'
import { setOnce } from '@/lib/platform/once'
import type { ObservedCallsReader } from '@/lib/releases/commands'
import { profilesBetween } from '../queries'

const DAYS = 30

export function registerObservedCalls(): void {
  setOnce('observedCalls', readObservedCalls)
}

const readObservedCalls: ObservedCallsReader = async (versionId, environment) => {
  const at = now()
  const [bucket] = await profilesBetween(await database(), { versionId, environment, from: at - DAYS * DAY_MS, to: at + HOUR_MS })
  if (!bucket || bucket.rows === 0) return null
  const columns = bucket.profile.shape.map((column, index) => [column.name, bucket.profile.summary(index).missing] as const)
  return { days: DAYS, rows: bucket.rows, missing: Object.fromEntries(columns) }
}
