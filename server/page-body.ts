// Pages and sign-in take small forms only, and from anybody: Next and next-auth would read whatever comes into memory.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { ProblemError } from '@/lib/platform/errors'
import { problemOf, requestIdFrom } from '@/lib/platform/problems'

const MOST_BYTES = 64 * 1024

/** Answers a body that is too large or does not tell its length, and gives the connection up; false for any other. */
export function refusePageBody(request: IncomingMessage, response: ServerResponse): boolean {
  const isUncounted = request.headers['transfer-encoding'] !== undefined
  if (!isUncounted && Number(request.headers['content-length'] ?? 0) <= MOST_BYTES) return false
  const requestId = requestIdFrom(undefined)
  const message = isUncounted ? 'Send this body with Content-Length.' : `The body is too large: at most ${MOST_BYTES} bytes are taken here.`
  const { document } = problemOf(new ProblemError('too_large', message), requestId)
  response.writeHead(document.status, { 'content-type': 'application/problem+json', 'x-request-id': requestId, connection: 'close' })
  response.end(JSON.stringify(document), () => request.destroy())
  return true
}
