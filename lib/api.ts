// The whole HTTP surface in one list. Both the server (server/main.ts) and Next's catch-all route mount this app.
import { OpenAPIHono } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import { authenticate } from '@/lib/access/authenticate'
import type { ApiEnv } from '@/lib/access/http'
import { idempotent } from '@/lib/access/idempotency'
import { accessRoutes } from '@/lib/access/routes'
import { alertsRoutes } from '@/lib/alerts/routes'
import { authorize } from '@/lib/access/rules'
import { auditRoutes } from '@/lib/audit/routes'
import { automationRoutes } from '@/lib/automation/routes'
import { registerExplainer } from '@/lib/explanations/commands'
import { explanationsRoutes } from '@/lib/explanations/routes'
import { monitoringRoutes } from '@/lib/monitoring/routes'
import { ProblemError } from '@/lib/platform/errors'
import { problemResponse, requestIdFrom } from '@/lib/platform/problems'
import { withRequestId } from '@/lib/platform/request'
import { registryRoutes } from '@/lib/registry/routes'
import { releasesRoutes } from '@/lib/releases/routes'
import { registerObservedCalls } from '@/lib/serving/commands'
import { servingRoutes } from '@/lib/serving/routes'

const MOST_JSON_BYTES = 10 * 1024 * 1024
const MOST_UPLOAD_BYTES = 512 * 1024 * 1024
/** What anybody may call: the API's description, and setting up an empty installation. */
const OPEN_PATHS = new Set(['/api/openapi.json', '/api/setup'])

function build(): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>()

  app.onError((error, c) => problemResponse(error instanceof HTTPException ? asProblem(error) : error, c.get('requestId')))
  app.notFound((c) =>
    problemResponse(new ProblemError('not_found', `There is nothing at ${c.req.method} ${c.req.path}. See /docs/api.`), c.get('requestId')),
  )

  app.use(async (c, next) => {
    const requestId = requestIdFrom(c.req.header('x-request-id'))
    c.set('requestId', requestId)
    c.set('principal', null)
    await withRequestId(requestId, next)
    c.res.headers.set('x-request-id', requestId)
  })
  app.use('/api/*', async (c, next) => {
    const length = Number(c.req.header('content-length') ?? 0)
    const isUpload = c.req.header('content-type')?.startsWith('multipart/') === true
    if (length > (isUpload ? MOST_UPLOAD_BYTES : MOST_JSON_BYTES)) {
      throw new ProblemError('too_large', `The body has ${length} bytes; at most ${isUpload ? MOST_UPLOAD_BYTES : MOST_JSON_BYTES} are taken.`)
    }
    refuseForeignOrigin(c.req.raw)
    const principal = await authenticate(c.req.header('authorization'), c.req.header('cookie'))
    // Before anything is parsed; each command authorises again for what it does.
    if (principal === null && !OPEN_PATHS.has(c.req.path)) authorize(principal, 'read')
    c.set('principal', principal)
    await next()
  })
  app.use('/api/*', idempotent)

  for (const routes of [accessRoutes, auditRoutes, registryRoutes, releasesRoutes, explanationsRoutes, servingRoutes, monitoringRoutes, alertsRoutes, automationRoutes]) app.route('/api', routes)

  app.doc31('/api/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Flightdeck',
      version: '1',
      description: 'Registry, releases, serving, explanations, monitoring and audit. Times are RFC 3339 UTC or milliseconds UTC where numeric.',
    },
  })
  return app
}

/** What the framework itself refuses: a body that is no JSON or no form. */
function asProblem(error: HTTPException): ProblemError {
  if (error.status === 413) return new ProblemError('too_large', 'The body is too large.')
  return new ProblemError('malformed', 'The body cannot be read. Send JSON with content-type application/json, or a form where the route takes files.', {
    code: 'body_malformed',
    cause: error,
  })
}

/** A session cookie is sent by the browser from anywhere; a write with it must come from our own pages. */
function refuseForeignOrigin(request: Request): void {
  if (request.method === 'GET' || request.method === 'HEAD' || request.headers.has('authorization')) return
  const site = request.headers.get('sec-fetch-site')
  const origin = request.headers.get('origin')
  const isOwn = site === null ? origin === null || new URL(origin).host === request.headers.get('host') : site === 'same-origin' || site === 'none'
  if (!isOwn) throw new ProblemError('forbidden', 'A write must come from Flightdeck’s own pages or carry a token.', { code: 'foreign_origin' })
}

export const api = build()
// Wherever predict is answered, its reasons can be asked for.
registerExplainer()
registerObservedCalls()
