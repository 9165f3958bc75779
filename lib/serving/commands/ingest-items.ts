// The body of a bulk call: one object, a list, or {items: [...]}; each item is judged alone.
import type { z } from 'zod'
import { now } from '@/lib/platform/clock'
import { ProblemError } from '@/lib/platform/errors'
import { fieldProblems } from '@/lib/platform/parse'
import { MOST_EVENTS_A_CALL, type IngestResult } from '../contract'

export interface ReadItem<T> {
  index: number
  item: T
  /** Given, else now. */
  occurredAt: number
}

/** The items that are well formed; the others are added to the rejected ones. */
export function readItems<T extends { occurredAt?: string | undefined }>(schema: z.ZodType<T>, input: unknown, result: IngestResult): ReadItem<T>[] {
  const at = now()
  return listOf(input).flatMap((given, index) => {
    const parsed = schema.safeParse(given)
    if (!parsed.success) {
      const [first] = fieldProblems(parsed.error)
      result.rejected.push(rejection(index, 'invalid', first ? `${first.path}: ${first.message}` : 'The item is not valid.'))
      return []
    }
    const { occurredAt } = parsed.data
    return [{ index, item: parsed.data, occurredAt: occurredAt === undefined ? at : Date.parse(occurredAt) }]
  })
}

export function rejection(index: number, code: string, message: string): IngestResult['rejected'][number] {
  return { index, code, message }
}

function listOf(input: unknown): unknown[] {
  const items = isWrapped(input) ? input.items : input
  const list = Array.isArray(items) ? (items as unknown[]) : [items]
  if (list.length === 0) throw new ProblemError('invalid', 'Send at least one item.', { code: 'no_items' })
  if (list.length > MOST_EVENTS_A_CALL) {
    throw new ProblemError('invalid', `Send at most ${MOST_EVENTS_A_CALL} items in a call, not ${list.length}.`, { code: 'too_many_items' })
  }
  return list
}

function isWrapped(input: unknown): input is { items: unknown } {
  return typeof input === 'object' && input !== null && Object.hasOwn(input, 'items')
}
