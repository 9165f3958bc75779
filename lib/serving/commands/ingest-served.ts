// Predictions that another engine made and Flightdeck keeps the log of: requests and responses arrive as events, one by one
// or in bulk, in any order, and more than once. Two halves make a prediction of the version that was released at its time.
import { inArray, lt } from 'drizzle-orm'
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database, type Database, type Session } from '@/lib/database'
import { Mutex } from '@/lib/database/mutex'
import { DAY_MS, now } from '@/lib/platform/clock'
import { newId } from '@/lib/platform/ids'
import { once } from '@/lib/platform/once'
import { registryTables } from '@/lib/registry/tables'
import type { IngestResult } from '../contract'
import { insertPredictions, type ProfiledRow } from '../log'
import { HourlyProfiles } from '../log/hourly-profiles'
import { UsageCounts, type AnsweredCall } from '../log/usage-counts'
import { servingTables } from '../tables'
import { inChunks, lockModels, modelsBySlug, predictionsById, type IngestedModel } from './attribution'
import { rejection } from './ingest-items'
import { pairReader, type PairReader } from './served-pairs'

/** An event: what one prediction was asked, or what was answered. */
export interface ServedHalf {
  /** Its place in the call. */
  index: number
  /** The same for both halves, and for no other event of any sender. */
  key: string
  /** The model's slug. */
  model: string
  environment: string
  half: 'request' | 'response'
  /** Milliseconds UTC. */
  at: number
  /** Kept until the other half comes. */
  content: HalfContent
}

export interface HalfContent {
  body: string
  /** Microseconds UTC. */
  atMicros: number
  requestId: string
  subject: string | null
  /** The number of the version that answered, where the sender said so. */
  version: number | null
  /** The sender called it a canary. */
  isChallenger: boolean
}

export interface ServedIngestResult extends IngestResult {
  /** Rows that are in the log now. */
  predictions: number
  /** Events that wait for their other half. */
  waiting: number
}

/** How long a half waits for the other, and a whole pair is known by its event's id. */
const KEPT_MS = 7 * DAY_MS
const LONGEST_AHEAD_MS = DAY_MS

type HalfRow = ReturnType<typeof servingTables>['ingestedHalves']['$inferInsert']

interface IngestedLog {
  /** One call at a time writes the profiles of this process. */
  turns: Mutex
  profiles: HourlyProfiles
}

declare module '@/lib/platform/once' {
  interface Once {
    ingestedLog: IngestedLog
  }
}

export const ingestedLog = () => once('ingestedLog', (): IngestedLog => ({ turns: new Mutex(), profiles: new HourlyProfiles(newId()) }))

/** @param rejected events that could not be read as halves; @param open reads the two bodies of a pair */
export async function ingestServed(actor: Principal | null, halves: readonly ServedHalf[], rejected: IngestResult['rejected'], open: PairReader): Promise<ServedIngestResult> {
  authorize(actor, 'ingest')
  const db = await database()
  const models = await modelsBySlug(db, halves.map((half) => half.model))
  const environments = new Set((await db.select({ name: db.tables(registryTables).environments.name }).from(db.tables(registryTables).environments)).map((row) => row.name))
  const known = halves.filter((half) => {
    const why = whyRefused(half, models, environments)
    if (why) rejected.push(why)
    return why === null
  })
  const result = known.length === 0 ? emptyResult() : await ingestedLog().turns.run(() => ingestKnown(db, actor, known, models, open))
  return { ...result, rejected: [...rejected, ...result.rejected].sort((a, b) => a.index - b.index) }
}

function emptyResult(): ServedIngestResult {
  return { accepted: 0, repeated: 0, rejected: [], predictions: 0, waiting: 0 }
}

function whyRefused({ index, model, environment, at }: ServedHalf, models: ReadonlyMap<string, IngestedModel>, environments: ReadonlySet<string>): IngestResult['rejected'][number] | null {
  if (!models.has(model)) return rejection(index, 'model_unknown', `There is no model called ${model.slice(0, 64)}.`)
  if (!environments.has(environment)) return rejection(index, 'environment_unknown', `There is no environment called ${environment.slice(0, 64)}.`)
  if (at < 0 || at > now() + LONGEST_AHEAD_MS) return rejection(index, 'event_time_invalid', 'The event’s time is more than a day ahead, or before 1970.')
  return null
}

/** Bodies are read before the transaction, which others wait for; if it finds other halves than those, they are read again. */
async function ingestKnown(db: Database, actor: Principal, halves: readonly ServedHalf[], models: ReadonlyMap<string, IngestedModel>, open: PairReader): Promise<ServedIngestResult> {
  for (;;) {
    const kept = await keptHalves(db, halves)
    const plan = await planOf(db, actor, halves, kept, models, open)
    const { profiles } = ingestedLog()
    try {
      const written = await db.write((tx) => write(tx, actor, plan, kept, halves, profiles), (done) => done?.keep())
      if (written) return written.result
    } catch (error) {
      profiles.forget()
      throw error
    }
  }
}

async function keptHalves(db: Session, halves: readonly ServedHalf[]): Promise<Map<string, HalfRow>> {
  const { ingestedHalves } = db.tables(servingTables)
  const rows = await inChunks([...new Set(halves.map((half) => half.key))], (chunk) => db.select().from(ingestedHalves).where(inArray(ingestedHalves.key, chunk)))
  return new Map(rows.map((row) => [row.key, row]))
}

