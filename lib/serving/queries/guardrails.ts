// The guardrails in force.
import { and, desc, eq } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import type { Guardrails } from '../contract'
import { servingTables } from '../tables'

export async function currentGuardrails(db: Session, modelId: string, environment: string): Promise<Guardrails> {
  const { guardrails } = db.tables(servingTables)
  const [row] = await db
    .select()
    .from(guardrails)
    .where(and(eq(guardrails.modelId, modelId), eq(guardrails.environment, environment)))
    .orderBy(desc(guardrails.revision))
    .limit(1)
  if (!row) return { modelId, environment, revision: 0, rules: [], createdAt: null, createdBy: null }
  const { revision, rules, createdAt, createdBy } = row
  return { modelId, environment, revision, rules, createdAt, createdBy }
}
