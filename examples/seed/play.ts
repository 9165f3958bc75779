// Plays the story through the product's own commands under a simulated clock: nothing is written past them.
import { noteTokensUsed } from '@/lib/access/commands'
import { SYSTEM } from '@/lib/access/contract'
import { runChecks } from '@/lib/automation/commands'
import type { Database } from '@/lib/database'
import { registerExplainer } from '@/lib/explanations/commands'
import { followReleases } from '@/lib/monitoring/commands'
import { DAY_MS, HOUR_MS, useSimulatedClock as startSimulatedClock, type SimulatedClock } from '@/lib/platform/clock'
import { isProblem } from '@/lib/platform/errors'
import type { IngestResult, SinglePredictAnswer } from '@/lib/serving/contract'
import { ingestKpiEvents, ingestOutcomes, predict } from '@/lib/serving/commands'
import { perform, type Stage } from './act'
import { agendaOf, batchOf, daysWithSetUp, SET_UP_DAYS, type Entry } from './agenda'
import { Outbox } from './outbox'
import { createCast, type Cast } from './people'
import type { Scenario } from './story'
import type { ReplayWindow } from './window'

export interface Played {
  predictions: number
  refused: number
  reports: number
}

export interface PlayOptions {
  db: Database
  scenarios: readonly Scenario[]
  window: ReplayWindow
  /** Rows that a version's global importance is computed on; 0 leaves it to the server. */
  importanceRows?: number
  /** Told after each day. */
  onDay?(day: number, played: Played): void
}

type CallEntry = Extract<Entry, { kind: 'call' }>

/** Fewer than after an ordinary registration, for time; the standard errors say what that costs. */
const IMPORTANCE_ROWS = 20

export async function play({ db, scenarios, window, importanceRows = IMPORTANCE_ROWS, onDay }: PlayOptions): Promise<Played> {
  const clock = startSimulatedClock(window.from - SET_UP_DAYS * DAY_MS + 8 * HOUR_MS)
  followReleases()
  registerExplainer()
  const cast = await createCast(db, scenarios)
  const stage: Stage = { db, cast, shift: window.shift, importanceRows }
  const player = new Player(clock, stage)
  for (const day of daysWithSetUp(window)) {
    for (const entry of agendaOf(scenarios, window, day)) await player.take(entry)
    await player.callAll()
    onDay?.(day, player.played)
  }
  await player.send(window.until)
  clock.set(window.until)
  await noteTokensUsed(scenarios.map((scenario) => cast.application(scenario).id), window.until)
  return player.played
}

class Player {
  readonly played: Played = { predictions: 0, refused: 0, reports: 0 }
  private readonly outbox = new Outbox()
  /** Calls of one batch, made at once so that one group commit takes them. */
  private calls: CallEntry[] = []
  private readonly cast: Cast

  constructor(
    private readonly clock: SimulatedClock,
    private readonly stage: Stage,
  ) {
    this.cast = stage.cast
  }

  async take(entry: Entry): Promise<void> {
    const [waiting] = this.calls
    const isSameBatch = waiting !== undefined && batchOf(waiting.at) === batchOf(entry.at)
    if (entry.kind !== 'call' || !isSameBatch || this.outbox.hasDue(entry.at)) await this.callAll()
    await this.send(entry.at)
    if (entry.kind === 'call') {
      this.calls.push(entry)
      return
    }
    this.clock.set(entry.at)
    if (entry.kind === 'check') await runChecks(SYSTEM, 'schedule')
    else await perform(this.stage, entry.scenario, entry.act)
  }

  async callAll(): Promise<void> {
    const calls = this.calls
    this.calls = []
    await Promise.all(calls.map((entry) => this.call(entry)))
  }

  /** Sends what applications report until a time. */
  async send(until: number): Promise<void> {
    for (const { at, sendings } of this.outbox.takeDue(until)) {
      this.clock.set(at)
      for (const { scenario, outcomes, kpis } of sendings) {
        const application = this.cast.application(scenario)
        if (outcomes.length > 0) this.count(await ingestOutcomes(application, { items: outcomes }))
        if (kpis.length > 0) this.count(await ingestKpiEvents(application, { items: kpis }))
      }
    }
  }

  private async call({ at, scenario, call }: CallEntry): Promise<void> {
    // A call takes the time at which it begins, before it waits for anything.
    this.clock.set(at)
    const { subject, inputs, isExplained = false, isWrong = false } = call
    try {
      const answer = (await predict(this.cast.application(scenario), scenario.model, { inputs, subject, explain: isExplained })) as SinglePredictAnswer
      this.played.predictions += 1
      const value = answer.output.score ?? answer.output.value ?? Number.NaN
      for (const report of call.reports(value)) this.outbox.add(scenario, report, { predictionId: answer.id, subject })
    } catch (error) {
      if (!isWrong || !isProblem(error) || error.kind !== 'invalid') throw error
      this.played.refused += 1
    }
  }

  private count({ accepted, rejected }: IngestResult): void {
    const [first] = rejected
    if (first) throw new RangeError(`A report of the story was refused: ${first.message}`)
    this.played.reports += accepted
  }
}
