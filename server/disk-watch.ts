// Looks every two seconds whether there is room on the disk; and when the log could not be written last, whether it can
// again: without calls nobody else would find out.
import { statfs } from 'node:fs/promises'
import { sql } from 'drizzle-orm'
import { database } from '@/lib/database'
import { environment } from '@/lib/platform/environment'
import { logger } from '@/lib/platform/logging'
import { logHealth } from '@/lib/serving/log'
import { health } from './health'

const LOOK_EVERY_MS = 2000
const MB = 1024 * 1024
/** Less than this is gone within seconds of traffic. */
export const LEAST_FREE_BYTES = 8 * MB

export function watchDisk(): void {
  setInterval(() => void look().catch((error: unknown) => logger().warn({ err: error }, 'the disk could not be looked at')), LOOK_EVERY_MS).unref()
}

async function look(): Promise<void> {
  health.diskFailure = await shortage()
  if (health.diskFailure === null && logHealth().failure !== null && (await canWrite())) logHealth().succeeded()
}

async function shortage(): Promise<string | null> {
  const { bavail, bsize } = await statfs(environment().dataDirectory)
  const free = bavail * bsize
  return free < LEAST_FREE_BYTES ? `The disk of the data directory has ${(free / MB).toFixed(1)} MB left; at least ${LEAST_FREE_BYTES / MB} MB must be free.` : null
}

/** A transaction like any other, which changes nothing. */
async function canWrite(): Promise<boolean> {
  try {
    const db = await database()
    await db.write((tx) => tx.execute(sql`update schema_migrations set applied_at = applied_at`))
    return true
  } catch {
    return false
  }
}
