// What every HTTP route shares: the router with its error shape, the caller, the request id.
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { ProblemError } from '@/lib/platform/errors'
import { fieldProblems } from '@/lib/platform/parse'
import type { Principal } from './contract'

export interface ApiEnv {
  Variables: {
    principal: Principal | null
    requestId: string
  }
}

export { createRoute, z }

/** A router whose validation failures become problem documents. Each domain's routes.ts makes one. */
export function createRoutes(): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (result.success) return
      const fields = fieldProblems(result.error as unknown as z.ZodError)
      const first = fields[0]
      throw new ProblemError('invalid', first ? `${first.path}: ${first.message}` : 'The request is not valid.', { fields })
    },
  })
}

export function principalOf(c: Context<ApiEnv>): Principal | null {
  return c.get('principal')
}

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    code: z.string(),
    detail: z.string(),
    requestId: z.string(),
    errors: z.array(z.object({ path: z.string(), rule: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem')

/** The `responses` of a route: the good answer, and the problem document for everything else. */
export function answers<T extends z.ZodType>(schema: T, description: string) {
  return {
    200: { description, content: { 'application/json': { schema } } },
    default: { description: 'A problem document (RFC 9457)', content: { 'application/problem+json': { schema: problemSchema } } },
  } as const
}

export function jsonBody<T extends z.ZodType>(schema: T) {
  return { body: { required: true, content: { 'application/json': { schema } } } } as const
}

/** Query parameters of every list: an opaque cursor and a page size. */
export const pageQuerySchema = z.object({
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

export function encodeCursor(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

export function decodeCursor<T extends z.ZodType>(schema: T, cursor: string | undefined): z.output<T> | undefined {
  if (cursor === undefined) return undefined
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch {
    throw new ProblemError('invalid', 'The cursor is not one that this list gave out. Start from the first page.', { code: 'cursor_invalid' })
  }
}
