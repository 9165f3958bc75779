// Idempotency-Key: the first answer of a write is kept for a day and given again for the same key and the same request.
import { eq, lt } from 'drizzle-orm'
import type { MiddlewareHandler } from 'hono'
import { database } from '@/lib/database'
import { DAY_MS, now } from '@/lib/platform/clock'
import { sha256 } from '@/lib/platform/crypto'
import { ProblemError } from '@/lib/platform/errors'
import type { ApiEnv } from './http'
import { accessTables } from './tables'

const MOST_KEY_CHARACTERS = 200

export const idempotent: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const given = c.req.header('idempotency-key')
  if (given === undefined || c.req.method === 'GET' || c.req.method === 'HEAD') return next()
  if (given.length > MOST_KEY_CHARACTERS) throw new ProblemError('invalid', `Idempotency-Key may have at most ${MOST_KEY_CHARACTERS} characters.`)
  const principal = c.get('principal')
  const key = sha256(`${principal?.kind}:${principal?.id}:${given}`)
  const body = Buffer.from(await c.req.raw.clone().arrayBuffer())
  const requestHash = sha256(`${c.req.method} ${c.req.path} ${sha256(body)}`)
  const db = await database()
  const { idempotentAnswers } = db.tables(accessTables)
  const [kept] = await db.select().from(idempotentAnswers).where(eq(idempotentAnswers.key, key))
  if (kept) {
    if (kept.requestHash !== requestHash) {
      throw new ProblemError('conflict', 'This Idempotency-Key was used for a different request. Use a new key.', { code: 'idempotency_key_reused' })
    }
    return new Response(JSON.stringify(kept.body), {
      status: kept.status,
      headers: { 'content-type': 'application/json', 'idempotency-replayed': 'true' },
    })
  }
  await next()
  if (c.res.status >= 300 || !c.res.headers.get('content-type')?.startsWith('application/json')) return
  const answer = (await c.res.clone().json()) as unknown
  const at = now()
  const { status } = c.res
  await db.write(async (tx) => {
    await tx.delete(idempotentAnswers).where(lt(idempotentAnswers.at, at - DAY_MS))
    await tx.insert(idempotentAnswers).values({ key, requestHash, status, body: answer, at }).onConflictDoNothing()
  })
}
