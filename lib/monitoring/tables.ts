import type { Kit } from '@/lib/database/kit'
import type { MonitorRule } from './contract'

export const monitoringTables = (kit: Kit) => {
  const monitors = kit.table(
    'monitors',
    {
      id: kit.text('id').primaryKey(),
      modelId: kit.text('model_id').notNull(),
      environment: kit.text('environment').notNull(),
      rule: kit.json<MonitorRule>('rule').notNull(),
      isEnabled: kit.boolean('is_enabled').notNull(),
      createdAt: kit.time('created_at').notNull(),
      createdBy: kit.text('created_by').notNull(),
    },
    (table) => [kit.index('monitors_model').on(table.modelId)],
  )
  return { monitors }
}
