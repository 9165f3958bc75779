// HTTP of the serving lane. The server answers predict before this app sees it (server/serving-lane.ts); here it is for
// sessions, for repeated writes with an Idempotency-Key, and for hosts that only mount the app.
import { z } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { answers, createRoute, createRoutes, jsonBody, principalOf, type ApiEnv } from '@/lib/access/http'
import { limitBody } from '@/lib/access/limit-body'
import { authorize } from '@/lib/access/rules'
import { database, type Session } from '@/lib/database'
import { notFound, ProblemError } from '@/lib/platform/errors'
import { findModel } from '@/lib/registry/queries'
import { ingestKpiEvents, ingestOutcomes, predict, setExplanationPolicy, setGuardrails } from './commands'
import { EXPLANATION_MODES, explanationPolicyBody, guardrailsSchema, kpiEventSchema, MOST_EVENTS_A_CALL, MOST_ROWS_A_CALL, outcomeSchema } from './contract'
import { MOST_LIST_BYTES, parseJson, refuseLargeSingle, requireJson, tooLarge } from './json-body'
import { timeoutFrom } from './rules/timeout'
import { REASON_LOCALES } from './rules/predict-call'
import { currentExplanationPolicy, currentGuardrails, exampleCall } from './queries'

const output = z
  .object({
    label: z.union([z.string(), z.number()]).optional(), score: z.number().optional(), value: z.number().optional(),
    probabilities: z.record(z.string(), z.number()).optional(), decision: z.string().optional(),
  })
  .openapi('Output')
const hit = z.object({ rule: z.string(), sentence: z.string(), answeredBy: z.string() }).openapi('GuardrailHit')
const reason = z.object({ field: z.string(), contribution: z.number(), standardError: z.number(), sentence: z.string(), code: z.string().optional() })
const predicted = z.object({ id: z.string(), version: z.number(), output, fallback: hit.optional(), reasons: z.array(reason).nullable().optional() })
const head = z.object({ model: z.string(), environment: z.string(), release: z.string(), warnings: z.array(z.object({ code: z.string(), message: z.string() })).optional() })
const predictAnswer = z.union([head.extend(predicted.shape), head.extend({ predictions: z.array(predicted) })]).openapi('PredictAnswer')
const row = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
const predictBody = z
  .object({
    inputs: z.union([row, z.array(row).min(1).max(MOST_ROWS_A_CALL)]), environment: z.string().optional(), subject: z.string().optional(),
    subjects: z.array(z.string().nullable()).optional(), requestId: z.string().optional(), explain: z.boolean().optional(), locale: z.enum(REASON_LOCALES).optional(),
  })
  .openapi('PredictBody')
const ingestResult = z
  .object({ accepted: z.number(), repeated: z.number(), rejected: z.array(z.object({ index: z.number(), code: z.string(), message: z.string() })) })
  .openapi('IngestResult')
const exampleAnswer = z.object({ environment: z.string(), version: z.number(), inputs: row }).openapi('ExampleCall')
const guardrails = z
  .object({
    modelId: z.string(), environment: z.string(), revision: z.number(), rules: z.array(z.unknown()),
    createdAt: z.number().nullable(), createdBy: z.string().nullable(),
  })
  .openapi('Guardrails')
const explanationPolicy = z
  .object({
    modelId: z.string(), environment: z.string(), revision: z.number(), mode: z.enum(EXPLANATION_MODES), share: z.number(),
    createdAt: z.number().nullable(), createdBy: z.string().nullable(),
  })
  .openapi('ExplanationPolicy')

const slug = z.object({ model: z.string() })
const tags = ['serving']

const listOf = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).max(MOST_EVENTS_A_CALL), z.object({ items: z.array(item).max(MOST_EVENTS_A_CALL) })])

/** The body as it came: these routes check it themselves, item by item or against a version's signature. */
async function bodyOf(c: Context<ApiEnv>): Promise<{ body: unknown; characters: number }> {
  requireJson(c.req.header('content-type'), c.req.header('content-encoding'))
  const text = await c.req.text()
  return { body: parseJson(text), characters: text.length }
}

const limited: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await limitBody(c, MOST_LIST_BYTES, () => {
    throw tooLarge()
  })
  await next()
}

export const servingRoutes = createRoutes()

