import { z } from '@hono/zod-openapi'
import { answers, createRoute, createRoutes, decodeCursor, encodeCursor, pageQuerySchema, principalOf } from '@/lib/access/http'
import { authorize } from '@/lib/access/rules'
import { database } from '@/lib/database'
import { checkChain, listAuditEvents } from './queries'

const event = z
  .object({
    sequence: z.number(), id: z.string(), at: z.number(), actorKind: z.enum(['user', 'token', 'system']), actorId: z.string(),
    actorName: z.string(), action: z.string(), targetKind: z.string(), targetId: z.string(), targetName: z.string(),
    modelId: z.string().nullable(), before: z.unknown(), after: z.unknown(), reason: z.string().nullable(),
    requestId: z.string().nullable(), previousHash: z.string(), hash: z.string(),
  })
  .openapi('AuditEvent')

const filter = pageQuerySchema.extend({
  text: z.string().max(200).optional(),
  action: z.string().max(100).optional(),
  actorId: z.string().optional(),
  modelId: z.string().optional(),
  targetKind: z.string().optional(),
  targetId: z.string().optional(),
  from: z.coerce.number().int().optional(),
  to: z.coerce.number().int().optional(),
})
const cursor = z.object({ before: z.number().int() })
const tags = ['audit']

export const auditRoutes = createRoutes()
  .openapi(
    createRoute({ method: 'get', path: '/audit', tags, summary: 'Audit events, newest first', request: { query: filter }, responses: answers(z.object({ events: z.array(event), nextCursor: z.string().nullable() }), 'A page of events') }),
    async (c) => {
      authorize(principalOf(c), 'audit:read')
      const { cursor: given, ...wanted } = c.req.valid('query')
      const page = await listAuditEvents(await database(), { ...wanted, before: decodeCursor(cursor, given)?.before })
      const nextCursor = page.nextBefore === null ? null : encodeCursor({ before: page.nextBefore })
      return c.json({ events: page.events, nextCursor }, 200)
    },
  )
  .openapi(
    createRoute({ method: 'get', path: '/audit/check', tags, summary: 'Check every link of the audit chain', responses: answers(z.object({ isIntact: z.boolean(), events: z.number(), headHash: z.string(), firstBreak: z.object({ sequence: z.number(), reason: z.string() }).nullable() }), 'What the check found') }),
    async (c) => {
      authorize(principalOf(c), 'audit:read')
      return c.json(await checkChain(await database()), 200)
    },
  )
