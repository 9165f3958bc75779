// The explanation policy in force.
import { and, desc, eq } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import type { ExplanationPolicy } from '../contract'
import { servingTables } from '../tables'

export async function currentExplanationPolicy(db: Session, modelId: string, environment: string): Promise<ExplanationPolicy> {
  const { explanationPolicies } = db.tables(servingTables)
  const [row] = await db
    .select()
    .from(explanationPolicies)
    .where(and(eq(explanationPolicies.modelId, modelId), eq(explanationPolicies.environment, environment)))
    .orderBy(desc(explanationPolicies.revision))
    .limit(1)
  if (!row) return { modelId, environment, revision: 0, mode: 'always', share: 1, createdAt: null, createdBy: null }
  const { revision, mode, share, createdAt, createdBy } = row
  return { modelId, environment, revision, mode, share, createdAt, createdBy }
}
