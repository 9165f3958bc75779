import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Principal } from '@/lib/access/contract'
import type { Database } from '@/lib/database'
import { openTestDatabase } from '@/lib/database/testing'
import { ProblemError } from '@/lib/platform/errors'
import { publish } from '@/lib/platform/events'
import { peekOnce } from '@/lib/platform/once'
import { predict } from '@/lib/serving/commands'
import type { ListPredictAnswer, SinglePredictAnswer } from '@/lib/serving/contract'
import { endServing, exampleRows, operator, program, registerExample, releaseToStaging, viewer } from '@/lib/serving/testing/fixture'
import type { DecisionRow } from '../contract'
import { MOST_SHOWN_A_SECOND, type LiveEvents, type LiveSummary } from '../contract/live'
import { LiveSample } from './sample'
import { liveDecisions, type LiveTimes } from './stream'
import { LiveCounts } from './summary'

describe('the sample', () => {
  it('shows all of a quiet stream', () => {
    const sample = new LiveSample(10)
    for (let at = 0; at < 60_000; at += 100) expect(sample.admits(at)).toBe(true)
  })

  it('shows at most so many of any second of a loud one, and some of each moment', () => {
    const sample = new LiveSample(10)
    const shown: number[] = []
    for (let at = 0; at < 10_000; at++) if (sample.admits(at)) shown.push(at)
    expect(shown.length).toBeLessThanOrEqual(10 + 100)
    for (let from = 1000; from < 10_000; from += 1000) expect(shown.filter((at) => at >= from && at < from + 1000)).toHaveLength(10)
  })
})

describe('the summary', () => {
  it('counts a span and then begins anew, with the latencies of a minute', () => {
    const counts = new LiveCounts(0)
    counts.answered([10_000, 20_000])
    counts.refuse('inputs_invalid')
    counts.refuse('__proto__')
    counts.leaveOut(1)
    const first = counts.take(2000)
    expect(first).toMatchObject({ at: 2000, seconds: 2, calls: 1, predictions: 2, refused: 2, leftOut: 1 })
    expect(Object.entries(first.refusedByCode)).toEqual([['inputs_invalid', 1], ['__proto__', 1]])
    expect(first.latency.p99Ms).toBeCloseTo(20, 0)
    expect(counts.take(4000)).toMatchObject({ seconds: 2, calls: 0, predictions: 0, refused: 0, refusedByCode: {}, leftOut: 0, latency: first.latency })
    expect(counts.take(70_000).latency).toEqual({ p50Ms: null, p95Ms: null, p99Ms: null })
  })
})

const [booking = {}] = exampleRows('clinic', 1)
const CLINIC = 'no-show-risk'
const SOON: LiveTimes = { tellMs: 5, summaryMs: 20, heartbeatMs: 10, checkMs: 3_600_000, stalledMs: 3_600_000 }

