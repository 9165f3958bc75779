// How a model answers over HTTP: its example, guardrails, explanations, and how it is served.
import { z } from '@hono/zod-openapi'
import { answers, createRoute, createRoutes, jsonBody, principalOf } from '@/lib/access/http'
import { authorize } from '@/lib/access/rules'
import { database } from '@/lib/database'
import { notFound, ProblemError } from '@/lib/platform/errors'
import { setExplanationPolicy, setGuardrails, setServingSettings } from '../commands'
import { EXPLANATION_MODES, explanationPolicyBody, guardrailsSchema, servingSettingsBody, servingSettingsSchema } from '../contract'
import { currentExplanationPolicy, currentGuardrails, currentServingSettings, exampleCall } from '../queries'
import { requireModel } from './require-model'

const row = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
const exampleAnswer = z.object({ environment: z.string(), version: z.number(), row: z.number(), rows: z.number(), inputs: row }).openapi('ExampleCall')
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

const servingSettings = z
  .object({
    modelId: z.string(), environment: z.string(), revision: z.number(), settings: servingSettingsSchema,
    createdAt: z.number().nullable(), createdBy: z.string().nullable(),
  })
  .openapi('ServingSettings')

const slug = z.object({ model: z.string() })
const where = z.object({ environment: z.string().default('production') })
const exampleAsked = where.extend({
  row: z.coerce.number().int().min(0).max(1_000_000).default(0).openapi({ description: 'Of the sample; beyond its end it begins again' }),
  version: z.coerce.number().int().min(1).max(2 ** 31 - 1).optional().openapi({ description: 'The champion where it is left out' }),
})
const tags = ['serving']

export const settingsRoutes = createRoutes()
  .openapi(
    createRoute({ method: 'get', path: '/models/{model}/example', tags, summary: 'A call that works: a row of the sample of the version that serves', request: { params: slug, query: exampleAsked }, responses: answers(exampleAnswer, 'A body for predict') }),
    async (c) => {
      authorize(principalOf(c), 'sensitive:read')
      const db = await database()
      const { environment, row, version } = c.req.valid('query')
      const found = await exampleCall(db, (await requireModel(db, c.req.valid('param').model)).id, environment, row, version)
      if (!found && version !== undefined) throw notFound(`version ${version} of this model`, 'version_unknown')
      if (!found) throw new ProblemError('not_found', `Nothing is released in ${environment} yet. Promote a version first.`, { code: 'nothing_released' })
      return c.json(found, 200)
    },
  )
  .openapi(
    createRoute({ method: 'get', path: '/models/{model}/guardrails', tags, summary: 'The guardrails in force', request: { params: slug, query: where }, responses: answers(guardrails, 'Guardrails') }),
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
    createRoute({ method: 'get', path: '/models/{model}/explanation-policy', tags, summary: 'Which predictions are explained as they are served', request: { params: slug, query: where }, responses: answers(explanationPolicy, 'The policy') }),
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
  .openapi(
    createRoute({ method: 'get', path: '/models/{model}/serving-settings', tags, summary: 'How an environment of a model answers, its limits and its price', request: { params: slug, query: where }, responses: answers(servingSettings, 'The settings in force') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const db = await database()
      const model = await requireModel(db, c.req.valid('param').model)
      return c.json(await currentServingSettings(db, model.id, c.req.valid('query').environment), 200)
    },
  )
  .openapi(
    createRoute({ method: 'put', path: '/models/{model}/serving-settings', tags, summary: 'Set how an environment of a model answers, its limits and its price', request: { params: slug, ...jsonBody(servingSettingsBody) }, responses: answers(servingSettings, 'The new revision') }),
    async (c) => c.json(await setServingSettings(principalOf(c), { ...c.req.valid('json'), model: c.req.valid('param').model }), 200),
  )
