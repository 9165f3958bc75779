// Remote versions over HTTP: trying a server, registering it, and what is known of it.
import type { Context } from 'hono'
import { z } from '@hono/zod-openapi'
import { answers, createRoute, createRoutes, principalOf, type ApiEnv } from '@/lib/access/http'
import { authorize } from '@/lib/access/rules'
import { ProblemError } from '@/lib/platform/errors'
import { registerRemoteVersion, tryEndpoint, type RemoteRegistration } from '../commands'
import type { VersionMetadata } from '../contract'
import { remoteEndpoint } from '../queries'
import { filePart, jsonPart, readParts } from './multipart'
import { modelSchema, signatureSchema, versionSchema } from './schemas'
import { answerOf, file, json, modelParam, requireVersion, versionParam } from './shared'

const tags = ['registry']

const endpointDescription = { type: 'object' as const, description: 'Describes the server: see /docs/remote', additionalProperties: true }
const metadataDescription = { type: 'object' as const, description: json.description, additionalProperties: true }

const REQUIRED = ['endpoint']

/** As JSON where there is no reference data, else as a form. */
const body = {
  body: {
    required: true as const,
    content: {
      'application/json': { schema: { type: 'object' as const, properties: { endpoint: endpointDescription, metadata: metadataDescription }, required: REQUIRED } },
      'multipart/form-data': { schema: { type: 'object' as const, properties: { endpoint: { type: 'string' as const, description: 'JSON' }, metadata: json, reference: file }, required: REQUIRED } },
    },
  },
}

const rowSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
const documentSchema = z.record(z.string(), z.unknown()).openapi({ description: 'The endpoint’s document; it names secrets and holds none' })

const trialSchema = z
  .object({
    endpoint: documentSchema,
    signature: signatureSchema,
    rows: z.array(rowSchema),
    answers: z.array(z.object({ label: z.union([z.string(), z.number()]).optional(), score: z.number().optional(), value: z.number().optional(), probabilities: z.record(z.string(), z.number()).optional() })),
    tookMs: z.number(),
    isMadeUp: z.boolean(),
  })
  .openapi('EndpointTrial')

const stateSchema = z
  .object({
    breaker: z.enum(['closed', 'open', 'half-open']),
    changedAt: z.number(),
    triedAgainAt: z.number().nullable(),
    recent: z.object({ calls: z.number(), failures: z.number() }),
    retries: z.object({ calls: z.number(), retries: z.number() }),
    calls: z.number(),
    failures: z.number(),
    latencyMicros: z.object({ p50: z.number(), p99: z.number() }).nullable(),
    lastFailure: z.object({ at: z.number(), sentence: z.string() }).nullable(),
    underWay: z.number(),
  })
  .openapi('RemoteState')

async function readRemote(c: Context<ApiEnv>): Promise<Omit<RemoteRegistration, 'model'>> {
  if (c.req.header('content-type')?.startsWith('multipart/form-data') === true) {
    const parts = await readParts(c)
    // Checked by the command, which knows the schemas.
    return { endpoint: await jsonPart(parts, 'endpoint'), metadata: (await jsonPart(parts, 'metadata')) as VersionMetadata | undefined, reference: await filePart(parts, 'reference') }
  }
  const given: unknown = await c.req.json().catch((cause: unknown) => {
    throw new ProblemError('malformed', 'The body is not JSON.', { code: 'body_malformed', cause })
  })
  if (typeof given !== 'object' || given === null) throw new ProblemError('invalid', 'Send an object with the members endpoint and metadata.')
  const { endpoint, metadata } = given as { endpoint?: unknown; metadata?: VersionMetadata }
  return { endpoint, metadata }
}

export const remoteRoutes = createRoutes()
  .openapi(
    createRoute({
      method: 'post', path: '/remote-endpoints/try', tags, summary: 'Ask a server for a few answers as a version would; nothing is saved',
      request: body, responses: answers(trialSchema, 'What would be registered, and what the server answered'),
    }),
    async (c) => {
      const actor = principalOf(c)
      authorize(actor, 'registry:write')
      return c.json(await tryEndpoint(actor, await readRemote(c)), 200)
    },
  )
  .openapi(
    createRoute({
      method: 'post', path: '/models/{model}/remote-versions', tags, summary: 'Register a version that a server elsewhere answers for',
      request: { params: modelParam, ...body }, responses: answers(z.object({ model: modelSchema, version: versionSchema }), 'The model and its new version'),
    }),
    async (c) => {
      const actor = principalOf(c)
      authorize(actor, 'registry:write')
      const { model, version } = await registerRemoteVersion(actor, { model: c.req.valid('param').model, ...(await readRemote(c)) })
      return c.json({ model, version: answerOf(version) }, 200)
    },
  )
  .openapi(
    createRoute({
      method: 'get', path: '/models/{model}/versions/{number}/endpoint', tags, summary: 'The server that answers for a remote version, and how it fares as this process sees it',
      request: { params: versionParam }, responses: answers(z.object({ endpoint: documentSchema, state: stateSchema.nullable() }), 'The document and the state'),
    }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const { model, number } = c.req.valid('param')
      const { version } = await requireVersion(model, number)
      const found = await remoteEndpoint(version)
      if (!found) throw new ProblemError('not_found', 'This version runs here, from its own file. It has no endpoint.', { code: 'version_not_remote' })
      return c.json(found, 200)
    },
  )
