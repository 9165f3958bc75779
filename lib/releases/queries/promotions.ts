// Promotions with their gates and approvals.
import { and, asc, desc, eq, inArray, lt, or, type SQL } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { registryTables } from '@/lib/registry/tables'
import type { Approval, GateResult, GateRule, Promotion, PromotionCursor, PromotionStatus, Release } from '../contract'
import { releasesTables } from '../tables'

const MOST_PENDING = 200

export interface PromotionFilter {
  status?: PromotionStatus
  modelId?: string
  environment?: string
  versionId?: string
  before?: PromotionCursor
  limit?: number
}

export interface PromotionPage {
  promotions: Promotion[]
  next: PromotionCursor | null
}

export async function findPromotion(db: Session, id: string): Promise<Promotion | null> {
  const { promotions } = db.tables(releasesTables)
  const [promotion] = await selectPromotions(db, eq(promotions.id, id), 1)
  return promotion ?? null
}

/** Newest first. */
export async function listPromotions(db: Session, filter: PromotionFilter = {}): Promise<PromotionPage> {
  const { promotions } = db.tables(releasesTables)
  const limit = Math.min(filter.limit ?? 50, 200)
  const { before } = filter
  const found = await selectPromotions(
    db,
    and(
      filter.status === undefined ? undefined : eq(promotions.status, filter.status),
      filter.modelId === undefined ? undefined : eq(promotions.modelId, filter.modelId),
      filter.environment === undefined ? undefined : eq(promotions.environment, filter.environment),
      filter.versionId === undefined ? undefined : eq(promotions.versionId, filter.versionId),
      before === undefined
        ? undefined
        : or(
            lt(promotions.requestedAt, before.requestedAt),
            and(eq(promotions.requestedAt, before.requestedAt), lt(promotions.id, before.id)),
          ),
    ),
    limit + 1,
  )
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return { promotions: page, next: found.length > limit && last ? { requestedAt: last.requestedAt, id: last.id } : null }
}

/** All that wait for a decision, newest first. */
export async function pendingPromotions(db: Session): Promise<Promotion[]> {
  const { promotions } = db.tables(releasesTables)
  return selectPromotions(db, eq(promotions.status, 'pending'), MOST_PENDING)
}

export async function countPendingPromotions(db: Session): Promise<number> {
  const { promotions } = db.tables(releasesTables)
  return db.$count(promotions, eq(promotions.status, 'pending'))
}

/** The promotions that releases rest on: their own, or those that had approved the version a rollback went back to. */
export async function promotionsBehind(db: Session, found: readonly Release[]): Promise<Promotion[]> {
  const { promotions } = db.tables(releasesTables)
  const ids = found.flatMap((release) => release.promotionId ?? [])
  const versionIds = found
    .filter((release) => release.promotionId === null)
    .flatMap((release) => release.arms.filter((arm) => arm.role === 'champion').map((arm) => arm.versionId))
  const conditions = [
    ids.length > 0 ? inArray(promotions.id, ids) : undefined,
    versionIds.length > 0 ? and(inArray(promotions.versionId, versionIds), eq(promotions.status, 'approved')) : undefined,
  ].filter((condition) => condition !== undefined)
  return conditions.length > 0 ? selectPromotions(db, or(...conditions)) : []
}

async function selectPromotions(db: Session, condition: SQL | undefined, limit?: number): Promise<Promotion[]> {
  const { promotions, releases } = db.tables(releasesTables)
  const { models, versions } = db.tables(registryTables)
  const query = db
    .select({
      promotion: promotions,
      modelSlug: models.slug,
      modelName: models.name,
      versionNumber: versions.number,
      releaseId: releases.id,
    })
    .from(promotions)
    .innerJoin(models, eq(models.id, promotions.modelId))
    .innerJoin(versions, eq(versions.id, promotions.versionId))
    .leftJoin(releases, eq(releases.promotionId, promotions.id))
    .where(condition)
    .orderBy(desc(promotions.requestedAt), desc(promotions.id))
  const rows = await (limit === undefined ? query : query.limit(limit))
  const ids = rows.map((row) => row.promotion.id)
  const [approvals, gates] = await Promise.all([approvalsOf(db, ids), gatesOf(db, ids)])
  return rows.map(({ promotion, ...names }) => ({
    ...promotion,
    ...names,
    approvals: approvals.get(promotion.id) ?? [],
    gates: gates.get(promotion.id) ?? [],
  }))
}

async function approvalsOf(db: Session, ids: readonly string[]): Promise<Map<string, Approval[]>> {
  if (ids.length === 0) return new Map()
  const { approvals } = db.tables(releasesTables)
  const rows = await db
    .select()
    .from(approvals)
    .where(inArray(approvals.promotionId, [...ids]))
    .orderBy(asc(approvals.at), asc(approvals.id))
  return grouped(rows.map(({ promotionId, ...approval }) => [promotionId, approval]))
}

async function gatesOf(db: Session, ids: readonly string[]): Promise<Map<string, GateResult[]>> {
  if (ids.length === 0) return new Map()
  const { gateResults } = db.tables(releasesTables)
  const rows = await db
    .select()
    .from(gateResults)
    .where(inArray(gateResults.promotionId, [...ids]))
    .orderBy(asc(gateResults.id))
  return grouped(rows.map(({ promotionId, gate, ...result }) => [promotionId, { ...result, gate: gate as GateRule['gate'] }]))
}

function grouped<T>(entries: readonly (readonly [string, T])[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const [key, value] of entries) groups.set(key, [...(groups.get(key) ?? []), value])
  return groups
}
