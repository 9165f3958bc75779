// The stream of what a model answers at this moment, as server-sent events (WHATWG HTML, 9.2): predictions one by one while
// they are few, a summary every two seconds whatever happens. It ends when the process drains, when the caller may not
// listen any more, and when nobody reads what was sent.
import { may } from '@/lib/access/rules'
import type { Principal } from '@/lib/access/contract'
import { database } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { isProblem, ProblemError } from '@/lib/platform/errors'
import { subscribe } from '@/lib/platform/events'
import { logger } from '@/lib/platform/logging'
import { once } from '@/lib/platform/once'
import type { Prediction } from '@/lib/serving/contract'
import { liveFeed, type PredictionRecord } from '@/lib/serving/log'
import { MOST_SHOWN_A_SECOND, SUMMARY_EVERY_MS, type LiveEvents } from '../contract/live'
import { decisionRows } from '../queries/decisions'
import { LiveSample } from './sample'
import { LiveCounts } from './summary'

declare module '@/lib/platform/once' {
  interface Once {
    liveStreams: Set<LiveStream>
  }
}

export interface LiveQuestion {
  modelId: string
  environment: string
}

export interface LiveTimes {
  /** Predictions are told together, so that names are looked up once. */
  tellMs: number
  summaryMs: number
  /** Proxies close a connection on which nothing comes. */
  heartbeatMs: number
  /** Whether the caller may still listen. */
  checkMs: number
  /** A reader that takes nothing for so long is let go. */
  stalledMs: number
}

const TIMES: LiveTimes = { tellMs: 250, summaryMs: SUMMARY_EVERY_MS, heartbeatMs: 15_000, checkMs: 30_000, stalledMs: 60_000 }
const MOST_STREAMS = 200
const MOST_BYTES_WAITING = 256 * 1024
const RECONNECT_MS = 3000

const encoder = new TextEncoder()

/**
 * @param principal who may listen now
 * @param again finds the same caller anew; null or a refusal where there is none any more
 * @throws ProblemError `live_full` where too many listen
 */
export function liveDecisions(asked: LiveQuestion, principal: Principal, again: () => Promise<Principal | null>, times: LiveTimes = TIMES): ReadableStream<Uint8Array> {
  const streams = once('liveStreams', openStreams)
  if (streams.size >= MOST_STREAMS) {
    throw new ProblemError('unavailable', `At most ${MOST_STREAMS} may watch live predictions at once. Close another live view, or try again later.`, { code: 'live_full', retryAfterSeconds: 30 })
  }
  const stream = new LiveStream(asked, principal, again, times)
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        streams.add(stream)
        stream.open(controller, () => streams.delete(stream))
      },
      cancel: () => stream.close(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: MOST_BYTES_WAITING }),
  )
}

function openStreams(): Set<LiveStream> {
  const streams = new Set<LiveStream>()
  subscribe('process.draining', () => {
    for (const stream of streams) stream.close()
  })
  return streams
}

class LiveStream {
  private readonly sample = new LiveSample(MOST_SHOWN_A_SECOND)
  private readonly counts = new LiveCounts(now())
  private controller: ReadableStreamDefaultController<Uint8Array> | null = null
  private maySeeSensitive: boolean
  private waiting: PredictionRecord[] = []
  private telling: NodeJS.Timeout | null = null
  private takenAt = performance.now()
  private ends: (() => void)[] = []

  constructor(
    private readonly asked: LiveQuestion,
    principal: Principal,
    private readonly again: () => Promise<Principal | null>,
    private readonly times: LiveTimes,
  ) {
    this.maySeeSensitive = may(principal, 'sensitive:read')
  }

  open(controller: ReadableStreamDefaultController<Uint8Array>, closed: () => void): void {
    this.controller = controller
    const { modelId, environment } = this.asked
    const { summaryMs, heartbeatMs, checkMs } = this.times
    this.ends = [
      liveFeed().listen(modelId, environment, { answered: (rows) => this.hear(rows), refused: (code) => this.counts.refuse(code) }),
      every(summaryMs, () => this.summarise()),
      every(heartbeatMs, () => this.send(':\n\n')),
      every(checkMs, () => void this.check()),
      closed,
    ]
    this.send(`retry: ${RECONNECT_MS}\n\n`)
    this.summarise()
  }

  close(): void {
    const { controller } = this
    if (controller === null) return
    this.controller = null
    if (this.telling) clearTimeout(this.telling)
    for (const end of this.ends) end()
    try {
      controller.close()
    } catch {
      // Cancelled by its reader: closed already.
    }
  }

  private hear(rows: readonly PredictionRecord[]): void {
    this.counts.answered(rows.map((row) => row.latencyMicros))
    const at = performance.now()
    for (const row of rows) {
      if (this.isRead && this.sample.admits(at)) this.waiting.push(row)
      else this.counts.leaveOut(1)
    }
    if (this.waiting.length > 0) this.telling ??= setTimeout(() => void this.tell(), this.times.tellMs)
  }

  private async tell(): Promise<void> {
    this.telling = null
    const rows = this.waiting
    this.waiting = []
    try {
      const decisions = await decisionRows(await database(), rows.map(asPrediction), { maySeeSensitive: this.maySeeSensitive })
      for (const decision of decisions) {
        if (this.isRead) this.emit('prediction', decision)
        else this.counts.leaveOut(1)
      }
    } catch (error) {
      this.counts.leaveOut(rows.length)
      logger().warn({ err: error }, 'live predictions could not be told')
    }
  }

  private summarise(): void {
    // What is not told now is told with the next.
    if (this.isRead) this.emit('summary', this.counts.take(now()))
    else if (performance.now() - this.takenAt > this.times.stalledMs) this.close()
  }

  private async check(): Promise<void> {
    try {
      const principal = await this.again()
      if (!may(principal, 'read')) return this.refuse()
      this.maySeeSensitive = may(principal, 'sensitive:read')
    } catch (error) {
      if (isProblem(error) && error.kind === 'unauthenticated') return this.refuse()
      // Nobody can say whether the caller may listen: it asks again, and is told then.
      this.close()
    }
  }

  private refuse(): void {
    this.emit('ended', { code: 'session_ended', detail: 'The session or token that listened is not valid any more.' })
    this.close()
  }

  /** Whether the reader takes what is sent. */
  private get isRead(): boolean {
    const isRead = (this.controller?.desiredSize ?? 0) > 0
    if (isRead) this.takenAt = performance.now()
    return isRead
  }

  private emit<K extends keyof LiveEvents>(name: K, event: LiveEvents[K]): void {
    this.send(`event: ${name}\ndata: ${JSON.stringify(event)}\n\n`)
  }

  private send(text: string): void {
    if (this.isRead) this.controller?.enqueue(encoder.encode(text))
  }
}

function every(ms: number, act: () => void): () => void {
  const timer = setInterval(act, ms).unref()
  return () => clearInterval(timer)
}

function asPrediction(record: PredictionRecord): Prediction {
  const { releaseId = null, channel = 'online', subject = null, requestId = null, label = null, score = null, modelScore = null, guardrail = null, topReason = null } = record
  return { ...record, inputs: [...record.inputs], releaseId, channel, subject, requestId, label, score, modelScore, guardrail, topReason, extra: null, explanation: null }
}
