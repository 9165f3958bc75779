import { z } from '@hono/zod-openapi'
import { answers, createRoute, createRoutes, decodeCursor, encodeCursor, pageQuerySchema, principalOf } from '@/lib/access/http'
import { authorize } from '@/lib/access/rules'
import { database } from '@/lib/database'
import { DAY_MS } from '@/lib/platform/clock'
import { isoOrEmpty, toCsv } from '@/lib/platform/csv'
import { checkChain, listAuditEvents, type AuditFilter } from './queries'

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
  // A download for people: plain query values as the page has them, the whole selection and not a page of it.
  .get('/audit/export', async (c) => {
    authorize(principalOf(c), 'audit:read')
    const { text, action, from, to } = c.req.query()
    const day = (value: string | undefined) => (value && !Number.isNaN(Date.parse(value)) ? Date.parse(value) : undefined)
    const end = day(to)
    const filter: AuditFilter = { text, action, from: day(from), to: end === undefined ? undefined : end + DAY_MS, limit: EXPORT_PAGE }
    return c.body(exportLines(filter), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="flightdeck-audit.csv"',
    })
  })

const EXPORT_PAGE = 1000
const EXPORT_COLUMNS = ['sequence', 'at', 'actorKind', 'actorName', 'action', 'targetKind', 'targetName', 'reason', 'before', 'after', 'requestId', 'previousHash', 'hash'] as const

/** Streams page after page, so that an export of any size needs constant memory. */
function exportLines(filter: AuditFilter): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let before: number | null | undefined
  return new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(toCsv([EXPORT_COLUMNS]))),
    pull: async (controller) => {
      const page = await listAuditEvents(await database(), { ...filter, before: before ?? undefined })
      const rows = page.events.map((found) => EXPORT_COLUMNS.map((column) => (column === 'at' ? isoOrEmpty(found.at) : found[column])))
      if (rows.length > 0) controller.enqueue(encoder.encode(toCsv(rows)))
      before = page.nextBefore
      if (before === null) controller.close()
    },
  })
}
