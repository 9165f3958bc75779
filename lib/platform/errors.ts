// What a caller can cause, as a closed set without transport words. lib/api.ts maps kinds to HTTP.

export const PROBLEM_KINDS = [
  'malformed',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'too_large',
  'unsupported_media',
  'invalid',
  'rate_limited',
  'unavailable',
  'timed_out',
  'internal',
] as const

export type ProblemKind = (typeof PROBLEM_KINDS)[number]

/** One wrong place in the input: a path like `inputs[3].age`, the rule it breaks, and a sentence. Never the value. */
export interface FieldProblem {
  path: string
  rule: string
  message: string
}

export interface ProblemOptions {
  /** Stable code for programs, e.g. `promotion_already_decided`; the kind where none is given. */
  code?: string
  fields?: FieldProblem[]
  retryAfterSeconds?: number
  cause?: unknown
}

// Two module graphs mean two copies of this class; a shared symbol recognises both.
const BRAND = Symbol.for('flightdeck.problem')

export class ProblemError extends Error {
  readonly kind: ProblemKind
  readonly code: string
  readonly fields: FieldProblem[]
  readonly retryAfterSeconds: number | undefined
  /** That go with the answer over HTTP, such as the state of the caller's limits. */
  headers: Readonly<Record<string, string>> = {}

  constructor(kind: ProblemKind, message: string, options: ProblemOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'ProblemError'
    this.kind = kind
    this.code = options.code ?? kind
    this.fields = options.fields ?? []
    this.retryAfterSeconds = options.retryAfterSeconds
    Object.defineProperty(this, BRAND, { value: true })
  }
}

export function isProblem(error: unknown): error is ProblemError {
  return typeof error === 'object' && error !== null && BRAND in error
}

export function notFound(what: string, code?: string): ProblemError {
  return new ProblemError('not_found', `There is no ${what}.`, { code: code ?? 'not_found' })
}
