import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { ProblemError } from '@/lib/platform/errors'
import { publish } from '@/lib/platform/events'
import { newId } from '@/lib/platform/ids'
import type { BatchDeliveryRow } from '../contract'
import { deliveriesOf } from '../queries/jobs'
import { batchTables } from '../tables'
import { requireBatchJob } from './create-job'

/** Sends a finished job's results once more, to where they were to go. */
export async function redeliverBatchJob(actor: Principal | null, id: string): Promise<BatchDeliveryRow[]> {
  authorize(actor, 'batch:write')
  const db = await database()
  const { status, delivery, name, model } = await requireBatchJob(db, id)
  if (status !== 'finished' || delivery === null) {
    throw new ProblemError('conflict', delivery === null ? 'This job has no delivery.' : 'Only a finished job is delivered.', { code: 'batch_job_status' })
  }
  await db.write(async (tx) => {
    const { batchDeliveries } = tx.tables(batchTables)
    const at = now()
    await tx.insert(batchDeliveries).values({ id: newId(), jobId: id, delivery, status: 'waiting', attempts: 0, nextAttemptAt: at, lastError: null, createdAt: at, deliveredAt: null })
    await appendAuditEvent(tx, { actor, action: 'batch.redelivered', target: { kind: 'batch-job', id, name }, modelId: model.id, after: { delivery: delivery.kind } })
  })
  await publish('batch.waiting', {})
  return deliveriesOf(db, id)
}
