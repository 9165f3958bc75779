// What a model answers at this moment, as server-sent events.
import { z } from '@hono/zod-openapi'
import { authenticate } from '@/lib/access/authenticate'
import { createRoutes, principalOf, problemSchema } from '@/lib/access/http'
import { authorize } from '@/lib/access/rules'
import { database } from '@/lib/database'
import { notFound } from '@/lib/platform/errors'
import { findModel, listEnvironments } from '@/lib/registry/queries'
import { DEFAULT_ENVIRONMENT } from '@/lib/serving/rules/predict-call'
import { liveDecisions } from '../live/stream'

export const liveRoutes = createRoutes()

liveRoutes.openAPIRegistry.registerPath({
  method: 'get', path: '/models/{model}/live', tags: ['predictions'], summary: 'Predictions as they are answered, as server-sent events',
  description: '`prediction` has a prediction as the list of predictions has it, up to 10 a second; `summary`, every 2 seconds, counts all calls and how many predictions were left out; `ended` says that the caller may not listen any more. Only calls that this process answers.',
  request: { params: z.object({ model: z.string() }), query: z.object({ environment: z.string().default(DEFAULT_ENVIRONMENT) }) },
  responses: {
    200: { description: 'The stream', content: { 'text/event-stream': { schema: z.string() } } },
    default: { description: 'A problem document (RFC 9457)', content: { 'application/problem+json': { schema: problemSchema } } },
  },
})
liveRoutes.get('/models/:model/live', async (c) => {
  const principal = principalOf(c)
  authorize(principal, 'read')
  const db = await database()
  const name = c.req.param('model')
  const environment = c.req.query('environment') ?? DEFAULT_ENVIRONMENT
  const [model, environments] = await Promise.all([findModel(db, name), listEnvironments(db)])
  if (!model) throw notFound(`model called ${name.slice(0, 64)}`, 'model_unknown')
  if (!environments.some((one) => one.name === environment)) throw notFound(`environment called ${environment.slice(0, 64)}`, 'environment_unknown')
  const [authorization, cookie] = [c.req.header('authorization'), c.req.header('cookie')]
  return new Response(liveDecisions({ modelId: model.id, environment }, principal, () => authenticate(authorization, cookie)), {
    // Proxies that gather answers before they pass them on are asked not to.
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' },
  })
})
