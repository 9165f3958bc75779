// The serving lane on one port and gRPC on another, with models of every kind released to staging, and a token to call them.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createToken } from '@/lib/access/commands'
import { openTestDatabase } from '@/lib/database/testing'
import { releaseAll } from '@/lib/protocols/open-inference/testing/fixture'
import { admin, endServing } from '@/lib/serving/testing/fixture'
import { openGrpc } from '../grpc'
import { openServingLane } from '../serving-lane'

export interface OpenInferencePorts {
  /** `127.0.0.1:…`, without a scheme. */
  http: string
  grpc: string
  token: string
  close(): Promise<void>
}

export async function openPorts(): Promise<OpenInferencePorts> {
  const db = await openTestDatabase('sqlite')
  await releaseAll()
  const { secret } = await createToken(admin, { name: 'client', scopes: ['predict'] })
  const lane = await openServingLane()
  const server: Server = createServer((request, response) => void lane.handlerOf((request.url ?? '').split('?', 1)[0] ?? '', request.method)?.(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const grpc = await openGrpc('127.0.0.1', 0)
  return {
    http: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    grpc: `127.0.0.1:${grpc.port}`,
    token: secret,
    async close() {
      server.closeAllConnections()
      await Promise.all([new Promise((resolve) => server.close(resolve)), new Promise<void>((resolve) => grpc.close(resolve))])
      await lane.drain()
      await endServing()
      await db.close()
    },
  }
}
