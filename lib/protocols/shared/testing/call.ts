// Calls adapters as the server does, without a socket.
import type { Principal } from '@/lib/access/contract'
import { problemOf } from '@/lib/platform/problems'
import { program } from '@/lib/serving/testing/fixture'
import type { Protocol, RawCall } from '../../contract'

export interface Asked {
  method?: string
  headers?: Record<string, string>
  /** An object is sent as JSON. */
  body?: unknown
  principal?: Principal | null
}

export interface Answered {
  status: number
  headers: Record<string, string>
  text: string
  /** Null for what is no JSON. */
  body: unknown
}

/** The one that owns the path answers, as in the serving lane. */
export async function askProtocol(protocols: readonly Protocol[], url: string, asked: Asked = {}): Promise<Answered> {
  const [path = '', query = ''] = url.split('?')
  const { method = asked.body === undefined ? 'GET' : 'POST', headers = {}, principal = program } = asked
  const protocol = protocols.find((one) => one.owns(path, method))
  if (!protocol) throw new Error(`no protocol owns ${method} ${path}`)
  const bytes = asked.body instanceof Uint8Array ? Buffer.from(asked.body) : Buffer.from(typeof asked.body === 'string' ? asked.body : JSON.stringify(asked.body ?? ''))
  const isJson = asked.body !== undefined && typeof asked.body !== 'string' && !(asked.body instanceof Uint8Array)
  const call: RawCall = {
    method,
    path,
    query: new URLSearchParams(query),
    headers: { ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers },
    principal,
    circumstances: { arrived: performance.now(), bytes: bytes.length, timeoutMs: null, headers: {} },
    requestId: 'r-test',
    body: () => Promise.resolve(bytes),
  }
  const answer = await protocol.answer(call).catch((error: unknown) => protocol.refuse(problemOf(error, 'r-test').problem, call))
  const text = Buffer.from(answer.body).toString('utf8')
  return { status: answer.status, headers: { ...call.circumstances.headers, ...answer.headers }, text, body: parsed(text) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
