// When a schedule is due, in its own time zone. Times come in as arguments; croner only reads the pattern.
import { Cron } from 'croner'
import { ProblemError } from '@/lib/platform/errors'

/** A run may start this late before it counts as missed: a restart or a busy machine is no incident. */
export const GRACE_MS = 10 * 60_000
/** The least time between two runs. */
const LEAST_MINUTES = 5

export interface Timing {
  pattern: string
  timeZone: string
}

/** @throws ProblemError that says what is wrong with the pattern or the time zone */
export function nextDueAfter(timing: Timing, at: number): number {
  const next = cronOf(timing).nextRun(new Date(at))
  if (next === null) throw wrong('pattern', `“${timing.pattern}” never comes.`)
  return next.getTime()
}

export function nextRuns(timing: Timing, at: number, count: number): number[] {
  return cronOf(timing).nextRuns(count, new Date(at)).map((run) => run.getTime())
}

/** Refuses what cannot be read, never comes, or comes more often than a job should. */
export function checkTiming(timing: Timing, at: number): void {
  const [first, second] = nextRuns(timing, nextDueAfter(timing, at) - 1, 2)
  if (first !== undefined && second !== undefined && second - first < LEAST_MINUTES * 60_000) {
    throw wrong('pattern', `Leave at least ${LEAST_MINUTES} minutes between two runs.`)
  }
}

function cronOf({ pattern, timeZone }: Timing): Cron {
  if (pattern.trim().split(/\s+/).length !== 5) {
    throw wrong('pattern', `“${pattern}” is no schedule. Write five fields: minute, hour, day of the month, month, weekday; 0 2 * * * is every night at 02:00.`)
  }
  if (!isTimeZone(timeZone)) throw wrong('timeZone', `There is no time zone called “${timeZone}”. Write one such as Europe/Berlin.`)
  try {
    return new Cron(pattern, { timezone: timeZone, paused: true })
  } catch {
    throw wrong('pattern', `“${pattern}” cannot be read. Write five fields: minute, hour, day of the month, month, weekday; 0 2 * * * is every night at 02:00.`)
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

function wrong(path: keyof Timing, message: string): ProblemError {
  return new ProblemError('invalid', message, { code: 'batch_schedule_invalid', fields: [{ path, rule: 'schedule', message }] })
}

export interface DueRun {
  dueAt: number
  /** Later than a restart explains, or other runs passed meanwhile; this one makes up for all of them. */
  isLate: boolean
  nextDueAt: number
}

/** What to run now; null when nothing is due. */
export function dueRun(schedule: Timing & { nextDueAt: number }, at: number): DueRun | null {
  const { nextDueAt } = schedule
  if (nextDueAt > at) return null
  return { dueAt: nextDueAt, isLate: at > nextDueAt + GRACE_MS || nextDueAfter(schedule, nextDueAt) <= at, nextDueAt: nextDueAfter(schedule, at) }
}
