// Who serves after a promotion or a rollback, and with which share.
import type { Release, ReleaseArm, ReleasedVersion, ReleasePlan, ReleaseRecord } from '../contract'

export const WHOLE = 10_000

export type Arm = Pick<ReleaseArm, 'versionId' | 'role' | 'shareBasisPoints'>

export function championOf(release: Pick<Release, 'arms'> | null): ReleaseArm | undefined {
  return release?.arms.find((arm) => arm.role === 'champion')
}

/** Whether this version already answers every call. */
export function servesAlone(release: Pick<Release, 'arms'> | null, versionId: string): boolean {
  return release?.arms.length === 1 && release.arms[0]?.versionId === versionId
}

/** A canary's champion keeps the rest of the traffic; challengers of before leave. */
export function armsOf(plan: ReleasePlan, versionId: string, championId: string | undefined): Arm[] {
  if (plan.strategy === 'all-at-once' || championId === undefined || championId === versionId) return rollbackArms(versionId)
  return [
    { versionId: championId, role: 'champion', shareBasisPoints: WHOLE - plan.shareBasisPoints },
    { versionId, role: 'challenger', shareBasisPoints: plan.shareBasisPoints },
  ]
}

export function rollbackArms(versionId: string): Arm[] {
  return [{ versionId, role: 'champion', shareBasisPoints: WHOLE }]
}

export function sameArms(present: readonly Arm[], wanted: readonly Arm[]): boolean {
  return (
    present.length === wanted.length &&
    wanted.every((arm) =>
      present.some(
        (other) =>
          other.versionId === arm.versionId && other.role === arm.role && other.shareBasisPoints === arm.shareBasisPoints,
      ),
    )
  )
}

/**
 * The version that "roll back" without a choice goes to: the present champion where challengers are tried beside it,
 * else the champion before it. After a rollback it goes further back and never forward to what was left.
 */
export function rollbackTarget(
  present: Pick<ReleaseRecord, 'arms' | 'rollbackToSequence'>,
  earlier: readonly ReleasedVersion[],
): ReleasedVersion | undefined {
  if (present.arms.length > 1) {
    const champion = championOf(present)
    return earlier.find((version) => version.versionId === champion?.versionId)
  }
  const origin = present.rollbackToSequence
  if (origin === null) return latest(earlier, (version) => version.sequence)
  return latest(
    earlier.filter((version) => version.promotedIn.sequence < origin),
    (version) => version.promotedIn.sequence,
  )
}

function latest(versions: readonly ReleasedVersion[], at: (version: ReleasedVersion) => number): ReleasedVersion | undefined {
  return [...versions].sort((a, b) => at(b) - at(a))[0]
}
