// Reads of schedules and runs.
import { and, desc, eq, lt, max, or } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import type { Run, Schedule } from './contract'
import { automationTables } from './tables'

export async function findSchedule(db: Session, name: string): Promise<Schedule | null> {
  const { schedules } = db.tables(automationTables)
  const [row] = await db.select().from(schedules).where(eq(schedules.name, name))
  return row ?? null
}

export interface RunCursor {
  startedAt: number
  id: string
}

export async function listRuns(db: Session, schedule: string, page: { before?: RunCursor; limit?: number } = {}): Promise<{ runs: Run[]; next: RunCursor | null }> {
  const { runs } = db.tables(automationTables)
  const limit = Math.min(page.limit ?? 50, 200)
  const { before } = page
  const rows = await db
    .select()
    .from(runs)
    .where(
      and(
        eq(runs.schedule, schedule),
        before && or(lt(runs.startedAt, before.startedAt), and(eq(runs.startedAt, before.startedAt), lt(runs.id, before.id))),
      ),
    )
    .orderBy(desc(runs.startedAt), desc(runs.id))
    .limit(limit + 1)
  const found = rows.slice(0, limit)
  const last = found.at(-1)
  return { runs: found, next: rows.length > limit && last ? { startedAt: last.startedAt, id: last.id } : null }
}

export async function lastRun(db: Session, schedule: string): Promise<Run | null> {
  return (await listRuns(db, schedule, { limit: 1 })).runs[0] ?? null
}

/** Start of the last run that succeeded. */
export async function lastSuccessAt(db: Session, schedule: string): Promise<number | null> {
  const { runs } = db.tables(automationTables)
  const [row] = await db
    .select({ at: max(runs.startedAt) })
    .from(runs)
    .where(and(eq(runs.schedule, schedule), eq(runs.status, 'succeeded')))
  return row?.at === null || row?.at === undefined ? null : Number(row.at)
}
