// The registry over HTTP.
import { z } from '@hono/zod-openapi'
import { answers, createRoute, createRoutes, decodeCursor, encodeCursor, jsonBody, pageQuerySchema, principalOf, problemSchema } from '@/lib/access/http'
import { authorize } from '@/lib/access/rules'
import { database } from '@/lib/database'
import { notFound } from '@/lib/platform/errors'
import { readStoredFile } from '@/lib/platform/storage'
import { changeModel, inspectArtifact, registerVersion } from '../commands'
import { MODEL_SORTS, modelChangeSchema, TASKS, type VersionMetadata } from '../contract'
import { listModels, listVersions } from '../queries'
import { filePart, jsonPart, readParts, requiredFile } from './multipart'
import { remoteRoutes } from './remote'
import { inspectionSchema, modelSchema, modelsSchema, versionSchema, versionsSchema } from './schemas'
import { answerOf, file, json, modelParam, multipart, requireModel, requireVersion, versionParam } from './shared'

const tags = ['registry']
const cursorSchema = z.object({ value: z.union([z.string(), z.number()]), id: z.string() })
const listQuery = pageQuerySchema.extend({
  text: z.string().max(200).optional(),
  task: z.enum(TASKS).optional(),
  tag: z.string().max(40).optional(),
  owner: z.string().max(100).optional(),
  sort: z.enum(MODEL_SORTS).default('name'),
  descending: z.stringbool().default(false),
})

const fileAnswer = {
  200: { description: 'The file as it was registered', content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } } },
  default: { description: 'A problem document (RFC 9457)', content: { 'application/problem+json': { schema: problemSchema } } },
} as const

function download(content: Uint8Array, hash: string, fileName: string): Response {
  return new Response(content.slice().buffer, {
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="${fileName}"`,
      'content-length': String(content.length),
      etag: `"${hash}"`,
      'cache-control': 'private, max-age=31536000, immutable',
    },
  })
}

export const registryRoutes = createRoutes()
  .openapi(
    createRoute({ method: 'get', path: '/models', tags, summary: 'Models, with counts for each facet', request: { query: listQuery }, responses: answers(modelsSchema, 'A page of models') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const { cursor, ...filter } = c.req.valid('query')
      const { next, ...page } = await listModels(await database(), { ...filter, after: decodeCursor(cursorSchema, cursor) })
      return c.json({ ...page, nextCursor: next && encodeCursor(next) }, 200)
    },
  )
  .openapi(
    createRoute({ method: 'get', path: '/models/{model}', tags, summary: 'One model', request: { params: modelParam }, responses: answers(modelSchema, 'The model') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      return c.json(await requireModel(c.req.valid('param').model), 200)
    },
  )
  .openapi(
    createRoute({ method: 'patch', path: '/models/{model}', tags, summary: 'Change name, description, owner or tags', request: { params: modelParam, ...jsonBody(modelChangeSchema) }, responses: answers(modelSchema, 'The model') }),
    async (c) => c.json(await changeModel(principalOf(c), c.req.valid('param').model, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({ method: 'get', path: '/models/{model}/versions', tags, summary: 'Versions of a model, newest first', request: { params: modelParam }, responses: answers(versionsSchema, 'Versions') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const model = await requireModel(c.req.valid('param').model)
      return c.json({ versions: await listVersions(await database(), model.id) }, 200)
    },
  )
  .openapi(
    createRoute({ method: 'get', path: '/models/{model}/versions/{number}', tags, summary: 'One version with signature and lineage', request: { params: versionParam }, responses: answers(versionSchema, 'The version') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const { model, number } = c.req.valid('param')
      return c.json(answerOf((await requireVersion(model, number)).version), 200)
    },
  )
  .openapi(
    createRoute({
      method: 'post', path: '/models/{model}/versions', tags, summary: 'Register a version; the model is made with its first one',
      request: { params: modelParam, ...multipart({ artifact: file, metadata: json, reference: file }, ['artifact']) },
      responses: answers(z.object({ model: modelSchema, version: versionSchema }), 'The model and its new version'),
    }),
    async (c) => {
      const actor = principalOf(c)
      authorize(actor, 'registry:write')
      const parts = await readParts(c)
      const { model, version } = await registerVersion(actor, {
        model: c.req.valid('param').model,
        artifact: await requiredFile(parts, 'artifact'),
        // Checked by the command, which knows the schema.
        metadata: (await jsonPart(parts, 'metadata')) as VersionMetadata | undefined,
        reference: await filePart(parts, 'reference'),
      })
      return c.json({ model, version: answerOf(version) }, 200)
    },
  )
  .openapi(
    createRoute({ method: 'get', path: '/models/{model}/versions/{number}/artifact', tags, summary: 'Download the model file, or the document of a remote version', request: { params: versionParam }, responses: fileAnswer }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const { model, number } = c.req.valid('param')
      const found = await requireVersion(model, number)
      const hash = found.version.artifactHash
      const ending = found.version.runtime === 'remote' ? 'endpoint.json' : 'onnx'
      return download(await readStoredFile(hash), hash, `${found.model.slug}-v${number}.${ending}`) as never
    },
  )
  .openapi(
    createRoute({
      method: 'get', path: '/models/{model}/versions/{number}/files/{file}', tags, summary: 'Download the reference file or the background sample',
      request: { params: versionParam.extend({ file: z.enum(['reference', 'background']) }) }, responses: fileAnswer,
    }),
    async (c) => {
      // Real rows of real people, so not for everyone who may read.
      authorize(principalOf(c), 'sensitive:read')
      const { model, number, file: kind } = c.req.valid('param')
      const found = await requireVersion(model, number)
      const hash = found.version.files[kind]
      if (hash === undefined) throw notFound(`${kind} file of this version`, 'file_not_found')
      const content = await readStoredFile(hash)
      const ending = kind === 'background' ? 'json' : Buffer.from(content.subarray(0, 4)).toString('latin1') === 'PAR1' ? 'parquet' : 'csv'
      return download(content, hash, `${found.model.slug}-v${number}-${kind}.${ending}`) as never
    },
  )
  .openapi(
    createRoute({
      method: 'post', path: '/models/inspect', tags, summary: 'Read what a model file says of itself; nothing is saved',
      request: multipart({ artifact: file, metadata: json }, ['artifact']), responses: answers(inspectionSchema, 'Signature and summary of the file'),
    }),
    async (c) => {
      const actor = principalOf(c)
      authorize(actor, 'registry:write')
      const parts = await readParts(c)
      const metadata = (await jsonPart(parts, 'metadata')) as VersionMetadata | undefined
      return c.json(await inspectArtifact(actor, await requiredFile(parts, 'artifact'), metadata), 200)
    },
  )
  .route('/', remoteRoutes)
