// Walking the log for a selection: page by page, so that a log of millions needs no memory and other requests are
// answered in between.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { and, asc, eq, gt, gte, lt, or, sum as total } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { hourOf } from '@/lib/platform/clock'
import { ProblemError } from '@/lib/platform/errors'
import { registryTables } from '@/lib/registry/tables'
import { isInContext, numberOf } from '@/lib/serving/queries'
import { servingTables } from '@/lib/serving/tables'
import { MOST_REVIEW_STRATA, type ReviewSelection } from '../contract'
import { looksAtInputs, matcherOf } from '../rules/review-match'

const PAGE = 1000
const MOST_WALKED = 5_000_000

/**
 * Calls `visit` for every decision of the selection, in the order of time; stops where it answers false. Throws
 * `review_too_wide` where the log has too many decisions in the period to walk through.
 */
export async function walkDecisions(
  db: Session,
  modelId: string,
  selection: Omit<ReviewSelection, 'seed'>,
  visit: (predictionId: string, stratum: string | null) => boolean,
): Promise<void> {
  await refuseTooWide(db, modelId, selection)
  const matchers = await matchersOf(db, modelId, selection)
  const { predictions } = db.tables(servingTables)
  const { id, at, context, label, score, inputs } = predictions
  const columns = { id, at, context, label, score }
  const inPeriod = and(eq(predictions.model, numberOf(db, modelId)), lt(at, selection.to))
  let after = { at: selection.from, id: '' }
  for (;;) {
    const page = await db
      .select(looksAtInputs(selection) ? { ...columns, inputs } : columns)
      .from(predictions)
      .where(and(inPeriod, gte(at, after.at), or(gt(at, after.at), gt(id, after.id)), isInContext(db, context, { environment: selection.environment })))
      .orderBy(asc(at), asc(id))
      .limit(PAGE)
    for (const row of page) {
      const found = matchers.get(row.context)?.({ label: row.label, score: row.score, inputs: 'inputs' in row ? row.inputs : null })
      if (found && !visit(row.id, found.stratum)) return
    }
    const last = page.at(-1)
    if (!last || page.length < PAGE) return
    after = { at: last.at, id: last.id }
    await nextTurn()
  }
}

/** How many decisions match, by group. Stops once there are too many groups. */
export async function countDecisions(db: Session, modelId: string, selection: Omit<ReviewSelection, 'seed'>): Promise<Map<string | null, number>> {
  const populations = new Map<string | null, number>()
  await walkDecisions(db, modelId, selection, (_, stratum) => {
    populations.set(stratum, (populations.get(stratum) ?? 0) + 1)
    return populations.size <= MOST_REVIEW_STRATA
  })
  return populations
}

/** By the context of a prediction. */
async function matchersOf(db: Session, modelId: string, selection: Omit<ReviewSelection, 'seed'>) {
  const { versions } = db.tables(registryTables)
  const { predictionContexts: contexts } = db.tables(servingTables)
  const rows = await db.select({ id: versions.id, signature: versions.signature }).from(versions).where(eq(versions.modelId, modelId))
  const byVersion = new Map(rows.map((row) => [row.id, matcherOf(row.signature, selection)]))
  const known = await db.select({ number: contexts.number, versionId: contexts.versionId }).from(contexts).where(eq(contexts.modelId, modelId))
  return new Map(known.map(({ number, versionId }) => [number, byVersion.get(versionId)]))
}

/** The hours know how many decisions there are, before any is read. */
async function refuseTooWide(db: Session, modelId: string, { environment, from, to }: Omit<ReviewSelection, 'seed'>): Promise<void> {
  const { profiles } = db.tables(servingTables)
  const [counted] = await db
    .select({ rows: total(profiles.rows) })
    .from(profiles)
    .where(and(eq(profiles.modelId, modelId), eq(profiles.environment, environment), gte(profiles.hour, hourOf(from)), lt(profiles.hour, to)))
  const rows = Number(counted?.rows ?? 0)
  if (rows <= MOST_WALKED) return
  throw new ProblemError(
    'invalid',
    `The log has ${rows.toLocaleString('en-US')} decisions in this period; a sample is drawn from at most ${MOST_WALKED.toLocaleString('en-US')}. Shorten the period.`,
    { code: 'review_too_wide' },
  )
}
