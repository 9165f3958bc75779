// Every gate of this process. Limits of tokens and what other processes have answered are read again once a second.
import { and, eq, gte, lt, ne, sql } from 'drizzle-orm'
import type { Principal } from '@/lib/access/contract'
import { database, type Session } from '@/lib/database'
import { hourOf, now } from '@/lib/platform/clock'
import { environment } from '@/lib/platform/environment'
import { ProblemError } from '@/lib/platform/errors'
import { once } from '@/lib/platform/once'
import { newestTokenLimits, type TokenLimits } from '../queries/token-limits'
import type { CallLimits } from '../contract'
import type { Route } from '../routing'
import { monthOf } from '../rules/month'
import { servingTables } from '../tables'
import { Gate, NO_LIMITS } from './gate'
import { MonthQuota, settledBefore } from './month-quota'

/** How long a limit that was set on another replica may go unseen. */
const LOOKED_AT_EVERY_MS = 1000
const MOST_IDLE_CALLERS = 10_000

/** What calls ask of the gates; an edge server's count for themselves. */
export type Gates = Pick<CallGates, keyof CallGates>

declare module '@/lib/platform/once' {
  interface Once {
    callGates: Gates
  }
}

export function callGates(): Gates {
  return once('callGates', () => new CallGates(environment().callerRowsASecond))
}

/** `hour` to rows, by what is limited. */
type Hours = Map<string, Map<number, number>>

export class CallGates {
  private readonly callers = new Map<string, Gate>()
  private readonly models = new Map<string, Gate>()
  private readonly ofRoute = new WeakMap<Route, Gate>()
  private tokenLimits: ReadonlyMap<string, TokenLimits> = new Map()
  private tokenRevisions = -1
  /** Below it the hours of every counted quota are settled. */
  private settledBelow = 0
  private lookedAt = -Infinity
  private looking: Promise<void> | null = null

  /** @param rowsASecond that a caller may send where nothing else is said: it stops a program that has gone wild */
  constructor(private readonly rowsASecond: number) {}

  ofCaller(actor: Principal): Gate {
    const key = callerOf(actor)
    let gate = this.callers.get(key)
    if (!gate) {
      this.forgetIdle()
      const prefix = actor.kind === 'token' ? 'This token may send' : 'One person may send'
      const standard = actor.kind === 'system' ? null : { rowsASecond: this.rowsASecond, burst: 2 * this.rowsASecond }
      this.callers.set(key, (gate = new Gate({ kind: 'token', prefix }, standard)))
      gate.setLimits(this.limitsOf(key))
    }
    return gate
  }

  private forgetIdle(): void {
    if (this.callers.size < MOST_IDLE_CALLERS) return
    for (const [key, gate] of this.callers) if (gate.isIdle()) this.callers.delete(key)
  }

  ofModel(route: Route): Gate {
    let gate = this.ofRoute.get(route)
    if (!gate) {
      const { model, environment: where, settings } = route
      const key = `${model.id}\n${where}`
      gate = this.models.get(key)
      if (!gate) this.models.set(key, (gate = new Gate({ kind: 'model', prefix: `All callers together may send ${model.slug} in ${where}` })))
      gate.setLimits(settings.limits)
      this.ofRoute.set(route, gate)
    }
    return gate
  }

  /** Whether both may be asked without looking at the database. */
  areKnown(caller: Gate, model: Gate, clock: number, at: number): boolean {
    return clock - this.lookedAt < LOOKED_AT_EVERY_MS && caller.isCounted(at) && model.isCounted(at)
  }

  /** Throws `unavailable` where the database cannot be read. */
  look(): Promise<void> {
    this.looking ??= this.followDatabase()
      .catch((cause: unknown) => {
        throw new ProblemError('unavailable', 'The database cannot be reached. Try again in a moment.', { code: 'database_unavailable', retryAfterSeconds: 1, cause })
      })
      .finally(() => {
        this.looking = null
      })
    return this.looking
  }

  /** The next call looks at the database, however short ago the last did. */
  lookAgain(): void {
    this.lookedAt = -Infinity
  }

  private async followDatabase(): Promise<void> {
    const db = await database()
    await this.followTokens(db)
    await this.followQuotas(db, now())
    this.lookedAt = performance.now()
  }

  /** Revisions are only added, so their number tells whether there is something new. */
  private async followTokens(db: Session): Promise<void> {
    const { tokenLimits } = db.tables(servingTables)
    const [row] = await db.select({ count: sql<number>`count(*)` }).from(tokenLimits)
    const revisions = Number(row?.count ?? 0)
    if (revisions === this.tokenRevisions) return
    this.tokenLimits = await newestTokenLimits(db)
    this.tokenRevisions = revisions
    for (const [key, gate] of this.callers) gate.setLimits(this.limitsOf(key))
  }

  private limitsOf(caller: string): CallLimits {
    return caller.startsWith(TOKEN) ? (this.tokenLimits.get(caller.slice(TOKEN.length))?.limits ?? NO_LIMITS) : NO_LIMITS
  }

  private async followQuotas(db: Session, at: number): Promise<void> {
    const limited = [...this.callers, ...this.models].filter(([, gate]) => gate.limits.rowsAMonth !== null)
    const settlesBelow = settledBefore(hourOf(at))
    if (limited.length === 0 || settlesBelow < this.settledBelow) this.settledBelow = settlesBelow
    if (limited.length === 0) return
    for (const [key, gate] of limited) {
      if (!gate.isCounted(at)) gate.quota = new MonthQuota(at, await rowsBetween(db, key, monthOf(at).begins, this.settledBelow), this.settledBelow)
    }
    const hours = await rowsSince(db, this.settledBelow)
    for (const [key, gate] of limited) gate.quota?.learn(hours.get(key) ?? new Map(), settlesBelow)
    this.settledBelow = settlesBelow
  }
}

const TOKEN = 'token:'

/** As the log and the usage table name it. */
export function callerOf(actor: Principal): string {
  return `${actor.kind}:${actor.id}`
}

/** Rows that another engine answered are not ours to count. */
const isServedHere = (db: Session) => ne(db.tables(servingTables).usage.channel, 'ingested')

async function rowsBetween(db: Session, key: string, from: number, below: number): Promise<number> {
  const { usage } = db.tables(servingTables)
  const [first = '', where] = key.split('\n')
  const isIts = where === undefined ? eq(usage.caller, first) : and(eq(usage.modelId, first), eq(usage.environment, where))
  const [row] = await db
    .select({ rows: sql<number | null>`sum(${usage.rows})` })
    .from(usage)
    .where(and(isIts, gte(usage.hour, from), lt(usage.hour, below), isServedHere(db)))
  return Number(row?.rows ?? 0)
}

async function rowsSince(db: Session, from: number): Promise<Hours> {
  const { usage } = db.tables(servingTables)
  const rows = await db
    .select({ caller: usage.caller, modelId: usage.modelId, environment: usage.environment, hour: usage.hour, rows: sql<number>`sum(${usage.rows})` })
    .from(usage)
    .where(and(gte(usage.hour, from), isServedHere(db)))
    .groupBy(usage.caller, usage.modelId, usage.environment, usage.hour)
  const hours: Hours = new Map()
  for (const row of rows) {
    for (const key of [row.caller, `${row.modelId}\n${row.environment}`]) {
      const own = hours.get(key) ?? new Map<number, number>()
      own.set(row.hour, (own.get(row.hour) ?? 0) + Number(row.rows))
      hours.set(key, own)
    }
  }
  return hours
}
