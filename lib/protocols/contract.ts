// What other people's wire formats have in common: a call as it came from the socket, an answer as it goes there, and an
// adapter between them and our own commands. Nothing of Node's HTTP in here, so that an adapter can be tried without it.
import type { Principal } from '@/lib/access/contract'
import type { ProblemError } from '@/lib/platform/errors'
import type { Circumstances } from '@/lib/serving/commands'

export interface RawCall {
  method: string
  /** Without the query, not decoded. */
  path: string
  query: URLSearchParams
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>
  /** Null where no token was sent: health and metadata of a server say nothing that needs one. */
  principal: Principal | null
  /** Throws `body_too_large`. */
  body(): Promise<Buffer>
  circumstances: Circumstances
  requestId: string
}

export interface RawAnswer {
  status: number
  headers?: Record<string, string>
  body: string | Uint8Array
}

/** One wire format. */
export interface Protocol {
  /** As in the table of lib/protocols. */
  name: string
  /** Whether this path is its own; the first protocol that says so has it. */
  owns(path: string, method: string): boolean
  answer(call: RawCall): Promise<RawAnswer>
  /** A refusal in the format's own dialect. */
  refuse(problem: ProblemError, call: Pick<RawCall, 'path' | 'requestId'>): RawAnswer
}
