// How a model answers in an environment, its limits and its price: a new revision, never a change of an old one.
import { eq } from 'drizzle-orm'
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { appendAuditEvent, holdAuditChain } from '@/lib/audit/commands'
import { database } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { notFound, ProblemError } from '@/lib/platform/errors'
import { publish } from '@/lib/platform/events'
import { newId } from '@/lib/platform/ids'
import { parse } from '@/lib/platform/parse'
import { findModel } from '@/lib/registry/queries'
import { registryTables } from '@/lib/registry/tables'
import { setServingSettingsSchema, type ServingSettings, type SetServingSettings } from '../contract'
import { currentServingSettings, type ServingSettingsInForce } from '../queries/serving-settings'
import { servingTables } from '../tables'

export async function setServingSettings(actor: Principal | null, input: SetServingSettings): Promise<ServingSettingsInForce> {
  authorize(actor, 'serving:write')
  const { model: name, environment: where, revision, ...settings } = parse(setServingSettingsSchema, input)
  const db = await database()
  const model = await findModel(db, name)
  if (!model) throw notFound(`model called ${name}`, 'model_unknown')
  const { environments } = db.tables(registryTables)
  const [environment] = await db.select().from(environments).where(eq(environments.name, where))
  if (!environment) throw notFound(`environment called ${where}`, 'environment_unknown')

  const saved = await db.write(async (tx) => {
    await holdAuditChain(tx)
    const before = await currentServingSettings(tx, model.id, environment.name)
    if (revision !== undefined && revision !== before.revision) throw changedMeanwhile(before)
    if (changesAllowance(before.settings, settings)) authorize(actor, 'limits:write')
    const row = { modelId: model.id, environment: environment.name, revision: before.revision + 1, settings, createdAt: now(), createdBy: actor.name }
    await tx.insert(tx.tables(servingTables).servingSettings).values({ id: newId(), ...row })
    await appendAuditEvent(tx, {
      actor,
      action: 'serving-settings.set',
      target: { kind: 'serving-settings', id: `${model.id}/${environment.name}`, name: `${model.name} in ${environment.name}` },
      modelId: model.id,
      before: before.settings,
      after: settings,
    })
    return row
  })
  await publish('serving-settings.changed', { modelId: model.id, environment: environment.name })
  return saved
}

/** What callers are allowed and what it costs is an administrator's; how long an answer may take is the model's. */
function changesAllowance(before: ServingSettings, after: ServingSettings): boolean {
  const allowance = ({ limits, price }: ServingSettings) => {
    const { rowsASecond, burstRows, rowsAMonth, callsAtOnce, bodyBytes, rowsACall } = limits
    return JSON.stringify([rowsASecond, burstRows, rowsAMonth, callsAtOnce, bodyBytes, rowsACall, price?.amount, price?.currency])
  }
  return allowance(before) !== allowance(after)
}

function changedMeanwhile({ createdBy }: { createdBy: string | null }): ProblemError {
  return new ProblemError('conflict', `${createdBy ?? 'Somebody'} saved these settings after they were read here. Load them, then make the change again.`, {
    code: 'settings_changed',
  })
}
