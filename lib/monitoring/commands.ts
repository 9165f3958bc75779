// Writes about monitors.
import { and, eq } from 'drizzle-orm'
import { SYSTEM, type Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database, type Session } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { ProblemError } from '@/lib/platform/errors'
import { subscribe } from '@/lib/platform/events'
import { newId } from '@/lib/platform/ids'
import { once } from '@/lib/platform/once'
import { parse } from '@/lib/platform/parse'
import { registryTables } from '@/lib/registry/tables'
import { currentReleases } from '@/lib/releases/queries'
import { monitorsSchema, type Monitor, type MonitorFinding, type MonitorRule, type MonitorsInput } from './contract'
import { listMonitors } from './queries/monitors'
import { championOf, watchedModel, watchedVersions } from './queries/subjects'
import { defaultRules } from './rules/defaults'
import { monitoringTables } from './tables'

declare module '@/lib/platform/once' {
  interface Once {
    monitorsFollowReleases: () => void
  }
}

/** Replaces the monitors of a model in an environment. What is left out is switched off, never deleted. */
export async function setMonitors(actor: Principal | null, model: string, input: MonitorsInput): Promise<Monitor[]> {
  authorize(actor, 'monitor:write')
  const wanted = parse(monitorsSchema, input)
  const db = await database()
  const { id: modelId, name } = await watchedModel(db, model)
  return db.write(async (tx) => {
    await lockModel(tx, modelId)
    const { monitors } = tx.tables(monitoringTables)
    const before = await listMonitors(tx, { modelId, environment: wanted.environment })
    const unknown = wanted.monitors.find((one) => one.id !== undefined && !before.some((monitor) => monitor.id === one.id))
    if (unknown) throw new ProblemError('not_found', `This model has no monitor ${unknown.id}.`, { code: 'monitor_unknown' })
    for (const monitor of before) {
      const change = wanted.monitors.find((one) => one.id === monitor.id)
      await tx
        .update(monitors)
        .set(change ? { rule: change.rule, isEnabled: change.isEnabled } : { isEnabled: false })
        .where(eq(monitors.id, monitor.id))
    }
    const added = wanted.monitors.filter((one) => one.id === undefined)
    await insertMonitors(tx, actor, modelId, wanted.environment, added)
    const after = await listMonitors(tx, { modelId, environment: wanted.environment })
    await appendAuditEvent(tx, {
      actor,
      action: 'monitors.changed',
      target: { kind: 'monitors', id: `${modelId}:${wanted.environment}`, name: `${name} in ${wanted.environment}` },
      modelId,
      before: before.map(asAudited),
      after: after.map(asAudited),
    })
    return after
  })
}

/** Gives a model its first monitors; does nothing where it ever had any. */
export async function ensureDefaultMonitors(modelId: string, environment: string): Promise<void> {
  const db = await database()
  if ((await listMonitors(db, { modelId, environment })).length > 0) return
  const champion = championOf(await currentReleases(db, modelId), environment)
  const version = champion === undefined ? undefined : (await watchedVersions(db, [champion])).get(champion)
  if (!version) return
  const { name } = await watchedModel(db, modelId)
  const rules = defaultRules({
    task: version.signature.task,
    metrics: [version.lineage.metrics ?? {}, version.reference?.metrics ?? {}],
    hasReference: version.reference !== null,
    hasAttributions: version.attributions !== null,
  })
  await db.write(async (tx) => {
    await lockModel(tx, modelId)
    if ((await listMonitors(tx, { modelId, environment })).length > 0) return
    await insertMonitors(tx, SYSTEM, modelId, environment, rules.map((rule) => ({ rule, isEnabled: true })))
    await appendAuditEvent(tx, {
      actor: SYSTEM,
      action: 'monitors.created',
      target: { kind: 'monitors', id: `${modelId}:${environment}`, name: `${name} in ${environment}` },
      modelId,
      after: rules,
      reason: 'First release into production',
    })
  })
}

/** Keeps what each monitor found last. Called by the check within its transaction. */
export async function keepFindings(tx: Session, found: readonly { monitorId: string; finding: MonitorFinding }[], at: number): Promise<void> {
  const { monitors } = tx.tables(monitoringTables)
  for (const { monitorId, finding } of found) {
    const { state, severity, value, sentence, window } = finding
    await tx.update(monitors).set({ lastFinding: { at, state, severity, value, sentence, window } }).where(eq(monitors.id, monitorId))
  }
}

/** From now on a model gets its monitors the moment it is first released into production. */
export function followReleases(): void {
  once('monitorsFollowReleases', () =>
    subscribe('release.started', ({ modelId, environment }) =>
      environment === 'production' ? ensureDefaultMonitors(modelId, environment) : undefined,
    ),
  )
}

interface NewMonitor {
  rule: MonitorRule
  isEnabled: boolean
}

async function insertMonitors(tx: Session, actor: Principal, modelId: string, environment: string, added: readonly NewMonitor[]): Promise<void> {
  const { monitors } = tx.tables(monitoringTables)
  const createdAt = now()
  for (const { rule, isEnabled } of added) {
    await tx.insert(monitors).values({ id: newId(), modelId, environment, rule, isEnabled, createdAt, createdBy: actor.name, lastFinding: null })
  }
}

/** Two writers of one model's monitors wait for each other: Postgres has no other lock on rows that do not exist yet. */
async function lockModel(tx: Session, modelId: string): Promise<void> {
  const { models } = tx.tables(registryTables)
  await tx.update(models).set({ archivedAt: models.archivedAt }).where(and(eq(models.id, modelId)))
}

function asAudited({ id, rule, isEnabled }: Monitor): Pick<Monitor, 'id' | 'rule' | 'isEnabled'> {
  return { id, rule, isEnabled }
}
