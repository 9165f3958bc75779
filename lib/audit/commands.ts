// Appending to the audit chain, inside the transaction of the write it records.
import { eq, sql } from 'drizzle-orm'
import type { Principal } from '@/lib/access/contract'
import type { Session } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { newId } from '@/lib/platform/ids'
import { currentRequestId } from '@/lib/platform/request'
import { hashEvent } from './rules'
import { auditTables } from './tables'

export interface AuditEntry {
  actor: Principal
  action: string
  target: { kind: string; id: string; name: string }
  modelId?: string | null
  before?: unknown
  after?: unknown
  reason?: string | null
}

/**
 * Takes the end of the chain for the rest of the transaction, before anything is read: of two transactions that write
 * an event anyway, the second then reads what the first did.
 */
export async function holdAuditChain(tx: Session): Promise<void> {
  const { auditHead } = tx.tables(auditTables)
  await tx.update(auditHead).set({ sequence: sql`${auditHead.sequence}` }).where(eq(auditHead.id, 1))
}

/** Must be called with the session of the transaction that makes the change. */
export async function appendAuditEvent(tx: Session, entry: AuditEntry): Promise<void> {
  const { auditEvents, auditHead } = tx.tables(auditTables)
  // Updating the head first takes its row lock, so that two transactions cannot append to the same end.
  const [head] = await tx
    .update(auditHead)
    .set({ sequence: sql`${auditHead.sequence} + 1` })
    .where(eq(auditHead.id, 1))
    .returning({ sequence: auditHead.sequence, hash: auditHead.hash })
  if (!head) throw new Error('the audit chain has no head: the migrations did not run')
  const event = {
    sequence: head.sequence,
    id: newId(),
    at: now(),
    actorKind: entry.actor.kind,
    actorId: entry.actor.id,
    actorName: entry.actor.name,
    action: entry.action,
    targetKind: entry.target.kind,
    targetId: entry.target.id,
    targetName: entry.target.name,
    modelId: entry.modelId ?? null,
    before: asStored(entry.before),
    after: asStored(entry.after),
    reason: entry.reason ?? null,
    requestId: currentRequestId(),
    previousHash: head.hash,
  }
  const hash = hashEvent(event)
  await tx.insert(auditEvents).values({ ...event, hash })
  await tx.update(auditHead).set({ hash }).where(eq(auditHead.id, 1))
}

/** What a JSON column gives back, so that the hash of what is written equals the hash of what is read. */
function asStored(value: unknown): unknown {
  return value === undefined || value === null ? null : JSON.parse(JSON.stringify(value))
}
