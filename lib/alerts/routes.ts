import { z } from '@hono/zod-openapi'
import { answers, createRoute, createRoutes, decodeCursor, encodeCursor, jsonBody, pageQuerySchema, principalOf } from '@/lib/access/http'
import { authorize } from '@/lib/access/rules'
import { database } from '@/lib/database'
import { notFound } from '@/lib/platform/errors'
import { findModel } from '@/lib/registry/queries'
import { acknowledgeIncident, changeChannel, createChannel, deleteChannel, resolveIncident, testChannel } from './commands'
import {
  channelChangeSchema, channelSchema, DELIVERY_STATUSES, INCIDENT_KINDS, INCIDENT_STATUSES, noteSchema, resolutionSchema,
} from './contract'
import { findIncident, listChannels, listDeliveries, listIncidents } from './queries'

const scalar = z.union([z.number(), z.string()])
const evidence = z.object({
  figures: z.array(z.object({ name: z.string(), value: scalar, limit: scalar.optional(), unit: z.string().optional(), isShare: z.boolean().optional() })),
  fields: z.array(z.object({ field: z.string(), distance: z.number(), sentence: z.string() })).optional(),
  window: z.object({ from: z.number(), to: z.number() }).optional(),
})
const incident = z
  .object({
    id: z.string(), fingerprint: z.string(), modelId: z.string().nullable(), modelSlug: z.string().nullable(),
    modelName: z.string().nullable(), environment: z.string().nullable(), monitorId: z.string().nullable(),
    kind: z.enum(INCIDENT_KINDS), severity: z.enum(['attention', 'problem']), status: z.enum(INCIDENT_STATUSES),
    title: z.string(), sentence: z.string(), evidence, openedAt: z.number(), updatedAt: z.number(),
    acknowledgedAt: z.number().nullable(), acknowledgedBy: z.string().nullable(), resolvedAt: z.number().nullable(),
    resolvedBy: z.string().nullable(), resolution: z.string().nullable(),
  })
  .openapi('Incident')
const delivery = z
  .object({
    id: z.string(), channelId: z.string(), channelName: z.string(), incidentId: z.string().nullable(),
    event: z.enum(['opened', 'resolved', 'test']), status: z.enum(DELIVERY_STATUSES), attempts: z.number(),
    nextAttemptAt: z.number(), lastError: z.string().nullable(), createdAt: z.number(), deliveredAt: z.number().nullable(),
  })
  .openapi('Delivery')
const channel = z
  .object({
    id: z.string(), name: z.string(), kind: z.enum(['webhook', 'slack', 'email']), target: z.string(), hasSecret: z.boolean(),
    allowPrivateAddresses: z.boolean(), isEnabled: z.boolean(), createdAt: z.number(), createdBy: z.string(),
    lastDelivery: z.object({ status: z.enum(DELIVERY_STATUSES), at: z.number(), error: z.string().nullable() }).nullable(),
  })
  .openapi('Channel')

const incidentFilter = pageQuerySchema.extend({
  status: z.enum([...INCIDENT_STATUSES, 'unresolved']).optional(),
  kind: z.enum(INCIDENT_KINDS).optional(),
  model: z.string().optional(),
})
const cursor = z.object({ isResolved: z.boolean(), openedAt: z.number().int(), id: z.string() })
const id = z.object({ id: z.string() })
const tags = ['alerts']

export const alertsRoutes = createRoutes()
  .openapi(
    createRoute({ method: 'get', path: '/incidents', tags, summary: 'Incidents, unresolved first', request: { query: incidentFilter }, responses: answers(z.object({ incidents: z.array(incident), nextCursor: z.string().nullable() }), 'A page of incidents') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const { cursor: given, model, ...filter } = c.req.valid('query')
      const db = await database()
      const found = model === undefined ? undefined : await findModel(db, model)
      if (model !== undefined && !found) throw notFound(`model called ${model}`, 'model_unknown')
      const page = await listIncidents(db, { ...filter, modelId: found?.id, before: decodeCursor(cursor, given) })
      return c.json({ incidents: page.incidents, nextCursor: page.next && encodeCursor(page.next) }, 200)
    },
  )
  .openapi(
    createRoute({ method: 'get', path: '/incidents/{id}', tags, summary: 'An incident and the messages about it', request: { params: id }, responses: answers(z.object({ incident, deliveries: z.array(delivery) }), 'The incident') }),
    async (c) => {
      authorize(principalOf(c), 'read')
      const db = await database()
      const found = await findIncident(db, c.req.valid('param').id)
      if (!found) throw notFound('incident with this id', 'incident_unknown')
      return c.json({ incident: found, deliveries: await listDeliveries(db, { incidentId: found.id }) }, 200)
    },
  )
  .openapi(
    createRoute({ method: 'post', path: '/incidents/{id}/acknowledge', tags, summary: 'Say that somebody looks after it', request: { params: id, ...jsonBody(noteSchema) }, responses: answers(incident, 'The incident') }),
    async (c) => c.json(await acknowledgeIncident(principalOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({ method: 'post', path: '/incidents/{id}/resolve', tags, summary: 'Close it, with what was done or found', request: { params: id, ...jsonBody(resolutionSchema) }, responses: answers(incident, 'The incident') }),
    async (c) => c.json(await resolveIncident(principalOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({ method: 'get', path: '/channels', tags, summary: 'Where messages go', responses: answers(z.object({ channels: z.array(channel) }), 'Channels, without their secrets') }),
    async (c) => {
      authorize(principalOf(c), 'channel:write')
      return c.json({ channels: await listChannels(await database()) }, 200)
    },
  )
  .openapi(
    createRoute({ method: 'post', path: '/channels', tags, summary: 'Add a channel', request: jsonBody(channelSchema), responses: answers(channel, 'The channel') }),
    async (c) => c.json(await createChannel(principalOf(c), c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({ method: 'patch', path: '/channels/{id}', tags, summary: 'Change a channel', request: { params: id, ...jsonBody(channelChangeSchema) }, responses: answers(channel, 'The channel') }),
    async (c) => c.json(await changeChannel(principalOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({ method: 'delete', path: '/channels/{id}', tags, summary: 'Delete a channel', request: { params: id }, responses: answers(z.object({ deleted: z.literal(true) }), 'Deleted') }),
    async (c) => {
      await deleteChannel(principalOf(c), c.req.valid('param').id)
      return c.json({ deleted: true as const }, 200)
    },
  )
  .openapi(
    createRoute({ method: 'post', path: '/channels/{id}/test', tags, summary: 'Send a test message now', request: { params: id }, responses: answers(z.object({ isDelivered: z.boolean(), error: z.string().nullable() }), 'What became of it') }),
    async (c) => c.json(await testChannel(principalOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({ method: 'get', path: '/channels/{id}/deliveries', tags, summary: 'What was sent to a channel, newest first', request: { params: id }, responses: answers(z.object({ deliveries: z.array(delivery) }), 'Deliveries') }),
    async (c) => {
      authorize(principalOf(c), 'channel:write')
      return c.json({ deliveries: await listDeliveries(await database(), { channelId: c.req.valid('param').id }) }, 200)
    },
  )
