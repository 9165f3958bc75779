// What a promotion of a model into an environment needs.
import { and, desc, eq } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { notFound } from '@/lib/platform/errors'
import { registryTables } from '@/lib/registry/tables'
import type { GateRule, Policy } from '../contract'
import { releasesTables } from '../tables'

const DEFAULT_GATES: readonly GateRule[] = [{ gate: 'signature-compatible' }, { gate: 'reference-rows-answered' }]

/** The newest revision, else the default: the environment's approvals and the two gates that need no figures. */
export async function policyFor(db: Session, modelId: string, environment: string): Promise<Policy> {
  const { policies } = db.tables(releasesTables)
  const { environments } = db.tables(registryTables)
  const [place] = await db.select().from(environments).where(eq(environments.name, environment))
  if (!place) throw notFound(`environment called ${environment}`, 'environment_not_found')
  const [policy] = await db
    .select()
    .from(policies)
    .where(and(eq(policies.modelId, modelId), eq(policies.environment, environment)))
    .orderBy(desc(policies.revision))
    .limit(1)
  const leastApprovals = place.requiredApprovals
  if (!policy) {
    return {
      modelId,
      environment,
      revision: 0,
      requiredApprovals: leastApprovals,
      gates: [...DEFAULT_GATES],
      leastApprovals,
      createdAt: null,
    }
  }
  const { revision, gates, createdAt } = policy
  // An environment may have become stricter since the policy was set.
  const requiredApprovals = Math.max(policy.requiredApprovals, leastApprovals)
  return { modelId, environment, revision, requiredApprovals, gates, leastApprovals, createdAt }
}

/** One policy for each environment, the most important first. */
export async function listPolicies(db: Session, modelId: string): Promise<Policy[]> {
  const { environments } = db.tables(registryTables)
  const places = await db.select({ name: environments.name }).from(environments).orderBy(desc(environments.position))
  return Promise.all(places.map((place) => policyFor(db, modelId, place.name)))
}
