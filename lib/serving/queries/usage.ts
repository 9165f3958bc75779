// Who used which model how much, and what it cost.
import { and, asc, eq, gte, lt, sql, type SQL } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { DAY_MS, HOUR_MS } from '@/lib/platform/clock'
import { ProblemError } from '@/lib/platform/errors'
import type { Channel, UsageStep } from '../contract'
import { addCosts, costOf, priceAt, type Costs, type PriceSince } from '../rules/cost'
import { monthOf } from '../rules/month'
import { servingTables } from '../tables'

export interface UsageFilter {
  /** Milliseconds UTC; `to` is not included. */
  from: number
  to: number
  caller?: string
  modelId?: string
}

/** A caller's use of a model in an environment, by one way in. */
export interface UsageRow {
  /** Begin of the bucket. */
  at: number
  caller: string
  modelId: string
  environment: string
  channel: Channel
  /** Answered. */
  calls: number
  rows: number
  refused: number
  /** Sum over the answered calls. */
  latencyMicros: number
}

export interface CostedUsage extends UsageRow {
  /** At the prices of the time. */
  costs: Costs
}

/** `whole`: one bucket that begins at `from`. */
type Step = UsageStep | 'whole'

/** Oldest first, then by caller, model and way in. Throws `usage_too_large` beyond so many rows. */
export async function usageBy(db: Session, filter: UsageFilter, step: Step, mostRows = Infinity): Promise<CostedUsage[]> {
  const prices = await pricesOf(db)
  const merged = new Map<string, CostedUsage>()
  for (const segment of segmentsOf(filter, prices, step)) {
    for (const row of await rowsOf(db, segment, step, mostRows)) {
      const at = step === 'month' ? monthOf(segment.from).begins : step === 'whole' ? filter.from : row.at
      const key = `${at}\n${row.caller}\n${row.modelId}\n${row.environment}\n${row.channel}`
      const costs = costsOf(row, segment.from, prices)
      const present = merged.get(key)
      if (present) add(present, row, costs)
      else merged.set(key, { ...row, at, costs })
    }
    if (merged.size > mostRows) throw tooLarge(mostRows)
  }
  return [...merged.values()].sort((a, b) => a.at - b.at)
}

function add(total: CostedUsage, row: UsageRow, costs: Costs): void {
  total.calls += row.calls
  total.rows += row.rows
  total.refused += row.refused
  total.latencyMicros += row.latencyMicros
  total.costs = addCosts(total.costs, costs)
}

function tooLarge(mostRows: number): ProblemError {
  return new ProblemError('invalid', `More than ${mostRows} lines of use lie in this period. Ask for a shorter one, for longer steps, or for one model or token.`, { code: 'usage_too_large' })
}

/** Rows by model and environment for each bucket that has any, oldest first. */
export async function usageSeries(db: Session, filter: UsageFilter, step: 'hour' | 'day'): Promise<{ at: number; modelId: string; environment: string; rows: number }[]> {
  const { usage } = db.tables(servingTables)
  const at = bucketOf(db, step)
  const rows = await db
    .select({ at, modelId: usage.modelId, environment: usage.environment, rows: sql<number>`sum(${usage.rows})` })
    .from(usage)
    .where(within(db, filter))
    .groupBy(at, usage.modelId, usage.environment)
    .orderBy(asc(at))
  return rows.map((row) => ({ ...row, at: Number(row.at), rows: Number(row.rows) }))
}

/** Rows of this month that count in quotas, by caller and by model, a line break and environment. */
export async function rowsThisMonth(db: Session, at: number): Promise<Map<string, number>> {
  const { begins, ends } = monthOf(at)
  const counted = new Map<string, number>()
  for (const row of await rowsOf(db, { from: begins, to: ends }, 'whole', Infinity)) {
    if (row.channel === 'ingested') continue
    for (const key of [row.caller, `${row.modelId}\n${row.environment}`]) counted.set(key, (counted.get(key) ?? 0) + row.rows)
  }
  return counted
}

