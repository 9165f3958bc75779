// When something is due, and whether it was missed. Times come in as arguments; croner only reads the pattern.
import { Cron } from 'croner'
import { ProblemError } from '@/lib/platform/errors'
import type { RunTrigger, Schedule } from './contract'

/** A run may start this late before it counts as missed: a restart or a busy machine is no incident. */
export const GRACE_MS = 10 * 60_000

/** The first time after `at` that a pattern in UTC names. */
export function nextDueAfter(pattern: string, at: number): number {
  const next = cronOf(pattern).nextRun(new Date(at))
  if (next === null) throw wrongPattern(pattern, 'it never comes')
  return next.getTime()
}

function cronOf(pattern: string): Cron {
  try {
    return new Cron(pattern, { timezone: 'UTC', paused: true })
  } catch (cause) {
    throw wrongPattern(pattern, cause instanceof Error ? cause.message : 'it cannot be read')
  }
}

function wrongPattern(pattern: string, why: string): ProblemError {
  return new ProblemError(
    'invalid',
    `FLIGHTDECK_CHECK_SCHEDULE is “${pattern}”, which is not a schedule: ${why}. Write five fields such as “0 * * * *” for every hour.`,
    { code: 'schedule_invalid' },
  )
}

export interface DueRun {
  dueAt: number
  /** `catch-up` when due times passed meanwhile; they are made up for by this one run. */
  trigger: Extract<RunTrigger, 'schedule' | 'catch-up'>
  nextDueAt: number
}

/** What to run now; null when nothing is due. */
export function dueRun({ pattern, nextDueAt }: Pick<Schedule, 'pattern' | 'nextDueAt'>, at: number): DueRun | null {
  if (nextDueAt > at) return null
  const following = nextDueAfter(pattern, nextDueAt)
  return { dueAt: nextDueAt, trigger: following <= at ? 'catch-up' : 'schedule', nextDueAt: nextDueAfter(pattern, at) }
}

/**
 * The due time that passed without a run that succeeded, or null.
 * @param lastSuccessAt start of the last run that succeeded; null when none did
 */
export function missedRun(schedule: Schedule, lastSuccessAt: number | null, at: number): number | null {
  const since = Math.max(schedule.createdAt, lastSuccessAt ?? 0)
  const expected = nextDueAfter(schedule.pattern, since)
  return at > expected + GRACE_MS ? expected : null
}
