// The whole HTTP surface in one list. Both the server (server/main.ts) and Next's catch-all route mount this app.
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { authenticate } from '@/lib/access/authenticate'
import type { ApiEnv } from '@/lib/access/http'
import { idempotent } from '@/lib/access/idempotency'
import { limitBody } from '@/lib/access/limit-body'
import { accessRoutes } from '@/lib/access/routes'
import { alertsRoutes } from '@/lib/alerts/routes'
import { authorize, may } from '@/lib/access/rules'
import { auditRoutes } from '@/lib/audit/routes'
import { automationRoutes } from '@/lib/automation/routes'
import { batchRoutes } from '@/lib/batch/routes'
import { edgeRoutes } from '@/lib/edge/routes'
import { evidenceRoutes, publishedKeys } from '@/lib/evidence/routes/evidence'
import { reviewRoutes } from '@/lib/evidence/routes/reviews'
import { registerExplainer } from '@/lib/explanations/commands'
import { explanationsRoutes } from '@/lib/explanations/routes'
import { monitoringRoutes } from '@/lib/monitoring/routes'
import { ProblemError } from '@/lib/platform/errors'
import { problemResponse, requestIdFrom } from '@/lib/platform/problems'
import { withRequestId } from '@/lib/platform/request'
import { cloudEventsRoutes } from '@/lib/protocols/cloudevents/routes'
import { registryRoutes } from '@/lib/registry/routes'
import { releasesRoutes } from '@/lib/releases/routes'
import { registerObservedCalls } from '@/lib/serving/commands'
import { servingRoutes } from '@/lib/serving/routes'

const MOST_JSON_BYTES = 10 * 1024 * 1024
const MOST_UPLOAD_BYTES = 512 * 1024 * 1024
/** Of callers whom nobody knows. */
const MOST_OPEN_BYTES = 64 * 1024
/** What anybody may call: the API's description, and setting up an empty installation. */
const OPEN_PATHS = new Set(['/api/openapi.json', '/api/setup'])

function build(): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>()

  app.onError((error, c) => problemResponse(error instanceof HTTPException ? asProblem(error) : (refusedValue(error) ?? error), c.get('requestId')))
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
    refuseForeignOrigin(c.req.raw)
    const principal = await authenticate(c.req.header('authorization'), c.req.header('cookie'))
    // Before anything is parsed; each command authorises again for what it does.
    if (principal === null && !OPEN_PATHS.has(c.req.path)) authorize(principal, 'read')
    c.set('principal', principal)
    await next()
  })
  app.use('/api/*', unlessStreamed(limitByCaller), unlessStreamed(idempotent))

  for (const routes of [accessRoutes, auditRoutes, registryRoutes, releasesRoutes, explanationsRoutes, servingRoutes, monitoringRoutes, alertsRoutes, batchRoutes, automationRoutes, evidenceRoutes, reviewRoutes, edgeRoutes, cloudEventsRoutes]) app.route('/api', routes)
  app.route('/', publishedKeys)

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

/** A file of rows flows to the disk as it comes, and counts itself; under its own hash it is idempotent. */
function unlessStreamed(middleware: MiddlewareHandler<ApiEnv>): MiddlewareHandler<ApiEnv> {
  return (c, next) => (c.req.path === '/api/batch/files' && may(c.get('principal'), 'batch:write') ? next() : middleware(c, next))
}

/** Little from who is not signed in, most from who may upload a model. */
async function limitByCaller(c: Context<ApiEnv>, next: () => Promise<void>): Promise<void> {
  const isUpload = c.req.header('content-type')?.startsWith('multipart/') === true && may(c.get('principal'), 'registry:write')
  const maxSize = c.get('principal') === null ? MOST_OPEN_BYTES : isUpload ? MOST_UPLOAD_BYTES : MOST_JSON_BYTES
  await limitBody(c, maxSize, () => {
    throw new ProblemError('too_large', `The body is too large: at most ${maxSize} bytes are taken here.`)
  })
  await next()
}

/** What the framework itself refuses: a body that is no JSON or no form. */
function asProblem(error: HTTPException): ProblemError {
  if (error.status === 413) return new ProblemError('too_large', 'The body is too large.')
  return new ProblemError('malformed', 'The body cannot be read. Send JSON with content-type application/json, or a form where the route takes files.', {
    code: 'body_malformed',
    cause: error,
  })
}

/** Postgres refuses values that SQLite keeps: a NUL in a text (22021, 22P05), a number beyond its column (22003, 22P02). */
const REFUSED_VALUES = ['22021', '22P05', '22003', '22P02']

function refusedValue(error: unknown): ProblemError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (!REFUSED_VALUES.includes(String((cause as { code?: unknown }).code))) continue
    return new ProblemError('invalid', 'A value in the request cannot be kept: a text has a NUL character, or a number is out of range.', { code: 'value_refused', cause: error })
  }
  return null
}

/** A session cookie is sent by the browser from anywhere; a write with it must come from our own pages. */
function refuseForeignOrigin(request: Request): void {
  // An empty header is none: then the cookie counts. A name and password are sent by the browser from anywhere too.
  if (request.method === 'GET' || request.method === 'HEAD' || /^bearer /i.test(request.headers.get('authorization') ?? '')) return
  const site = request.headers.get('sec-fetch-site')
  const origin = request.headers.get('origin')
  const isOwn = site === null ? origin === null || hostOf(origin) === request.headers.get('host') : site === 'same-origin' || site === 'none'
  if (!isOwn) throw new ProblemError('forbidden', 'A write must come from Flightdeck’s own pages or carry a token.', { code: 'foreign_origin' })
}

/** None of an opaque origin, which browsers write as `null`. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}

export const api = build()
// Wherever predict is answered, its reasons can be asked for.
registerExplainer()
registerObservedCalls()
