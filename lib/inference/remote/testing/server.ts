// For tests: a server that a test tells what to answer, and what it saw.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export interface Seen {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: string
}

export type Behave = (response: ServerResponse, seen: Seen, call: number, request: IncomingMessage) => unknown

export interface TestServer {
  url: string
  seen: Seen[]
  /** Connections made since the start, and the most that were open at once. */
  connections: { made: number; most: number }
  behave(behave: Behave): void
  close(): Promise<void>
}

export async function startServer(first: Behave): Promise<TestServer> {
  let behave = first
  const seen: Seen[] = []
  const open = new Set<Socket>()
  const connections = { made: 0, most: 0 }
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const one: Seen = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts).toString('utf8') }
      seen.push(one)
      behave(response, one, seen.length, request)
    })
  })
  server.on('connection', (socket) => {
    open.add(socket)
    connections.made += 1
    connections.most = Math.max(connections.most, open.size)
    socket.on('close', () => open.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    connections,
    behave: (next) => {
      behave = next
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export function answerJson(response: ServerResponse, body: unknown, status = 200, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

/** MLflow's shape: for each row, what `score` makes of it. */
export function predictions(score: (row: unknown[]) => unknown): Behave {
  return (response, { body }) => {
    const { dataframe_split: split } = JSON.parse(body) as { dataframe_split: { data: unknown[][] } }
    answerJson(response, { predictions: split.data.map(score) })
  }
}
