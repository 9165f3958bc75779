import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { ProblemError } from '@/lib/platform/errors'
import { newId } from '@/lib/platform/ids'
import { parse } from '@/lib/platform/parse'
import { policyChangeSchema, type Policy, type PolicyChange } from '../contract'
import { policyFor } from '../queries'
import { releasesTables } from '../tables'
import { refusable } from './refusals'
import { requireModel } from './subjects'

/** Sets what promotions of a model into an environment need from now on. Those that wait keep what they were asked with. */
export async function setPolicy(actor: Principal | null, slug: string, environment: string, input: PolicyChange): Promise<Policy> {
  authorize(actor, 'policy:write')
  const { requiredApprovals, gates } = parse(policyChangeSchema, input)
  const db = await database()
  const model = await requireModel(db, slug)
  await refusable(
    db.write(async (tx) => {
      const before = await policyFor(tx, model.id, environment)
      if (requiredApprovals < before.leastApprovals) {
        const message = `Every promotion to ${environment} needs at least ${before.leastApprovals} approval${before.leastApprovals === 1 ? '' : 's'}.`
        throw new ProblemError('invalid', message, {
          code: 'approvals_too_few',
          fields: [{ path: 'requiredApprovals', rule: 'too_small', message }],
        })
      }
      const { policies } = tx.tables(releasesTables)
      const revision = before.revision + 1
      const id = newId()
      await tx.insert(policies).values({ id, modelId: model.id, environment, revision, requiredApprovals, gates, createdAt: now(), createdBy: actor.id })
      await appendAuditEvent(tx, {
        actor,
        action: 'policy.changed',
        target: { kind: 'policy', id, name: `${model.name} in ${environment}` },
        modelId: model.id,
        before: { revision: before.revision, requiredApprovals: before.requiredApprovals, gates: before.gates },
        after: { revision, requiredApprovals, gates },
      })
    }),
  )
  return policyFor(db, model.id, environment)
}
