// Lets a call in, or says when to come back. What is counted is given back by `finish`.
import type { Principal } from '@/lib/access/contract'
import { ProblemError } from '@/lib/platform/errors'
import { once } from '@/lib/platform/once'
import type { Route } from '../routing'
import { CallLimiter } from '../rules/call-limit'

declare module '@/lib/platform/once' {
  interface Once {
    callLimiter: CallLimiter
  }
}

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
  deadline: number | null
  /** Must be called when the call is through, answered or not. */
  finish(): void
}

/** @param headers of the answer, good or not; the state of the limits is written there */
export function admit(actor: Principal, route: Route, asked: AskedFor, headers: Record<string, string>): Admission {
  const caller = `${actor.kind}:${actor.id}`
  const wait = once('callLimiter', () => new CallLimiter()).take(caller, asked.rows, performance.now())
  if (wait > 0) {
    headers['retry-after'] = String(wait)
    throw new ProblemError('rate_limited', `This caller sends more rows than its limit. Wait ${wait} s, then try again.`, {
      code: 'rate_limited',
      retryAfterSeconds: wait,
    })
  }
  const { deadlineMs } = route.settings.limits
  const limit = Math.min(asked.timeoutMs ?? Infinity, deadlineMs ?? Infinity)
  return { deadline: Number.isFinite(limit) ? asked.arrived + limit : null, finish: nothing }
}

function nothing(): void {}
