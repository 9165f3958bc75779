// How often the model was right, as outcomes arrive. Tallies lie by the hour of the prediction, so a late outcome still
// counts for the time it was about.
import { and, eq, gte, lt, ne, sum } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { wilson } from '@/lib/math/intervals'
import { RegressionTally, type ClassificationTally } from '@/lib/math/outcome-tally'
import { hourOf } from '@/lib/platform/clock'
import { outcomeTallyBetween } from '@/lib/serving/queries'
import type { OutcomeTally } from '@/lib/serving/rules/outcome-tally'
import { servingTables } from '@/lib/serving/tables'
import type { PerformanceFigures, PerformanceReport, Window } from '../contract'
import { bucketStarts } from '../rules/time'
import type { WatchedVersion } from './subjects'

export interface PerformanceQuestion {
  version: WatchedVersion
  environment: string
  window: Window
  bucketMs: number
  limit: number | null
}

export async function performanceOf(db: Session, asked: PerformanceQuestion): Promise<PerformanceReport> {
  const { version, environment, bucketMs, limit } = asked
  const window = { from: hourOf(asked.window.from), to: asked.window.to }
  const outcomes = { versionId: version.id, environment, ...window }
  const [whole] = await outcomeTallyBetween(db, outcomes)
  const buckets = new Map((await outcomeTallyBetween(db, { ...outcomes, bucketMs })).map(({ at, tally }) => [at, tally]))
  return {
    task: version.signature.task,
    window,
    bucketMs,
    rows: await rowsOfVersion(db, version.id, environment, window),
    whole: { ...figuresOf(whole?.tally), ...furtherFigures(whole?.tally) },
    limit,
    points: bucketStarts(window, bucketMs).map((at) => ({ at, ...figuresOf(buckets.get(at)) })),
  }
}

export type Measured =
  | { kind: 'accuracy'; right: number; outcomes: number }
  | { kind: 'error'; meanAbsoluteError: number | null; outcomes: number }

/** The one figure a check judges. */
export async function measuredPerformance(db: Session, version: WatchedVersion, environment: string, window: Window): Promise<Measured> {
  const [whole] = await outcomeTallyBetween(db, { versionId: version.id, environment, from: hourOf(window.from), to: window.to })
  if (whole?.tally instanceof RegressionTally) {
    const { count, meanAbsoluteError } = whole.tally.performance()
    return { kind: 'error', meanAbsoluteError, outcomes: count }
  }
  if (version.signature.task === 'regression') return { kind: 'error', meanAbsoluteError: null, outcomes: 0 }
  return whole === undefined ? { kind: 'accuracy', right: 0, outcomes: 0 } : { kind: 'accuracy', ...rightOf(whole.tally) }
}

function rightOf(tally: ClassificationTally): { right: number; outcomes: number } {
  const { confusion, count } = tally.performance()
  return { right: confusion.truePositives + confusion.trueNegatives, outcomes: count }
}

function figuresOf(tally: OutcomeTally | undefined): PerformanceFigures {
  if (tally === undefined) return { outcomes: 0, value: null, low: null, high: null }
  if (tally instanceof RegressionTally) {
    const { count, meanAbsoluteError } = tally.performance()
    return { outcomes: count, value: meanAbsoluteError, low: null, high: null }
  }
  const { right, outcomes } = rightOf(tally)
  if (outcomes === 0) return { outcomes, value: null, low: null, high: null }
  return { outcomes, value: right / outcomes, ...wilson({ successes: right, trials: outcomes }) }
}

function furtherFigures(tally: OutcomeTally | undefined): Omit<PerformanceReport['whole'], keyof PerformanceFigures> {
  const none = { auc: null, brier: null, bias: null, rootMeanSquaredError: null }
  if (tally === undefined) return none
  if (tally instanceof RegressionTally) {
    const { bias, rootMeanSquaredError } = tally.performance()
    return { ...none, bias, rootMeanSquaredError }
  }
  const { auc, brier } = tally.performance()
  return { ...none, auc, brier }
}

async function rowsOfVersion(db: Session, versionId: string, environment: string, window: Window): Promise<number> {
  const { profiles } = db.tables(servingTables)
  const [row] = await db
    .select({ rows: sum(profiles.rows) })
    .from(profiles)
    .where(
      and(
        eq(profiles.versionId, versionId),
        eq(profiles.environment, environment),
        // Most rows of batch jobs are not in the log, so no outcome can be theirs.
        ne(profiles.channel, 'batch'),
        gte(profiles.hour, window.from),
        lt(profiles.hour, window.to),
      ),
    )
  return Number(row?.rows ?? 0)
}
