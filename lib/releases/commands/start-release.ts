// The switch itself, inside the transaction of the decision that allows it.
import type { Principal } from '@/lib/access/contract'
import { appendAuditEvent } from '@/lib/audit/commands'
import type { Session } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { newId } from '@/lib/platform/ids'
import type { Release } from '../contract'
import type { Arm } from '../rules'
import { releasesTables } from '../tables'
import { versionNumbers } from './subjects'

export interface NewRelease {
  modelId: string
  modelName: string
  environment: string
  kind: Release['kind']
  promotionId: string | null
  rollbackTo: string | null
  reason: string
  arms: Arm[]
  /** What it ends. The unique sequence number lets only one of two racing switches follow it. */
  present: Release | null
}

/** Returns the id of the release. */
export async function startRelease(tx: Session, actor: Principal, wanted: NewRelease): Promise<string> {
  const { releases, releaseArms } = tx.tables(releasesTables)
  const { modelId, modelName, environment, kind, promotionId, rollbackTo, reason, arms, present } = wanted
  const release = {
    id: newId(),
    modelId,
    environment,
    sequence: (present?.sequence ?? 0) + 1,
    kind,
    promotionId,
    rollbackTo,
    reason,
    // Later than the one before even when the clock was set back: each moment has one release.
    startedAt: Math.max(now(), (present?.startedAt ?? 0) + 1),
    startedBy: actor.id,
    startedByName: actor.name,
  }
  await tx.insert(releases).values(release)
  await tx.insert(releaseArms).values(arms.map((arm) => ({ releaseId: release.id, ...arm })))
  const numbers = await versionNumbers(tx, arms.map((arm) => arm.versionId))
  await appendAuditEvent(tx, {
    actor,
    action: kind === 'rollback' ? 'release.rolled-back' : 'release.started',
    target: { kind: 'release', id: release.id, name: `${modelName} in ${environment}, release ${release.sequence}` },
    modelId,
    before: present && { release: present.id, sequence: present.sequence, arms: spoken(present.arms) },
    after: {
      release: release.id,
      sequence: release.sequence,
      environment,
      arms: spoken(arms.map((arm) => ({ ...arm, versionNumber: numbers.get(arm.versionId) }))),
      promotionId,
      rollbackTo,
    },
    reason,
  })
  return release.id
}

function spoken(arms: readonly (Arm & { versionNumber?: number })[]) {
  return arms.map(({ versionId, versionNumber, role, shareBasisPoints }) => ({ versionId, version: versionNumber, role, shareBasisPoints }))
}