interface Whole {
  key: string
  /** The events of this call that made it so. */
  indexes: number[]
  rows: ProfiledRow[]
}

interface Plan {
  modelIds: ReadonlySet<string>
  models: readonly IngestedModel[]
  /** Rows that stand for these keys after the call. */
  changed: Map<string, HalfRow>
  wholes: Whole[]
  result: ServedIngestResult
}

interface Waiting {
  row: HalfRow
  content: HalfContent
  /** In this call; null for one that came before. */
  index: number | null
}

async function planOf(db: Session, actor: Principal, halves: readonly ServedHalf[], kept: ReadonlyMap<string, HalfRow>, models: ReadonlyMap<string, IngestedModel>, open: PairReader): Promise<Plan> {
  const result = emptyResult()
  const readPair = pairReader(db, actor, open)
  const waiting = new Map<string, Waiting>()
  const whole = new Set<string>()
  for (const row of kept.values()) {
    if (row.body === '') whole.add(row.key)
    else waiting.set(row.key, { row, content: JSON.parse(row.body) as HalfContent, index: null })
  }
  const plan: Plan = { modelIds: new Set(), models: [], changed: new Map(), wholes: [], result }
  const touched = new Map<string, IngestedModel>()
  for (const half of halves) {
    const model = models.get(half.model) as IngestedModel
    touched.set(model.id, model)
    const first = waiting.get(half.key)
    if (whole.has(half.key) || first?.row.half === half.half) {
      result.repeated += 1
      continue
    }
    if (!first) {
      const row: HalfRow = { key: half.key, modelId: model.id, half: half.half, body: JSON.stringify(half.content), at: half.at, receivedAt: now() }
      waiting.set(half.key, { row, content: half.content, index: half.index })
      plan.changed.set(half.key, row)
      result.accepted += 1
      continue
    }
    const [asked, answered] = half.half === 'response' ? [first.content, half.content] : [half.content, first.content]
    const at = half.half === 'response' ? first.row.at : half.at
    const read = await readPair({ key: half.key, model, environment: half.environment, at, request: asked, response: answered })
    if (!Array.isArray(read)) {
      result.rejected.push(rejection(half.index, read.code, read.message))
      continue
    }
    result.accepted += 1
    whole.add(half.key)
    waiting.delete(half.key)
    plan.changed.set(half.key, { ...first.row, at, body: '', receivedAt: now() })
    plan.wholes.push({ key: half.key, indexes: [half.index, ...(first.index === null ? [] : [first.index])], rows: read })
  }
  result.waiting = [...waiting.values()].filter(({ index }) => index !== null).length
  return { ...plan, modelIds: new Set(touched.keys()), models: [...touched.values()] }
}

interface Written {
  result: ServedIngestResult
  keep(): void
}

/** Null where another process has changed the halves since they were read. */
async function write(tx: Session, actor: Principal, plan: Plan, kept: ReadonlyMap<string, HalfRow>, halves: readonly ServedHalf[], profiles: HourlyProfiles): Promise<Written | null> {
  await lockModels(tx, plan.modelIds)
  if (!isSame(kept, await keptHalves(tx, halves))) return null
  const { ingestedHalves } = tx.tables(servingTables)
  await tx.delete(ingestedHalves).where(lt(ingestedHalves.receivedAt, now() - KEPT_MS))
  await inChunks([...plan.changed.keys()], async (chunk) => {
    await tx.delete(ingestedHalves).where(inArray(ingestedHalves.key, chunk))
    return []
  })
  await tx.insertMany(ingestedHalves, [...plan.changed.values()])

  const result = { ...plan.result }
  const present = await predictionsById(tx, plan.wholes.flatMap(({ rows }) => rows.map(({ record }) => record.id)))
  const fresh = plan.wholes.filter(({ rows, indexes }) => {
    const isThere = rows.some(({ record }) => present.has(record.id))
    // Its pair was forgotten meanwhile; what it says is in the log.
    if (isThere) {
      result.accepted -= indexes.length
      result.repeated += indexes.length
    }
    return !isThere
  })
  const rows = fresh.flatMap((whole) => whole.rows)
  result.predictions = rows.length
  if (rows.length === 0) return { result, keep: () => undefined }
  const keepNumbers = await insertPredictions(tx, rows.map(({ record }) => record))
  const keepProfiles = await profiles.write(tx, rows)
  await new UsageCounts().write(tx, fresh.map(callOf))
  const { models } = plan
  await appendAuditEvent(tx, {
    actor,
    action: 'predictions.ingested',
    target: { kind: 'predictions', id: models.map((model) => model.id).join(','), name: models.map((model) => model.name).join(', ') },
    modelId: models.length === 1 ? (models[0]?.id ?? null) : null,
    after: { predictions: result.predictions, accepted: result.accepted, repeated: result.repeated, rejected: result.rejected.length },
  })
  return {
    result,
    keep() {
      keepNumbers()
      keepProfiles()
    },
  }
}

function isSame(before: ReadonlyMap<string, HalfRow>, after: ReadonlyMap<string, HalfRow>): boolean {
  return before.size === after.size && [...before].every(([key, row]) => after.get(key)?.half === row.half && (after.get(key)?.body === '') === (row.body === ''))
}

function callOf({ rows }: Whole): AnsweredCall {
  const { caller, modelId, environment, at, latencyMicros } = (rows[0] as ProfiledRow).record
  return { caller, modelId, environment, channel: 'ingested', at, rows: rows.length, latencyMicros }
}
