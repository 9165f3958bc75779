// ProblemError → RFC 9457 problem document. The one place that knows HTTP status codes.
import { randomUUID } from 'node:crypto'
import { diskProblem } from './disk-problem'
import { isProblem, ProblemError, type ProblemKind } from './errors'
import { logger } from './logging'

export const STATUS: Record<ProblemKind, 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 503 | 504 | 500> = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported_media: 415,
  invalid: 422,
  rate_limited: 429,
  unavailable: 503,
  timed_out: 504,
  internal: 500,
}

const TITLES: Record<ProblemKind, string> = {
  malformed: 'The request cannot be read',
  unauthenticated: 'Not signed in',
  forbidden: 'Not allowed',
  not_found: 'Not found',
  conflict: 'In conflict with the present state',
  too_large: 'Too large',
  unsupported_media: 'Unsupported content type',
  invalid: 'Not valid',
  rate_limited: 'Too many requests',
  unavailable: 'Not available now',
  timed_out: 'Not ready in time',
  internal: 'An error inside Flightdeck',
}

export interface ProblemDocument {
  type: string
  title: string
  status: number
  code: string
  detail: string
  requestId: string
  errors?: ProblemError['fields']
}

/** Unknown errors are logged whole and answered without their text. */
export function problemOf(error: unknown, requestId: string): { problem: ProblemError; document: ProblemDocument } {
  const problem = isProblem(error) ? error : (diskProblem(error) ?? hidden(error, requestId))
  return {
    problem,
    document: {
      type: `/docs/problems#${problem.code}`,
      title: TITLES[problem.kind],
      status: STATUS[problem.kind],
      code: problem.code,
      detail: problem.message,
      requestId,
      ...(problem.fields.length > 0 ? { errors: problem.fields } : {}),
    },
  }
}

function hidden(error: unknown, requestId: string): ProblemError {
  logger().error({ err: error, requestId }, 'unexpected error')
  return new ProblemError('internal', `Something went wrong inside Flightdeck. Quote the request id ${requestId} to your administrator.`)
}

export function problemResponse(error: unknown, requestId: string): Response {
  const { problem, document } = problemOf(error, requestId)
  const headers: Record<string, string> = { ...problem.headers, 'content-type': 'application/problem+json', 'x-request-id': requestId }
  if (problem.retryAfterSeconds !== undefined) headers['retry-after'] = String(problem.retryAfterSeconds)
  if (problem.kind === 'unauthenticated') headers['www-authenticate'] = 'Bearer'
  return new Response(JSON.stringify(document), { status: document.status, headers })
}

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/

/** The caller's own id where it is a plain token, else a new one. */
export function requestIdFrom(header: string | null | undefined): string {
  return header && REQUEST_ID.test(header) ? header : randomUUID()
}