describe('the stream', () => {
  let db: Database
  let modelId: string
  beforeEach(async () => {
    db = await openTestDatabase('sqlite')
    modelId = (await registerExample('clinic', 1)).modelId
    await releaseToStaging(CLINIC, 1)
  })
  afterEach(async () => {
    await publish('process.draining', {})
    await endServing()
    await db.close()
  })

  const listen = (principal: Principal = operator, again: () => Promise<Principal | null> = () => Promise.resolve(principal), times: Partial<LiveTimes> = {}, environment = 'staging') =>
    new Reading(liveDecisions({ modelId, environment }, principal, again, { ...SOON, ...times }))
  const ask = () => predict(program, CLINIC, { inputs: booking, environment: 'staging', subject: 'booking-1' }) as Promise<SinglePredictAnswer>

  it('tells a prediction as the list of predictions does', async () => {
    const reading = listen()
    const { id } = await ask()
    const row = await reading.next('prediction')
    expect(row).toMatchObject({ id, version: 1, subject: 'booking-1', caller: 'token:t-booking', hidden: [], model: { slug: CLINIC } })
    expect(Object.keys(row.inputs)).toEqual(Object.keys(booking))
    expect(row.answer).toMatch(/^Probability 0\.\d\d/)
    expect(row.latencyMicros).toBeGreaterThan(0)
  })

  it('hides sensitive fields from who may not see them', async () => {
    const reading = listen(viewer)
    await ask()
    const row = await reading.next('prediction')
    expect(row.hidden).toContain('age')
    expect(row.inputs).not.toHaveProperty('age')
  })

  it('tells nothing of other environments, and counts refusals by their code', async () => {
    const other = listen(operator, undefined, {}, 'production')
    const own = listen()
    await ask()
    await expect(predict(program, CLINIC, { inputs: { ...booking, age: 'old' }, environment: 'staging' })).rejects.toMatchObject({ code: 'inputs_invalid' })
    const counted = await own.until((summary) => summary.refused > 0)
    expect(counted.refusedByCode).toEqual({ inputs_invalid: 1 })
    await other.next('summary')
    await other.next('summary')
    expect(other.seen.filter(({ name }) => name === 'prediction')).toEqual([])
  })

  it('shows some of many and says how many it left out', async () => {
    const reading = listen()
    const rows = exampleRows('clinic', 200)
    const { predictions } = (await predict(program, CLINIC, { inputs: rows, environment: 'staging' })) as ListPredictAnswer
    const counted = await reading.until((summary) => summary.predictions > 0)
    expect([counted.calls, counted.predictions, counted.leftOut]).toEqual([1, predictions.length, predictions.length - MOST_SHOWN_A_SECOND])
    const shown = () => reading.seen.filter(({ name }) => name === 'prediction').length
    await reading.until(() => shown() >= MOST_SHOWN_A_SECOND)
    await reading.next('summary')
    expect(shown()).toBe(MOST_SHOWN_A_SECOND)
  })

  it('keeps the connection alive with comments', async () => {
    const reading = listen()
    await reading.next('summary')
    await reading.next('summary')
    expect(reading.comments).toBeGreaterThan(0)
  })

  it.each<[string, () => Promise<Principal | null>]>([
    ['there is no session any more', () => Promise.resolve(null)],
    ['the token is revoked', () => Promise.reject(new ProblemError('unauthenticated', 'The token was revoked.', { code: 'token_revoked' }))],
    ['the role may not read any more', () => Promise.resolve({ ...program, scopes: ['predict'] })],
  ])('ends with word of it where %s', async (_, again) => {
    const reading = listen(operator, again, { checkMs: 10 })
    expect(await reading.next('ended')).toMatchObject({ code: 'session_ended' })
    await reading.end()
    expect(peekOnce('liveStreams')?.size).toBe(0)
  })

  it('hides from then on what a changed role may not see', async () => {
    const reading = listen(operator, () => Promise.resolve(viewer), { checkMs: 5 })
    await reading.next('summary')
    await reading.next('summary')
    await ask()
    expect((await reading.next('prediction')).hidden).toContain('age')
  })

  it('ends without a word where nobody can say who listens, and when the process drains', async () => {
    const unknown = listen(operator, () => Promise.reject(new Error('the database is away')), { checkMs: 10 })
    await unknown.end()
    expect(unknown.seen.some(({ name }) => name === 'ended')).toBe(false)
    const draining = listen()
    await draining.next('summary')
    await publish('process.draining', {})
    await draining.end()
  })

  it('lets a reader go that takes nothing, and keeps little for it', async () => {
    const stream = liveDecisions({ modelId, environment: 'staging' }, operator, () => Promise.resolve(operator), { ...SOON, summaryMs: 1, heartbeatMs: 1, stalledMs: 20 })
    const streams = peekOnce('liveStreams')
    expect(streams?.size).toBe(1)
    await new Promise<void>((resolve) => {
      const look = setInterval(() => {
        if (streams?.size !== 0) return
        clearInterval(look)
        resolve()
      }, 5)
    })
    let bytes = 0
    for await (const chunk of stream) bytes += chunk.length
    expect(bytes).toBeLessThan(300 * 1024)
  }, 20_000)

  it('refuses the listener that is too many', async () => {
    const readings = Array.from({ length: 200 }, () => listen())
    expect(() => listen()).toThrow(expect.objectContaining({ code: 'live_full' }))
    await readings[0]?.cancel()
    expect(() => listen()).not.toThrow()
  })
})

/** Reads events as EventSource does. */
class Reading {
  readonly seen: { name: string; data: unknown }[] = []
  comments = 0
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>
  private readonly decoder = new TextDecoder()
  private text = ''
  private told = 0

  constructor(stream: ReadableStream<Uint8Array>) {
    this.reader = stream.getReader()
  }

  /** The next event of this name; others before it are seen too. */
  async next<K extends keyof LiveEvents>(name: K): Promise<LiveEvents[K]> {
    for (;;) {
      while (this.told < this.seen.length) {
        const event = this.seen[this.told++]
        if (event?.name === name) return event.data as LiveEvents[K]
      }
      if (!(await this.read())) throw new Error(`the stream ended before ${name}`)
    }
  }

  async until(holds: (summary: LiveSummary) => boolean): Promise<LiveSummary> {
    for (;;) {
      const summary = await this.next('summary')
      if (holds(summary)) return summary
    }
  }

  async end(): Promise<void> {
    while (await this.read());
  }

  cancel(): Promise<void> {
    return this.reader.cancel()
  }

  private async read(): Promise<boolean> {
    const { done, value } = await this.reader.read()
    if (done) return false
    this.text += this.decoder.decode(value, { stream: true })
    const blocks = this.text.split('\n\n')
    this.text = blocks.pop() ?? ''
    for (const block of blocks) {
      const lines = block.split('\n')
      const name = lines.find((line) => line.startsWith('event: '))?.slice(7)
      const data = lines.find((line) => line.startsWith('data: '))?.slice(6)
      if (block === ':') this.comments += 1
      if (name !== undefined && data !== undefined) this.seen.push({ name, data: JSON.parse(data) as DecisionRow })
    }
    return true
  }
}
