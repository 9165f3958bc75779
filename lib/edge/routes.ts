// Bundles and exports over HTTP, and the way home of what was predicted elsewhere.
import { z } from '@hono/zod-openapi'
import { answers, createRoute, createRoutes, jsonBody, principalOf } from '@/lib/access/http'
import { ingestSpool, spoolSchema } from '@/lib/serving/commands'
import { exportModel } from './commands'
import { exportBody } from './contract'

const tags = ['edge']
const exportSchema = z.record(z.string(), z.unknown()).openapi('ModelExport')
const ingestSchema = z
  .object({ accepted: z.number(), repeated: z.number(), rejected: z.array(z.object({ index: z.number(), code: z.string(), message: z.string() })) })
  .openapi('SpoolIngestResult')

export const edgeRoutes = createRoutes()
  .openapi(
    createRoute({
      method: 'post', path: '/models/{model}/exports', tags, summary: 'Everything the champion answers by, to run it elsewhere',
      request: { params: z.object({ model: z.string() }), ...jsonBody(exportBody) }, responses: answers(exportSchema, 'What a bundle is made of'),
    }),
    async (c) => c.json((await exportModel(principalOf(c), c.req.valid('param').model, c.req.valid('json'))) as never, 200),
  )
  .openapi(
    createRoute({
      method: 'post', path: '/ingest/spool', tags, summary: 'Take the predictions that a server at the edge made without network',
      request: jsonBody(spoolSchema), responses: answers(ingestSchema, 'What was taken'),
    }),
    async (c) => c.json(await ingestSpool(principalOf(c), c.req.valid('json')), 200),
  )
