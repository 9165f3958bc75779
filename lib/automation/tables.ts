import type { Kit } from '@/lib/database/kit'

export const automationTables = (kit: Kit) => {
  /** What must run on time, and when it last did. */
  const schedules = kit.table('schedules', {
    name: kit.text('name').primaryKey(),
    pattern: kit.text('pattern').notNull(),
    nextDueAt: kit.time('next_due_at').notNull(),
    createdAt: kit.time('created_at').notNull(),
  })
  const runs = kit.table(
    'runs',
    {
      id: kit.text('id').primaryKey(),
      schedule: kit.text('schedule').notNull(),
      trigger: kit.oneOf('trigger', ['schedule', 'catch-up', 'person']).notNull(),
      startedAt: kit.time('started_at').notNull(),
      finishedAt: kit.time('finished_at'),
      status: kit.oneOf('status', ['running', 'succeeded', 'failed']).notNull(),
      summary: kit.json<Record<string, unknown>>('summary').notNull(),
    },
    (table) => [kit.index('runs_schedule').on(table.schedule, table.startedAt)],
  )
  return { schedules, runs }
}
