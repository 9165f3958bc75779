import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusePageBody } from './page-body'

const PIECE = Buffer.alloc(16 * 1024, 'x')

describe('bodies sent to pages', () => {
  let server: Server
  let read = 0
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (refusePageBody(request, response)) return
      request.on('data', (chunk: Buffer) => (read += chunk.length)).on('end', () => response.end('taken'))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => new Promise((resolve) => server.close(resolve)))

  /** Sends the head, then pieces until the other side closes or there were so many. */
  function send(head: string, pieces: number, write: (piece: Buffer) => Buffer = (piece) => piece): Promise<{ answer: string; sent: number }> {
    read = 0
    return new Promise((resolve) => {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
      let answer = ''
      let sent = 0
      socket.on('data', (data) => (answer += data.toString()))
      socket.on('error', () => undefined)
      socket.on('close', () => resolve({ answer, sent }))
      socket.write(`POST /api/auth/callback/credentials HTTP/1.1\r\nHost: x\r\n${head}\r\n\r\n`)
      const next = () => {
        if (socket.destroyed || sent >= pieces) return
        sent += 1
        if (socket.write(write(PIECE))) setImmediate(next)
        else socket.once('drain', next)
      }
      next()
    })
  }

  it('are taken when they are small', async () => {
    const { answer } = await send(`Content-Length: ${2 * PIECE.length}\r\nConnection: close`, 2)
    expect(answer).toMatch(/^HTTP\/1.1 200 [\s\S]*taken/)
    expect(read).toBe(2 * PIECE.length)
  })

  it('are refused unread when they are large or do not tell their length', async () => {
    const large = await send(`Content-Length: ${50_000 * PIECE.length}`, 50_000)
    const chunked = await send('Transfer-Encoding: chunked', 50_000, (piece) => Buffer.concat([Buffer.from('4000\r\n'), piece, Buffer.from('\r\n')]))
    for (const { answer, sent } of [large, chunked]) {
      expect(answer === '' || /^HTTP\/1.1 413 [\s\S]*too_large/.test(answer)).toBe(true)
      expect(sent).toBeLessThan(2000)
    }
    expect(read).toBe(0)
  })
})
