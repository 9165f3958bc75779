// What a token may ask for: a new revision, never a change of an old one.
import { eq } from 'drizzle-orm'
import type { Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { accessTables } from '@/lib/access/tables'
import { appendAuditEvent, holdAuditChain } from '@/lib/audit/commands'
import { database } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { notFound, ProblemError } from '@/lib/platform/errors'
import { newId } from '@/lib/platform/ids'
import { peekOnce } from '@/lib/platform/once'
import { parse } from '@/lib/platform/parse'
import { setTokenLimitsSchema, type SetTokenLimits } from '../contract'
import { currentTokenLimits, type TokenLimits } from '../queries/token-limits'
import { servingTables } from '../tables'

export async function setTokenLimits(actor: Principal | null, tokenId: string, input: SetTokenLimits): Promise<TokenLimits> {
  authorize(actor, 'limits:write')
  const { limits, revision } = parse(setTokenLimitsSchema, input)
  const db = await database()
  const saved = await db.write(async (tx) => {
    await holdAuditChain(tx)
    const { tokens } = tx.tables(accessTables)
    const [token] = await tx.select({ name: tokens.name }).from(tokens).where(eq(tokens.id, tokenId))
    if (!token) throw notFound('token with this id', 'token_not_found')
    const before = await currentTokenLimits(tx, tokenId)
    if (revision !== undefined && revision !== before.revision) {
      throw new ProblemError('conflict', `${before.createdBy ?? 'Somebody'} saved these limits after they were read here. Load them, then make the change again.`, {
        code: 'settings_changed',
      })
    }
    const row = { tokenId, revision: before.revision + 1, limits, createdAt: now(), createdBy: actor.name }
    await tx.insert(tx.tables(servingTables).tokenLimits).values({ id: newId(), ...row })
    await appendAuditEvent(tx, { actor, action: 'token-limits.set', target: { kind: 'token', id: tokenId, name: token.name }, before: before.limits, after: limits })
    return row
  })
  // At once in this process; others look once a second.
  peekOnce('callGates')?.lookAgain()
  return saved
}
