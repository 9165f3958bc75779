// Answers calls as they come from the socket, whoever knows the callers: the lane of the server, or an edge server.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { type ProblemError } from '@/lib/platform/errors'
import { problemOf, requestIdFrom, STATUS } from '@/lib/platform/problems'
import type { Protocol, RawAnswer, RawCall } from '@/lib/protocols/contract'
import { predict, type Circumstances } from '@/lib/serving/commands'
import { parseJson, refuseLargeSingle, requireJson } from '@/lib/serving/json-body'
import { timeoutFrom } from '@/lib/serving/rules/timeout'
import { readBody } from './read-body'
import { SECURITY_HEADER_LIST } from './security-headers'

/** Whose call it is, by its Authorization header; null where there is none. At once where the caller is known. */
export type Who = (authorization: string | undefined) => Principal | null | Promise<Principal | null>

export const PREDICT = /^\/api\/models\/([^/]+)\/predict$/

export async function answerPredict(request: IncomingMessage, response: ServerResponse, who: Who): Promise<void> {
  const arrived = performance.now()
  const requestId = requestIdFrom(headerOf(request, 'x-request-id'))
  // It flows in while a token is looked up that was not seen within the last second.
  const incoming = readBody(request)
  try {
    const told = who(request.headers.authorization)
    const principal: Principal | null = told instanceof Promise ? await told : told
    authorize(principal, 'predict')
    requireJson(request.headers['content-type'], request.headers['content-encoding'])
    incoming.admit()
    const bytes = await incoming.bytes
    const body = parseJson(bytes.toString('utf8'))
    refuseLargeSingle(body, bytes.length)
    const circumstances = circumstancesOf(request, arrived, bytes.length)
    const answer = JSON.stringify(await predict(principal, modelOf(request), body, circumstances))
    send(response, { status: 200, headers: { ...circumstances.headers, 'content-type': 'application/json' }, body: answer }, requestId)
  } catch (error) {
    const { problem, document } = problemOf(error, requestId)
    const answer = { status: document.status, headers: { 'content-type': 'application/problem+json' }, body: JSON.stringify(document) }
    sendProblem(response, problem, answer, requestId)
    if (!request.complete) incoming.discard()
  }
}

/** @param authorization what the call is let in with: its own, or on a port that acts for one token, that token's */
export async function answerProtocol(protocol: Protocol, path: string, request: IncomingMessage, response: ServerResponse, who: Who, authorization = request.headers.authorization): Promise<void> {
  const arrived = performance.now()
  const requestId = requestIdFrom(headerOf(request, 'x-request-id'))
  const incoming = readBody(request)
  try {
    const told = who(authorization)
    const principal = told instanceof Promise ? await told : told
    const circumstances = circumstancesOf(request, arrived, 0)
    const call: RawCall = {
      method: request.method ?? 'GET',
      path,
      query: queryOf(request.url ?? ''),
      headers: request.headers as RawCall['headers'],
      principal,
      circumstances,
      requestId,
      async body() {
        authorize(principal, 'predict')
        incoming.admit()
        const bytes = await incoming.bytes
        circumstances.bytes = bytes.length
        return bytes
      },
    }
    const answer = await protocol.answer(call)
    send(response, { ...answer, headers: { ...circumstances.headers, ...answer.headers } }, requestId)
  } catch (error) {
    const { problem } = problemOf(error, requestId)
    sendProblem(response, problem, protocol.refuse(problem, { path, requestId }), requestId)
  } finally {
    if (!request.complete) incoming.discard()
  }
}

function circumstancesOf(request: IncomingMessage, arrived: number, bytes: number): Circumstances {
  return { arrived, bytes, timeoutMs: timeoutFrom(headerOf(request, 'x-request-timeout-ms')), headers: {} }
}

function send(response: ServerResponse, { status, headers, body }: RawAnswer, requestId: string): void {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  const head = [...SECURITY_HEADER_LIST, 'x-request-id', requestId, 'content-length', String(length)]
  for (const name in headers) head.push(name, headers[name] as string)
  response.writeHead(status, head)
  response.end(body)
}

function sendProblem(response: ServerResponse, problem: ProblemError, answer: RawAnswer, requestId: string): void {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  const headers: Record<string, string> = { ...problem.headers, ...answer.headers }
  if (problem.retryAfterSeconds !== undefined) headers['retry-after'] = String(problem.retryAfterSeconds)
  if (answer.status === STATUS.unauthenticated) headers['www-authenticate'] = 'Bearer'
  // The rest of a body that is too large is not read: the connection cannot be used again.
  if (problem.kind === 'too_large') headers.connection = 'close'
  send(response, { ...answer, headers }, requestId)
}

/** By hand: what no URL can be is still no reason to fail. */
function queryOf(url: string): URLSearchParams {
  const at = url.indexOf('?')
  return new URLSearchParams(at < 0 ? '' : url.slice(at + 1))
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

function modelOf(request: IncomingMessage): string {
  const path = (request.url ?? '').split('?', 1)[0] ?? ''
  const name = PREDICT.exec(path)?.[1] ?? ''
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
