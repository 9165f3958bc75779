import { z } from '@hono/zod-openapi'
import { database } from '@/lib/database'
import { changePerson, createFirstAdministrator, createPerson, createToken, revokeToken } from './commands'
import { newTokenSchema, personChangeSchema, personSchema, ROLES, SCOPES } from './contract'
import { answers, createRoute, createRoutes, jsonBody, principalOf } from './http'
import { listPeople, listTokens } from './queries'
import { authorize, permissionsOf } from './rules'

const person = z
  .object({
    id: z.string(), email: z.string(), name: z.string(), role: z.enum(ROLES),
    createdAt: z.number(), disabledAt: z.number().nullable(), lastSeenAt: z.number().nullable(),
  })
  .openapi('Person')
const token = z
  .object({
    id: z.string(), name: z.string(), prefix: z.string(), scopes: z.array(z.enum(SCOPES)), role: z.enum(ROLES).nullable(),
    createdAt: z.number(), createdBy: z.string(), expiresAt: z.number().nullable(), revokedAt: z.number().nullable(),
    lastUsedAt: z.number().nullable(),
  })
  .openapi('Token')
const id = z.object({ id: z.string() })
const tags = ['access']

export const accessRoutes = createRoutes()
  .openapi(
    createRoute({ method: 'get', path: '/me', tags, summary: 'Who am I, and what may I do', responses: answers(z.object({ principal: z.unknown(), permissions: z.array(z.string()) }), 'The caller') }),
    (c) => {
      const principal = principalOf(c)
      authorize(principal, 'read')
      return c.json({ principal, permissions: permissionsOf(principal) as string[] }, 200)
    },
  )
  .openapi(
    createRoute({ method: 'post', path: '/setup', tags, summary: 'Create the first administrator of an empty installation', request: jsonBody(personSchema.omit({ role: true })), responses: answers(person, 'The administrator') }),
    async (c) => c.json(await createFirstAdministrator(c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({ method: 'get', path: '/people', tags, summary: 'People and their roles', responses: answers(z.object({ people: z.array(person) }), 'People') }),
    async (c) => {
      authorize(principalOf(c), 'people:write')
      return c.json({ people: await listPeople(await database()) }, 200)
    },
  )
  .openapi(
    createRoute({ method: 'post', path: '/people', tags, summary: 'Add a person', request: jsonBody(personSchema), responses: answers(person, 'The person') }),
    async (c) => c.json(await createPerson(principalOf(c), c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({ method: 'patch', path: '/people/{id}', tags, summary: 'Change a person', request: { params: id, ...jsonBody(personChangeSchema) }, responses: answers(person, 'The person') }),
    async (c) => c.json(await changePerson(principalOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({ method: 'get', path: '/tokens', tags, summary: 'Tokens of programs, without their secrets', responses: answers(z.object({ tokens: z.array(token) }), 'Tokens') }),
    async (c) => {
      authorize(principalOf(c), 'token:write')
      return c.json({ tokens: await listTokens(await database()) }, 200)
    },
  )
  .openapi(
    createRoute({ method: 'post', path: '/tokens', tags, summary: 'Create a token; its secret is shown this once', request: jsonBody(newTokenSchema), responses: answers(z.object({ token, secret: z.string() }), 'The token and its secret') }),
    // Not to be stored on the way, nor by Idempotency-Key.
    async (c) => c.json(await createToken(principalOf(c), c.req.valid('json')), 200, { 'cache-control': 'no-store' }),
  )
  .openapi(
    createRoute({ method: 'post', path: '/tokens/{id}/revoke', tags, summary: 'Revoke a token', request: { params: id }, responses: answers(z.object({ revoked: z.literal(true) }), 'Revoked') }),
    async (c) => {
      await revokeToken(principalOf(c), c.req.valid('param').id)
      return c.json({ revoked: true as const }, 200)
    },
  )
