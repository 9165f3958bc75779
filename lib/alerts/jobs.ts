// Empties the outbox: at least once, a failing channel holds up no other and no check.
import { and, eq } from 'drizzle-orm'
import { database } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { environment } from '@/lib/platform/environment'
import { logger } from '@/lib/platform/logging'
import type { Delivery } from './contract'
import { channelById, dueDeliveries, findIncident } from './queries'
import { leaseFor, waitAfter } from './rules/delivery'
import { messageFor } from './rules/message'
import { alertsTables } from './tables'
import { sendMessage } from './commands/send-message'

const AT_ONCE = 20

export interface SendingResult {
  delivered: number
  failed: number
}

/** Sends what is due now, one attempt each. */
export async function sendDueDeliveries(): Promise<SendingResult> {
  const db = await database()
  const due = await dueDeliveries(db, now(), AT_ONCE)
  const results = await Promise.all(due.map(({ id, nextAttemptAt }) => attempt(id, nextAttemptAt)))
  return {
    delivered: results.filter((result) => result === 'delivered').length,
    failed: results.filter((result) => result === 'failed').length,
  }
}

async function attempt(id: string, seenAt: number): Promise<'delivered' | 'failed' | 'taken'> {
  const claimed = await claim(id, seenAt)
  if (!claimed) return 'taken'
  const db = await database()
  const channel = await channelById(db, claimed.channelId)
  const incident = claimed.incidentId === null ? null : await findIncident(db, claimed.incidentId)
  if (!channel || !channel.isEnabled) return fail(claimed, 'The channel was switched off or deleted.', true)
  try {
    await sendMessage(channel.settings, messageFor(claimed, incident, { at: now(), publicUrl: environment().publicUrl }))
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown reason'
    logger().warn({ delivery: id, channel: channel.name, attempts: claimed.attempts, reason }, 'a delivery failed')
    return fail(claimed, reason, false)
  }
  await settle(id, { status: 'delivered', deliveredAt: now(), lastError: null })
  return 'delivered'
}

type ClaimedDelivery = Omit<Delivery, 'channelName'>

/** Conditional on what was seen, so that of two replicas one sends. */
async function claim(id: string, seenAt: number): Promise<ClaimedDelivery | null> {
  const db = await database()
  return db.write(async (tx) => {
    const { deliveries } = tx.tables(alertsTables)
    const isSeen = and(eq(deliveries.id, id), eq(deliveries.status, 'waiting'), eq(deliveries.nextAttemptAt, seenAt))
    const [seen] = await tx.select({ attempts: deliveries.attempts }).from(deliveries).where(isSeen)
    if (!seen) return null
    const attempts = seen.attempts + 1
    const [claimed] = await tx
      .update(deliveries)
      .set({ attempts, nextAttemptAt: now() + leaseFor(attempts) })
      .where(isSeen)
      .returning()
    return claimed ?? null
  })
}

async function fail({ id, attempts }: ClaimedDelivery, lastError: string, isFinal: boolean): Promise<'failed'> {
  const wait = isFinal ? null : waitAfter(attempts)
  await settle(id, wait === null ? { status: 'failed', lastError } : { lastError, nextAttemptAt: now() + wait })
  return 'failed'
}

async function settle(id: string, change: Partial<ClaimedDelivery>): Promise<void> {
  const db = await database()
  await db.write(async (tx) => {
    const { deliveries } = tx.tables(alertsTables)
    await tx.update(deliveries).set(change).where(eq(deliveries.id, id))
  })
}
