// Liveness, readiness and version, answered without touching anything else.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const version = (JSON.parse(readFileSync(join(process.cwd(), 'package.json'), 'utf8')) as { version: string }).version

function answerJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): true {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers })
  response.end(JSON.stringify(body))
  return true
}

export const health = {
  isReady: false,
  isDraining: false,

  /** Answers the health paths; false for any other. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    switch (request.url) {
      case '/health':
      case '/health/live':
        return answerJson(response, 200, { status: 'live' })
      case '/health/ready':
        return health.isReady && !health.isDraining
          ? answerJson(response, 200, { status: 'ready' })
          : answerJson(response, 503, { status: health.isDraining ? 'draining' : 'starting' }, { 'retry-after': '1' })
      case '/version':
        return answerJson(response, 200, { name: 'flightdeck', version })
      default:
        return false
    }
  },

  answerStarting(response: ServerResponse): void {
    answerJson(response, 503, { status: 'starting' }, { 'retry-after': '1' })
  },
}
