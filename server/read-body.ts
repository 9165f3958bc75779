// A request's body, of which little is kept before it is known who sends it.
import type { IncomingMessage } from 'node:http'
import { ProblemError } from '@/lib/platform/errors'
import { MOST_LIST_BYTES, tooLarge } from '@/lib/serving/json-body'

/** Of callers whom nobody knows yet; what comes beyond it waits in the socket. */
const MOST_UNKNOWN_BYTES = 64 * 1024

export interface IncomingBody {
  /** Throws `body_too_large`, or `body_unfinished` where the connection ended before. */
  readonly bytes: Promise<Buffer>
  /** Its sender may send it: the rest is read. */
  admit(): void
  /** Nobody will look at it: what comes is thrown away, and the connection with it where that is too much. */
  discard(): void
}

export function readBody(request: IncomingMessage): IncomingBody {
  let chunks: Buffer[] = []
  let size = 0
  let state: 'unknown' | 'admitted' | 'discarded' = 'unknown'
  const discard = () => {
    state = 'discarded'
    chunks = []
    request.resume()
  }
  const bytes = new Promise<Buffer>((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > MOST_LIST_BYTES) {
      discard()
      reject(tooLarge())
    }
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MOST_LIST_BYTES) {
        if (state === 'discarded') request.destroy()
        else reject(tooLarge())
        discard()
      } else if (state !== 'discarded') {
        chunks.push(chunk)
        if (state === 'unknown' && size > MOST_UNKNOWN_BYTES) request.pause()
      }
    })
    request.on('end', () => {
      const [first] = chunks
      resolve(first && chunks.length === 1 ? first : Buffer.concat(chunks))
    })
    request.on('error', (cause) => reject(unfinished(cause)))
    request.on('aborted', () => reject(unfinished(undefined)))
  })
  // Nobody may be waiting for it when it fails.
  bytes.catch(() => undefined)
  return {
    bytes,
    admit() {
      if (state !== 'unknown') return
      state = 'admitted'
      if (request.isPaused()) request.resume()
    },
    discard,
  }
}

function unfinished(cause: unknown): ProblemError {
  return new ProblemError('malformed', 'The connection ended before the body did.', { code: 'body_unfinished', cause })
}
