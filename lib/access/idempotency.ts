// Idempotency-Key: the first answer of a write is kept for a day and given again for the same key and the same request.
import { and, eq, lt } from 'drizzle-orm'
import type { MiddlewareHandler } from 'hono'
import { database, type Database } from '@/lib/database'
import { DAY_MS, now } from '@/lib/platform/clock'
import { sha256 } from '@/lib/platform/crypto'
import { ProblemError } from '@/lib/platform/errors'
import type { ApiEnv } from './http'
import { accessTables } from './tables'

const MOST_KEY_CHARACTERS = 200
/** Stands in place of the answer's status while the first request is under way. */
const UNDER_WAY = 0
/** Stands in place of a body; every answer is an object. */
const NO_BODY = false
/** As long as the server lets a request take; what is older was cut off by the end of its process. */
const LONGEST_REQUEST_MS = 120_000

export const idempotent: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const given = c.req.header('idempotency-key')
  if (given === undefined || c.req.method === 'GET' || c.req.method === 'HEAD') return next()
  if (given.length > MOST_KEY_CHARACTERS) throw new ProblemError('invalid', `Idempotency-Key may have at most ${MOST_KEY_CHARACTERS} characters.`)
  const principal = c.get('principal')
  const key = sha256(`${principal?.kind}:${principal?.id}:${given}`)
  const body = Buffer.from(await c.req.raw.clone().arrayBuffer())
  const { pathname, search } = new URL(c.req.url)
  const requestHash = sha256(`${c.req.method} ${pathname}${search} ${sha256(body)}`)
  const db = await database()
  const kept = await claim(db, key, requestHash)
  if (kept) return answerAgain(kept, requestHash)
  try {
    await next()
  } finally {
    await settle(db, key, await keptAnswer(c.res))
  }
}

type KeptAnswer = ReturnType<typeof accessTables>['idempotentAnswers']['$inferSelect']

/** Writes the key down for this request; what is kept where another one has it. In one step, so that of two at once one runs. */
async function claim(db: Database, key: string, requestHash: string): Promise<KeptAnswer | null> {
  const at = now()
  return db.write(async (tx) => {
    const { idempotentAnswers } = tx.tables(accessTables)
    await tx.delete(idempotentAnswers).where(lt(idempotentAnswers.at, at - DAY_MS))
    await tx.delete(idempotentAnswers).where(and(eq(idempotentAnswers.status, UNDER_WAY), lt(idempotentAnswers.at, at - LONGEST_REQUEST_MS)))
    const claimed = await tx
      .insert(idempotentAnswers)
      .values({ key, requestHash, status: UNDER_WAY, body: NO_BODY, at })
      .onConflictDoNothing()
      .returning({ key: idempotentAnswers.key })
    if (claimed.length > 0) return null
    const [kept] = await tx.select().from(idempotentAnswers).where(eq(idempotentAnswers.key, key))
    if (!kept) throw underWay()
    return kept
  })
}

function underWay(): ProblemError {
  return new ProblemError('conflict', 'The first request with this Idempotency-Key is still under way. Ask again in a moment.', {
    code: 'idempotency_key_in_use',
    retryAfterSeconds: 1,
  })
}

function answerAgain(kept: KeptAnswer, requestHash: string): Response {
  if (kept.requestHash !== requestHash) {
    throw new ProblemError('conflict', 'This Idempotency-Key was used for a different request. Use a new key.', { code: 'idempotency_key_reused' })
  }
  if (kept.status === UNDER_WAY) throw underWay()
  if (kept.body === NO_BODY) {
    throw new ProblemError('conflict', 'This request was carried out before. Its answer had a secret, which is shown once and not kept.', {
      code: 'idempotency_answer_secret',
    })
  }
  return new Response(JSON.stringify(kept.body), {
    status: kept.status,
    headers: { 'content-type': 'application/json', 'idempotency-replayed': 'true' },
  })
}

interface Answer {
  status: number
  body: unknown
}

/** Null for what may be tried again; without its body where the route says that it must not be stored. */
async function keptAnswer(response: Response): Promise<Answer | null> {
  if (response.status >= 300 || !response.headers.get('content-type')?.startsWith('application/json')) return null
  const isSecret = response.headers.get('cache-control') === 'no-store'
  return { status: response.status, body: isSecret ? NO_BODY : ((await response.clone().json()) as unknown) }
}

async function settle(db: Database, key: string, answer: Answer | null): Promise<void> {
  await db.write(async (tx) => {
    const { idempotentAnswers } = tx.tables(accessTables)
    const own = eq(idempotentAnswers.key, key)
    if (answer === null) await tx.delete(idempotentAnswers).where(own)
    else await tx.update(idempotentAnswers).set(answer).where(own)
  })
}
