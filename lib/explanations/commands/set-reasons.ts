// How a model's reasons are told: a new revision, never a change of an old one.
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { appendAuditEvent, holdAuditChain } from '@/lib/audit/commands'
import { canonicalJson } from '@/lib/platform/crypto'
import { database } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { notFound, ProblemError } from '@/lib/platform/errors'
import { newId } from '@/lib/platform/ids'
import { parse } from '@/lib/platform/parse'
import type { Field } from '@/lib/registry/contract'
import { findModel } from '@/lib/registry/queries'
import { reasonSettingsSchema, type ReasonRevision, type ReasonSettings, type ReasonSettingsInput } from '../contract'
import { knownFields, reasonRevisionOf } from '../queries'
import { checkReasonSettings } from '../rules'
import { explanationsTables } from '../tables'

export interface SetReasonOptions {
  /** The revision that was read before it was changed; refused where another was saved since. */
  basedOn?: number | undefined
}

/** @throws ProblemError `reasons_invalid` with a path for each wrong setting, `reasons_changed` */
export async function setReasonSettings(actor: Principal | null, slugOrId: string, input: ReasonSettingsInput, { basedOn }: SetReasonOptions = {}): Promise<ReasonRevision> {
  authorize(actor, 'reasons:write')
  const settings = parse(reasonSettingsSchema, input)
  const db = await database()
  const model = await findModel(db, slugOrId)
  if (!model) throw notFound(`model ${slugOrId}`, 'model_not_found')
  refuseWrong(settings, await knownFields(db, model.id))
  return db.write(async (tx) => {
    await holdAuditChain(tx)
    const before = await reasonRevisionOf(tx, model.id)
    if (basedOn !== undefined && basedOn !== before.revision) {
      throw new ProblemError('conflict', `${before.createdBy ?? 'Somebody'} saved revision ${before.revision} in the meantime. Load it, then make your change again.`, { code: 'reasons_changed' })
    }
    if (canonicalJson(before.settings) === canonicalJson(settings)) return before
    const row = { modelId: model.id, revision: before.revision + 1, settings, createdAt: now(), createdBy: actor.name }
    await tx.insert(tx.tables(explanationsTables).reasonSettings).values({ id: newId(), ...row })
    await appendAuditEvent(tx, {
      actor,
      action: 'reasons.set',
      target: { kind: 'reasons', id: model.id, name: model.slug },
      modelId: model.id,
      before: { revision: before.revision, settings: before.settings },
      after: { revision: row.revision, settings },
    })
    return row
  })
}

export function refuseWrong(settings: ReasonSettings, fields: readonly Field[]): void {
  const problems = checkReasonSettings(settings, fields)
  const [first] = problems
  if (first) throw new ProblemError('invalid', `${first.path}: ${first.message}`, { code: 'reasons_invalid', fields: problems })
}
