// Decisions looked up, and explained.
import { z } from '@hono/zod-openapi'
import { answers, createRoute, createRoutes, decodeCursor, encodeCursor, pageQuerySchema, principalOf } from '@/lib/access/http'
import type { Principal } from '@/lib/access/contract'
import { authorize, may } from '@/lib/access/rules'
import { database } from '@/lib/database'
import { notFound } from '@/lib/platform/errors'
import { explainPrediction } from '../commands'
import { decisionCursorSchema, decisionFilterSchema, SCALES } from '../contract'
import { CHANNELS } from '@/lib/serving/contract'
import { findDecision, listDecisions, type Reader } from '../queries'

const value = z.union([z.string(), z.number(), z.boolean()]).nullable()
const outcome = z.object({ inWords: z.string(), occurredAt: z.number(), receivedAt: z.number() }).openapi('Outcome')
export const decision = z
  .object({
    id: z.string(), at: z.number(), modelId: z.string(), model: z.object({ slug: z.string(), name: z.string() }),
    versionId: z.string(), version: z.number(), releaseId: z.string().nullable(), channel: z.enum(CHANNELS), environment: z.string(), caller: z.string(),
    callerName: z.string(), subject: z.string().nullable(), requestId: z.string().nullable(),
    inputs: z.record(z.string(), value), hidden: z.array(z.string()), answer: z.string(), label: z.string().nullable(),
    score: z.number().nullable(), modelScore: z.number().nullable(),
    guardrail: z.object({ rule: z.string(), sentence: z.string(), answeredBy: z.string() }).nullable(),
    latencyMicros: z.number(), topReason: z.string().nullable(), outcome: outcome.nullable(),
  })
  .openapi('Decision')
const explanation = z
  .object({
    predictionId: z.string(), method: z.enum(['exact', 'permutation']), scale: z.enum(SCALES), base: z.number(), residual: z.number().nullable(),
    values: z.array(z.number()), errors: z.array(z.number()), permutations: z.number(), backgroundHash: z.string(), createdAt: z.number(),
  })
  .openapi('Explanation')
export const reason = z
  .object({
    field: z.string(), displayName: z.string(), contribution: z.number(), standardError: z.number(),
    direction: z.enum(['raised', 'lowered']), sentence: z.string(),
  })
  .openapi('Reason')
const strip = z.union([
  z.object({ kind: z.literal('number'), position: z.number().nullable(), low: z.string(), middle: z.string(), high: z.string() }),
  z.object({ kind: z.literal('category'), shares: z.array(z.object({ label: z.string(), share: z.number(), isOwn: z.boolean() })) }),
])
const control = z.union([
  z.object({ kind: z.literal('number'), min: z.number(), max: z.number(), step: z.number(), unit: z.string().nullable() }),
  z.object({ kind: z.literal('choice'), options: z.array(z.object({ value: z.union([z.string(), z.number(), z.boolean()]), label: z.string() })) }),
  z.object({ kind: z.literal('text') }),
])
const decisionDetail = decision
  .extend({
    task: z.enum(['binary', 'multiclass', 'regression']), scoreMeaning: z.string(), scoreUnit: z.string().nullable(),
    decisionRule: z.object({ threshold: z.number(), above: z.string(), below: z.string() }).nullable(), modelAnswer: z.string().nullable(), extra: z.record(z.string(), z.number()).nullable(),
    shownInputs: z.array(z.object({
      field: z.string(), displayName: z.string(), description: z.string().nullable(), value, isMasked: z.boolean(),
      inWords: z.string(), place: z.string().nullable(), strip: strip.nullable(), control: control.nullable(),
    })),
    madeBy: z.object({
      versionId: z.string(), number: z.number(), artifactHash: z.string(), registeredAt: z.number(), registeredBy: z.string(),
      isExplainable: z.boolean(),
      explainability: z.object({ kind: z.enum(['exact', 'sampled', 'none']), method: z.string().nullable(), sentence: z.string() }).nullable(),
    }),
    release: z.unknown(),
    kpiEvents: z.array(z.object({ id: z.string(), name: z.string(), value: z.number(), occurredAt: z.number() })),
    explanation: explanation
      .extend({
        fields: z.array(z.object({ name: z.string(), displayName: z.string() })),
        reasons: z.array(reason),
        principalReasons: z.array(reason),
      })
      .nullable(),
  })
  .openapi('DecisionDetail')
const filter = pageQuerySchema.extend(decisionFilterSchema.shape)
const id = z.object({ id: z.string().max(100) })
const tags = ['predictions']

function readerOf(principal: Principal | null): Reader {
  return { maySeeSensitive: may(principal, 'sensitive:read') }
}

export const predictionsRoutes = createRoutes()
  .openapi(
    createRoute({ method: 'get', path: '/predictions', tags, summary: 'Look predictions up, newest first', request: { query: filter }, responses: answers(z.object({ predictions: z.array(decision), nextCursor: z.string().nullable() }), 'A page of predictions') }),
    async (c) => {
      const principal = principalOf(c)
      authorize(principal, 'read')
      const { cursor, ...wanted } = c.req.valid('query')
      const before = decodeCursor(decisionCursorSchema, cursor)
      const page = await listDecisions(await database(), { ...wanted, before }, readerOf(principal))
      return c.json({ predictions: page.decisions, nextCursor: page.next && encodeCursor(page.next) }, 200)
    },
  )
  .openapi(
    createRoute({ method: 'get', path: '/predictions/{id}', tags, summary: 'A prediction, and what stands behind it', request: { params: id }, responses: answers(decisionDetail, 'The prediction') }),
    async (c) => {
      const principal = principalOf(c)
      authorize(principal, 'read')
      const found = await findDecision(await database(), c.req.valid('param').id, readerOf(principal))
      if (!found) throw notFound('prediction with this id', 'prediction_unknown')
      return c.json(found, 200)
    },
  )
  .openapi(
    createRoute({ method: 'post', path: '/predictions/{id}/explain', tags, summary: 'Explain a prediction, once; afterwards the kept explanation', request: { params: id, query: z.object({ scale: z.enum(SCALES).optional() }) }, responses: answers(explanation, 'The explanation') }),
    async (c) => c.json(await explainPrediction(principalOf(c), c.req.valid('param').id, c.req.valid('query').scale), 200),
  )
