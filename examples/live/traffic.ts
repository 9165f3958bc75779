// Sends calls to a running Flightdeck at an even rate, as the three applications would, and what follows quickly.
import type { SinglePredictAnswer } from '@/lib/serving/contract'
import { HOUR_MS } from '@/lib/platform/clock'
import type { LiveCall } from './calls'
import type { TrafficOptions } from './options'

export interface Traffic extends TrafficOptions {
  url: string
  token: string
  calls: Iterator<LiveCall, never>
  signal: AbortSignal
  tell(line: string): void
}

export interface Totals {
  sent: number
  answered: number
  failed: number
  events: number
}

const TELL_EVERY_MS = 10_000
const MOST_UNDER_WAY = 50
/** Outcomes that take longer are not waited for. */
const FOLLOWS_WITHIN_MS = HOUR_MS
const GIVES_UP_AFTER_MS = 10_000

export async function runTraffic(traffic: Traffic): Promise<Totals> {
  const run = new Run(traffic)
  const endsAt = performance.now() + traffic.minutes * 60_000
  const stepMs = 1000 / traffic.callsASecond
  let nextAt = performance.now()
  let toldAt = nextAt
  while (performance.now() < endsAt && !traffic.signal.aborted) {
    run.send()
    // Behind by more than a second (a sleeping laptop): start anew instead of making up for it at once.
    nextAt = Math.max(nextAt + stepMs, performance.now() - 1000)
    await pause(Math.min(nextAt, endsAt) - performance.now(), traffic.signal)
    if (performance.now() - toldAt >= TELL_EVERY_MS) {
      await run.report()
      toldAt += TELL_EVERY_MS
    }
  }
  await run.finish()
  return run.totals
}

class Run {
  readonly totals: Totals = { sent: 0, answered: 0, failed: 0, events: 0 }
  private readonly underWay = new Set<Promise<void>>()
  private events: Record<string, unknown>[] = []
  private latencies: number[] = []
  private lastFailure = ''

  constructor(private readonly traffic: Traffic) {}

  send(): void {
    if (this.underWay.size >= MOST_UNDER_WAY) return
    this.totals.sent += 1
    const sending = this.predict(this.traffic.calls.next().value)
      .catch((error: unknown) => this.fail(error))
      .finally(() => this.underWay.delete(sending))
    this.underWay.add(sending)
  }

  /** One line, and the business events of the last seconds. */
  async report(): Promise<void> {
    await this.postEvents()
    const { answered, failed, events } = this.totals
    const sorted = this.latencies.sort((a, b) => a - b)
    const quantile = (q: number) => `${(sorted[Math.floor(q * (sorted.length - 1))] ?? 0).toFixed(1)} ms`
    const latency = sorted.length > 0 ? `, half within ${quantile(0.5)}, 99 % within ${quantile(0.99)}` : ''
    const failure = this.lastFailure === '' ? '' : ` (last: ${this.lastFailure})`
    this.traffic.tell(`${new Date().toISOString().slice(11, 19)}  ${answered} answered, ${failed} failed${failure}, ${events} business events${latency}`)
    this.latencies = []
    this.lastFailure = ''
  }

  async finish(): Promise<void> {
    await Promise.all(this.underWay)
    await this.report()
  }

  private async predict({ scenario, call }: LiveCall): Promise<void> {
    const startedAt = performance.now()
    const body = { inputs: call.inputs, subject: call.subject, explain: scenario.business === 'credit-union' }
    const answer = await this.post<SinglePredictAnswer>(`/api/models/${scenario.model}/predict`, body)
    this.latencies.push(performance.now() - startedAt)
    this.totals.answered += 1
    for (const report of call.reports(answer.output.score ?? answer.output.value ?? Number.NaN)) {
      if (report.kind !== 'kpi' || report.occurredAt - call.at > FOLLOWS_WITHIN_MS) continue
      this.events.push({ model: scenario.model, name: report.name, value: report.value, predictionId: answer.id })
    }
  }

  private async postEvents(): Promise<void> {
    const items = this.events.splice(0)
    if (items.length === 0) return
    await this.post('/api/kpi-events', { items }).then(
      () => {
        this.totals.events += items.length
      },
      (error: unknown) => this.fail(error),
    )
  }

  private async post<T>(path: string, body: Record<string, unknown>): Promise<T> {
    const { url, token } = this.traffic
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(GIVES_UP_AFTER_MS),
    })
    const answer = (await response.json().catch(() => ({}))) as T & { detail?: string }
    if (!response.ok) throw new RangeError(answer.detail ?? `answer ${response.status}`)
    return answer
  }

  private fail(error: unknown): void {
    this.totals.failed += 1
    this.lastFailure = reasonOf(error)
  }
}

/** fetch hides why it could not connect in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message || cause.name : String(cause)
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, Math.max(0, ms))
    signal.addEventListener('abort', end)
  })
}
