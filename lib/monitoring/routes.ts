import { z } from '@hono/zod-openapi'
import { answers, createRoute, createRoutes, jsonBody, principalOf } from '@/lib/access/http'
import { authorize } from '@/lib/access/rules'
import { database, type Session } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { ProblemError } from '@/lib/platform/errors'
import { CHANNELS } from '@/lib/serving/contract'
import { setMonitors } from './commands'
import { DRIFT_MEASURES, monitorRuleSchema, MONITOR_STATES, monitorsSchema } from './contract'
import { attributionsOf, driftOf, kpisOf, listMonitors, performanceOf, trafficOf, versionToShow, watchedModel, type WatchedModel } from './queries'
import { driftSettings, limitOfAccuracy, reasonWatch } from './rules/settings'
import { RANGE_PRESETS, readTimeRange, type TimeRange } from './rules/time'

const window = z.object({ from: z.number(), to: z.number() })
const nullable = z.number().nullable()
const monitor = z
  .object({
    id: z.string(), modelId: z.string(), environment: z.string(), rule: monitorRuleSchema, isEnabled: z.boolean(),
    createdAt: z.number(), createdBy: z.string(),
    lastFinding: z.object({ at: z.number(), state: z.enum(MONITOR_STATES), severity: z.enum(['attention', 'problem']), value: nullable, sentence: z.string(), window }).nullable(),
  })
  .openapi('Monitor')
const drift = z
  .object({
    versionId: z.string(), versionNumber: z.number(), window, bucketMs: z.number(), spanMs: z.number(), rows: z.number(),
    referenceRows: z.number(), limit: z.object({ measure: z.enum(DRIFT_MEASURES), value: z.number() }),
    fields: z.array(
      z.object({
        field: z.string(), displayName: z.string(), unit: z.string().nullable(), kind: z.enum(['number', 'category']),
        isScore: z.boolean(), isSensitive: z.boolean(), psi: nullable, jensenShannon: nullable,
        verdict: z.enum(['same', 'changing', 'changed', 'unknown']), sentence: z.string(), rows: z.number(),
        missingRate: nullable, referenceMissingRate: nullable,
        bins: z.array(z.object({ label: z.string(), reference: z.number(), current: z.number() })),
        series: z.array(z.object({ at: z.number(), psi: nullable, jensenShannon: nullable, missingRate: nullable })),
      }),
    ),
  })
  .openapi('Drift')
const reasonShare = z.object({ reference: z.number(), current: nullable, low: nullable, high: nullable })
const band = { low: z.number(), high: z.number() }
const attributions = z
  .object({
    versionId: z.string(), versionNumber: z.number(), unit: z.string().nullable(), window, bucketMs: z.number(), spanMs: z.number(),
    rows: z.number(), explained: z.number(), referenceRows: z.number(), places: z.number(), minimumRows: z.number(),
    ndcg: nullable, leastNdcg: z.number(), series: z.array(z.object({ at: z.number(), ndcg: nullable })),
    fields: z.array(
      z.object({
        field: z.string(), displayName: z.string(), isSensitive: z.boolean(), jensenShannon: nullable,
        size: z.object({ reference: z.number(), current: nullable, referencePlace: z.number(), currentPlace: nullable }),
        first: reasonShare, main: reasonShare, band: z.object(band), verdict: z.enum(['same', 'new', 'more', 'less', 'unknown']), sentence: z.string(),
        bins: z.array(z.object({ label: z.string(), reference: z.number(), current: z.number() })),
        series: z.array(z.object({ at: z.number(), share: nullable, low: nullable, high: nullable, jensenShannon: nullable })),
      }),
    ),
  })
  .openapi('Attributions')
const percentiles = { p50: nullable, p95: nullable, p99: nullable }
const traffic = z
  .object({
    window, bucketMs: z.number(), rows: z.number(), errors: z.number(), guarded: z.number(),
    errorsByCode: z.array(z.object({ code: z.string(), count: z.number() })), latency: z.object(percentiles),
    points: z.array(z.object({ at: z.number(), rows: z.number(), errors: z.number(), errorShare: nullable, guarded: z.number(), ...percentiles })),
  })
  .openapi('Traffic')
const figures = { outcomes: z.number(), value: nullable, low: nullable, high: nullable }
const performance = z
  .object({
    task: z.enum(['binary', 'multiclass', 'regression']), window, bucketMs: z.number(), rows: z.number(),
    whole: z.object({ ...figures, auc: nullable, brier: nullable, bias: nullable, rootMeanSquaredError: nullable }),
    limit: nullable, points: z.array(z.object({ at: z.number(), ...figures })),
  })
  .openapi('Performance')
const kpi = z
  .object({
    name: z.string(), kind: z.enum(['rate', 'share', 'mean']), window, bucketMs: z.number(),
    versions: z.array(
      z.object({
        versionId: z.string(), versionNumber: z.number(), role: z.enum(['champion', 'challenger', 'earlier']), events: z.number(),
        predictions: z.number(), sum: z.number(), estimate: z.number(), low: z.number(), high: z.number(),
        effect: z.object({ estimate: z.number(), low: z.number(), high: z.number(), relative: nullable, verdict: z.enum(['higher', 'lower', 'same']) }).nullable(),
      }),
    ),
    series: z.array(z.object({ versionId: z.string(), versionNumber: z.number(), points: z.array(z.object({ at: z.number(), value: nullable })) })),
  })
  .openapi('Kpi')

