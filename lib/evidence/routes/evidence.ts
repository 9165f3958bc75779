// Evidence of decisions, and the keys that sign it.
import { z } from '@hono/zod-openapi'
import { answers, createRoute, createRoutes, jsonBody, principalOf, problemSchema } from '@/lib/access/http'
import { database } from '@/lib/database'
import { issueEvidence } from '../commands/issue-evidence'
import { printEvidence } from '../commands/print-evidence'
import { rotateSigningKey } from '../commands/signing-key'
import { evidenceRequestSchema, KEYS_PATH, rotationSchema } from '../contract/bundle'
import { publicKeySet } from '../queries/keys'

const key = z.object({ id: z.string(), publicKey: z.string(), createdAt: z.number(), createdBy: z.string(), retiredAt: z.number().nullable() }).openapi('SigningKey')
const tags = ['evidence']
const problem = { description: 'A problem document (RFC 9457)', content: { 'application/problem+json': { schema: problemSchema } } }
const printRequest = evidenceRequestSchema.pick({ reason: true })

/** How long a file of keys may be kept by who fetched it: a new key is looked for soon after a rotation. */
const KEYS_FRESH_SECONDS = 300

export const evidenceRoutes = createRoutes()
  .openapi(
    createRoute({
      method: 'post', path: '/evidence', tags, summary: 'A signed evidence bundle of one or many predictions, as a file', request: jsonBody(evidenceRequestSchema),
      responses: { 200: { description: 'The bundle: canonical JSON. X-Evidence-Sha256 is the hash of its bytes.', content: { 'application/json': { schema: z.unknown() } } }, default: problem },
    }),
    async (c) => {
      const { text, fileName, sha256 } = await issueEvidence(principalOf(c), c.req.valid('json'))
      return c.body(text, 200, { 'content-type': 'application/json', 'content-disposition': `attachment; filename="${fileName}"`, 'x-evidence-sha256': sha256, 'cache-control': 'no-store' }) as never
    },
  )
  .openapi(
    createRoute({
      method: 'post', path: '/predictions/{id}/evidence.pdf', tags, summary: 'The same for people: a PDF made of the signed bundle of one prediction',
      request: { params: z.object({ id: z.string().max(100) }), ...jsonBody(printRequest) },
      responses: { 200: { description: 'The document', content: { 'application/pdf': { schema: z.string().openapi({ format: 'binary' }) } } }, default: problem },
    }),
    async (c) => {
      const { content, fileName, sha256 } = await printEvidence(principalOf(c), c.req.valid('param').id, c.req.valid('json'))
      return c.body(new Uint8Array(content), 200, { 'content-type': 'application/pdf', 'content-disposition': `attachment; filename="${fileName}"`, 'x-evidence-sha256': sha256, 'cache-control': 'no-store' }) as never
    },
  )
  .openapi(
    createRoute({ method: 'post', path: '/evidence/keys/rotate', tags, summary: 'Replace the signing key; the old one stays published', request: jsonBody(rotationSchema), responses: answers(key, 'The new key') }),
    async (c) => c.json(await rotateSigningKey(principalOf(c), c.req.valid('json')), 200),
  )

/** Outside /api: who verifies has no account here. */
export const publishedKeys = createRoutes().get(KEYS_PATH, async (c) =>
  c.body(JSON.stringify(await publicKeySet(await database())), 200, { 'content-type': 'application/jwk-set+json', 'cache-control': `public, max-age=${KEYS_FRESH_SECONDS}` }),
)
