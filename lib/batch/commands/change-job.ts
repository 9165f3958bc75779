// What people do with a job that is in the queue, runs or has ended.
import { and, eq } from 'drizzle-orm'
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { ProblemError } from '@/lib/platform/errors'
import { publish } from '@/lib/platform/events'
import type { BatchAction, BatchJob } from '../contract'
import { afterAction } from '../rules'
import { batchTables } from '../tables'
import { requireBatchJob } from './create-job'

const EVENTS: Record<BatchAction, string> = { pause: 'batch.paused', resume: 'batch.resumed', cancel: 'batch.cancelled', retry: 'batch.retried' }

export const pauseBatchJob = (actor: Principal | null, id: string) => act(actor, id, 'pause')
export const resumeBatchJob = (actor: Principal | null, id: string) => act(actor, id, 'resume')
export const cancelBatchJob = (actor: Principal | null, id: string) => act(actor, id, 'cancel')
export const retryBatchJob = (actor: Principal | null, id: string) => act(actor, id, 'retry')

/** A worker that has the job sees its new status within a second and stops at its next checkpoint. */
async function act(actor: Principal | null, id: string, action: BatchAction): Promise<BatchJob> {
  authorize(actor, 'batch:write')
  const db = await database()
  const job = await requireBatchJob(db, id)
  const after = afterAction(job.status, action)
  if ('refused' in after) throw new ProblemError('conflict', after.refused, { code: 'batch_job_status' })
  await db.write(async (tx) => {
    const { batchJobs } = tx.tables(batchTables)
    const change = action === 'cancel' ? { status: after.status, finishedAt: now() } : { status: after.status, ...(action === 'retry' ? { error: null, finishedAt: null } : {}) }
    const changed = await tx.update(batchJobs).set(change).where(and(eq(batchJobs.id, id), eq(batchJobs.status, job.status))).returning({ id: batchJobs.id })
    if (changed.length === 0) throw new ProblemError('conflict', 'This job changed meanwhile. Look at it again.', { code: 'batch_job_status' })
    await appendAuditEvent(tx, {
      actor,
      action: EVENTS[action],
      target: { kind: 'batch-job', id, name: job.name },
      modelId: job.model.id,
      before: { status: job.status, rowsRead: job.checkpoint?.rowsRead ?? 0 },
      after: { status: after.status },
    })
  })
  if (after.status === 'waiting') await publish('batch.waiting', {})
  return requireBatchJob(db, id)
}
