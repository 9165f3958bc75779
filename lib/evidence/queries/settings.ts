// Which revision of a setting was in force at a time.
import { and, asc, eq } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { explanationsTables } from '@/lib/explanations/tables'
import { releasesTables } from '@/lib/releases/tables'
import { servingTables } from '@/lib/serving/tables'
import type { EvidenceSetting } from '../contract/bundle'
import { iso } from '../rules/times'

/** Reads the revisions of a model once, and collects those that a bundle names. */
export class SettingsInForce {
  readonly named: Record<string, EvidenceSetting> = {}
  private readonly revisions = new Map<string, Promise<EvidenceSetting[]>>()

  constructor(private readonly db: Session) {}

  /** Its key among `named`; null where nothing had been set by then, so that the defaults held. */
  async at(kind: EvidenceSetting['kind'], model: string, environment: string, at: number): Promise<string | null> {
    const place = kind === 'reasons' ? `${kind}/${model}` : `${kind}/${model}/${environment}`
    let read = this.revisions.get(place)
    if (!read) this.revisions.set(place, (read = READ[kind](this.db, model, environment)))
    const found = (await read).findLast(({ createdAt }) => Date.parse(createdAt) <= at)
    if (!found) return null
    const key = `${place}/${found.revision}`
    this.named[key] = found
    return key
  }
}

type Read = (db: Session, model: string, environment: string) => Promise<EvidenceSetting[]>

/** Oldest first. */
const READ: Record<EvidenceSetting['kind'], Read> = {
  policy: async (db, model, environment) => {
    const { policies } = db.tables(releasesTables)
    const rows = await db.select().from(policies).where(and(eq(policies.modelId, model), eq(policies.environment, environment))).orderBy(asc(policies.revision))
    return rows.map(({ revision, requiredApprovals, gates, createdAt, createdBy }) => ({ kind: 'policy', model, environment, revision, requiredApprovals, gates, createdAt: iso(createdAt), createdBy }))
  },
  guardrails: async (db, model, environment) => {
    const { guardrails } = db.tables(servingTables)
    const rows = await db.select().from(guardrails).where(and(eq(guardrails.modelId, model), eq(guardrails.environment, environment))).orderBy(asc(guardrails.revision))
    return rows.map(({ revision, rules, createdAt, createdBy }) => ({ kind: 'guardrails', model, environment, revision, rules, createdAt: iso(createdAt), createdBy }))
  },
  'explanation-policy': async (db, model, environment) => {
    const { explanationPolicies } = db.tables(servingTables)
    const rows = await db.select().from(explanationPolicies).where(and(eq(explanationPolicies.modelId, model), eq(explanationPolicies.environment, environment))).orderBy(asc(explanationPolicies.revision))
    return rows.map(({ revision, mode, share, createdAt, createdBy }) => ({ kind: 'explanation-policy', model, environment, revision, mode, share, createdAt: iso(createdAt), createdBy }))
  },
  reasons: async (db, model) => {
    const { reasonSettings } = db.tables(explanationsTables)
    const rows = await db.select().from(reasonSettings).where(eq(reasonSettings.modelId, model)).orderBy(asc(reasonSettings.revision))
    return rows.map(({ revision, settings, createdAt, createdBy }) => ({ kind: 'reasons', model, revision, settings, createdAt: iso(createdAt), createdBy }))
  },
}
