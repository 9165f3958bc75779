// Pages by Next, with a fresh nonce for each so that the content security policy needs no inline script.
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import next from 'next'
import { environment } from '@/lib/platform/environment'
import { refusePageBody } from './page-body'

export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export async function openPages(): Promise<NodeHandler> {
  const { host, port, isBehindProxy } = environment()
  const app = next({ dev: false, dir: process.cwd(), hostname: host, port })
  await app.prepare()
  const handle = app.getRequestHandler()
  return async (request, response) => {
    if (refusePageBody(request, response)) return
    const nonce = randomBytes(16).toString('base64')
    const policy = contentSecurityPolicy(nonce)
    // Next reads the nonce from the request's policy, our layout from x-nonce.
    request.headers['content-security-policy'] = policy
    request.headers['x-nonce'] = nonce
    request.headers['x-path'] = request.url ?? '/'
    // Anybody can send this header; it counts only where a proxy of our own sets it.
    if (!isBehindProxy) request.headers['x-forwarded-for'] = request.socket.remoteAddress ?? 'unknown'
    response.setHeader('content-security-policy', policy)
    await handle(request, response)
  }
}

function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
