// Refuses a body that is too large: by the length that is told; where none is told (chunked), by counting what comes.
// Hono's own middleware copies the request with `new Request(request)`, which the listener of @hono/node-server does not
// support unless it replaces the global class, and that one belongs to Next here.
import type { Context } from 'hono'
import type { ApiEnv } from './http'

/** Calls `refuse` past `most` bytes. Afterwards the body can be read as usual. */
export async function limitBody(c: Context<ApiEnv>, most: number, refuse: () => never): Promise<void> {
  const { raw } = c.req
  if (raw.body === null) return
  const told = raw.headers.get('content-length')
  if (told !== null && !raw.headers.has('transfer-encoding')) {
    if (Number(told) > most) refuse()
    return
  }
  const body = await readAtMost(raw.body, most, refuse)
  c.req.raw = new Request(raw.url, { method: raw.method, headers: raw.headers, body: body.length === 0 ? null : body })
}

async function readAtMost(stream: ReadableStream<Uint8Array>, most: number, refuse: () => never): Promise<Buffer<ArrayBuffer>> {
  const reader = stream.getReader()
  const parts: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(parts, size)
    size += value.length
    if (size > most) refuse()
    parts.push(value)
  }
}
