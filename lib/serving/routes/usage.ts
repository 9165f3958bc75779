// Limits of tokens, and what was used, over HTTP.
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { answers, createRoute, createRoutes, jsonBody, principalOf, type ApiEnv } from '@/lib/access/http'
import { authorize, may } from '@/lib/access/rules'
import { database, type Session } from '@/lib/database'
import { isoOrEmpty, toCsv } from '@/lib/platform/csv'
import { now } from '@/lib/platform/clock'
import { ProblemError } from '@/lib/platform/errors'
import { setTokenLimits } from '../commands'
import { callLimitsSchema, CHANNELS, setTokenLimitsSchema, USAGE_STEPS } from '../contract'
import { callerNames, currentTokenLimits, modelNames, usageBy, type CallerName, type CostedUsage } from '../queries'
import { monthOf } from '../rules/month'
import { requireModel } from './require-model'

const MOST_LINES = 10_000
const MOST_CSV_LINES = 100_000
const LONGEST_YEARS = 10

const tokenLimits = z
  .object({ tokenId: z.string(), revision: z.number(), limits: callLimitsSchema, createdAt: z.number().nullable(), createdBy: z.string().nullable() })
  .openapi('TokenLimits')
const line = z
  .object({
    at: z.string(), caller: z.object({ kind: z.enum(['token', 'user', 'system']), id: z.string(), name: z.string().nullable() }), model: z.string(), environment: z.string(),
    channel: z.enum(CHANNELS), calls: z.number(), rows: z.number(), refused: z.number(), meanLatencyMs: z.number().nullable(),
    costs: z.array(z.object({ currency: z.string(), amount: z.number() })),
  })
  .openapi('UsageLine')
const time = z.iso.datetime({ offset: true, message: 'Write the time as RFC 3339, such as 2026-05-01T00:00:00Z.' }).optional()
const wanted = z.object({
  from: time.openapi({ description: 'The begin of this month (UTC) where it is left out' }),
  to: time.openapi({ description: 'Not included; the end of the month of `from` where it is left out' }),
  step: z.enum(USAGE_STEPS).default('month'),
  model: z.string().optional(),
  token: z.string().optional().openapi({ description: 'Id of a token' }),
})
const id = z.object({ id: z.string() })
const tags = ['serving']

export const usageRoutes = createRoutes()
  .openapi(
    createRoute({ method: 'get', path: '/tokens/{id}/limits', tags, summary: 'What a token may ask for', request: { params: id }, responses: answers(tokenLimits, 'The limits in force') }),
    async (c) => {
      authorize(principalOf(c), 'limits:write')
      return c.json(await currentTokenLimits(await database(), c.req.valid('param').id), 200)
    },
  )
  .openapi(
    createRoute({ method: 'put', path: '/tokens/{id}/limits', tags, summary: 'Set what a token may ask for', request: { params: id, ...jsonBody(setTokenLimitsSchema) }, responses: answers(tokenLimits, 'The new revision') }),
    async (c) => c.json(await setTokenLimits(principalOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({ method: 'get', path: '/usage', tags, summary: 'Who used which model how much, and what it cost', request: { query: wanted }, responses: answers(z.object({ from: z.string(), to: z.string(), usage: z.array(line) }), 'The use in the period, oldest first') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const db = await database()
      const { period, lines } = await linesOf(db, c, c.req.valid('query'), MOST_LINES)
      return c.json({ from: new Date(period.from).toISOString(), to: new Date(period.to).toISOString(), usage: lines.map(({ at, ...rest }) => ({ at: new Date(at).toISOString(), ...rest })) }, 200)
    },
  )
  // A download for people, with the same query.
  .get('/usage/export', async (c) => {
    authorize(principalOf(c), 'read')
    const parsed = wanted.safeParse(c.req.query())
    if (!parsed.success) throw new ProblemError('invalid', parsed.error.issues[0]?.message ?? 'The query is not valid.')
    const { lines } = await linesOf(await database(), c, parsed.data, MOST_CSV_LINES)
    const rows = lines.flatMap(({ caller, costs, ...one }) =>
      (costs.length > 0 ? costs : [null]).map((cost) => [
        isoOrEmpty(one.at), caller.kind, caller.name ?? caller.id, one.model, one.environment, one.channel, one.calls, one.rows, one.refused, one.meanLatencyMs, cost?.amount ?? null, cost?.currency ?? null,
      ]),
    )
    return c.body(toCsv([CSV_COLUMNS, ...rows]), 200, { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': 'attachment; filename="flightdeck-usage.csv"' })
  })

const CSV_COLUMNS = ['at', 'callerKind', 'caller', 'model', 'environment', 'channel', 'calls', 'rows', 'refused', 'meanLatencyMs', 'cost', 'currency']

interface Line extends Omit<CostedUsage, 'caller' | 'modelId' | 'latencyMicros'> {
  caller: CallerName
  model: string
  meanLatencyMs: number | null
}

async function linesOf(db: Session, c: Context<ApiEnv>, query: z.output<typeof wanted>, mostRows: number): Promise<{ period: { from: number; to: number }; lines: Line[] }> {
  const period = periodOf(query)
  const modelId = query.model === undefined ? undefined : (await requireModel(db, query.model)).id
  const caller = query.token === undefined ? undefined : `token:${query.token}`
  const rows = await usageBy(db, { ...period, modelId, caller }, query.step, mostRows)
  const models = await modelNames(db)
  const names = await callerNames(db, rows.map((row) => row.caller), may(principalOf(c), 'token:write'))
  const lines = rows.map(({ latencyMicros, modelId: used, ...row }) => ({
    ...row,
    caller: names.get(row.caller) ?? { kind: 'system' as const, id: row.caller, name: null },
    model: models.get(used)?.slug ?? used,
    meanLatencyMs: row.calls > 0 ? latencyMicros / row.calls / 1000 : null,
  }))
  return { period, lines }
}

function periodOf({ from, to }: z.output<typeof wanted>): { from: number; to: number } {
  const begins = from === undefined ? monthOf(now()).begins : Date.parse(from)
  const ends = to === undefined ? monthOf(begins).ends : Date.parse(to)
  const years = (ends - begins) / (365 * 86_400_000)
  if (years > 0 && years <= LONGEST_YEARS) return { from: begins, to: ends }
  throw new ProblemError('invalid', `The period must end after it begins, and be at most ${LONGEST_YEARS} years long.`, { code: 'period_invalid' })
}
