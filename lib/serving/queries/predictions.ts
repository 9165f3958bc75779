// Looking predictions up. Every search walks an index from its newest end and stops after a bounded number of rows, so
// that it answers as fast in a log of millions as in a small one.
import { and, desc, eq, gt, gte, inArray, lt, lte, max, min, not, or, sql, type SQL } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { HOUR_MS } from '@/lib/platform/clock'
import type { Channel, Prediction } from '../contract'
import { unpackInputs, type InputsLayout } from '../rules/packed-inputs'
import { decodeExplanation } from '../rules/served-explanation'
import { servingTables } from '../tables'
import { inputsLayouts } from './layouts'
import { isInContext, numberOf } from './packed-log'

const MOST_ROWS_WALKED = 50_000

export interface PredictionCursor {
  at: number
  id: string
}

export interface PredictionFilter {
  modelId?: string
  environment?: string
  /** An id, the first eight or more of its digits in whatever groups, or a subject as it was sent. */
  text?: string
  versionId?: string
  /** Milliseconds, [from, to). */
  from?: number
  to?: number
  scoreMin?: number
  scoreMax?: number
  /** `token:<id>` or `user:<id>`. */
  caller?: string
  channel?: Channel
  isGuarded?: boolean
  /** The field with the largest contribution. Found by its index together with the model. */
  topReason?: string
  before?: PredictionCursor
  limit?: number
}

export interface PredictionPage {
  predictions: Prediction[]
  /** null at the end. A page may be short, or empty, and still have a next one: the search goes on there. */
  next: PredictionCursor | null
}

export async function findPrediction(db: Session, id: string): Promise<Prediction | null> {
  return (await findPredictions(db, [id])).get(id) ?? null
}

/** Of a page: in the order of the ids, without those that there are not. */
export async function findPredictions(db: Session, ids: readonly string[]): Promise<Map<string, Prediction>> {
  if (ids.length === 0) return new Map()
  const { predictions, predictionContexts: contexts, predictionWords: words } = db.tables(servingTables)
  const rows = await db
    .select({ row: predictions, context: contexts, topReason: words.word })
    .from(predictions)
    .innerJoin(contexts, eq(contexts.number, predictions.context))
    .leftJoin(words, eq(words.number, predictions.topReason))
    .where(inArray(predictions.id, [...ids]))
  const layoutOf = await inputsLayouts(db, rows.map(({ context }) => context.versionId))
  const found = new Map(rows.map(({ row, context, topReason }) => [row.id, asPrediction(row, context, topReason, layoutOf(context.versionId))]))
  return new Map(ids.flatMap((id): [string, Prediction][] => (found.has(id) ? [[id, found.get(id) as Prediction]] : [])))
}

/** Newest first. */
export async function listPredictions(db: Session, filter: PredictionFilter): Promise<PredictionPage> {
  const limit = Math.min(filter.limit ?? 50, 200)
  const span = await spanOf(db, filter)
  if (!span) return { predictions: [], next: null }
  const { predictions } = db.tables(servingTables)
  const searched = textCondition(db, filter.text)
  // One model's rows lie in the order of time; all models' only in that of their ids, which is the same but for a moment.
  // A text finds few rows by its own index, which SQLite would not take if the model stood in the same condition.
  const isByTime = filter.modelId !== undefined && searched === undefined
  const { id, at, model, context, topReason, score } = predictions
  const isModel = filter.modelId === undefined ? undefined : numberOf(db, filter.modelId)
  const isReason = filter.topReason === undefined ? undefined : numberOf(db, filter.topReason)
  const walked = db
    .select({ id, at, model, context, topReason, score, isGuarded: sql<boolean>`${predictions.guardrail} is not null`.as('is_guarded') })
    .from(predictions)
    .where(
      and(
        isByTime && isModel ? eq(model, isModel) : undefined,
        isByTime && isReason ? eq(topReason, isReason) : undefined,
        searched,
        span.from === undefined ? undefined : gte(at, span.from),
        span.to === undefined ? undefined : lt(at, span.to),
        isByTime ? beforeInTime(db, filter.before) : byIds(db, span, filter.before),
      ),
    )
    .orderBy(...(isByTime ? [desc(at), desc(id)] : [desc(id)]))
    .limit(MOST_ROWS_WALKED)
    .as('walked')
  const order = isByTime ? [desc(walked.at), desc(walked.id)] : [desc(walked.id)]
  const rest = [
    isByTime || !isModel ? undefined : eq(walked.model, isModel),
    isByTime || !isReason ? undefined : eq(walked.topReason, isReason),
    isInContext(db, walked.context, filter),
    filter.scoreMin === undefined ? undefined : gte(walked.score, filter.scoreMin),
    filter.scoreMax === undefined ? undefined : lte(walked.score, filter.scoreMax),
    filter.isGuarded === undefined ? undefined : filter.isGuarded ? walked.isGuarded : not(walked.isGuarded),
  ].filter((condition) => condition !== undefined)
  const rows = await db
    .select({ id: walked.id, at: walked.at })
    .from(walked)
    .where(and(...rest))
    .orderBy(...order)
    .limit(limit + 1)
  const last = rows[limit - 1]
  const found = await findPredictions(db, rows.slice(0, limit).map((row) => row.id))
  const page = [...found.values()]
  if (rows.length > limit && last) return { predictions: page, next: last }
  if (rest.length === 0) return { predictions: page, next: null }
  // The walk may have stopped before the end of the log: the next page goes on where it did.
  const [end] = await db
    .select({ at: walked.at, id: walked.id })
    .from(walked)
    .orderBy(...order)
    .limit(1)
    .offset(MOST_ROWS_WALKED - 1)
  return { predictions: page, next: end ?? null }
}

