// An endless queue of calls of the three businesses, from the days that come after the story.
import { DAY_MS } from '@/lib/platform/clock'
import { scenariosOf } from '../seed/scenarios'
import type { Business, Call, Scenario } from '../seed/story'
import { replayWindow } from '../seed/window'
import { stream } from '../stream'
import { startOfDay } from '../calendar'

export interface LiveCall {
  scenario: Scenario
  call: Call
}

const SHARES: Record<Business, number> = { shop: 0.6, clinic: 0.3, 'credit-union': 0.1 }
const MINUTE_MS = 60_000
const LIVE_STREAM = 6

/** Every start draws from other days, so that a second run brings other people. */
export function* liveCalls(today: number): Generator<LiveCall, never> {
  const window = replayWindow(today)
  const firstDay = startOfDay(today) + (1 + Math.floor((today - startOfDay(today)) / MINUTE_MS)) * DAY_MS
  const queues = scenariosOf(window).map((scenario) => ({ scenario, calls: callsFrom(scenario, firstDay) }))
  const random = stream(LIVE_STREAM, Math.floor(today / MINUTE_MS))
  for (;;) {
    let left = random.uniform()
    const chosen = queues.find(({ scenario }) => (left -= SHARES[scenario.business]) < 0) ?? queues[0]
    if (!chosen) throw new RangeError('There is no business to play.')
    yield { scenario: chosen.scenario, call: chosen.calls.next().value }
  }
}

function* callsFrom(scenario: Scenario, firstDay: number): Generator<Call, never> {
  for (let day = firstDay; ; day += DAY_MS) yield* scenario.callsOn(day)
}
