// The values a person is trying, with the way back: one step for each field, however far its slider was pulled.
import type { FieldValue } from '@/lib/explanations/contract/lookup'

export type Changes = Readonly<Record<string, FieldValue>>

export interface Tried {
  changes: Changes
  /** What was tried before, the last first. */
  before: readonly Changes[]
  /** The field that the last step changed. */
  field: string | null
}

export const NOTHING_TRIED: Tried = { changes: {}, before: [], field: null }

const MOST_STEPS = 50

/** @param original the decision's own value: setting a field back to it is no change */
export function withValue(tried: Tried, field: string, value: FieldValue, original: FieldValue): Tried {
  const { [field]: _, ...others } = tried.changes
  const changes = value === original ? others : { ...others, [field]: value }
  const before = tried.field === field ? tried.before : [tried.changes, ...tried.before].slice(0, MOST_STEPS)
  return { changes, before, field }
}

/** Several at once, as one step. */
export function withAll(tried: Tried, changes: Changes): Tried {
  return { changes, before: [tried.changes, ...tried.before].slice(0, MOST_STEPS), field: null }
}

export function undone(tried: Tried): Tried {
  const [last, ...before] = tried.before
  return last === undefined ? tried : { changes: last, before, field: null }
}
