// Which release is in force, or was at a time.
import { and, asc, desc, eq, inArray, isNull, lte, sql, type SQL } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { Session } from '@/lib/database'
import { registryTables } from '@/lib/registry/tables'
import type { Release, ReleaseArm, ReleasedVersion } from '../contract'
import { releasesTables } from '../tables'

/** What serves a model in an environment: now, or at a time in milliseconds. Null where nothing was released yet. */
export async function releaseInForce(db: Session, modelId: string, environment: string, at?: number): Promise<Release | null> {
  const { releases } = db.tables(releasesTables)
  // Now is the highest sequence number, whatever the clock says: a clock set back must not bring back an old release.
  const [release] = await selectReleases(
    db,
    and(
      eq(releases.modelId, modelId),
      eq(releases.environment, environment),
      at === undefined ? undefined : lte(releases.startedAt, at),
    ),
    1,
  )
  return release ?? null
}

export async function findRelease(db: Session, id: string): Promise<Release | null> {
  const { releases } = db.tables(releasesTables)
  const [release] = await selectReleases(db, eq(releases.id, id), 1)
  return release ?? null
}

/** The release in force of each model and environment, or of one model's environments. */
export async function currentReleases(db: Session, modelId?: string): Promise<Release[]> {
  const { releases } = db.tables(releasesTables)
  const { environments } = db.tables(registryTables)
  const next = nextRelease(releases)
  const rows = await db
    .select({ release: releases })
    .from(releases)
    .leftJoin(next, isSuccessor(next, releases))
    .innerJoin(environments, eq(environments.name, releases.environment))
    .where(and(isNull(next.id), modelId === undefined ? undefined : eq(releases.modelId, modelId)))
    .orderBy(asc(releases.modelId), desc(environments.position))
  return withArms(db, rows.map((row) => ({ ...row.release, endedAt: null })))
}

/** Versions that were champion in this environment, the latest first, without one that now serves alone. */
export async function versionsReleasedBefore(db: Session, modelId: string, environment: string): Promise<ReleasedVersion[]> {
  const { releases, releaseArms } = db.tables(releasesTables)
  const { versions } = db.tables(registryTables)
  const next = nextRelease(releases)
  const rows = await db
    .select({
      versionId: releaseArms.versionId,
      versionNumber: versions.number,
      shareBasisPoints: releaseArms.shareBasisPoints,
      kind: releases.kind,
      releaseId: releases.id,
      sequence: releases.sequence,
      startedAt: releases.startedAt,
      endedAt: next.startedAt,
    })
    .from(releases)
    .innerJoin(releaseArms, and(eq(releaseArms.releaseId, releases.id), eq(releaseArms.role, 'champion')))
    .innerJoin(versions, eq(versions.id, releaseArms.versionId))
    .leftJoin(next, isSuccessor(next, releases))
    .where(and(eq(releases.modelId, modelId), eq(releases.environment, environment)))
    .orderBy(desc(releases.sequence))
  const present = rows[0]
  const alone = present?.shareBasisPoints === 10_000 ? present.versionId : undefined
  const found = new Map<string, ReleasedVersion>()
  const promoted = new Set<string>()
  for (const { versionId, versionNumber, kind, releaseId, sequence, startedAt, endedAt } of rows) {
    if (versionId === alone) continue
    const known = found.get(versionId)
    const promotedIn = { releaseId, sequence }
    if (!known) found.set(versionId, { versionId, versionNumber, sequence, startedAt, endedAt, promotedIn })
    else if (kind === 'promotion' && !promoted.has(versionId)) found.set(versionId, { ...known, promotedIn })
    if (kind === 'promotion') promoted.add(versionId)
  }
  return [...found.values()]
}

type ReleasesTable = ReturnType<typeof releasesTables>['releases']

function nextRelease(releases: ReleasesTable) {
  return alias(releases, 'next_release')
}

/** `next` is the release that ended `release`: the numbers of a model and environment have no gap. */
function isSuccessor(next: ReturnType<typeof nextRelease>, release: ReleasesTable): SQL | undefined {
  return and(
    eq(next.modelId, release.modelId),
    eq(next.environment, release.environment),
    eq(next.sequence, sql`${release.sequence} + 1`),
  )
}

export async function selectReleases(db: Session, condition: SQL | undefined, limit: number): Promise<Release[]> {
  const { releases } = db.tables(releasesTables)
  const next = nextRelease(releases)
  const rows = await db
    .select({ release: releases, endedAt: next.startedAt })
    .from(releases)
    .leftJoin(next, isSuccessor(next, releases))
    .where(condition)
    .orderBy(desc(releases.startedAt), desc(releases.id))
    .limit(limit)
  return withArms(db, rows.map((row) => ({ ...row.release, endedAt: row.endedAt })))
}

async function withArms(db: Session, found: readonly Omit<Release, 'arms'>[]): Promise<Release[]> {
  if (found.length === 0) return []
  const { releaseArms } = db.tables(releasesTables)
  const { versions } = db.tables(registryTables)
  const rows = await db
    .select({ arm: releaseArms, versionNumber: versions.number })
    .from(releaseArms)
    .innerJoin(versions, eq(versions.id, releaseArms.versionId))
    .where(inArray(releaseArms.releaseId, found.map((release) => release.id)))
    // The champion first: in the alphabet it comes after the challenger.
    .orderBy(desc(releaseArms.role), asc(versions.number))
  const arms = new Map<string, ReleaseArm[]>()
  for (const { arm, versionNumber } of rows) {
    const { releaseId, versionId, role, shareBasisPoints } = arm
    const list = arms.get(releaseId) ?? []
    list.push({ versionId, versionNumber, role, shareBasisPoints })
    arms.set(releaseId, list)
  }
  return found.map((release) => ({ ...release, arms: arms.get(release.id) ?? [] }))
}
