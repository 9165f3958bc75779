// How a model's reasons are told, and letters to customers.
import { z } from '@hono/zod-openapi'
import { answers, createRoute, createRoutes, jsonBody, principalOf, problemSchema } from '@/lib/access/http'
import { authorize } from '@/lib/access/rules'
import { database } from '@/lib/database'
import { notFound } from '@/lib/platform/errors'
import { findModel } from '@/lib/registry/queries'
import { previewLetter, previewReasons, setReasonSettings, writeLetter } from '../commands'
import { LOCALES, reasonSettingsSchema } from '../contract'
import { LETTER_FORMATS } from '../contract/letter'
import { reasonRevisionOf, reasonRevisions } from '../queries'

const revision = z
  .object({ modelId: z.string(), revision: z.number(), settings: reasonSettingsSchema, createdAt: z.number().nullable(), createdBy: z.string().nullable() })
  .openapi('ReasonRevision')
const previewed = z.array(z.object({
  field: z.string(), direction: z.enum(['raised', 'lowered']), sentence: z.string(), code: z.object({ code: z.string(), text: z.string() }).nullable(),
}))
const inLocale = z.object({ sentences: previewed, principal: previewed, letter: z.string() })
const preview = z
  .object({
    prediction: z.object({ id: z.string(), at: z.number(), answer: z.string() }), hasEarlier: z.boolean(),
    byLocale: z.object({ en: inLocale, de: inLocale }), forbiddenCited: z.array(z.string()),
  })
  .openapi('ReasonPreview')
const letter = z
  .object({ predictionId: z.string(), locale: z.enum(LOCALES), text: z.string(), reasons: z.number(), isAgainst: z.boolean().nullable(), revision: z.number() })
  .openapi('Letter')
const locale = z.enum(LOCALES).default('en')
const modelParam = z.object({ model: z.string().openapi({ description: 'Slug or id of the model' }) })
const predictionParam = z.object({ id: z.string().max(100) })
const letterFile = {
  200: {
    description: 'The letter',
    content: { 'application/pdf': { schema: z.string().openapi({ format: 'binary' }) }, 'text/plain': { schema: z.string() } },
  },
  default: { description: 'A problem document (RFC 9457)', content: { 'application/problem+json': { schema: problemSchema } } },
} as const
const tags = ['reasons']

export const reasonsRoutes = createRoutes()
  .openapi(
    createRoute({ method: 'get', path: '/models/{model}/reasons', tags, summary: 'How reasons are told, with earlier revisions', request: { params: modelParam }, responses: answers(z.object({ current: revision, revisions: z.array(revision) }), 'The settings in force and before') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const db = await database()
      const slug = c.req.valid('param').model
      const model = await findModel(db, slug)
      if (!model) throw notFound(`model ${slug}`, 'model_not_found')
      const [current, revisions] = await Promise.all([reasonRevisionOf(db, model.id), reasonRevisions(db, model.id)])
      return c.json({ current, revisions }, 200)
    },
  )
  .openapi(
    createRoute({
      method: 'put', path: '/models/{model}/reasons', tags, summary: 'Change how reasons are told',
      request: { params: modelParam, query: z.object({ basedOn: z.coerce.number().int().min(0).optional() }), ...jsonBody(reasonSettingsSchema) }, responses: answers(revision, 'The new revision'),
    }),
    async (c) => c.json(await setReasonSettings(principalOf(c), c.req.valid('param').model, c.req.valid('json'), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'post', path: '/models/{model}/reasons/preview', tags, summary: 'What settings would say of a recent decision',
      request: { params: modelParam, query: z.object({ earlier: z.coerce.number().int().min(0).max(50).optional() }), ...jsonBody(reasonSettingsSchema) }, responses: answers(preview, 'Reasons and letter in every language'),
    }),
    async (c) => c.json(await previewReasons(principalOf(c), c.req.valid('param').model, c.req.valid('json'), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({ method: 'get', path: '/predictions/{id}/letter', tags, summary: 'The letter to the customer, as it would be written', request: { params: predictionParam, query: z.object({ locale }) }, responses: answers(letter, 'The letter') }),
    async (c) => c.json(await previewLetter(principalOf(c), c.req.valid('param').id, c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'post', path: '/predictions/{id}/letter', tags, summary: 'Write the letter to the customer; it is recorded in the audit trail',
      request: { params: predictionParam, ...jsonBody(z.strictObject({ locale, format: z.enum(LETTER_FORMATS).default('pdf') })) }, responses: letterFile,
    }),
    async (c) => {
      const { content, contentType, fileName } = await writeLetter(principalOf(c), c.req.valid('param').id, c.req.valid('json'))
      return c.body(typeof content === 'string' ? content : new Uint8Array(content), 200, {
        'content-type': contentType,
        'content-disposition': `attachment; filename="${fileName}"`,
        'cache-control': 'no-store',
      })
    },
  )