async function rowsOf(db: Session, filter: UsageFilter, step: Step, mostRows: number): Promise<UsageRow[]> {
  const { usage } = db.tables(servingTables)
  const at = step === 'hour' || step === 'day' ? bucketOf(db, step) : null
  const keys = [usage.caller, usage.modelId, usage.environment, usage.channel] as const
  const query = db
    .select({
      at: at ?? sql<number>`min(${usage.hour})`,
      caller: usage.caller,
      modelId: usage.modelId,
      environment: usage.environment,
      channel: usage.channel,
      calls: sql<number>`sum(${usage.calls})`,
      rows: sql<number>`sum(${usage.rows})`,
      refused: sql<number>`sum(${usage.refused})`,
      latencyMicros: sql<number>`sum(${usage.latencyMicros})`,
    })
    .from(usage)
    .where(within(db, filter))
    .groupBy(...(at ? [at, ...keys] : keys))
    .orderBy(...(at ? [asc(at)] : []), ...keys.map((key) => asc(key)))
  const rows = await (Number.isFinite(mostRows) ? query.limit(mostRows + 1) : query)
  return rows.map((row) => ({ ...row, at: Number(row.at), calls: Number(row.calls), rows: Number(row.rows), refused: Number(row.refused), latencyMicros: Number(row.latencyMicros) }))
}

/** Of a row of a segment, in which nothing changes its price. */
function costsOf(row: UsageRow, segmentFrom: number, prices: Prices): Costs {
  // What another engine answered was not answered here.
  const price = row.channel === 'ingested' ? null : priceAt(prices.get(`${row.modelId}\n${row.environment}`) ?? [], segmentFrom)
  return price && row.rows > 0 ? [{ currency: price.currency, amount: costOf(row.rows, price) }] : []
}

/** By model, a line break and environment. */
type Prices = ReadonlyMap<string, readonly PriceSince[]>

/** Every price there was. A price counts from the full hour after it was set: use is counted by the hour. */
async function pricesOf(db: Session): Promise<Prices> {
  const { servingSettings } = db.tables(servingTables)
  const rows = await db
    .select({ modelId: servingSettings.modelId, environment: servingSettings.environment, settings: servingSettings.settings, createdAt: servingSettings.createdAt })
    .from(servingSettings)
    .orderBy(asc(servingSettings.revision))
  const prices = new Map<string, PriceSince[]>()
  for (const { modelId, environment, settings, createdAt } of rows) {
    const key = `${modelId}\n${environment}`
    const own = prices.get(key) ?? []
    const { price } = settings
    const last = own.at(-1)?.price ?? null
    if (price?.amount === last?.amount && price?.currency === last?.currency) continue
    own.push({ since: Math.ceil(createdAt / HOUR_MS) * HOUR_MS, price })
    prices.set(key, own)
  }
  return prices
}

/** The period cut where a price changes, and where a month begins if months are asked for. */
function segmentsOf(filter: UsageFilter, prices: Prices, step: Step): UsageFilter[] {
  const cuts = new Set([...prices.values()].flat().map((one) => one.since))
  if (step === 'month') for (let at = monthOf(filter.from).ends; at < filter.to; at = monthOf(at).ends) cuts.add(at)
  const edges = [filter.from, ...[...cuts].filter((at) => at > filter.from && at < filter.to).sort((a, b) => a - b), filter.to]
  return edges.slice(1).map((to, index) => ({ ...filter, from: edges[index] ?? filter.from, to }))
}

export interface RefusedTotal {
  modelId: string
  environment: string
  code: string
  count: number
}

/** Calls that were not answered, by problem code; the most frequent first. */
export async function refusedByCode(db: Session, { from, to, modelId }: UsageFilter): Promise<RefusedTotal[]> {
  const { callErrors } = db.tables(servingTables)
  const rows = await db
    .select({ modelId: callErrors.modelId, environment: callErrors.environment, code: callErrors.code, count: sql<number>`sum(${callErrors.count})` })
    .from(callErrors)
    .where(and(gte(callErrors.hour, from), lt(callErrors.hour, to), modelId === undefined ? undefined : eq(callErrors.modelId, modelId)))
    .groupBy(callErrors.modelId, callErrors.environment, callErrors.code)
  return rows.map((row) => ({ ...row, count: Number(row.count) })).sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1))
}

function within(db: Session, { from, to, caller, modelId }: UsageFilter): SQL | undefined {
  const { usage } = db.tables(servingTables)
  return and(gte(usage.hour, from), lt(usage.hour, to), caller === undefined ? undefined : eq(usage.caller, caller), modelId === undefined ? undefined : eq(usage.modelId, modelId))
}

/** The number stands in the text and is not bound: Postgres takes two bound ones for different expressions. */
function bucketOf(db: Session, step: 'hour' | 'day'): SQL<number> {
  const { hour } = db.tables(servingTables).usage
  return sql<number>`${hour} - ${hour} % ${sql.raw(String(step === 'hour' ? HOUR_MS : DAY_MS))}`
}
