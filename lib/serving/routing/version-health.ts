// What is known of versions whose file has to prove itself, or has failed to. A row only where there is something to say.
import { and, eq, inArray, isNull } from 'drizzle-orm'
import { SYSTEM } from '@/lib/access/contract'
import { appendAuditEvent } from '@/lib/audit/commands'
import { database, type Session } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { registryTables } from '@/lib/registry/tables'
import { releasesTables } from '@/lib/releases/tables'
import type { VersionState } from '../contract'
import { servingTables } from '../tables'

/** Rows that a version answers where it can harm nobody else, before it runs beside the others. */
export const ROWS_TO_PROVE = 500
/** After so many ended processes a version is not run any more. */
const MOST_CRASHES = 2

export interface VersionHealth {
  state: VersionState
  crashes: number
  rowsAnswered: number
  sentence: string
}

export interface WatchedVersion {
  id: string
  number: number
  modelId: string
}

const PROVEN: VersionHealth = { state: 'proven', crashes: 0, rowsAnswered: 0, sentence: '' }
const NEW: VersionHealth = {
  state: 'probation',
  crashes: 0,
  rowsAnswered: 0,
  sentence: `New: runs in a process of its own until it has answered ${ROWS_TO_PROVE} rows.`,
}

/** Whether a version in this state runs apart from the others. */
export function mustIsolate(state: VersionState): boolean {
  return state === 'probation' || state === 'suspect'
}

export async function healthOf(db: Session, versionId: string): Promise<VersionHealth | null> {
  const { versionHealth } = db.tables(servingTables)
  const [row] = await db.select().from(versionHealth).where(eq(versionHealth.versionId, versionId))
  return row ?? null
}

/** @param isKnown it served before anybody watched, so it has proven itself */
export async function healthOrNew(version: WatchedVersion, isKnown: boolean): Promise<VersionHealth> {
  const db = await database()
  const known = await healthOf(db, version.id)
  if (known) return known
  if (isKnown) return PROVEN
  await db.write(async (tx) => {
    const { versionHealth } = tx.tables(servingTables)
    await tx.insert(versionHealth).values({ versionId: version.id, ...NEW, changedAt: now() }).onConflictDoNothing()
  })
  return NEW
}

export async function saveAnswered(versionId: string, rowsAnswered: number): Promise<void> {
  const db = await database()
  await db.write(async (tx) => {
    const { versionHealth } = tx.tables(servingTables)
    await tx.update(versionHealth).set({ rowsAnswered }).where(and(eq(versionHealth.versionId, versionId), inArray(versionHealth.state, ['probation', 'suspect'])))
  })
}

/** It may run beside the others now. */
export async function saveProven(versionId: string, rowsAnswered: number): Promise<void> {
  const db = await database()
  await db.write(async (tx) => {
    const { versionHealth } = tx.tables(servingTables)
    await tx
      .update(versionHealth)
      .set({ state: 'proven', rowsAnswered, sentence: `Has answered ${rowsAnswered} rows in a process of its own.`, changedAt: now() })
      .where(and(eq(versionHealth.versionId, versionId), inArray(versionHealth.state, ['probation', 'suspect'])))
  })
}

/**
 * It ended the process it ran in.
 * @param how as a part of a sentence: "ended its process (SIGFPE)"
 * @param isCertain it will do so again, whatever was counted before
 */
export async function saveCrash(version: WatchedVersion, how: string, isCertain: boolean): Promise<VersionHealth> {
  const db = await database()
  return db.write(async (tx) => {
    const before = (await healthOf(tx, version.id)) ?? PROVEN
    const crashes = before.crashes + 1
    const isOver = isCertain || crashes >= MOST_CRASHES
    const state = isOver ? 'quarantined' : before.state === 'probation' ? 'probation' : 'suspect'
    const sentence = isOver
      ? `Version ${version.number} ${how}, ${crashes} times in all. It is not run any more.`
      : `Version ${version.number} ${how}. It runs in a process of its own until it has answered ${ROWS_TO_PROVE} rows.`
    const health: VersionHealth = { state, crashes, rowsAnswered: isOver ? before.rowsAnswered : 0, sentence }
    await save(tx, version, before, health, isOver ? 'version.quarantined' : 'version.crashed')
    return health
  })
}

/**
 * They ran when a server's process ended: they have to prove themselves once more.
 * @param how what ended it; null where nobody saw, and it may have been ended from outside
 */
export async function saveSuspects(versionIds: readonly string[], how: string | null): Promise<void> {
  if (versionIds.length === 0) return
  const db = await database()
  await db.write(async (tx) => {
    const { versions } = tx.tables(registryTables)
    const found = await tx.select({ id: versions.id, number: versions.number, modelId: versions.modelId }).from(versions).where(inArray(versions.id, [...versionIds]))
    for (const version of found) {
      const before = (await healthOf(tx, version.id)) ?? PROVEN
      if (before.state === 'quarantined') continue
      // Of several that were under way, nobody can tell which it was.
      const crashes = before.crashes + (how !== null && found.length === 1 ? 1 : 0)
      const isOver = crashes >= MOST_CRASHES
      const what = `Version ${version.number} ran when the server ended${how === null ? '' : ` (${how})`}.`
      const sentence = isOver ? `${what} It had ended a process before, and is not run any more.` : `${what} It runs in a process of its own until it has answered ${ROWS_TO_PROVE} rows.`
      await save(tx, version, before, { state: isOver ? 'quarantined' : 'suspect', crashes, rowsAnswered: 0, sentence }, isOver ? 'version.quarantined' : 'version.suspected')
    }
  })
}

async function save(tx: Session, version: WatchedVersion, before: VersionHealth, after: VersionHealth, action: string): Promise<void> {
  const { versionHealth } = tx.tables(servingTables)
  const { models } = tx.tables(registryTables)
  const [model] = await tx.select({ slug: models.slug }).from(models).where(eq(models.id, version.modelId))
  const row = { state: after.state, crashes: after.crashes, rowsAnswered: after.rowsAnswered, sentence: after.sentence, changedAt: now() }
  await tx.insert(versionHealth).values({ versionId: version.id, ...row }).onConflictDoUpdate({ target: versionHealth.versionId, set: row })
  await appendAuditEvent(tx, {
    actor: SYSTEM,
    action,
    target: { kind: 'version', id: version.id, name: `${model?.slug ?? ''} v${version.number}` },
    modelId: version.modelId,
    before: { state: before.state, crashes: before.crashes },
    after: { state: after.state, crashes: after.crashes },
    reason: after.sentence,
  })
}

/** Versions that were released before anybody watched over them. */
export async function releasedUnwatched(db: Session): Promise<Set<string>> {
  const { releaseArms } = db.tables(releasesTables)
  const { versionHealth } = db.tables(servingTables)
  const rows = await db
    .selectDistinct({ id: releaseArms.versionId })
    .from(releaseArms)
    .leftJoin(versionHealth, eq(versionHealth.versionId, releaseArms.versionId))
    .where(isNull(versionHealth.versionId))
  return new Set(rows.map((row) => row.id))
}
