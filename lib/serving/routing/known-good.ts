// Who answers a release's arms when a version of it cannot: its file is gone or altered, or it ended the process it ran
// in. Its place is taken by the release's champion, and a champion's by the version that was champion before it.
import { SYSTEM } from '@/lib/access/contract'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database, type Session } from '@/lib/database'
import { publish } from '@/lib/platform/events'
import { isProblem } from '@/lib/platform/errors'
import { logger } from '@/lib/platform/logging'
import { once } from '@/lib/platform/once'
import type { Release, ReleaseArm } from '@/lib/releases/contract'
import { versionsReleasedBefore } from '@/lib/releases/queries'
import { failureOf } from './quarantine'
import type { RoutedModel } from './route'
import type { ServedVersion } from './served-version'

export interface Answering {
  /** As the release says, but for versions that cannot answer. */
  arms: ReleaseArm[]
  versions: Map<string, ServedVersion>
}

export interface Loading {
  /** Knows the version; its file is not opened yet. */
  load(versionId: string): Promise<ServedVersion>
  /** Whether it is opened before it answers. */
  mustOpen(version: ServedVersion): boolean
}

interface Loaded {
  version: ServedVersion
  /** Why it cannot answer; null where it can. */
  failure: string | null
}

export async function answering(db: Session, model: RoutedModel, release: Release, loading: Loading): Promise<Answering> {
  const own = await Promise.all(release.arms.map((arm) => tryOpen(arm.versionId, loading)))
  const versions = new Map(own.map(({ version }) => [version.id, version]))
  const champion = own.find((_, index) => release.arms[index]?.role === 'champion')
  const substitute = champion && champion.failure !== null ? await lastGood(db, release, new Set(own.map(({ version }) => version.id)), loading) : champion?.version
  const arms = release.arms.map((arm, index): ReleaseArm => {
    if (own[index]?.failure === null || !substitute) return arm
    versions.set(substitute.id, substitute)
    return { ...arm, versionId: substitute.id, versionNumber: substitute.number }
  })
  await tell(model, release, arms, own)
  return { arms, versions }
}

async function tryOpen(versionId: string, { load, mustOpen }: Loading): Promise<Loaded> {
  const version = await load(versionId)
  const hasFailed = failureOf(versionId) !== null
  if (!mustOpen(version) && !hasFailed) return { version, failure: null }
  // What may not run any more may still be open.
  if (hasFailed) version.cool()
  try {
    await version.ready()
    return { version, failure: null }
  } catch (error) {
    if (!isProblem(error)) logger().error({ err: error, versionId }, 'a released version could not be opened')
    return { version, failure: isProblem(error) ? error.message : 'Its file could not be loaded; the log of the server says why.' }
  }
}

/** The champion of an earlier release that can be opened, the latest first. */
async function lastGood(db: Session, release: Release, failed: ReadonlySet<string>, loading: Loading): Promise<ServedVersion | undefined> {
  for (const { versionId } of await versionsReleasedBefore(db, release.modelId, release.environment)) {
    if (failed.has(versionId)) continue
    const tried = await tryOpen(versionId, { ...loading, mustOpen: () => true }).catch(() => null)
    if (tried?.failure === null) return tried.version
  }
  return undefined
}

declare module '@/lib/platform/once' {
  interface Once {
    /** By model and environment: what was last told, so that it is told once. */
    answeringTold: Map<string, string>
  }
}

async function tell(model: RoutedModel, release: Release, arms: readonly ReleaseArm[], own: readonly Loaded[]): Promise<void> {
  const told = once('answeringTold', () => new Map<string, string>())
  const place = `${model.id}\n${release.environment}`
  const sentences = own.flatMap(({ version, failure }, index) => {
    if (failure === null) return []
    const by = arms[index]
    const instead = by && by.versionId !== version.id ? `version ${by.versionNumber} answers in its place` : 'no earlier version can answer in its place, so calls are refused'
    return [`Version ${version.number} of ${model.slug} in ${release.environment} cannot answer: ${instead}. ${failure}`]
  })
  const sentence = sentences.join(' ')
  // The first time also where all is well: an incident may stand from before this process.
  if (told.get(place) === sentence) return
  told.set(place, sentence)
  void publish('condition.observed', {
    fingerprint: `serving:${model.id}:${release.environment}`,
    kind: 'serving',
    modelId: model.id,
    environment: release.environment,
    isFired: sentence !== '',
    severity: 'problem',
    title: sentence === '' ? `${model.slug} answers as released again` : `${model.slug} does not answer as released`,
    sentence: sentence === '' ? `Every version of the release in force in ${release.environment} answers again.` : sentence,
  })
  if (sentence === '') return
  const { id, sequence } = release
  const db = await database()
  await db
    .write((tx) =>
      appendAuditEvent(tx, {
        actor: SYSTEM,
        action: 'release.answered-by-others',
        target: { kind: 'release', id, name: `${model.slug} in ${release.environment}, release ${sequence}` },
        modelId: model.id,
        after: { arms: arms.map((arm) => ({ role: arm.role, version: arm.versionNumber })) },
        reason: sentence,
      }),
    )
    // Answering goes on where nothing can be written: the disk may be full.
    .catch((error: unknown) => logger().error({ err: error, sentence }, 'what answers instead could not be written down'))
}
