// Limits of tokens; the newest revision counts.
import { and, desc, eq, sql } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { callLimitsSchema, type CallLimits } from '../contract'
import { servingTables } from '../tables'

/** Revision 0 without limits where none were ever set. */
export interface TokenLimits {
  tokenId: string
  revision: number
  limits: CallLimits
  createdAt: number | null
  createdBy: string | null
}

export async function currentTokenLimits(db: Session, tokenId: string): Promise<TokenLimits> {
  const [newest] = await tokenLimitsHistory(db, tokenId, 1)
  return newest ?? { tokenId, revision: 0, limits: callLimitsSchema.parse({}), createdAt: null, createdBy: null }
}

/** The newest first. */
export async function tokenLimitsHistory(db: Session, tokenId: string, most: number): Promise<TokenLimits[]> {
  const { tokenLimits } = db.tables(servingTables)
  const rows = await db.select().from(tokenLimits).where(eq(tokenLimits.tokenId, tokenId)).orderBy(desc(tokenLimits.revision)).limit(most)
  return rows.map(({ revision, limits, createdAt, createdBy }) => ({ tokenId, revision, limits, createdAt, createdBy }))
}

/** By token, of every token that ever had limits. */
export async function newestTokenLimits(db: Session): Promise<Map<string, TokenLimits>> {
  const { tokenLimits } = db.tables(servingTables)
  const newest = db
    .select({ tokenId: tokenLimits.tokenId, revision: sql<number>`max(${tokenLimits.revision})`.as('newest_revision') })
    .from(tokenLimits)
    .groupBy(tokenLimits.tokenId)
    .as('newest')
  const { tokenId, revision, limits, createdAt, createdBy } = tokenLimits
  const rows = await db
    .select({ tokenId, revision, limits, createdAt, createdBy })
    .from(tokenLimits)
    .innerJoin(newest, and(eq(tokenId, newest.tokenId), eq(revision, newest.revision)))
  return new Map(rows.map((row) => [row.tokenId, row]))
}
