import { z } from '@hono/zod-openapi'
import { answers, createRoute, createRoutes, decodeCursor, encodeCursor, pageQuerySchema, principalOf } from '@/lib/access/http'
import { authorize } from '@/lib/access/rules'
import { database } from '@/lib/database'
import { runChecks } from './commands'
import { CHECKS, RUN_STATUSES, RUN_TRIGGERS } from './contract'
import { findSchedule, listRuns } from './queries'

const run = z
  .object({
    id: z.string(), schedule: z.string(), trigger: z.enum(RUN_TRIGGERS), startedAt: z.number(),
    finishedAt: z.number().nullable(), status: z.enum(RUN_STATUSES), summary: z.record(z.string(), z.unknown()),
  })
  .openapi('Run')
const cursor = z.object({ startedAt: z.number().int(), id: z.string() })
const tags = ['automation']

export const automationRoutes = createRoutes()
  .openapi(
    createRoute({ method: 'get', path: '/checks', tags, summary: 'Checks that ran, newest first, and when the next is due', request: { query: pageQuerySchema }, responses: answers(z.object({ runs: z.array(run), nextDueAt: z.number().nullable(), nextCursor: z.string().nullable() }), 'A page of runs') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const query = c.req.valid('query')
      const db = await database()
      const page = await listRuns(db, CHECKS, { before: decodeCursor(cursor, query.cursor), limit: query.limit })
      const schedule = await findSchedule(db, CHECKS)
      return c.json({ runs: page.runs, nextDueAt: schedule?.nextDueAt ?? null, nextCursor: page.next && encodeCursor(page.next) }, 200)
    },
  )
  .openapi(
    createRoute({ method: 'post', path: '/checks/run', tags, summary: 'Check all monitors now', responses: answers(run, 'The run and what it found') }),
    async (c) => c.json(await runChecks(principalOf(c), 'person'), 200),
  )
