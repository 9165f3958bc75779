// Explained predictions of one version, read from the log in its order: only the columns that are asked for, a page at a
// time, so that nothing else waits; of very many rows a part that is spread over the whole period.
import { setImmediate } from 'node:timers/promises'
import { and, asc, eq, gt, gte, isNotNull, lt, ne, or, sql, sum } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { HOUR_MS, hourOf } from '@/lib/platform/clock'
import type { Version } from '@/lib/registry/contract'
import { isInContext, numberOf } from '@/lib/serving/queries'
import { inputsLayout, unpackInputs } from '@/lib/serving/rules/packed-inputs'
import { ExplanationReader } from '@/lib/serving/rules/served-explanation'
import { servingTables } from '@/lib/serving/tables'
import type { Scale } from '../../contract'
import { explanationsTables } from '../../tables'
import type { InputValue } from '../../rules'
import type { ExplainedRows } from '../../rules/insights/contract'

export type ScannedVersion = Pick<Version, 'id' | 'modelId' | 'signature' | 'explainability'>

export interface LogSpan {
  environment: string
  from: number
  to: number
}

/** The row that is read now: the same object for every row. */
export interface ScannedRow {
  values: Float64Array
  base: number
  /** Null where inputs were not asked for. */
  inputs: InputValue[] | null
  label: string | null
  score: number | null
}

export interface Scan {
  rows: number
  logged: number
  isSample: boolean
}

export interface ScanOptions {
  /** Rows that are read at most. */
  most: number
  withInputs: boolean
  scale: Scale
}

/** A fraction of the time a page may take: predictions are answered in between. */
const PAGE_ROWS = 2000
/** Places in the period at which a sample is read: enough to see every hour of the day and day of the week. */
const SAMPLE_PLACES = 200

export async function scanExplained(db: Session, version: ScannedVersion, span: LogSpan, options: ScanOptions, onRow: (row: ScannedRow) => void): Promise<Scan> {
  const hours = await loggedHours(db, version, span)
  const logged = hours.reduce((rows, hour) => rows + hour.rows, 0)
  const parts = partsOf(hours, span, options.most)
  const reader = new ExplanationReader(version.signature.fields.length, options.scale)
  const row: ScannedRow = { values: reader.values, base: 0, inputs: null, label: null, score: null }
  let rows = 0
  const isExact = version.explainability?.kind === 'exact'
  const layout = inputsLayout(version.signature)
  const read = (stored: StoredRow): boolean => {
    if (stored.later === null) return stored.explanation !== null && reader.read(stored.explanation)
    if (stored.later.values.length !== row.values.length) return false
    row.values.set(stored.later.values)
    return true
  }
  for (const part of parts) {
    await readPart(db, version, { ...span, ...part, scale: options.scale }, { withInputs: options.withInputs, isExact }, (stored) => {
      if (!read(stored)) return
      row.base = stored.later?.base ?? reader.base
      row.inputs = stored.inputs === null ? null : unpackInputs(layout, stored.inputs)
      row.label = stored.label
      row.score = stored.score
      rows += 1
      onRow(row)
    })
  }
  return { rows, logged, isSample: logged > options.most }
}

/** The same rows kept side by side. @param keep which of them */
export async function readExplained(db: Session, version: ScannedVersion, span: LogSpan, options: Omit<ScanOptions, 'withInputs'>, keep: (inputs: InputValue[]) => boolean = () => true): Promise<{ scan: Scan; rows: ExplainedRows }> {
  const width = version.signature.fields.length
  const gathered = new GatheredRows(width)
  const scan = await scanExplained(db, version, span, { ...options, withInputs: true }, (row) => {
    if (row.inputs !== null && keep(row.inputs)) gathered.add(row, row.inputs)
  })
  return { scan, rows: gathered.take() }
}

class GatheredRows {
  private readonly inputs: InputValue[][] = []
  private readonly labels: (string | null)[] = []
  private readonly scores: (number | null)[] = []
  private readonly bases: number[] = []
  private contributions = new Float64Array(0)

  constructor(private readonly width: number) {}

  add({ values, base, label, score }: ScannedRow, inputs: InputValue[]): void {
    const start = this.bases.length * this.width
    if (start + this.width > this.contributions.length) {
      const larger = new Float64Array(Math.max(1024 * this.width, this.contributions.length * 2))
      larger.set(this.contributions)
      this.contributions = larger
    }
    this.contributions.set(values, start)
    this.bases.push(base)
    this.inputs.push(inputs)
    this.labels.push(label)
    this.scores.push(score)
  }

  take(): ExplainedRows {
    const { width, inputs, labels, scores, bases } = this
    return { count: bases.length, width, contributions: this.contributions.subarray(0, bases.length * width), bases: Float64Array.from(bases), inputs, labels, scores }
  }
}

