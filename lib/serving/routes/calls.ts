// HTTP of calls. The server answers predict before this app sees it (server/serving-lane.ts); here it is for
// sessions, for repeated writes with an Idempotency-Key, and for hosts that only mount the app.
import { z } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { answers, createRoutes, jsonBody, principalOf, type ApiEnv } from '@/lib/access/http'
import { limitBody } from '@/lib/access/limit-body'
import { authorize } from '@/lib/access/rules'
import { ingestKpiEvents, ingestOutcomes, predict } from '../commands'
import { kpiEventSchema, MOST_EVENTS_A_CALL, MOST_ROWS_A_CALL, outcomeSchema } from '../contract'
import { MOST_LIST_BYTES, parseJson, refuseLargeSingle, requireJson, tooLarge } from '../json-body'
import { timeoutFrom } from '../rules/timeout'
import { REASON_LOCALES } from '../rules/predict-call'

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
    inputs: z.union([row, z.array(row).min(1).max(MOST_ROWS_A_CALL)]), environment: z.string().optional(), version: z.number().int().optional(), subject: z.string().optional(),
    subjects: z.array(z.string().nullable()).optional(), requestId: z.string().optional(), explain: z.boolean().optional(), locale: z.enum(REASON_LOCALES).optional(),
  })
  .openapi('PredictBody')
const ingestResult = z
  .object({ accepted: z.number(), repeated: z.number(), rejected: z.array(z.object({ index: z.number(), code: z.string(), message: z.string() })) })
  .openapi('IngestResult')
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

export const callRoutes = createRoutes()

callRoutes.openAPIRegistry.registerPath({ method: 'post', path: '/models/{model}/predict', tags, summary: 'Ask for predictions: one row, or a list of up to 1,000', request: { params: slug, ...jsonBody(predictBody) }, responses: answers(predictAnswer, 'The predictions, which are in the log') })
callRoutes.post('/models/:model/predict', limited, async (c) => {
  const arrived = performance.now()
  authorize(principalOf(c), 'predict')
  const { body, characters } = await bodyOf(c)
  refuseLargeSingle(body, characters)
  const circumstances = { arrived, bytes: characters, timeoutMs: timeoutFrom(c.req.header('x-request-timeout-ms')), headers: {} }
  const answer = await predict(principalOf(c), c.req.param('model'), body, circumstances)
  return c.json(answer, 200, circumstances.headers)
})

callRoutes.openAPIRegistry.registerPath({ method: 'post', path: '/outcomes', tags, summary: 'Say what really happened: one outcome, or up to 10,000', request: jsonBody(listOf(outcomeSchema)), responses: answers(ingestResult, 'What was taken') })
callRoutes.post('/outcomes', limited, async (c) => {
  authorize(principalOf(c), 'ingest')
  return c.json(await ingestOutcomes(principalOf(c), (await bodyOf(c)).body), 200)
})

callRoutes.openAPIRegistry.registerPath({ method: 'post', path: '/kpi-events', tags, summary: 'Send business values: one event, or up to 10,000', request: jsonBody(listOf(kpiEventSchema)), responses: answers(ingestResult, 'What was taken') })
callRoutes.post('/kpi-events', limited, async (c) => {
  authorize(principalOf(c), 'ingest')
  return c.json(await ingestKpiEvents(principalOf(c), (await bodyOf(c)).body), 200)
})
