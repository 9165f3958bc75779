import { once } from 'node:events'
import { createServer, request, type ClientRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { readBody } from './read-body'

const MB = 1024 * 1024
const ends: (() => void)[] = []
afterEach(() => ends.splice(0).forEach((end) => end()))

/** A request as the server sees it, before its body was sent. */
async function arriving(headers: Record<string, string> = {}): Promise<{ incoming: IncomingMessage; client: ClientRequest }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = request({ port: (server.address() as AddressInfo).port, method: 'POST', headers })
  client.on('error', () => undefined)
  client.flushHeaders()
  const [incoming] = (await once(server, 'request')) as [IncomingMessage]
  ends.push(() => {
    client.destroy()
    server.close()
  })
  return { incoming, client }
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 150))

describe('a body', () => {
  it('waits in the socket beyond 64 KB until its sender is known, and is whole then', async () => {
    const { incoming, client } = await arriving()
    const body = readBody(incoming)
    let taken = 0
    incoming.on('data', (chunk: Buffer) => (taken += chunk.length))
    const sent = Buffer.alloc(8 * MB, 'x')
    client.end(sent)
    await soon()
    expect(taken).toBeGreaterThan(64 * 1024)
    expect(taken).toBeLessThan(256 * 1024)
    body.admit()
    expect((await body.bytes).equals(sent)).toBe(true)
  })

  it('is refused by the length it announces, and by the length it has', async () => {
    const announced = await arriving({ 'content-length': String(11 * MB) })
    await expect(readBody(announced.incoming).bytes).rejects.toMatchObject({ code: 'body_too_large' })
    const { incoming, client } = await arriving({ 'transfer-encoding': 'chunked' })
    const body = readBody(incoming)
    body.admit()
    client.end(Buffer.alloc(11 * MB))
    await expect(body.bytes).rejects.toMatchObject({ code: 'body_too_large' })
  })

  it('is told when its connection ends before it', async () => {
    const { incoming, client } = await arriving({ 'content-length': '100' })
    const body = readBody(incoming)
    client.write('half')
    await soon()
    client.destroy()
    await expect(body.bytes).rejects.toMatchObject({ kind: 'malformed', code: 'body_unfinished' })
  })

  it('ends its connection when more of it is thrown away than anybody may send', async () => {
    const { incoming, client } = await arriving()
    readBody(incoming).discard()
    client.end(Buffer.alloc(40 * MB))
    await once(incoming.socket, 'close')
    expect(incoming.socket.bytesRead).toBeLessThan(12 * MB)
  })
})
