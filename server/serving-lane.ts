// The fast way into predict: straight from the socket to the command, beside the control lane's app, which costs each
// request a third of its time. What is not plain token traffic goes to that app, where the same command answers.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { authenticate, knownPrincipal } from '@/lib/access/authenticate'
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { api } from '@/lib/api'
import { closeExplainer } from '@/lib/explanations/commands'
import { ProblemError } from '@/lib/platform/errors'
import { problemOf, requestIdFrom } from '@/lib/platform/problems'
import { predict } from '@/lib/serving/commands'
import { MOST_LIST_BYTES, parseJson, refuseLargeSingle, requireJson, tooLarge } from '@/lib/serving/json-body'
import { predictionLog } from '@/lib/serving/log'
import { routing } from '@/lib/serving/routing'

export interface ServingLane {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  /** Waits for calls under way and writes what is left to write. */
  drain(): Promise<void>
}

const PREDICT = /^\/api\/models\/([^/]+)\/predict$/

export function isServingPath(path: string, method: string | undefined): boolean {
  return method === 'POST' && path.endsWith('/predict') && PREDICT.test(path)
}

/** Loads what is released first, so that the first call does not wait for it. */
export async function openServingLane(): Promise<ServingLane> {
  const control = getRequestListener(api.fetch, { overrideGlobalObjects: false })
  await routing().warmUp()
  return {
    async handle(request, response) {
      if (request.headers.authorization === undefined || request.headers['idempotency-key'] !== undefined) {
        await control(request, response)
      } else {
        await answerPredict(request, response)
      }
    },
    drain: async () => {
      await predictionLog().drain()
      await closeExplainer()
    },
  }
}

async function answerPredict(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const arrived = performance.now()
  const requestId = requestIdFrom(headerOf(request, 'x-request-id'))
  try {
    const { authorization } = request.headers
    const known = knownPrincipal(authorization)
    // The body flows in while a token is looked up that was not seen within the last second.
    const reading = readBody(request)
    reading.catch(() => undefined)
    const principal: Principal | null = known ?? (await authenticate(authorization, undefined))
    authorize(principal, 'predict')
    requireJson(request.headers['content-type'], request.headers['content-encoding'])
    const text = await reading
    const body = parseJson(text)
    refuseLargeSingle(body, text.length)
    const answer = JSON.stringify(await predict(principal, modelOf(request), body, arrived))
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(answer),
      'x-request-id': requestId,
    })
    response.end(answer)
  } catch (error) {
    answerProblem(response, error, requestId)
  }
}

function answerProblem(response: ServerResponse, error: unknown, requestId: string): void {
  const { problem, document } = problemOf(error, requestId)
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  const body = JSON.stringify(document)
  response.setHeader('content-type', 'application/problem+json')
  response.setHeader('content-length', Buffer.byteLength(body))
  response.setHeader('x-request-id', requestId)
  if (problem.retryAfterSeconds !== undefined) response.setHeader('retry-after', String(problem.retryAfterSeconds))
  if (problem.kind === 'unauthenticated') response.setHeader('www-authenticate', 'Bearer')
  // The rest of a body that is too large is not read: the connection cannot be used again.
  if (problem.kind === 'too_large') response.setHeader('connection', 'close')
  response.writeHead(document.status)
  response.end(body)
}

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > MOST_LIST_BYTES) {
      reject(tooLarge())
      request.resume()
      return
    }
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= MOST_LIST_BYTES) chunks.push(chunk)
      else {
        chunks.length = 0
        reject(tooLarge())
      }
    })
    request.on('end', () => {
      const [first] = chunks
      resolve(first && chunks.length === 1 ? first.toString('utf8') : Buffer.concat(chunks).toString('utf8'))
    })
    request.on('error', (cause) => reject(unfinished(cause)))
    request.on('aborted', () => reject(unfinished(undefined)))
  })
}

function unfinished(cause: unknown): ProblemError {
  return new ProblemError('malformed', 'The connection ended before the body did.', { code: 'body_unfinished', cause })
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
