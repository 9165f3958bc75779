// Calls a running Flightdeck over HTTP.
import { environment } from '@/lib/platform/environment'
import { UsageError, type Call, type Option } from './command'

export const SERVER_OPTIONS: Record<string, Option> = {
  url: { type: 'string', value: 'URL', help: 'Address of the server (default: FLIGHTDECK_URL, else http://127.0.0.1:3000).' },
  token: { type: 'string', value: 'SECRET', help: 'Token to call with (default: FLIGHTDECK_TOKEN, which no process list shows).' },
}

/** The server answered with a problem document. */
export class ServerProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: { path: string; message: string }[],
    readonly requestId: string | undefined,
  ) {
    super(message)
  }
}

export class UnreachableError extends Error {}

export interface Server {
  url: string
  post<T>(path: string, body: FormData | Record<string, unknown>): Promise<T>
}

export function serverOf(call: Call): Server {
  const url = addressOf(call.text('url') ?? environment().publicUrl)
  const token = call.text('token') ?? environment().token
  if (token === undefined) {
    throw new UsageError('There is no token to call with. Set FLIGHTDECK_TOKEN, or give --token; “npx flightdeck token create” makes one.')
  }
  return { url, post: (path, body) => post(url, token, path, body) }
}

function addressOf(given: string): string {
  const isHttp = URL.canParse(given) && /^https?:$/.test(new URL(given).protocol)
  if (!isHttp) throw new UsageError('--url takes an address such as https://flightdeck.example.com.')
  return given.replace(/\/+$/, '')
}

async function post<T>(url: string, token: string, path: string, body: FormData | Record<string, unknown>): Promise<T> {
  const isForm = body instanceof FormData
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    body: isForm ? body : JSON.stringify(body),
    headers: { authorization: `Bearer ${token}`, ...(isForm ? {} : { 'content-type': 'application/json' }) },
  }).catch((cause: unknown) => {
    throw new UnreachableError(`Flightdeck cannot be reached at ${url} (${reasonOf(cause)}). Check the address and that the server runs.`)
  })
  const answer = (await response.json().catch(() => null)) as unknown
  if (response.ok && answer !== null) return answer as T
  throw problemOf(url, response.status, answer)
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : undefined
  return cause?.code ?? cause?.message ?? (error instanceof Error ? error.message : String(error))
}

interface Problem {
  code?: string
  detail?: string
  requestId?: string
  errors?: { path: string; message: string }[]
}

function problemOf(url: string, status: number, answer: unknown): Error {
  const problem = (typeof answer === 'object' && answer !== null ? answer : {}) as Problem
  if (problem.code === undefined || problem.detail === undefined) {
    return new UnreachableError(`${url} answered ${status} in a way that Flightdeck does not. Is this its address?`)
  }
  return new ServerProblem(status, problem.code, problem.detail, problem.errors ?? [], problem.requestId)
}
