// The way to one server, shared by everybody who asks it: its pool, breaker, retry budget and what was measured.
import { setTimeout as wait } from 'node:timers/promises'
import type { Agent } from 'node:http'
import { LatencyHistogram } from '@/lib/math/latency-histogram'
import { now } from '@/lib/platform/clock'
import { environment } from '@/lib/platform/environment'
import { logger } from '@/lib/platform/logging'
import { outboundRules, type OutboundRules } from '@/lib/platform/outbound'
import { CircuitBreaker, type BreakerState } from './circuit-breaker'
import type { Endpoint } from './endpoint'
import { exchange, poolFor, type Asked, type Received } from './exchange'
import { problemOfFailure, RemoteFailure } from './failure'
import { RETRIES, RetryBudget, retryWait } from './retry-budget'
import { readSecret } from './secrets'
import { signForAws } from './aws-signature'

const MOST_ANSWER_BYTES = 16 * 1024 * 1024
/** Calls that may wait for a connection, for each connection. */
const MOST_WAITING = 32

/** What is known of a server since this process first called it. */
export interface RemoteState {
  breaker: BreakerState
  /** When the breaker last changed, milliseconds since 1970. */
  changedAt: number
  /** When a trial is made at the earliest; null where it is closed. */
  triedAgainAt: number | null
  /** Of the breaker's last half minute. */
  recent: { calls: number; failures: number }
  /** Of the retry budget's last minute. */
  retries: { calls: number; retries: number }
  calls: number
  failures: number
  latencyMicros: { p50: number; p99: number } | null
  /** The last failure in words, without anything the server said. */
  lastFailure: { at: number; sentence: string } | null
  underWay: number
}

export class RemoteConnection {
  private readonly agent: Agent
  private readonly breaker = new CircuitBreaker(performance.now())
  private readonly budget = new RetryBudget()
  private readonly latency = new LatencyHistogram()
  private readonly rules: OutboundRules
  private calls = 0
  private failures = 0
  private underWay = 0
  private lastFailure: RemoteState['lastFailure'] = null

  constructor(private readonly endpoint: Endpoint) {
    this.agent = poolFor(new URL(endpoint.url), endpoint.connections)
    this.rules = outboundRules(environment().privateEndpoints)
  }

  get host(): string {
    return new URL(this.endpoint.url).host
  }

  /** With the headers, secrets and signature of the endpoint. @throws ProblemError `remote_…` */
  async send<T>(asked: Asked, read: (received: Received) => T): Promise<T> {
    if (this.underWay >= this.endpoint.connections * (MOST_WAITING + 1)) throw this.problem(new RemoteFailure('busy', 'has more calls waiting than it can answer in time.', { retryAfterMs: 1000 }))
    this.underWay += 1
    try {
      return await this.sendInTime(asked, read, performance.now() + this.endpoint.timeoutMs)
    } catch (error) {
      throw error instanceof RemoteFailure ? this.problem(error) : error
    } finally {
      this.underWay -= 1
    }
  }

  state(): RemoteState {
    const at = performance.now()
    const { state, changedAt, waitMs, calls, failures } = this.breaker.state(at)
    const [p50, p99] = [this.latency.percentile(0.5), this.latency.percentile(0.99)]
    return {
      breaker: state,
      changedAt: Math.round(now() - (at - changedAt)),
      triedAgainAt: state === 'closed' ? null : Math.round(now() + waitMs),
      recent: { calls, failures },
      retries: this.budget.spent(at),
      calls: this.calls,
      failures: this.failures,
      latencyMicros: p50 === null || p99 === null ? null : { p50, p99 },
      lastFailure: this.lastFailure,
      underWay: this.underWay,
    }
  }

  close(): void {
    this.agent.destroy()
  }

  private async sendInTime<T>(asked: Asked, read: (received: Received) => T, deadline: number): Promise<T> {
    let hasBeenStale = false
    this.budget.countCall(performance.now())
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.attempt(asked, read, deadline)
      } catch (error) {
        if (!(error instanceof RemoteFailure)) throw error
        // A kept connection that the server closed in the same moment says nothing about the server (Node, request.reusedSocket).
        if (error.isStale && !hasBeenStale) {
          hasBeenStale = true
          attempt -= 1
          continue
        }
        const waitMs = Math.max(retryWait(attempt, Math.random()), error.retryAfterMs ?? 0)
        const at = performance.now()
        if (!error.isRetryable || attempt >= RETRIES.mostPerCall || at + waitMs >= deadline || !this.budget.take(at)) throw error
        await wait(waitMs)
      }
    }
  }

  private async attempt<T>(asked: Asked, read: (received: Received) => T, deadline: number): Promise<T> {
    const headers = await this.headersOf(asked)
    const startedAt = performance.now()
    const timeoutMs = deadline - startedAt
    if (timeoutMs <= 0) throw new RemoteFailure('timeout', 'did not answer in time.')
    const admitted = this.breaker.admit(startedAt)
    if (!admitted.isAdmitted) throw new RemoteFailure('busy', 'failed too often and is left alone for a while.', { retryAfterMs: admitted.waitMs })
    this.calls += 1
    try {
      const received = await exchange(this.agent, { ...asked, headers }, this.rules, { timeoutMs, mostBytes: MOST_ANSWER_BYTES })
      const found = read(received)
      const endedAt = performance.now()
      this.latency.add((endedAt - startedAt) * 1000)
      this.breaker.record(endedAt, false)
      return found
    } catch (error) {
      this.note(error)
      throw error
    }
  }

  private note(error: unknown): void {
    if (!(error instanceof RemoteFailure) || error.isStale || error.kind === 'refused-address') return this.breaker.forget()
    const at = performance.now()
    const before = this.breaker.state(at).state
    this.breaker.record(at, error.isOutage)
    this.failures += 1
    this.lastFailure = { at: now(), sentence: `It ${error.message}` }
    logger().warn({ host: this.host, failure: error.kind, status: error.status, said: error.cause instanceof Error ? error.cause.message : undefined }, 'a remote version failed')
    const after = this.breaker.state(at).state
    if (before !== after) logger().warn({ host: this.host, breaker: after }, 'the breaker of a remote version changed')
  }

  private async headersOf(asked: Asked): Promise<Record<string, string>> {
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(this.endpoint.headers ?? {})) {
      headers[name.toLowerCase()] = typeof value === 'string' ? value : `${value.prefix ?? ''}${await readSecret(value.secret)}`
    }
    Object.assign(headers, asked.headers)
    const { aws } = this.endpoint
    return aws ? { ...headers, ...(await signForAws({ ...asked, headers }, aws)) } : headers
  }

  private problem(failure: RemoteFailure) {
    return problemOfFailure(failure, this.host)
  }
}
