// Time comes from here, so that history can be replayed and rules can be tested. Milliseconds UTC everywhere.
import { once, setOnce } from './once'

export interface Clock {
  now(): number
}

export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000

export const systemClock: Clock = { now: () => Date.now() }

/** Milliseconds since 1970-01-01T00:00:00Z. */
export function now(): number {
  return once('clock', () => systemClock).now()
}

export function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS) * HOUR_MS
}

export interface SimulatedClock extends Clock {
  set(at: number): void
}

/** Puts a clock in place that stands still until it is set. The seed and tests use it. */
export function useSimulatedClock(at: number): SimulatedClock {
  let current = at
  const clock: SimulatedClock = {
    now: () => current,
    set: (next) => {
      current = next
    },
  }
  setOnce('clock', clock)
  return clock
}

export function useSystemClock(): void {
  setOnce('clock', systemClock)
}
