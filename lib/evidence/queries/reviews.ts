// Reviews: what they are of, and how far they are.
import { and, count, desc, eq, inArray, isNull, lt, min, or } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { registryTables } from '@/lib/registry/tables'
import type { Review, ReviewProgress } from '../contract'
import { evidenceTables } from '../tables'

export interface ReviewCursor {
  createdAt: number
  id: string
}

/** Newest first. */
export async function listReviews(db: Session, { before, limit = 50 }: { before?: ReviewCursor; limit?: number } = {}): Promise<{ reviews: Review[]; next: ReviewCursor | null }> {
  const { reviews } = db.tables(evidenceTables)
  const rows = await select(db)
    .where(before && or(lt(reviews.createdAt, before.createdAt), and(eq(reviews.createdAt, before.createdAt), lt(reviews.id, before.id))))
    .orderBy(desc(reviews.createdAt), desc(reviews.id))
    .limit(limit + 1)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { reviews: await withProgress(db, page), next: rows.length > limit && last ? { createdAt: last.createdAt, id: last.id } : null }
}

export async function findReview(db: Session, id: string): Promise<Review | null> {
  const { reviews } = db.tables(evidenceTables)
  const [review] = await withProgress(db, await select(db).where(eq(reviews.id, id)))
  return review ?? null
}

function select(db: Session) {
  const { reviews } = db.tables(evidenceTables)
  const { models } = db.tables(registryTables)
  const { id, name, selection, population, createdAt, createdByName, closedAt } = reviews
  return db
    .select({ id, name, selection, population, createdAt, createdByName, closedAt, model: { id: models.id, slug: models.slug, name: models.name } })
    .from(reviews)
    .innerJoin(models, eq(models.id, reviews.modelId))
    .$dynamic()
}

async function withProgress(db: Session, rows: readonly Omit<Review, 'progress'>[]): Promise<Review[]> {
  if (rows.length === 0) return []
  const { reviewCases } = db.tables(evidenceTables)
  const ids = rows.map((row) => row.id)
  const [verdicts, open] = await Promise.all([
    db
      .select({ id: reviewCases.reviewId, verdict: reviewCases.verdict, cases: count() })
      .from(reviewCases)
      .where(inArray(reviewCases.reviewId, ids))
      .groupBy(reviewCases.reviewId, reviewCases.verdict),
    db
      .select({ id: reviewCases.reviewId, position: min(reviewCases.position) })
      .from(reviewCases)
      .where(and(inArray(reviewCases.reviewId, ids), isNull(reviewCases.verdict)))
      .groupBy(reviewCases.reviewId),
  ])
  return rows.map((row) => {
    const own = verdicts.filter((each) => each.id === row.id)
    const casesWith = (verdict: string) => Number(own.find((each) => each.verdict === verdict)?.cases ?? 0)
    const first = open.find((each) => each.id === row.id)?.position
    const progress: ReviewProgress = {
      cases: own.reduce((sum, each) => sum + Number(each.cases), 0),
      inOrder: casesWith('in-order'),
      concern: casesWith('concern'),
      nextOpen: first === undefined || first === null ? null : Number(first),
    }
    return { ...row, progress }
  })
}
