// One request and its answer over a pooled connection: checked address, no redirects, one deadline for everything, a limit
// on what is read.
import { Agent as HttpAgent, request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { checkedLookup, portOf, REFUSED_ADDRESS, refusedLiteral, type OutboundRules } from '@/lib/platform/outbound'
import { RemoteFailure } from './failure'

export interface Asked {
  method: 'GET' | 'POST'
  url: URL
  headers: Readonly<Record<string, string>>
  body: string | null
}

export interface Received {
  status: number
  contentType: string
  body: Buffer
}

export interface Limits {
  timeoutMs: number
  mostBytes: number
}

/** Kept open without a call; servers close theirs after 5 s (Node, uvicorn) to 75 s (nginx). */
const IDLE_MS = 4000
/** Of a refusal's body, read for the log. */
const MOST_REFUSAL_BYTES = 2048

export function poolFor(url: URL, connections: number): HttpAgent | HttpsAgent {
  const options = { keepAlive: true, keepAliveMsecs: 1000, maxSockets: connections, maxFreeSockets: connections, scheduling: 'lifo' as const, timeout: IDLE_MS }
  return url.protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options)
}

/** @throws RemoteFailure */
export function exchange(agent: HttpAgent, asked: Asked, rules: OutboundRules, { timeoutMs, mostBytes }: Limits): Promise<Received> {
  const { url, method, body } = asked
  const refused = refusedLiteral(url, rules)
  if (refused) return Promise.reject(refusedAddress(refused))
  const headers: Record<string, string | number> = { 'user-agent': 'Flightdeck', accept: 'application/json', 'accept-encoding': 'identity', ...asked.headers }
  if (body !== null) headers['content-length'] = Buffer.byteLength(body)
  const options: RequestOptions = { method, headers, agent, lookup: checkedLookup(rules, portOf(url)) }
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp
    const call = send(url, options)
    const timer = setTimeout(() => fail(new RemoteFailure('timeout', `did not answer within ${timeoutMs >= 1000 ? `${Math.round(timeoutMs / 100) / 10} s` : `${Math.round(timeoutMs)} ms`}.`)), timeoutMs)
    const fail = (failure: RemoteFailure) => {
      clearTimeout(timer)
      reject(failure)
      call.destroy()
    }
    call.on('error', (error: NodeJS.ErrnoException) => fail(failureOf(error, call.reusedSocket)))
    call.on('response', (response) => {
      read(response, mostBytes).then(
        (received) => {
          clearTimeout(timer)
          resolve(received)
        },
        (failure: RemoteFailure) => fail(failure),
      )
    })
    call.end(body)
  })
}

async function read(response: IncomingMessage, mostBytes: number): Promise<Received> {
  const status = response.statusCode ?? 0
  if (status >= 300 && status < 400) throw new RemoteFailure('redirect', `answered ${status}, a redirect, which is not followed. Enter the address it leads to.`, { status })
  const isGood = status >= 200 && status < 300
  const declared = Number(response.headers['content-length'] ?? 0)
  if (isGood && declared > mostBytes) throw tooLarge(mostBytes)
  const encoding = response.headers['content-encoding'] ?? 'identity'
  if (isGood && encoding !== 'identity') throw new RemoteFailure('invalid', 'answered in a compression that was not asked for.', { status })
  const parts: Buffer[] = []
  let bytes = 0
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      bytes += part.length
      if (isGood && bytes > mostBytes) throw tooLarge(mostBytes)
      parts.push(part)
      if (!isGood && bytes > MOST_REFUSAL_BYTES) break
    }
  } catch (error) {
    throw error instanceof RemoteFailure ? error : cut(error)
  }
  if (isGood && !response.complete) throw cut(undefined)
  const body = Buffer.concat(parts)
  if (isGood) return { status, contentType: response.headers['content-type'] ?? '', body }
  throw refusal(status, response.headers['retry-after'], body)
}

function cut(cause: unknown): RemoteFailure {
  return new RemoteFailure('cut', 'broke its answer off.', { cause })
}

function tooLarge(mostBytes: number): RemoteFailure {
  return new RemoteFailure('too-large', `answered with more than ${Math.round(mostBytes / 1024 / 1024)} MB.`)
}

function refusal(status: number, retryAfter: string | undefined, body: Buffer): RemoteFailure {
  const seconds = Number(retryAfter)
  return new RemoteFailure('status', `answered with status ${status} instead of an answer.`, {
    status,
    isRetryable: status === 502 || status === 503 || status === 504,
    ...(retryAfter !== undefined && Number.isFinite(seconds) && seconds >= 0 ? { retryAfterMs: seconds * 1000 } : {}),
    cause: new Error(body.toString('utf8').slice(0, MOST_REFUSAL_BYTES)),
  })
}

function refusedAddress(error: Error): RemoteFailure {
  return new RemoteFailure('refused-address', 'has a private address. Whoever runs Flightdeck can allow it: FLIGHTDECK_PRIVATE_ENDPOINTS.', { cause: error })
}

const CERTIFICATE = /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO/

function failureOf(error: NodeJS.ErrnoException, isReused: boolean): RemoteFailure {
  const { code = '' } = error
  if (code === REFUSED_ADDRESS) return refusedAddress(error)
  if (code === 'ENOTFOUND') return new RemoteFailure('unreachable', 'is not known by that name.', { cause: error })
  if (CERTIFICATE.test(code)) return new RemoteFailure('unreachable', 'has no certificate that can be trusted.', { cause: error })
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) return new RemoteFailure('unreachable', 'speaks no TLS that is understood. Is its address one with http:// instead?', { cause: error })
  if (code.startsWith('HPE_')) return new RemoteFailure('invalid', 'answered with something that is not HTTP.', { cause: error })
  if (code === 'ECONNRESET' || code === 'EPIPE') return new RemoteFailure('cut', 'closed the connection without an answer.', { isRetryable: true, isStale: isReused, cause: error })
  return new RemoteFailure('unreachable', code === 'ECONNREFUSED' ? 'takes no connections.' : `cannot be reached${code === '' ? '' : ` (${code})`}.`, { isRetryable: true, cause: error })
}