function textCondition(db: Session, text: string | undefined): SQL | undefined {
  const wanted = text?.trim()
  if (!wanted) return undefined
  const { predictions } = db.tables(servingTables)
  const span = idSpanOf(wanted)
  if (span === null) return eq(predictions.subject, wanted)
  if (span.first === span.last) return eq(predictions.id, span.first)
  // A customer's number can look like the beginning of an id: both are meant.
  return or(eq(predictions.subject, wanted), and(gte(predictions.id, span.first), lte(predictions.id, span.last)))
}

const UUID_GROUPS = [8, 4, 4, 4, 12]
const ID_DIGITS = 32
/** As few digits as are still a moment: about a minute. */
const LEAST_ID_DIGITS = 8

/** The first and the last id that begin with what was pasted, in whatever groups it was written; null where it is no beginning of one. */
export function idSpanOf(text: string): { first: string; last: string } | null {
  const digits = text.toLowerCase().replaceAll(/[\s-]/g, '')
  if (digits.length < LEAST_ID_DIGITS || digits.length > ID_DIGITS || !/^[0-9a-f]+$/.test(digits)) return null
  const grouped = (filler: string) => {
    const all = digits.padEnd(ID_DIGITS, filler)
    let at = 0
    return UUID_GROUPS.map((size) => all.slice(at, (at += size))).join('-')
  }
  return { first: grouped('0'), last: grouped('f') }
}

function beforeInTime(db: Session, before: PredictionCursor | undefined): SQL | undefined {
  const { predictions } = db.tables(servingTables)
  if (!before) return undefined
  return and(lte(predictions.at, before.at), or(lt(predictions.at, before.at), lt(predictions.id, before.id)))
}

/** UUIDv7 begin with their time, so a span of time is a span of ids; they may run a moment ahead of the clock. */
const ID_MARGIN_MS = 2000
const LATEST_ID_MS = 2 ** 48 - 1

function byIds(db: Session, span: Span, before: PredictionCursor | undefined): SQL | undefined {
  const { predictions } = db.tables(servingTables)
  return and(
    span.from === undefined ? undefined : gte(predictions.id, firstId(span.from - ID_MARGIN_MS)),
    span.to === undefined ? undefined : lt(predictions.id, firstId(span.to + ID_MARGIN_MS)),
    before === undefined ? undefined : lt(predictions.id, before.id),
  )
}

/** The first id of a millisecond. */
function firstId(at: number): string {
  const hex = Math.min(Math.max(0, at), LATEST_ID_MS).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`
}

interface Span {
  from: number | undefined
  to: number | undefined
}

/** A version's predictions lie in the hours that have a profile of it; null where there is none. */
async function spanOf(db: Session, filter: PredictionFilter): Promise<Span | null> {
  const given = { from: filter.from, to: filter.to }
  if (filter.versionId === undefined && filter.isGuarded !== true) return given
  const { profiles } = db.tables(servingTables)
  const [hours] = await db
    .select({ first: min(profiles.hour), last: max(profiles.hour) })
    .from(profiles)
    .where(
      and(
        filter.versionId === undefined ? undefined : eq(profiles.versionId, filter.versionId),
        filter.modelId === undefined ? undefined : eq(profiles.modelId, filter.modelId),
        filter.isGuarded === true ? gt(profiles.guarded, 0) : undefined,
      ),
    )
  if (!hours || hours.first === null || hours.last === null) return null
  return {
    from: Math.max(given.from ?? 0, Number(hours.first)),
    to: Math.min(given.to ?? Infinity, Number(hours.last) + HOUR_MS),
  }
}

type Row<Table extends keyof ReturnType<typeof servingTables>> = ReturnType<typeof servingTables>[Table]['$inferSelect']

function asPrediction(row: Row<'predictions'>, context: Row<'predictionContexts'>, topReason: string | null, layout: InputsLayout): Prediction {
  return {
    id: row.id,
    at: row.at,
    modelId: context.modelId,
    versionId: context.versionId,
    releaseId: context.releaseId === '' ? null : context.releaseId,
    channel: context.channel,
    environment: context.environment,
    caller: context.caller,
    subject: row.subject,
    requestId: row.requestId,
    inputs: unpackInputs(layout, row.inputs),
    label: row.label,
    score: row.score,
    modelScore: row.modelScore,
    extra: row.extra,
    guardrail: row.guardrail,
    latencyMicros: row.latencyMicros,
    explanation: row.explanation && decodeExplanation(row.explanation),
    topReason,
  }
}
