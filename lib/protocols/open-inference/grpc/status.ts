// Refusals as gRPC says them.
import { Metadata, status, type ServiceError } from '@grpc/grpc-js'
import type { ProblemError, ProblemKind } from '@/lib/platform/errors'
import { sentenceOf } from '../problem'

export const GRPC_STATUS: Readonly<Record<ProblemKind, status>> = {
  malformed: status.INVALID_ARGUMENT,
  unauthenticated: status.UNAUTHENTICATED,
  forbidden: status.PERMISSION_DENIED,
  not_found: status.NOT_FOUND,
  conflict: status.ABORTED,
  too_large: status.RESOURCE_EXHAUSTED,
  unsupported_media: status.INVALID_ARGUMENT,
  invalid: status.INVALID_ARGUMENT,
  rate_limited: status.RESOURCE_EXHAUSTED,
  unavailable: status.UNAVAILABLE,
  timed_out: status.DEADLINE_EXCEEDED,
  internal: status.INTERNAL,
}

export function serviceError(problem: ProblemError, headers: Readonly<Record<string, string>>): Partial<ServiceError> {
  const wait: Record<string, string> = problem.retryAfterSeconds === undefined ? {} : { 'retry-after': String(problem.retryAfterSeconds) }
  return { code: GRPC_STATUS[problem.kind], details: sentenceOf(problem), metadata: metadataOf({ ...headers, ...wait }) }
}

export function metadataOf(headers: Readonly<Record<string, string>>): Metadata {
  const metadata = new Metadata()
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value)
  return metadata
}
