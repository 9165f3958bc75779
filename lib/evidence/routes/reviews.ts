// Auditors' reviews: samples of decisions, looked at case by case.
import { z } from '@hono/zod-openapi'
import { answers, createRoute, createRoutes, decodeCursor, encodeCursor, jsonBody, pageQuerySchema, principalOf } from '@/lib/access/http'
import { authorize } from '@/lib/access/rules'
import { database } from '@/lib/database'
import { noteCase, openCase } from '../commands/review-cases'
import { exportReview } from '../commands/review-export'
import { closeReview, createReview, previewReview, requireReview } from '../commands/reviews'
import { CASE_FILTERS, CASE_SORTS, CASE_VERDICTS, caseNoteSchema, newReviewSchema, reviewGroupSchema, reviewSelectionSchema, SAMPLE_KINDS } from '../contract'
import { listCases } from '../queries/review-cases'
import { listReviews } from '../queries/reviews'

const strata = z.array(z.object({ stratum: z.string().nullable(), population: z.number(), cases: z.number() }))
const stratifyBy = z.union([z.literal('decision'), z.object({ field: z.string(), cuts: z.array(z.number()).nullable() })]).nullable()
const selection = z
  .object({
    environment: z.string(), from: z.number(), to: z.number(), kind: z.enum(SAMPLE_KINDS), size: z.number().nullable(),
    stratifyBy,
    decision: z.string().nullable(), group: reviewGroupSchema.nullable(), seed: z.number(), strata,
  })
  .openapi('ReviewSelection')
const review = z
  .object({
    id: z.string(), name: z.string(), model: z.object({ id: z.string(), slug: z.string(), name: z.string() }), selection,
    population: z.number(), createdAt: z.number(), createdByName: z.string(), closedAt: z.number().nullable(),
    progress: z.object({ cases: z.number(), inOrder: z.number(), concern: z.number(), nextOpen: z.number().nullable() }),
  })
  .openapi('Review')
const preview = z
  .object({ population: z.number(), cases: z.number(), strata, stratifyBy, to: z.number(), refusal: z.string().nullable() })
  .openapi('ReviewPreview')
const noted = z
  .object({
    position: z.number(), predictionId: z.string(), stratum: z.string().nullable(), verdict: z.enum(CASE_VERDICTS).nullable(),
    note: z.string(), notedAt: z.number().nullable(), notedByName: z.string().nullable(),
  })
  .openapi('ReviewNote')
const listed = noted
  .extend({
    decision: z.object({ at: z.number(), answer: z.string(), subject: z.string().nullable(), version: z.number(), outcome: z.string().nullable() }).nullable(),
  })
  .openapi('ReviewCase')
const opened = noted.extend({ decision: z.unknown().openapi({ description: 'As GET /api/predictions/{id} answers' }) }).openapi('OpenedCase')
const id = z.object({ id: z.string().max(100) })
const caseParams = id.extend({ number: z.coerce.number().int().openapi({ description: 'The case’s place in the review, from 1' }) })
const cursor = z.object({ createdAt: z.number(), id: z.string() })
const caseCursor = z.object({ offset: z.number().int().min(0) })
const caseQuery = pageQuerySchema.extend({ filter: z.enum(CASE_FILTERS).optional(), sort: z.enum(CASE_SORTS).optional(), descending: z.enum(['true', 'false']).optional() })
const tags = ['reviews']

export const reviewRoutes = createRoutes()
  .openapi(
    createRoute({ method: 'get', path: '/reviews', tags, summary: 'Auditors’ reviews, newest first', request: { query: pageQuerySchema }, responses: answers(z.object({ reviews: z.array(review), nextCursor: z.string().nullable() }), 'A page of reviews') }),
    async (c) => {
      authorize(principalOf(c), 'audit:read')
      const query = c.req.valid('query')
      const page = await listReviews(await database(), { before: decodeCursor(cursor, query.cursor), limit: query.limit })
      return c.json({ reviews: page.reviews, nextCursor: page.next && encodeCursor(page.next) }, 200)
    },
  )
  .openapi(
    createRoute({ method: 'post', path: '/reviews/preview', tags, summary: 'Count what a selection would give, without naming a decision', request: jsonBody(reviewSelectionSchema), responses: answers(preview, 'The counts') }),
    async (c) => c.json(await previewReview(principalOf(c), c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({ method: 'post', path: '/reviews', tags, summary: 'Draw a sample and begin its review', request: jsonBody(newReviewSchema), responses: answers(review, 'The review') }),
    async (c) => c.json(await createReview(principalOf(c), c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({ method: 'get', path: '/reviews/{id}', tags, summary: 'A review: what it is of, and how far it is', request: { params: id }, responses: answers(review, 'The review') }),
    async (c) => {
      authorize(principalOf(c), 'audit:read')
      return c.json(await requireReview(await database(), c.req.valid('param').id), 200)
    },
  )
  .openapi(
    createRoute({ method: 'get', path: '/reviews/{id}/cases', tags, summary: 'The cases of a review, with verdicts and notes', request: { params: id, query: caseQuery }, responses: answers(z.object({ cases: z.array(listed), total: z.number(), nextCursor: z.string().nullable() }), 'A page of cases') }),
    async (c) => {
      authorize(principalOf(c), 'audit:read')
      const { cursor: given, limit, filter, sort, descending } = c.req.valid('query')
      const db = await database()
      const found = await requireReview(db, c.req.valid('param').id)
      const offset = decodeCursor(caseCursor, given)?.offset ?? 0
      const page = await listCases(db, found.id, { filter, sort, descending: descending === 'true', offset, limit })
      const next = offset + page.cases.length
      return c.json({ ...page, nextCursor: next < page.total ? encodeCursor({ offset: next }) : null }, 200)
    },
  )
  .openapi(
    createRoute({ method: 'post', path: '/reviews/{id}/cases/{number}/open', tags, summary: 'Open a case; that a person opened it is kept, once', request: { params: caseParams }, responses: answers(opened, 'The case, and what stands behind the decision') }),
    async (c) => {
      const { id: reviewId, number } = c.req.valid('param')
      return c.json(await openCase(principalOf(c), reviewId, number), 200)
    },
  )
  .openapi(
    createRoute({ method: 'put', path: '/reviews/{id}/cases/{number}', tags, summary: 'Note a verdict and what was found', request: { params: caseParams, ...jsonBody(caseNoteSchema) }, responses: answers(noted, 'The case as it is noted now') }),
    async (c) => {
      const { id: reviewId, number } = c.req.valid('param')
      return c.json(await noteCase(principalOf(c), reviewId, number, c.req.valid('json')), 200)
    },
  )
  .openapi(
    createRoute({ method: 'post', path: '/reviews/{id}/close', tags, summary: 'Close a review: afterwards it can be read and not changed', request: { params: id }, responses: answers(review, 'The closed review') }),
    async (c) => c.json(await closeReview(principalOf(c), c.req.valid('param').id), 200),
  )
  .openapi(
    createRoute({ method: 'post', path: '/reviews/{id}/export', tags, summary: 'The signed file: cases, verdicts and notes with the evidence of every decision', request: { params: id }, responses: answers(z.unknown().openapi({ description: 'An evidence bundle with the sections `review` and `cases`' }), 'The file') }),
    async (c) => {
      const { text, fileName } = await exportReview(principalOf(c), c.req.valid('param').id)
      return c.body(text, 200, { 'content-type': 'application/json; charset=utf-8', 'content-disposition': `attachment; filename="${fileName}"` }) as never
    },
  )
