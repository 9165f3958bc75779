// Which predictions of a model are explained as they are served: a new revision, never a change of an old one.
import { eq } from 'drizzle-orm'
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { notFound } from '@/lib/platform/errors'
import { publish } from '@/lib/platform/events'
import { newId } from '@/lib/platform/ids'
import { parse } from '@/lib/platform/parse'
import { findModel } from '@/lib/registry/queries'
import { registryTables } from '@/lib/registry/tables'
import { explanationPolicySchema, type ExplanationPolicy, type ExplanationPolicyInput } from '../contract'
import { currentExplanationPolicy } from '../queries/explanation-policy'
import { servingTables } from '../tables'

export async function setExplanationPolicy(actor: Principal | null, input: ExplanationPolicyInput): Promise<ExplanationPolicy> {
  authorize(actor, 'reasons:write')
  const { mode, share = 1, ...valid } = parse(explanationPolicySchema, input)
  const db = await database()
  const model = await findModel(db, valid.model)
  if (!model) throw notFound(`model called ${valid.model}`, 'model_unknown')
  const { environments } = db.tables(registryTables)
  const [environment] = await db.select().from(environments).where(eq(environments.name, valid.environment))
  if (!environment) throw notFound(`environment called ${valid.environment}`, 'environment_unknown')

  const saved = await db.write(async (tx) => {
    const before = await currentExplanationPolicy(tx, model.id, environment.name)
    const row = {
      modelId: model.id,
      environment: environment.name,
      // Two who save at once take the same number, and the index lets one of them through.
      revision: before.revision + 1,
      mode,
      share: mode === 'always' ? 1 : mode === 'on-demand' ? 0 : share,
      createdAt: now(),
      createdBy: actor.name,
    }
    await tx.insert(tx.tables(servingTables).explanationPolicies).values({ id: newId(), ...row })
    await appendAuditEvent(tx, {
      actor,
      action: 'explanation-policy.set',
      target: { kind: 'explanation-policy', id: `${model.id}/${environment.name}`, name: `${model.name} in ${environment.name}` },
      modelId: model.id,
      before: { mode: before.mode, share: before.share },
      after: { mode: row.mode, share: row.share },
    })
    return row
  })
  await publish('explanation-policy.changed', { modelId: model.id, environment: environment.name })
  return saved
}
