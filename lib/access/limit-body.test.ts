import { once } from 'node:events'
import { createServer, request as requestOf } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ProblemError } from '@/lib/platform/errors'
import type { ApiEnv } from './http'
import { limitBody } from './limit-body'

const MOST = 100

// On a real socket, with the listener as the server sets it: its requests are not the platform's.
describe('limitBody', () => {
  const app = new Hono<ApiEnv>()
  app.onError((error, c) => c.text(error.message, error instanceof ProblemError ? 413 : 500))
  app.use(async (c, next) => {
    await limitBody(c, MOST, () => {
      throw new ProblemError('too_large', 'too large')
    })
    await next()
  })
  app.all('*', async (c) => c.text(`${c.req.header('x-kept') ?? ''}:${await c.req.text()}`))
  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }))
  beforeAll(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterAll(() => {
    server.close()
  })

  /** Without a length Node sends chunks. */
  const send = (method: string, parts: string[], headers: Record<string, string> = {}) =>
    new Promise<[number | undefined, string]>((resolve, reject) => {
      const { port } = server.address() as AddressInfo
      const call = requestOf({ port, host: '127.0.0.1', method, headers: { 'x-kept': 'kept', ...headers } }, (answer) => {
        let text = ''
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()))
        answer.on('end', () => resolve([answer.statusCode, text]))
      })
      call.on('error', reject)
      for (const part of parts) call.write(part)
      call.end()
    })

  it.each([
    ['a body in chunks is read whole', 'POST', ['{"a":', '1}'], {}, [200, 'kept:{"a":1}']],
    ['a body that tells its length', 'POST', ['abc'], { 'content-length': '3' }, [200, 'kept:abc']],
    ['no body', 'DELETE', [], {}, [200, 'kept:']],
    ['no body on GET', 'GET', [], {}, [200, 'kept:']],
    ['exactly the most', 'POST', ['x'.repeat(50), 'x'.repeat(50)], {}, [200, `kept:${'x'.repeat(100)}`]],
    ['one byte more', 'POST', ['x'.repeat(50), 'x'.repeat(51)], {}, [413, 'too large']],
    ['one byte more, told', 'POST', ['x'.repeat(101)], { 'content-length': '101' }, [413, 'too large']],
  ])('%s', async (_, method, parts, headers, expected) => {
    expect(await send(method, parts, headers)).toEqual(expected)
  })
})
