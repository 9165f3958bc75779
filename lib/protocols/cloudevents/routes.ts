// HTTP of the ingest of other engines' predictions.
import { z } from '@hono/zod-openapi'
import { answers, createRoutes, principalOf } from '@/lib/access/http'
import { limitBody } from '@/lib/access/limit-body'
import { authorize } from '@/lib/access/rules'
import { ingestServed } from '@/lib/serving/commands'
import { MOST_LIST_BYTES, tooLarge } from '@/lib/serving/json-body'
import { refuseEncoded } from '../shared/body-text'
import { openPair } from './bodies'
import { readEvents } from './envelope'
import { halvesOf } from './halves'

const result = z
  .object({
    accepted: z.number(), repeated: z.number(), rejected: z.array(z.object({ index: z.number(), code: z.string(), message: z.string() })),
    predictions: z.number(), waiting: z.number(),
  })
  .openapi('ServedIngestResult')
const event = z.record(z.string(), z.unknown()).openapi('CloudEvent')
const query = z.object({ model: z.string().optional(), version: z.string().optional() })

export const cloudEventsRoutes = createRoutes()

cloudEventsRoutes.openAPIRegistry.registerPath({
  method: 'post', path: '/ingest/cloudevents', tags: ['serving'], summary: 'Take the payload log of KServe: requests and responses become predictions',
  request: {
    query,
    body: { content: { 'application/cloudevents+json': { schema: event }, 'application/cloudevents-batch+json': { schema: z.array(event) } } },
  },
  responses: answers(result, 'What was taken'),
})
cloudEventsRoutes.post('/ingest/cloudevents', async (c) => {
  const principal = principalOf(c)
  authorize(principal, 'ingest')
  await limitBody(c, MOST_LIST_BYTES, () => {
    throw tooLarge()
  })
  const headers = c.req.header()
  refuseEncoded(headers['content-encoding'])
  const events = readEvents(new Uint8Array(await c.req.arrayBuffer()), headers)
  const { halves, rejected } = halvesOf(events, { model: c.req.query('model') ?? null, version: c.req.query('version') ?? null, headers })
  return c.json(await ingestServed(principal, halves, rejected, openPair), 200)
})
