import type { Kit } from '@/lib/database/kit'
import type { LastFinding, MonitorRule } from './contract'

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
      /** Written by each check; what the first page and the settings show without measuring again. */
      lastFinding: kit.json<LastFinding | null>('last_finding'),
    },
    (table) => [kit.index('monitors_model').on(table.modelId)],
  )
  return { monitors }
}
