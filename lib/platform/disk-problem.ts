// Tells a disk that cannot be written from a bug of ours, by the codes that SQLite, Postgres and the operating system give.
import { ProblemError } from './errors'

const REASONS: readonly [pattern: RegExp, sentence: string][] = [
  [/^(?:SQLITE_FULL|ENOSPC|EDQUOT|53100)$/, 'The disk is full.'],
  [/^(?:SQLITE_READONLY\w*|EROFS|25006)$/, 'The data can be read but not written.'],
  [/^(?:SQLITE_IOERR\w*|SQLITE_CANTOPEN\w*|EIO|58030)$/, 'The disk does not work as it should.'],
  [/^(?:53\w{3}|57P0[123]|08\w{3}|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE)$/, 'The database cannot be reached.'],
]

/** Why nothing can be written, in a sentence; null where the error says nothing about a disk or database. */
export function diskFailure(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = String((cause as { code?: unknown }).code)
    const found = REASONS.find(([pattern]) => pattern.test(code))
    if (found) return found[1]
  }
  return null
}

export function diskProblem(error: unknown): ProblemError | null {
  const reason = diskFailure(error)
  if (reason === null) return null
  return new ProblemError('unavailable', `${reason} Nothing was written. Try again in a moment; whoever runs Flightdeck sees the reason at /health/ready.`, {
    code: 'disk_unavailable',
    retryAfterSeconds: 5,
    cause: error,
  })
}