servingRoutes.openAPIRegistry.registerPath({ method: 'post', path: '/models/{model}/predict', tags, summary: 'Ask for predictions: one row, or a list of up to 1,000', request: { params: slug, ...jsonBody(predictBody) }, responses: answers(predictAnswer, 'The predictions, which are in the log') })
servingRoutes.post('/models/:model/predict', limited, async (c) => {
  const arrived = performance.now()
  authorize(principalOf(c), 'predict')
  const { body, characters } = await bodyOf(c)
  refuseLargeSingle(body, characters)
  const circumstances = { arrived, bytes: characters, timeoutMs: timeoutFrom(c.req.header('x-request-timeout-ms')), headers: {} }
  const answer = await predict(principalOf(c), c.req.param('model'), body, circumstances)
  return c.json(answer, 200, circumstances.headers)
})

servingRoutes.openAPIRegistry.registerPath({ method: 'post', path: '/outcomes', tags, summary: 'Say what really happened: one outcome, or up to 10,000', request: jsonBody(listOf(outcomeSchema)), responses: answers(ingestResult, 'What was taken') })
servingRoutes.post('/outcomes', limited, async (c) => {
  authorize(principalOf(c), 'ingest')
  return c.json(await ingestOutcomes(principalOf(c), (await bodyOf(c)).body), 200)
})

servingRoutes.openAPIRegistry.registerPath({ method: 'post', path: '/kpi-events', tags, summary: 'Send business values: one event, or up to 10,000', request: jsonBody(listOf(kpiEventSchema)), responses: answers(ingestResult, 'What was taken') })
servingRoutes.post('/kpi-events', limited, async (c) => {
  authorize(principalOf(c), 'ingest')
  return c.json(await ingestKpiEvents(principalOf(c), (await bodyOf(c)).body), 200)
})

servingRoutes
  .openapi(
    createRoute({ method: 'get', path: '/models/{model}/example', tags, summary: 'A call that works: a row of the sample of the version that serves', request: { params: slug, query: z.object({ environment: z.string().default('production') }) }, responses: answers(exampleAnswer, 'A body for predict') }),
    async (c) => {
      authorize(principalOf(c), 'sensitive:read')
      const db = await database()
      const { environment } = c.req.valid('query')
      const found = await exampleCall(db, (await requireModel(db, c.req.valid('param').model)).id, environment)
      if (!found) throw new ProblemError('not_found', `Nothing is released in ${environment} yet. Promote a version first.`, { code: 'nothing_released' })
      return c.json(found, 200)
    },
  )
  .openapi(
    createRoute({ method: 'get', path: '/models/{model}/guardrails', tags, summary: 'The guardrails in force', request: { params: slug, query: z.object({ environment: z.string().default('production') }) }, responses: answers(guardrails, 'Guardrails') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const db = await database()
      const model = await requireModel(db, c.req.valid('param').model)
      return c.json(await currentGuardrails(db, model.id, c.req.valid('query').environment), 200)
    },
  )
  .openapi(
    createRoute({ method: 'put', path: '/models/{model}/guardrails', tags, summary: 'Set the guardrails of an environment', request: { params: slug, ...jsonBody(guardrailsSchema.omit({ model: true })) }, responses: answers(guardrails, 'The new revision') }),
    async (c) => c.json(await setGuardrails(principalOf(c), { ...c.req.valid('json'), model: c.req.valid('param').model }), 200),
  )
  .openapi(
    createRoute({ method: 'get', path: '/models/{model}/explanation-policy', tags, summary: 'Which predictions are explained as they are served', request: { params: slug, query: z.object({ environment: z.string().default('production') }) }, responses: answers(explanationPolicy, 'The policy') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const db = await database()
      const model = await requireModel(db, c.req.valid('param').model)
      return c.json(await currentExplanationPolicy(db, model.id, c.req.valid('query').environment), 200)
    },
  )
  .openapi(
    createRoute({ method: 'put', path: '/models/{model}/explanation-policy', tags, summary: 'Say which predictions are explained as they are served', request: { params: slug, ...jsonBody(explanationPolicyBody) }, responses: answers(explanationPolicy, 'The new revision') }),
    async (c) => c.json(await setExplanationPolicy(principalOf(c), { ...c.req.valid('json'), model: c.req.valid('param').model }), 200),
  )

async function requireModel(db: Session, name: string): Promise<{ id: string }> {
  const model = await findModel(db, name)
  if (!model) throw notFound(`model called ${name.slice(0, 64)}`, 'model_unknown')
  return model
}
