import type { Kit } from '@/lib/database/kit'
import { BATCH_STATUSES, type BatchCheckpoint, type BatchDelivery, type BatchMapping, type BatchOptions, type BatchResultFile, type BatchSource } from './contract'

export const batchTables = (kit: Kit) => {
  const batchJobs = kit.table(
    'batch_jobs',
    {
      id: kit.text('id').primaryKey(),
      modelId: kit.text('model_id').notNull(),
      environment: kit.text('environment').notNull(),
      name: kit.text('name').notNull(),
      scheduleId: kit.text('schedule_id'),
      status: kit.oneOf('status', [...BATCH_STATUSES]).notNull(),
      source: kit.json<BatchSource>('source').notNull(),
      mapping: kit.json<BatchMapping>('mapping').notNull(),
      options: kit.json<BatchOptions>('options').notNull(),
      delivery: kit.json<BatchDelivery | null>('delivery'),
      /** The champion when the job began; it stays the same to the end. */
      versionId: kit.text('version_id'),
      releaseId: kit.text('release_id'),
      /** Where the source tells: rows, or bytes of a text file. */
      sourceSize: kit.integer('source_size'),
      checkpoint: kit.json<BatchCheckpoint | null>('checkpoint'),
      results: kit.json<BatchResultFile[] | null>('results'),
      error: kit.text('error'),
      createdAt: kit.time('created_at').notNull(),
      createdBy: kit.text('created_by').notNull(),
      createdByName: kit.text('created_by_name').notNull(),
      startedAt: kit.time('started_at'),
      /** The worker's sign of life; a running job without one is taken up again. */
      seenAt: kit.time('seen_at'),
      finishedAt: kit.time('finished_at'),
    },
    (table) => [
      kit.index('batch_jobs_model').on(table.modelId, table.createdAt),
      kit.index('batch_jobs_status').on(table.status, table.createdAt),
      kit.index('batch_jobs_schedule').on(table.scheduleId, table.createdAt),
    ],
  )
  const batchSchedules = kit.table(
    'batch_schedules',
    {
      id: kit.text('id').primaryKey(),
      modelId: kit.text('model_id').notNull(),
      environment: kit.text('environment').notNull(),
      name: kit.text('name').notNull(),
      /** A cron pattern in `timeZone`. */
      pattern: kit.text('pattern').notNull(),
      timeZone: kit.text('time_zone').notNull(),
      source: kit.json<BatchSource>('source').notNull(),
      mapping: kit.json<BatchMapping>('mapping').notNull(),
      options: kit.json<BatchOptions>('options').notNull(),
      delivery: kit.json<BatchDelivery | null>('delivery'),
      isEnabled: kit.boolean('is_enabled').notNull(),
      nextDueAt: kit.time('next_due_at').notNull(),
      createdAt: kit.time('created_at').notNull(),
      createdBy: kit.text('created_by').notNull(),
      createdByName: kit.text('created_by_name').notNull(),
      deletedAt: kit.time('deleted_at'),
    },
    (table) => [kit.index('batch_schedules_model').on(table.modelId), kit.index('batch_schedules_due').on(table.nextDueAt)],
  )
  /** Outbox of finished jobs: written with the job's end, sent afterwards, at least once. */
  const batchDeliveries = kit.table(
    'batch_deliveries',
    {
      id: kit.text('id').primaryKey(),
      jobId: kit.text('job_id').notNull().references(() => batchJobs.id),
      delivery: kit.json<BatchDelivery>('delivery').notNull(),
      status: kit.oneOf('status', ['waiting', 'delivered', 'failed']).notNull(),
      attempts: kit.integer('attempts').notNull(),
      nextAttemptAt: kit.time('next_attempt_at').notNull(),
      lastError: kit.text('last_error'),
      createdAt: kit.time('created_at').notNull(),
      deliveredAt: kit.time('delivered_at'),
    },
    (table) => [kit.index('batch_deliveries_waiting').on(table.status, table.nextAttemptAt), kit.index('batch_deliveries_job').on(table.jobId)],
  )
  return { batchJobs, batchSchedules, batchDeliveries }
}