/** Predictions of a version, and of all versions, in a span of time. */
export async function loggedByVersion(db: Session, version: Pick<Version, 'id' | 'modelId'>, { environment, from, to }: LogSpan): Promise<{ own: number; others: number }> {
  const { profiles } = db.tables(servingTables)
  const ofModel = and(eq(profiles.modelId, version.modelId), eq(profiles.environment, environment), eq(profiles.channel, 'online'), gte(profiles.hour, hourOf(from)), lt(profiles.hour, to))
  const [own, others] = await Promise.all([
    db.select({ rows: sum(profiles.rows) }).from(profiles).where(and(ofModel, eq(profiles.versionId, version.id))),
    db.select({ rows: sum(profiles.rows) }).from(profiles).where(and(ofModel, ne(profiles.versionId, version.id))),
  ])
  return { own: Number(own[0]?.rows ?? 0), others: Number(others[0]?.rows ?? 0) }
}

interface LoggedHour {
  hour: number
  rows: number
}

async function loggedHours(db: Session, version: Pick<Version, 'id' | 'modelId'>, { environment, from, to }: LogSpan): Promise<LoggedHour[]> {
  const { profiles } = db.tables(servingTables)
  const rows = await db
    .select({ hour: profiles.hour, rows: sql<number>`sum(${profiles.rows})` })
    .from(profiles)
    .where(and(eq(profiles.versionId, version.id), eq(profiles.environment, environment), eq(profiles.channel, 'online'), gte(profiles.hour, hourOf(from)), lt(profiles.hour, to)))
    .groupBy(profiles.hour)
    .orderBy(asc(profiles.hour))
  return rows.map((row) => ({ hour: row.hour, rows: Number(row.rows) }))
}

interface Part {
  from: number
  to: number
  /** Rows to read at most; all of them without it. */
  limit?: number
}

/**
 * All rows in one part where there are few enough. Else systematic sampling: places at equal steps in the count of
 * rows, and some rows from each on, so that busy hours count as much as they answered.
 */
export function partsOf(hours: readonly LoggedHour[], { from, to }: { from: number; to: number }, most: number): Part[] {
  const total = hours.reduce((rows, hour) => rows + hour.rows, 0)
  if (total <= most) return total === 0 ? [] : [{ from, to }]
  const limit = Math.ceil(most / SAMPLE_PLACES)
  const places = Math.floor(most / limit)
  const starts: number[] = []
  let before = 0
  for (const { hour, rows } of hours) {
    for (let place = starts.length; place < places; place++) {
      const wanted = ((place + 0.5) / places) * total - before
      if (wanted >= rows) break
      starts.push(Math.floor(hour + (wanted / rows) * HOUR_MS))
    }
    before += rows
  }
  return starts.map((start, index) => ({ from: Math.max(from, start), to: Math.min(to, starts[index + 1] ?? to), limit }))
}

interface StoredRow {
  /** In the prediction's row. */
  explanation: Uint8Array | null
  /** Made after it was served, by asking the model. */
  later: { base: number; values: number[] } | null
  inputs: Uint8Array | null
  label: string | null
  score: number | null
}

async function readPart(db: Session, version: ScannedVersion, part: LogSpan & Part & { scale: Scale }, { withInputs, isExact }: { withInputs: boolean; isExact: boolean }, onRow: (row: StoredRow) => void): Promise<void> {
  const { predictions } = db.tables(servingTables)
  const { explanations } = db.tables(explanationsTables)
  const { id, at, explanation, label, score } = predictions
  const columns = { id, at, label, score, inputs: withInputs ? predictions.inputs : sql<null>`null` }
  let [afterAt, afterId] = [part.from, '']
  for (let left = part.limit ?? Infinity; left > 0; ) {
    const wanted = Math.min(PAGE_ROWS, left)
    const isWanted = and(
      eq(predictions.model, numberOf(db, version.modelId)),
      gte(at, afterAt),
      lt(at, part.to),
      or(gt(at, afterAt), gt(id, afterId)),
      isInContext(db, predictions.context, { versionId: version.id, environment: part.environment }),
      isExact ? isNotNull(explanation) : undefined,
    )
    const page = isExact
      ? await db.select({ ...columns, explanation, later: sql<null>`null` }).from(predictions).where(isWanted).orderBy(asc(at), asc(id)).limit(wanted)
      : await db
          .select({ ...columns, explanation: sql<null>`null`, later: { base: explanations.base, values: explanations.values } })
          .from(predictions)
          .innerJoin(explanations, and(eq(explanations.predictionId, id), eq(explanations.scale, part.scale)))
          .where(isWanted)
          .orderBy(asc(at), asc(id))
          .limit(wanted)
    for (const row of page) onRow(row)
    const last = page.at(-1)
    if (!last || page.length < wanted) return
    ;[afterAt, afterId] = [last.at, last.id]
    left -= page.length
    await setImmediate()
  }
}
