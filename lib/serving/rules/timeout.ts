// X-Request-Timeout-Ms: how long a caller waits for its answer.
import { ProblemError } from '@/lib/platform/errors'

const LONGEST_MS = 120_000

/** Null where the header was not sent. Throws `timeout_invalid` for what is no number of milliseconds. */
export function timeoutFrom(header: string | undefined): number | null {
  if (header === undefined) return null
  const milliseconds = /^\d{1,6}$/.test(header) ? Number(header) : 0
  if (milliseconds >= 1 && milliseconds <= LONGEST_MS) return milliseconds
  throw new ProblemError('malformed', `X-Request-Timeout-Ms must be a whole number of milliseconds from 1 to ${LONGEST_MS}.`, { code: 'timeout_invalid' })
}
