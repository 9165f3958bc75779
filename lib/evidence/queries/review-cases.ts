// The cases of a review, with what was decided.
import { and, asc, desc, eq, inArray, isNull, type SQL } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { answerInWords, outcomeInWords } from '@/lib/explanations/rules'
import { findDecision, type Reader } from '@/lib/explanations/queries'
import { versionsByIds } from '@/lib/serving/queries'
import { servingTables } from '@/lib/serving/tables'
import type { CaseFilter, CaseSort, CaseVerdict, OpenedCase, ReviewCase } from '../contract'
import { evidenceTables } from '../tables'

export interface CaseQuery {
  filter?: CaseFilter
  sort?: CaseSort
  descending?: boolean
  /** Cases to leave out at the beginning: a review has a thousand at most, and none comes or goes. */
  offset?: number
  limit?: number
}

export async function listCases(db: Session, reviewId: string, query: CaseQuery = {}): Promise<{ cases: ReviewCase[]; total: number }> {
  const { reviewCases } = db.tables(evidenceTables)
  const { predictions } = db.tables(servingTables)
  const { filter, sort = 'position', descending = false, offset = 0, limit = 50 } = query
  const matches = matching(db, reviewId, filter)
  const column = { position: reviewCases.position, decided: predictions.at, score: predictions.score, verdict: reviewCases.verdict, noted: reviewCases.notedAt }[sort]
  const order = descending ? desc : asc
  const [rows, total] = await Promise.all([
    selectCases(db)
      .where(matches)
      .orderBy(...nullsLast(column, order), asc(reviewCases.position))
      .limit(limit)
      .offset(offset),
    db.$count(reviewCases, matches),
  ])
  return { cases: await withDecisions(db, rows), total }
}

/** The way through a review: its cases, or those with such a verdict, in order. */
export async function caseVerdicts(db: Session, reviewId: string, filter?: CaseFilter): Promise<{ position: number; verdict: CaseVerdict | null }[]> {
  const { reviewCases } = db.tables(evidenceTables)
  return db
    .select({ position: reviewCases.position, verdict: reviewCases.verdict })
    .from(reviewCases)
    .where(matching(db, reviewId, filter))
    .orderBy(asc(reviewCases.position))
}

export async function findCase(db: Session, reviewId: string, position: number): Promise<Omit<OpenedCase, 'decision'> | null> {
  const { reviewCases } = db.tables(evidenceTables)
  const [row] = await selectCases(db).where(and(eq(reviewCases.reviewId, reviewId), eq(reviewCases.position, position)))
  return row ?? null
}

export async function caseWithDecision(db: Session, found: Omit<OpenedCase, 'decision'>, reader: Reader): Promise<OpenedCase> {
  return { ...found, decision: await findDecision(db, found.predictionId, reader) }
}

function matching(db: Session, reviewId: string, filter: CaseFilter | undefined): SQL | undefined {
  const { reviewCases } = db.tables(evidenceTables)
  const hasVerdict = filter === undefined ? undefined : filter === 'open' ? isNull(reviewCases.verdict) : eq(reviewCases.verdict, filter)
  return and(eq(reviewCases.reviewId, reviewId), hasVerdict)
}

function selectCases(db: Session) {
  const { reviewCases } = db.tables(evidenceTables)
  const { predictions } = db.tables(servingTables)
  const { position, predictionId, stratum, verdict, note, notedAt, notedByName } = reviewCases
  return db
    .select({ position, predictionId, stratum, verdict, note, notedAt, notedByName })
    .from(reviewCases)
    .leftJoin(predictions, eq(predictions.id, reviewCases.predictionId))
    .$dynamic()
}

/** The engines disagree on where null belongs. */
function nullsLast(column: Parameters<typeof isNull>[0], order: (column: Parameters<typeof isNull>[0]) => SQL): SQL[] {
  return [asc(isNull(column)), order(column)]
}

async function withDecisions(db: Session, rows: readonly Omit<OpenedCase, 'decision'>[]): Promise<ReviewCase[]> {
  if (rows.length === 0) return []
  const { predictions, predictionContexts: contexts, outcomes } = db.tables(servingTables)
  const ids = rows.map((row) => row.predictionId)
  const { id, at, subject, label, score } = predictions
  const [decided, came] = await Promise.all([
    db.select({ id, at, subject, versionId: contexts.versionId, label, score }).from(predictions).innerJoin(contexts, eq(contexts.number, predictions.context)).where(inArray(id, ids)),
    db.select().from(outcomes).where(inArray(outcomes.predictionId, ids)),
  ])
  const versions = await versionsByIds(db, decided.map((row) => row.versionId))
  return rows.map((row) => {
    const prediction = decided.find((each) => each.id === row.predictionId)
    const version = prediction && versions.get(prediction.versionId)
    const outcome = came.find((each) => each.predictionId === row.predictionId)
    if (!prediction || !version) return { ...row, decision: null }
    const { signature, number } = version
    const decision = { at: prediction.at, answer: answerInWords(signature, prediction), subject: prediction.subject, version: number, outcome: outcome ? outcomeInWords(signature, outcome) : null }
    return { ...row, decision }
  })
}
