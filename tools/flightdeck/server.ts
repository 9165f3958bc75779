// Calls a running Flightdeck over HTTP.
import { createReadStream, createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as WebStream } from 'node:stream/web'
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
  get<T>(path: string): Promise<T>
  post<T>(path: string, body: FormData | Record<string, unknown>): Promise<T>
  /** A file of any size as the body. */
  upload<T>(path: string, file: string): Promise<T>
  /** What is answered, written to a file as it comes. */
  download(path: string, file: string): Promise<void>
}

export function serverOf(call: Call): Server {
  const url = addressOf(call.text('url') ?? environment().publicUrl)
  const token = call.text('token') ?? environment().token
  if (token === undefined) {
    throw new UsageError('There is no token to call with. Set FLIGHTDECK_TOKEN, or give --token; “npx flightdeck token create” makes one.')
  }
  const ask = (path: string, init: RequestInit = {}) => send(url, token, path, init)
  return {
    url,
    get: async <T>(path: string) => (await answerOf(url, await ask(path))) as T,
    post: async <T>(path: string, body: FormData | Record<string, unknown>) => (await answerOf(url, await ask(path, { method: 'POST', ...bodyOf(body) }))) as T,
    upload: async <T>(path: string, file: string) => {
      const body = Readable.toWeb(createReadStream(file)) as unknown as BodyInit
      return (await answerOf(url, await ask(path, { method: 'POST', body, duplex: 'half', headers: { 'content-type': 'application/octet-stream' } } as RequestInit))) as T
    },
    download: async (path, file) => {
      const response = await ask(path)
      if (!response.ok || response.body === null) await answerOf(url, response)
      else await pipeline(Readable.fromWeb(response.body as WebStream<Uint8Array>), createWriteStream(file))
    },
  }
}

function addressOf(given: string): string {
  const isHttp = URL.canParse(given) && /^https?:$/.test(new URL(given).protocol)
  if (!isHttp) throw new UsageError('--url takes an address such as https://flightdeck.example.com.')
  return given.replace(/\/+$/, '')
}

function bodyOf(body: FormData | Record<string, unknown>): RequestInit {
  return body instanceof FormData ? { body } : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
}

function send(url: string, token: string, path: string, init: RequestInit): Promise<Response> {
  return fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } }).catch((cause: unknown) => {
    throw new UnreachableError(`Flightdeck cannot be reached at ${url} (${reasonOf(cause)}). Check the address and that the server runs.`)
  })
}

async function answerOf(url: string, response: Response): Promise<unknown> {
  const answer = (await response.json().catch(() => null)) as unknown
  if (response.ok && answer !== null) return answer
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
