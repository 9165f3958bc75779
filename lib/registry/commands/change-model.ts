import { eq } from 'drizzle-orm'
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database } from '@/lib/database'
import { notFound } from '@/lib/platform/errors'
import { parse } from '@/lib/platform/parse'
import { modelChangeSchema, type ModelChange, type ModelSummary } from '../contract'
import { findModel } from '../queries'
import { registryTables } from '../tables'

/** Changes what people read about a model; its slug, task and versions stay. */
export async function changeModel(actor: Principal | null, slugOrId: string, input: ModelChange): Promise<ModelSummary> {
  authorize(actor, 'registry:write')
  const change = parse(modelChangeSchema, input)
  const db = await database()
  return db.write(async (tx) => {
    const { models } = tx.tables(registryTables)
    const model = await findModel(tx, slugOrId)
    if (!model) throw notFound(`model ${slugOrId}`, 'model_not_found')
    const before = { name: model.name, description: model.description, owner: model.owner, tags: model.tags }
    const after = { ...before, ...change, tags: [...new Set(change.tags ?? before.tags)] }
    if (JSON.stringify(before) === JSON.stringify(after)) return model
    await tx.update(models).set(after).where(eq(models.id, model.id))
    await appendAuditEvent(tx, {
      actor,
      action: 'model.changed',
      target: { kind: 'model', id: model.id, name: model.slug },
      modelId: model.id,
      before,
      after,
    })
    return { ...model, ...after }
  })
}
