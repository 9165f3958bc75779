// Liveness, readiness and version, answered without touching anything else.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { logHealth } from '@/lib/serving/log'

/** Put there by tools/build-server.mjs; empty where the build knew none. */
declare const BUILT_FROM_COMMIT: string | undefined

const { version } = JSON.parse(readFileSync(join(process.cwd(), 'package.json'), 'utf8')) as { version: string }
const commit = typeof BUILT_FROM_COMMIT === 'string' && BUILT_FROM_COMMIT !== '' ? BUILT_FROM_COMMIT : undefined

function answerJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): true {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers })
  response.end(JSON.stringify(body))
  return true
}

export const health = {
  isStarted: false,
  isDraining: false,
  /** Why nothing can be written, as the last look at the disk found it. */
  diskFailure: null as string | null,

  /** What keeps it from taking calls; null where nothing does. */
  obstacle(): { status: 'starting' | 'draining' | 'disk'; reason?: string } | null {
    if (health.isDraining) return { status: 'draining' }
    if (!health.isStarted) return { status: 'starting' }
    const reason = health.diskFailure ?? logHealth().failure
    return reason === null ? null : { status: 'disk', reason }
  },

  /** Answers the health paths; false for any other. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    switch (request.url) {
      case '/health':
      case '/health/live':
        return answerJson(response, 200, { status: 'live' })
      case '/health/ready': {
        const obstacle = health.obstacle()
        return obstacle === null ? answerJson(response, 200, { status: 'ready' }) : answerJson(response, 503, obstacle, { 'retry-after': '1' })
      }
      case '/version':
        return answerJson(response, 200, { name: 'flightdeck', version, ...(commit === undefined ? {} : { commit }), node: process.versions.node })
      default:
        return false
    }
  },

  answerStarting(response: ServerResponse): void {
    answerJson(response, 503, { status: 'starting' }, { 'retry-after': '1' })
  },
}