const params = z.object({ model: z.string() })
const view = z.object({
  environment: z.string().default('production'),
  version: z.coerce.number().int().positive().optional(),
  channel: z.enum(CHANNELS).default('online').openapi({ description: 'Calls, batch jobs, or what other engines answered' }),
  range: z.enum(RANGE_PRESETS).optional(),
  /** Milliseconds UTC or RFC 3339. */
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional(),
})
const tags = ['monitoring']

export const monitoringRoutes = createRoutes()
  .openapi(
    createRoute({ method: 'get', path: '/monitors', tags, summary: 'Monitors and what they found last', request: { query: z.object({ model: z.string().optional(), environment: z.string().optional() }) }, responses: answers(z.object({ monitors: z.array(monitor) }), 'Monitors') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const { model, environment } = c.req.valid('query')
      const db = await database()
      const modelId = model === undefined ? undefined : (await watchedModel(db, model)).id
      return c.json({ monitors: await listMonitors(db, { modelId, environment }) }, 200)
    },
  )
  .openapi(
    createRoute({ method: 'put', path: '/models/{model}/monitors', tags, summary: 'Set the monitors of a model in an environment', request: { params, ...jsonBody(monitorsSchema) }, responses: answers(z.object({ monitors: z.array(monitor) }), 'The monitors') }),
    async (c) => c.json({ monitors: await setMonitors(principalOf(c), c.req.valid('param').model, c.req.valid('json')) }, 200),
  )
  .openapi(
    createRoute({ method: 'get', path: '/models/{model}/drift', tags, summary: 'How far the data lies from the reference, by field', request: { params, query: view }, responses: answers(drift, 'Drift, farthest first') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const { db, model, query, range } = await asked(c.req.valid('param').model, c.req.valid('query'))
      const version = await servedVersion(db, model, query)
      const settings = driftSettings(await listMonitors(db, { modelId: model.id, environment: query.environment }))
      const report = await driftOf(db, { version, environment: query.environment, channel: query.channel, window: range, bucketMs: range.bucketMs, ...settings })
      if (!report) throw new ProblemError('not_found', `Version ${version.number} was registered without reference data.`, { code: 'reference_missing' })
      return c.json(report, 200)
    },
  )
  .openapi(
    createRoute({ method: 'get', path: '/models/{model}/attributions', tags, summary: 'Whether the model still decides for the reasons it had, by field', request: { params, query: view }, responses: answers(attributions, 'Reasons, farthest from the reference first') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const { db, model, query, range } = await asked(c.req.valid('param').model, c.req.valid('query'))
      const version = await servedVersion(db, model, query)
      const watch = reasonWatch(await listMonitors(db, { modelId: model.id, environment: query.environment }))
      const report = await attributionsOf(db, { version, environment: query.environment, channel: query.channel, window: range, bucketMs: range.bucketMs, watch })
      if (!report) {
        throw new ProblemError('not_found', `Explanations of version ${version.number} have no reference: it was registered without reference data, or is not explained exactly.`, { code: 'attributions_missing' })
      }
      return c.json(report, 200)
    },
  )
  .openapi(
    createRoute({ method: 'get', path: '/models/{model}/traffic', tags, summary: 'Volume, latency and errors', request: { params, query: view }, responses: answers(traffic, 'Traffic') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const { db, model, query, range } = await asked(c.req.valid('param').model, c.req.valid('query'))
      const versionId = query.version === undefined ? undefined : (await servedVersion(db, model, query)).id
      return c.json(await trafficOf(db, { modelId: model.id, environment: query.environment, channel: query.channel, versionId, window: range, bucketMs: range.bucketMs }), 200)
    },
  )
  .openapi(
    createRoute({ method: 'get', path: '/models/{model}/performance', tags, summary: 'How often the model was right, as outcomes arrive', request: { params, query: view.omit({ channel: true }) }, responses: answers(performance, 'Performance') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const { db, model, query, range } = await asked(c.req.valid('param').model, c.req.valid('query'))
      const version = await servedVersion(db, model, query)
      const limit = limitOfAccuracy(await listMonitors(db, { modelId: model.id, environment: query.environment }))
      return c.json(await performanceOf(db, { version, environment: query.environment, window: range, bucketMs: range.bucketMs, limit }), 200)
    },
  )
  .openapi(
    createRoute({ method: 'get', path: '/models/{model}/kpis', tags, summary: 'Business values by version', request: { params, query: view.omit({ version: true, channel: true }) }, responses: answers(z.object({ kpis: z.array(kpi) }), 'KPIs') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const { db, model, query, range } = await asked(c.req.valid('param').model, c.req.valid('query'))
      return c.json({ kpis: await kpisOf(db, { modelId: model.id, environment: query.environment, window: range, bucketMs: range.bucketMs }) }, 200)
    },
  )

interface Asked<Q> {
  db: Session
  model: WatchedModel
  query: Q
  range: TimeRange
}

async function asked<Q extends { range?: string; from?: string; to?: string }>(slug: string, query: Q): Promise<Asked<Q>> {
  const db = await database()
  return { db, model: await watchedModel(db, slug), query, range: readTimeRange(query, now()) }
}

async function servedVersion(db: Session, model: WatchedModel, query: { environment: string; version?: number }) {
  const version = await versionToShow(db, model.id, query.environment, query.version)
  if (!version) throw new ProblemError('not_found', `${model.name} has no version yet.`, { code: 'version_missing' })
  return version
}
