// What happens on one day of the replay, in order of time: people's steps, applications' calls, Flightdeck's checks.
import { DAY_MS, HOUR_MS, hourOf } from '@/lib/platform/clock'
import { startOfDay } from '../calendar'
import type { Act, Call, Scenario } from './story'
import type { ReplayWindow } from './window'

export type Entry =
  | { at: number; kind: 'step'; scenario: Scenario; act: Act }
  | { at: number; kind: 'call'; scenario: Scenario; call: Call }
  | { at: number; kind: 'check' }

/** Set-up takes place in these days before the first call. */
export const SET_UP_DAYS = 3
/** A real installation checks every hour. Here it does so at the end of the story only, which saves half of the time. */
const HOURLY_CHECKS_MS = 2 * DAY_MS
const DAILY_CHECK_HOUR = 6
const EXPLAINED_CALLS = 3
/** Calls of so long a stretch are made at once; what comes of them must not be sent within it. */
const BATCH_MS = 3 * HOUR_MS

export function batchOf(at: number): number {
  return Math.floor(at / BATCH_MS)
}

export function daysWithSetUp({ from, until }: ReplayWindow): number[] {
  const days: number[] = []
  for (let day = from - SET_UP_DAYS * DAY_MS; day < until; day += DAY_MS) days.push(day)
  return days
}

export function agendaOf(scenarios: readonly Scenario[], window: ReplayWindow, day: number): Entry[] {
  const isWithin = ({ at }: { at: number }) => at >= day && at < day + DAY_MS && at < window.until
  const entries: Entry[] = scenarios.flatMap((scenario) => [
    ...scenario.steps.filter(isWithin).map(({ at, ...act }): Entry => ({ at, kind: 'step', scenario, act: act as Act })),
    ...callsOf(scenario, window, day).map((call): Entry => ({ at: call.at, kind: 'call', scenario, call })),
  ])
  entries.push(...checkTimes(window, day).map((at): Entry => ({ at, kind: 'check' })))
  return entries.sort((a, b) => a.at - b.at)
}

function callsOf(scenario: Scenario, window: ReplayWindow, day: number): Call[] {
  if (day < window.from) return []
  const calls = scenario.callsOn(day).filter(({ at }) => at < window.until)
  const explainedFrom = startOfExplained(scenario, window)
  return calls.map((call) => (call.at >= explainedFrom ? { ...call, isExplained: true } : call))
}

/** The last few calls of the story ask for reasons, whatever the weekday it ends on. */
function startOfExplained(scenario: Scenario, { from, until }: ReplayWindow): number {
  const last: Call[] = []
  for (let day = startOfDay(until); day >= from && last.length < EXPLAINED_CALLS; day -= DAY_MS) {
    last.unshift(...scenario.callsOn(day).filter(({ at }) => at < until))
  }
  return last.at(-EXPLAINED_CALLS)?.at ?? until
}

function checkTimes({ from, until }: ReplayWindow, day: number): number[] {
  if (day < from) return []
  const times: number[] = []
  for (let at = day; at < day + DAY_MS && at <= hourOf(until); at += HOUR_MS) {
    if (at >= until - HOURLY_CHECKS_MS || at === day + DAILY_CHECK_HOUR * HOUR_MS) times.push(at)
  }
  return times
}
