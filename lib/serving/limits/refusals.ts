// What a call is told that is not let in: which limit, and what to do.
import { ProblemError } from '@/lib/platform/errors'

const WHOLE = new Intl.NumberFormat('en')

/** @param prefix such as "This token may send" */
export function tooManyBytes(prefix: string, most: number, bytes: number): ProblemError {
  return new ProblemError('too_large', `${prefix} at most ${WHOLE.format(most)} bytes in a call, not ${WHOLE.format(bytes)}. Send the rows in several calls.`, {
    code: 'body_too_large',
  })
}

export function tooManyRows(prefix: string, most: number, rows: number): ProblemError {
  return new ProblemError('invalid', `${prefix} at most ${WHOLE.format(most)} rows in a call, not ${WHOLE.format(rows)}. Send them in several calls.`, {
    code: 'too_many_rows',
  })
}

export function tooManyAtOnce(prefix: string, most: number): ProblemError {
  return new ProblemError('rate_limited', `${prefix} at most ${WHOLE.format(most)} calls at once. Send the next when one is answered.`, {
    code: 'too_many_at_once',
    retryAfterSeconds: 1,
  })
}

export function tooFast(prefix: string, rowsASecond: number, burst: number, wait: number): ProblemError {
  return new ProblemError('rate_limited', `${prefix} at most ${WHOLE.format(rowsASecond)} rows a second, and ${WHOLE.format(burst)} at once. Wait ${wait} s, then try again.`, {
    code: 'rate_limited',
    retryAfterSeconds: wait,
  })
}

export function quotaExhausted(prefix: string, rowsAMonth: number, left: number, ends: number, wait: number): ProblemError {
  const month = new Date(ends).toISOString().slice(0, 10)
  const remaining = left === 0 ? 'none is left' : `${WHOLE.format(left)} are left`
  return new ProblemError('rate_limited', `${prefix} at most ${WHOLE.format(rowsAMonth)} rows a month, and ${remaining} until ${month} 00:00 UTC. Ask an administrator for more.`, {
    code: 'quota_exhausted',
    retryAfterSeconds: wait,
  })
}

export function tooLate(): ProblemError {
  return new ProblemError('timed_out', 'The answer was not ready within the time that the call or its limits allow. Nothing was logged. Allow more time, or send fewer rows in a call.', {
    code: 'deadline_exceeded',
  })
}
