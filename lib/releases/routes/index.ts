// Promotions, releases and policies over HTTP.
import { z } from '@hono/zod-openapi'
import { answers, createRoute, createRoutes, decodeCursor, encodeCursor, jsonBody, pageQuerySchema, principalOf } from '@/lib/access/http'
import { authorize } from '@/lib/access/rules'
import { database } from '@/lib/database'
import { notFound } from '@/lib/platform/errors'
import { findModel } from '@/lib/registry/queries'
import { approvePromotion, cancelPromotion, rejectPromotion, requestPromotion, rollback, setPolicy } from '../commands'
import { decisionSchema, policyChangeSchema, PROMOTION_STATUSES, promotionRequestSchema, rejectionSchema, rollbackSchema } from '../contract'
import { findPromotion, listPromotions, listReleases, policyFor, releasesInForce } from '../queries'
import { policySchema, promotionSchema, promotionsSchema, releaseRecordsSchema, releaseSchema } from './schemas'

const tags = ['releases']
const promotionParam = z.object({ id: z.string() })
const modelParam = z.object({ model: z.string().openapi({ description: 'Slug or id of the model' }) })
const policyParam = modelParam.extend({ environment: z.string() })
const promotionQuery = pageQuerySchema.extend({
  status: z.enum(PROMOTION_STATUSES).optional(),
  model: z.string().optional(),
  environment: z.string().optional(),
})
const releaseQuery = pageQuerySchema.extend({
  environment: z.string().optional(),
  at: z.iso
    .datetime({ offset: true, message: 'Write the time as RFC 3339, such as 2026-05-03T10:00:00Z.' })
    .optional()
    .openapi({ description: 'Only what was in force at this time, one release for each environment' }),
})
const promotionCursor = z.object({ requestedAt: z.number(), id: z.string() })
const releaseCursor = z.object({ startedAt: z.number(), id: z.string() })

async function modelId(slugOrId: string): Promise<string> {
  const model = await findModel(await database(), slugOrId)
  if (!model) throw notFound(`model ${slugOrId}`, 'model_not_found')
  return model.id
}

export const releasesRoutes = createRoutes()
  .openapi(
    createRoute({ method: 'post', path: '/promotions', tags, summary: 'Request a promotion; its gates run at once', request: jsonBody(promotionRequestSchema), responses: answers(promotionSchema, 'The promotion with its gates') }),
    async (c) => c.json(await requestPromotion(principalOf(c), c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({ method: 'get', path: '/promotions', tags, summary: 'Promotions, newest first', request: { query: promotionQuery }, responses: answers(promotionsSchema, 'A page of promotions') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const { cursor, model, ...filter } = c.req.valid('query')
      const wanted = { ...filter, modelId: model === undefined ? undefined : await modelId(model), before: decodeCursor(promotionCursor, cursor) }
      const { promotions, next } = await listPromotions(await database(), wanted)
      return c.json({ promotions, nextCursor: next && encodeCursor(next) }, 200)
    },
  )
  .openapi(
    createRoute({ method: 'get', path: '/promotions/{id}', tags, summary: 'One promotion with gates and approvals', request: { params: promotionParam }, responses: answers(promotionSchema, 'The promotion') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const promotion = await findPromotion(await database(), c.req.valid('param').id)
      if (!promotion) throw notFound('promotion with this id', 'promotion_not_found')
      return c.json(promotion, 200)
    },
  )
  .openapi(
    createRoute({ method: 'post', path: '/promotions/{id}/approve', tags, summary: 'Approve; the last approval releases', request: { params: promotionParam, ...jsonBody(decisionSchema) }, responses: answers(promotionSchema, 'The promotion') }),
    async (c) => c.json(await approvePromotion(principalOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({ method: 'post', path: '/promotions/{id}/reject', tags, summary: 'Reject, with a comment', request: { params: promotionParam, ...jsonBody(rejectionSchema) }, responses: answers(promotionSchema, 'The promotion') }),
    async (c) => c.json(await rejectPromotion(principalOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({ method: 'post', path: '/promotions/{id}/cancel', tags, summary: 'Cancel an own request', request: { params: promotionParam, ...jsonBody(decisionSchema) }, responses: answers(promotionSchema, 'The promotion') }),
    async (c) => c.json(await cancelPromotion(principalOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({ method: 'post', path: '/rollbacks', tags, summary: 'Go back to an earlier version at once', request: jsonBody(rollbackSchema), responses: answers(releaseSchema, 'The release that started') }),
    async (c) => c.json(await rollback(principalOf(c), c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({ method: 'get', path: '/models/{model}/releases', tags, summary: 'Releases of a model, newest first, or what was in force at a time', request: { params: modelParam, query: releaseQuery }, responses: answers(releaseRecordsSchema, 'A page of releases') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const { cursor, at, environment, limit } = c.req.valid('query')
      const db = await database()
      const id = await modelId(c.req.valid('param').model)
      if (at !== undefined) {
        const found = await releasesInForce(db, id, Date.parse(at))
        return c.json({ releases: found.filter((release) => environment === undefined || release.environment === environment), nextCursor: null }, 200)
      }
      const { releases, next } = await listReleases(db, id, { environment, limit, before: decodeCursor(releaseCursor, cursor) })
      return c.json({ releases, nextCursor: next && encodeCursor(next) }, 200)
    },
  )
  .openapi(
    createRoute({ method: 'get', path: '/models/{model}/policies/{environment}', tags, summary: 'What a promotion needs', request: { params: policyParam }, responses: answers(policySchema, 'The policy') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const { model, environment } = c.req.valid('param')
      return c.json(await policyFor(await database(), await modelId(model), environment), 200)
    },
  )
  .openapi(
    createRoute({ method: 'put', path: '/models/{model}/policies/{environment}', tags, summary: 'Set what promotions need from now on', request: { params: policyParam, ...jsonBody(policyChangeSchema) }, responses: answers(policySchema, 'The policy') }),
    async (c) => {
      const { model, environment } = c.req.valid('param')
      return c.json(await setPolicy(principalOf(c), model, environment, c.req.valid('json')), 200)
    },
  )
