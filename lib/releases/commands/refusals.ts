// What the database refuses, told in words: a race lost at a unique index, a rule held by a trigger.
import { isProblem, ProblemError } from '@/lib/platform/errors'
import type { Refusal } from '../rules'

// By the words of the triggers in drizzle/*/0001_guards.sql, which are the same on both engines.
const TRIGGERS: readonly [words: string, code: string, message: string][] = [
  ['this promotion was already decided', 'promotion_already_decided', 'This promotion was decided a moment ago. Nothing was changed.'],
  [
    'a promotion needs its approvals by other people and no failed gate',
    'approvals_missing',
    'The database refused this release: approvals by other people are missing, or a gate failed.',
  ],
  [
    'a version without an approved promotion cannot serve',
    'promotion_missing',
    'The database refused this release: one of its versions has no approved promotion into this environment.',
  ],
  [
    'a promotion needs at least the approvals of its environment',
    'approvals_too_few',
    'This environment asks for more approvals than its policy. Raise the policy’s approvals and request again.',
  ],
]

const UNIQUE: Record<string, [code: string, message: string]> = {
  releases: ['release_switched', 'Another release started at the same moment, so this one did not. Look at what serves now, then decide again.'],
  approvals: ['already_approved_by_you', 'You decided about this promotion already.'],
  policies: ['policy_changed', 'Somebody else changed this policy at the same moment. Load it again, then repeat your change.'],
}

/** Runs a write; what the database refused becomes a conflict with words. */
export async function refusable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw isProblem(error) ? error : (problemOf(error) ?? error)
  }
}

export function throwRefusal(refusal: Refusal | null): void {
  if (refusal) throw new ProblemError(refusal.kind, refusal.message, { code: refusal.code })
}

function problemOf(error: unknown): ProblemError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { message } = cause
    const trigger = TRIGGERS.find(([words]) => message.includes(words))
    if (trigger) return new ProblemError('conflict', trigger[2], { code: trigger[1], cause: error })
    const table = uniqueTable(cause)
    const unique = table === undefined ? undefined : UNIQUE[table]
    if (unique) return new ProblemError('conflict', unique[1], { code: unique[0], cause: error })
  }
  return null
}

/** The table whose unique index refused a row. SQLite says so in its message, Postgres in error code 23505. */
function uniqueTable(error: Error & { code?: unknown; table?: unknown }): string | undefined {
  const named = /^UNIQUE constraint failed: (\w+)\./.exec(error.message)?.[1]
  if (named !== undefined) return named
  return error.code === '23505' && typeof error.table === 'string' ? error.table : undefined
}
