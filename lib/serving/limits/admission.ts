// Lets a call in, or says which limit stands against it and when to come back.
import type { Principal } from '@/lib/access/contract'
import { now } from '@/lib/platform/clock'
import type { Route } from '../routing'
import { callGates } from './call-gates'
import type { Gate } from './gate'
import type { MonthQuota } from './month-quota'
import { tooLate } from './refusals'

export interface AskedFor {
  rows: number
  /** Of the body as it came. */
  bytes: number
  /** X-Request-Timeout-Ms. */
  timeoutMs: number | null
  /** performance.now() at the call's arrival. */
  arrived: number
}

export interface Admission {
  /** performance.now() after which an answer is of no use to the caller; null without such a time. */
  readonly deadline: number | null
  /** The rows are in the log: they count in the month. */
  answered(): void
  /** Must be called when the call is through, answered or not. */
  finish(): void
}

/**
 * At once where the limits were looked at within the last second, else once they are.
 * @param headers of the answer, good or not; the state of the limits is written there
 */
export function admit(actor: Principal, route: Route, asked: AskedFor, headers: Record<string, string>): Admission | Promise<Admission> {
  const gates = callGates()
  const caller = gates.ofCaller(actor)
  const model = gates.ofModel(route)
  if (gates.areKnown(caller, model, performance.now(), now())) return enter(caller, model, asked, headers)
  return gates.look().then(() => admit(actor, route, asked, headers))
}

function enter(caller: Gate, model: Gate, asked: AskedFor, headers: Record<string, string>): Admission {
  const clock = performance.now()
  const at = now()
  const deadline = deadlineOf(caller, model, asked, headers)
  const refusal =
    caller.refusal(asked.rows, asked.bytes, clock, at) ?? model.refusal(asked.rows, asked.bytes, clock, at) ?? (deadline !== null && clock > deadline ? tooLate() : null)
  if (refusal) {
    announce(caller, model, clock, at, headers)
    throw refusal
  }
  const entered = new Entered(deadline, asked.rows, caller, model)
  announce(caller, model, clock, at, headers)
  return entered
}

/** The shortest of what the caller waits, its token allows and the model takes. */
function deadlineOf(caller: Gate, model: Gate, { timeoutMs, arrived }: AskedFor, headers: Record<string, string>): number | null {
  const limit = Math.min(timeoutMs ?? Infinity, caller.limits.deadlineMs ?? Infinity, model.limits.deadlineMs ?? Infinity)
  if (limit === Infinity) return null
  headers['x-request-timeout-ms'] = String(limit)
  return arrived + limit
}

function announce(caller: Gate, model: Gate, clock: number, at: number, headers: Record<string, string>): void {
  const first = caller.fields(clock, at)
  const second = model.fields(clock, at)
  if (first === null && second === null) return
  headers['ratelimit-policy'] = joined(first?.policy, second?.policy)
  const state = joined(first?.state, second?.state)
  if (state !== '') headers.ratelimit = state
}

function joined(first = '', second = ''): string {
  return first === '' || second === '' ? first + second : `${first}, ${second}`
}

class Entered implements Admission {
  private readonly callerQuota: MonthQuota | null
  private readonly modelQuota: MonthQuota | null
  private isAnswered = false

  constructor(
    readonly deadline: number | null,
    private readonly rows: number,
    private readonly caller: Gate,
    private readonly model: Gate,
  ) {
    this.callerQuota = caller.enter(rows)
    this.modelQuota = model.enter(rows)
  }

  answered(): void {
    if (this.isAnswered) return
    this.isAnswered = true
    this.callerQuota?.end(this.rows, true)
    this.modelQuota?.end(this.rows, true)
  }

  finish(): void {
    this.caller.leave()
    this.model.leave()
    if (this.isAnswered) return
    this.callerQuota?.end(this.rows, false)
    this.modelQuota?.end(this.rows, false)
  }
}
