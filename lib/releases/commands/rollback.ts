import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { database } from '@/lib/database'
import { ProblemError } from '@/lib/platform/errors'
import { publish } from '@/lib/platform/events'
import { parse } from '@/lib/platform/parse'
import { rollbackSchema, type Release, type RollbackRequest } from '../contract'
import { findRelease, recordsOf, releaseInForce, versionsReleasedBefore } from '../queries'
import { rollbackArms, rollbackTarget, servesAlone } from '../rules'
import { refusable } from './refusals'
import { startRelease } from './start-release'
import { requireModel, requireVersion } from './subjects'

/** Makes an earlier champion of the environment the only one again, at once and without a new approval. */
export async function rollback(actor: Principal | null, input: RollbackRequest): Promise<Release> {
  authorize(actor, 'release:rollback')
  const wanted = parse(rollbackSchema, input)
  const { environment, reason } = wanted
  const db = await database()
  const model = await requireModel(db, wanted.model)
  const asked = wanted.version === undefined ? undefined : await requireVersion(db, model, wanted.version)

  const id = await refusable(
    db.write(async (tx) => {
      const present = await releaseInForce(tx, model.id, environment)
      if (!present) throw conflict('nothing_released', `Nothing was ever released in ${environment}, so there is nothing to roll back.`)
      if (wanted.inForce !== undefined && wanted.inForce !== present.id) {
        const since = new Date(present.startedAt).toISOString()
        throw conflict('release_switched', `${present.startedByName} started another release at ${since}. Look at what serves now, then decide again.`)
      }
      if (asked && servesAlone(present, asked.id)) {
        throw conflict('already_released', `Version ${asked.number} already answers every call in ${environment}.`)
      }
      const earlier = await versionsReleasedBefore(tx, model.id, environment)
      const [record] = await recordsOf(tx, [present])
      const target = asked ? earlier.find((version) => version.versionId === asked.id) : record && rollbackTarget(record, earlier)
      if (!target) throw conflict('never_released', noTarget(asked?.number, environment))
      return startRelease(tx, actor, {
        modelId: model.id,
        modelName: model.name,
        environment,
        kind: 'rollback',
        promotionId: null,
        rollbackTo: target.promotedIn.releaseId,
        reason,
        arms: rollbackArms(target.versionId),
        present,
      })
    }),
  )
  await publish('release.started', { modelId: model.id, environment })
  const release = await findRelease(db, id)
  if (!release) throw new Error('the release that was just written cannot be read')
  return release
}

function noTarget(version: number | undefined, environment: string): string {
  return version === undefined
    ? `There is no earlier version to go back to in ${environment}. Choose one, or promote another.`
    : `Version ${version} was never the champion in ${environment}. Promote it instead: a new version needs its approvals.`
}

function conflict(code: string, message: string): ProblemError {
  return new ProblemError('conflict', message, { code })
}
