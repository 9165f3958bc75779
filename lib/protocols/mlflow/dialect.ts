// How MLflow's scoring server refuses: {"error_code", "message"} with the status of the code; 415 in plain text.
// mlflow/exceptions.py, ERROR_CODE_TO_HTTP_STATUS.
import type { ProblemError, ProblemKind } from '@/lib/platform/errors'
import type { RawAnswer } from '../contract'
import { json, sentenceOf, statusOf } from '../shared/refusal'

const ERROR_CODES: Record<ProblemKind, string> = {
  malformed: 'BAD_REQUEST',
  invalid: 'BAD_REQUEST',
  too_large: 'BAD_REQUEST',
  unsupported_media: 'BAD_REQUEST',
  unauthenticated: 'UNAUTHENTICATED',
  forbidden: 'PERMISSION_DENIED',
  not_found: 'RESOURCE_DOES_NOT_EXIST',
  conflict: 'RESOURCE_CONFLICT',
  rate_limited: 'REQUEST_LIMIT_EXCEEDED',
  unavailable: 'TEMPORARILY_UNAVAILABLE',
  timed_out: 'DEADLINE_EXCEEDED',
  internal: 'INTERNAL_ERROR',
}

export function refuseAsMlflow(problem: ProblemError): RawAnswer {
  const status = statusOf(problem)
  const message = sentenceOf(problem)
  if (problem.kind === 'unsupported_media') return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: message }
  return json(status, { error_code: ERROR_CODES[problem.kind], message })
}
