// Over HTTP: what many explanations say together.
import { z } from '@hono/zod-openapi'
import { answers, createRoute, createRoutes, principalOf } from '@/lib/access/http'
import { changeInsight } from '../commands/insights/explain-change'
import { groupsInsight } from '../commands/insights/explain-groups'
import { interactionsInsight } from '../commands/insights/explain-interactions'
import { beeswarmInsight, dependenceInsight, importanceInsight } from '../commands/insights/explain-many'
import { SCALES } from '../contract'
import { beeswarmQuestionSchema, changeQuestionSchema, dependenceQuestionSchema, groupsQuestionSchema, importanceQuestionSchema, insightQuestionSchema } from '../rules/insights/contract'

const nullable = z.number().nullable()
const scaled = { scale: z.enum(SCALES), unit: z.string().nullable(), isOfChosenClass: z.boolean() }
const basis = z
  .object({ source: z.enum(['logged', 'reference']), from: z.number(), to: z.number(), rows: z.number(), logged: z.number(), isSample: z.boolean() })
  .openapi('ExplanationBasis')
const head = { basis, model: z.string(), version: z.number(), ...scaled }
const named = { field: z.string(), displayName: z.string() }
const kind = z.enum(['number', 'category'])
const tendency = z.enum(['raises', 'lowers', 'mixed']).nullable()

const importances = z.array(z.object({ ...named, meanAbsolute: z.number(), standardError: z.number(), share: z.number(), mean: nullable, meanStandardError: nullable }))
const importance = z
  .object({ ...head, fields: importances, groups: z.array(z.object({ key: z.string(), label: z.string(), rows: z.number(), fields: importances })).nullable(), rowsLeftOut: z.number() })
  .openapi('GlobalImportance')
const beeswarm = z
  .object({
    ...head,
    fields: z.array(z.object({ ...named, kind, isMasked: z.boolean(), contributions: z.array(z.number()), places: z.array(nullable), isMissing: z.array(z.boolean()).nullable(), tendency })),
  })
  .openapi('Beeswarm')
const dependence = z
  .object({
    ...head, ...named, fieldUnit: z.string().nullable(), kind, isMasked: z.boolean(), values: z.array(nullable), categories: z.array(z.string()),
    contributions: z.array(z.number()), partnerGroups: z.array(z.number()),
    partner: z.object({ ...named, method: z.enum(['interaction', 'variance', 'asked']), strength: nullable, groups: z.array(z.string()) }).nullable(),
    bands: z.array(z.object({ label: z.string(), rows: z.number(), middle: nullable, mean: z.number(), standardError: z.number() })),
    tendency, sentence: z.string(),
  })
  .openapi('Dependence')
const interactions = z
  .object({
    ...head, fields: z.array(z.object(named)), matrix: z.array(z.number()),
    pairs: z.array(z.object({ fields: z.array(z.string()), displayNames: z.array(z.string()), meanAbsolute: z.number(), mean: z.number(), sentence: z.string() })),
  })
  .openapi('Interactions')
const valueSummary = z.object({ median: nullable, missingShare: z.number(), shares: z.array(z.object({ label: z.string(), share: z.number() })) }).nullable()
const groupFacts = z.object({ label: z.string(), rows: z.number(), from: z.number(), to: z.number(), rowsOfOtherVersions: z.number(), isSample: z.boolean(), mean: z.number(), meanScore: nullable })
const groups = z
  .object({
    model: z.string(), version: z.number(), ...scaled, group: groupFacts, other: groupFacts, difference: z.number(), standardError: z.number(), baseDifference: z.number(),
    fields: z.array(z.object({
      ...named, difference: z.number(), standardError: z.number(), fromMix: z.number(), fromEffect: z.number(), isMasked: z.boolean(), unit: z.string().nullable(),
      group: valueSummary, other: valueSummary, sentence: z.string(),
    })),
    sentence: z.string(),
  })
  .openapi('GroupDifference')
const changeEnd = z.object({ id: z.string(), at: z.number(), version: z.number(), answer: z.string(), margin: z.number(), score: nullable })
const change = z
  .object({
    ...scaled, before: changeEnd, after: changeEnd, isSameVersion: z.boolean(), difference: z.number(), baseDifference: z.number(),
    fields: z.array(z.object({
      ...named, isMasked: z.boolean(), before: z.string().nullable(), after: z.string().nullable(), isChanged: z.boolean(),
      difference: z.number(), dataPart: z.number(), modelPart: z.number(),
    })),
    sentence: z.string(),
  })
  .openapi('ScoreChange')

const params = z.object({ model: z.string().max(64) })
const tags = ['explanations']

export const insightsRoutes = createRoutes()
  .openapi(
    createRoute({ method: 'get', path: '/models/{model}/explanations/importance', tags, summary: 'Which factors matter most, by class or by the values of a field', request: { params, query: importanceQuestionSchema }, responses: answers(importance, 'Mean absolute contributions') }),
    async (c) => c.json(await importanceInsight(principalOf(c), c.req.valid('param').model, c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({ method: 'get', path: '/models/{model}/explanations/beeswarm', tags, summary: 'Single contributions of the fields that matter most', request: { params, query: beeswarmQuestionSchema }, responses: answers(beeswarm, 'A sample of rows') }),
    async (c) => c.json(await beeswarmInsight(principalOf(c), c.req.valid('param').model, c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({ method: 'get', path: '/models/{model}/explanations/dependence', tags, summary: 'How the values of one field push the score', request: { params, query: dependenceQuestionSchema }, responses: answers(dependence, 'Values against contributions') }),
    async (c) => c.json(await dependenceInsight(principalOf(c), c.req.valid('param').model, c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({ method: 'get', path: '/models/{model}/explanations/interactions', tags, summary: 'Which pairs of fields work together', request: { params, query: insightQuestionSchema }, responses: answers(interactions, 'Mean absolute interaction values') }),
    async (c) => c.json(await interactionsInsight(principalOf(c), c.req.valid('param').model, c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({ method: 'get', path: '/models/{model}/explanations/groups', tags, summary: 'Why two groups have different scores', request: { params, query: groupsQuestionSchema }, responses: answers(z.object({ comparison: groups.nullable(), refusal: z.string().nullable() }), 'The difference by field, or why there is none') }),
    async (c) => c.json(await groupsInsight(principalOf(c), c.req.valid('param').model, c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({ method: 'get', path: '/models/{model}/explanations/change', tags, summary: 'Why one score moved to another', request: { params, query: changeQuestionSchema }, responses: answers(change, 'The change by field') }),
    async (c) => c.json(await changeInsight(principalOf(c), c.req.valid('param').model, c.req.valid('query')), 200),
  )
