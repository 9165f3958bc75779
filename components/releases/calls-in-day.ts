// How many calls a release touches, read on the server.
import type { Session } from '@/lib/database'
import { DAY_MS, HOUR_MS, hourOf, now } from '@/lib/platform/clock'
import { hourlyTraffic } from '@/lib/serving/queries'

/** Rows answered in the present hour and the 23 before it. */
export async function callsInDay(db: Session, modelId: string, environment: string): Promise<number> {
  const end = hourOf(now()) + HOUR_MS
  const hours = await hourlyTraffic(db, modelId, environment, end - DAY_MS, end)
  return hours.reduce((sum, hour) => sum + hour.rows, 0)
}
