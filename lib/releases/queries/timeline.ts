// The releases page: what was in force when, since when, approved by whom.
import { and, desc, eq, inArray, lt, or } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { registryTables } from '@/lib/registry/tables'
import type { Promotion, Release, ReleaseCursor, ReleaseRecord } from '../contract'
import { releasesTables } from '../tables'
import { promotionsBehind } from './promotions'
import { releaseInForce, selectReleases } from './releases'

export interface ReleaseFilter {
  environment?: string
  before?: ReleaseCursor
  limit?: number
}

export interface ReleasePage {
  releases: ReleaseRecord[]
  next: ReleaseCursor | null
}

/** A model's releases with what stands behind them, newest first. */
export async function listReleases(db: Session, modelId: string, filter: ReleaseFilter = {}): Promise<ReleasePage> {
  const { releases } = db.tables(releasesTables)
  const limit = Math.min(filter.limit ?? 50, 200)
  const { before } = filter
  const found = await selectReleases(
    db,
    and(
      eq(releases.modelId, modelId),
      filter.environment === undefined ? undefined : eq(releases.environment, filter.environment),
      before === undefined
        ? undefined
        : or(
            lt(releases.startedAt, before.startedAt),
            and(eq(releases.startedAt, before.startedAt), lt(releases.id, before.id)),
          ),
    ),
    limit + 1,
  )
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return {
    releases: await recordsOf(db, page),
    next: found.length > limit && last ? { startedAt: last.startedAt, id: last.id } : null,
  }
}

/** What was in force in each environment at a time in milliseconds, or is now; the most important environment first. */
export async function releasesInForce(db: Session, modelId: string, at?: number): Promise<ReleaseRecord[]> {
  const { environments } = db.tables(registryTables)
  const places = await db.select({ name: environments.name }).from(environments).orderBy(desc(environments.position))
  const found = await Promise.all(places.map((place) => releaseInForce(db, modelId, place.name, at)))
  return recordsOf(db, found.filter((release) => release !== null))
}

/** Adds the promotion behind each release and the number of the release a rollback went back to. */
export async function recordsOf(db: Session, found: readonly Release[]): Promise<ReleaseRecord[]> {
  const promotions = await promotionsBehind(db, found)
  const sequences = await sequencesOf(db, found.flatMap((release) => release.rollbackTo ?? []))
  return found.map((release) => ({
    ...release,
    promotion: behind(release, promotions),
    rollbackToSequence: release.rollbackTo === null ? null : (sequences.get(release.rollbackTo) ?? null),
  }))
}

function behind(release: Release, promotions: readonly Promotion[]): Promotion | null {
  if (release.promotionId !== null) return promotions.find((promotion) => promotion.id === release.promotionId) ?? null
  const champion = release.arms.find((arm) => arm.role === 'champion')
  const approved = promotions.filter(
    (promotion) =>
      promotion.status === 'approved' &&
      promotion.versionId === champion?.versionId &&
      promotion.environment === release.environment &&
      (promotion.decidedAt ?? 0) <= release.startedAt,
  )
  return approved.sort((a, b) => (b.decidedAt ?? 0) - (a.decidedAt ?? 0))[0] ?? null
}

async function sequencesOf(db: Session, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map()
  const { releases } = db.tables(releasesTables)
  const rows = await db
    .select({ id: releases.id, sequence: releases.sequence })
    .from(releases)
    .where(inArray(releases.id, [...ids]))
    .orderBy(desc(releases.sequence))
  return new Map(rows.map((row) => [row.id, row.sequence]))
}
