// What can go wrong with a call of a remote version, and what is told of it. Never the server's own words: they may hold
// rows, and an address from a form must not become a way to read other servers. The log has the beginning of them.
import { ProblemError } from '@/lib/platform/errors'

export type FailureKind = 'unreachable' | 'refused-address' | 'busy' | 'timeout' | 'cut' | 'status' | 'redirect' | 'too-large' | 'invalid'

export interface FailureOptions {
  status?: number
  /** It may go better at once. */
  isRetryable?: boolean
  /** It came before the server could have seen the call: the connection was one that it had closed. */
  isStale?: boolean
  retryAfterMs?: number
  cause?: unknown
}

export class RemoteFailure extends Error {
  readonly status: number | undefined
  readonly isRetryable: boolean
  readonly isStale: boolean
  readonly retryAfterMs: number | undefined

  constructor(
    readonly kind: FailureKind,
    /** A sentence about the server, without its name. */
    message: string,
    { status, isRetryable = false, isStale = false, retryAfterMs, cause }: FailureOptions = {},
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'RemoteFailure'
    this.status = status
    this.isRetryable = isRetryable
    this.isStale = isStale
    this.retryAfterMs = retryAfterMs
  }

  /** Whether it says that the server is not well, rather than that it does not take these rows. */
  get isOutage(): boolean {
    if (this.kind === 'status') return this.status === 429 || (this.status ?? 0) >= 500
    return this.kind !== 'refused-address' && this.kind !== 'busy'
  }
}

const RETRY_AFTER_SECONDS = 5
const LONGEST_RETRY_AFTER_SECONDS = 300

export function problemOfFailure(failure: RemoteFailure, host: string): ProblemError {
  const seconds = failure.retryAfterMs === undefined ? RETRY_AFTER_SECONDS : Math.ceil(failure.retryAfterMs / 1000)
  const retryAfterSeconds = Math.min(LONGEST_RETRY_AFTER_SECONDS, Math.max(1, seconds))
  const message = `The server ${host}, which answers for this version, ${failure.message}`
  switch (failure.kind) {
    case 'timeout':
      return new ProblemError('timed_out', message, { code: 'remote_timeout', retryAfterSeconds, cause: failure })
    case 'redirect':
    case 'too-large':
    case 'invalid':
      return new ProblemError('unavailable', message, { code: 'remote_answer_invalid', retryAfterSeconds, cause: failure })
    case 'status':
      return new ProblemError('unavailable', message, { code: failure.isOutage ? 'remote_unavailable' : 'remote_answer_invalid', retryAfterSeconds, cause: failure })
    default:
      return new ProblemError('unavailable', message, { code: 'remote_unavailable', retryAfterSeconds, cause: failure })
  }
}

/** Whether it came of asking the server, rather than of what is missing here. */
export function isRemoteProblem(problem: ProblemError): boolean {
  return problem.code.startsWith('remote_') && problem.code !== 'remote_secret_missing'
}
