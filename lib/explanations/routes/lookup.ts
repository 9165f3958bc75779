// Trying a decision out: other values, smallest changes, like cases, one field, other versions. Nothing here is kept.
import { z } from '@hono/zod-openapi'
import { answers, createRoute, createRoutes, jsonBody, principalOf } from '@/lib/access/http'
import { authorize } from '@/lib/access/rules'
import { database } from '@/lib/database'
import { askVersions, findCounterfactuals, showDependence, whatIf } from '../commands'
import { SCALES } from '../contract'
import { counterfactualOptionsSchema, SIMILAR_BY, whatIfSchema } from '../contract/lookup'
import { similarDecisions } from '../queries'
import { decision, reason } from './predictions'

const value = z.union([z.string(), z.number(), z.boolean()]).nullable()
const tried = z.object({ label: z.string().nullable(), score: z.number().nullable(), answer: z.string(), decision: z.string().nullable(), isDecisionChanged: z.boolean() })
const changed = z
  .object({ field: z.string(), displayName: z.string(), from: value, to: value, fromInWords: z.string(), toInWords: z.string(), place: z.string().nullable() })
  .openapi('ChangedField')
const whatIfAnswer = tried
  .extend({
    changed: z.array(changed),
    scale: z.enum(SCALES).nullable(),
    contributions: z.array(z.object({ field: z.string(), displayName: z.string(), value: z.number() })),
    reasons: z.array(reason),
  })
  .openapi('WhatIf')
const counterfactual = tried.extend({ changes: z.array(changed), distance: z.number() }).openapi('Counterfactual')
const counterfactuals = z
  .object({
    goal: z.string(),
    found: z.array(counterfactual),
    closest: counterfactual.extend({ isEnough: z.boolean() }).nullable(),
    free: z.array(z.object({ field: z.string(), displayName: z.string(), direction: z.enum(['any', 'up', 'down']) })),
    evaluations: z.number(),
    isComplete: z.boolean(),
  })
  .openapi('Counterfactuals')
const similar = z
  .object({
    by: z.enum(SIMILAR_BY),
    compared: z.number(),
    similar: z.array(z.object({ decision, alike: z.number(), differences: z.array(z.object({ displayName: z.string(), here: z.string(), there: z.string() })) })),
  })
  .openapi('SimilarDecisions')
const dependence = z
  .object({
    field: z.string(), displayName: z.string(), kind: z.enum(['number', 'category']),
    points: z.array(z.object({ value, label: z.string(), isOwn: z.boolean(), mean: z.number(), low: z.number(), high: z.number(), own: z.number() })),
    curves: z.array(z.array(z.number())), rows: z.number(),
  })
  .openapi('Dependence')
const versionAnswer = z
  .object({
    versionId: z.string(), number: z.number(), registeredAt: z.number(), isOwn: z.boolean(),
    said: tried.extend({ reasons: z.array(z.object({ field: z.string(), displayName: z.string(), direction: z.enum(['raised', 'lowered']) })) }).nullable(),
    problem: z.string().nullable(),
  })
  .openapi('VersionAnswer')

const id = z.object({ id: z.string().max(100) })
const tags = ['predictions']

export const lookupRoutes = createRoutes()
  .openapi(
    createRoute({ method: 'post', path: '/predictions/{id}/what-if', tags, summary: 'What would be answered with other values', description: 'The model is asked; nothing is logged as a prediction.', request: { params: id, ...jsonBody(whatIfSchema) }, responses: answers(whatIfAnswer, 'The answer, and why') }),
    async (c) => c.json(await whatIf(principalOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({ method: 'post', path: '/predictions/{id}/counterfactuals', tags, summary: 'The smallest changes that would have led to another decision', description: 'Of fields that may change, within what the version’s reference has.', request: { params: id, ...jsonBody(counterfactualOptionsSchema) }, responses: answers(counterfactuals, 'What was found, or how close it comes') }),
    async (c) => c.json(await findCounterfactuals(principalOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({ method: 'get', path: '/predictions/{id}/similar', tags, summary: 'Earlier cases that were alike, and what came of them', request: { params: id, query: z.object({ by: z.enum(SIMILAR_BY).default('explanation') }) }, responses: answers(similar, 'The nearest first') }),
    async (c) => {
      authorize(principalOf(c), 'sensitive:read')
      return c.json(await similarDecisions(await database(), c.req.valid('param').id, c.req.valid('query').by), 200)
    },
  )
  .openapi(
    createRoute({ method: 'get', path: '/predictions/{id}/dependence', tags, summary: 'How the answer goes along one field', description: 'Partial dependence, and individual conditional expectation of the case and of some rows of the background sample.', request: { params: id, query: z.object({ field: z.string().min(1).max(200) }) }, responses: answers(dependence, 'The answers, by value') }),
    async (c) => c.json(await showDependence(principalOf(c), c.req.valid('param').id, c.req.valid('query').field), 200),
  )
  .openapi(
    createRoute({ method: 'get', path: '/predictions/{id}/versions', tags, summary: 'What other versions of the model say of the case', request: { params: id }, responses: answers(z.object({ versions: z.array(versionAnswer) }), 'The newest versions and the one that answered') }),
    async (c) => c.json({ versions: await askVersions(principalOf(c), c.req.valid('param').id) }, 200),
  )
