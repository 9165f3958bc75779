// The scheduler: looks every few seconds at what is due. What is due lies in the database, so that a restart forgets
// nothing and of several replicas one runs it.
import { and, eq } from 'drizzle-orm'
import { Cron } from 'croner'
import { SYSTEM } from '@/lib/access/contract'
import { announceDeliveries } from '@/lib/alerts/commands'
import { sendDueDeliveries } from '@/lib/alerts/jobs'
import { sendBatchDeliveries, workOnBatch } from '@/lib/batch/jobs'
import { database } from '@/lib/database'
import { computeMissingImportance } from '@/lib/explanations/jobs'
import { followReleases } from '@/lib/monitoring/commands'
import { now } from '@/lib/platform/clock'
import { environment } from '@/lib/platform/environment'
import { subscribe } from '@/lib/platform/events'
import { closeHeavyProcess } from '@/lib/platform/heavy'
import { logger } from '@/lib/platform/logging'
import { once, peekOnce, setOnce } from '@/lib/platform/once'
import { runChecks, watchHeartbeat } from './commands'
import { CHECKS } from './contract'
import { findSchedule } from './queries'
import { dueRun, nextDueAfter, type DueRun } from './rules'
import { automationTables } from './tables'

declare module '@/lib/platform/once' {
  interface Once {
    scheduler: Scheduler
  }
}

const EVERY_FIVE_SECONDS = '*/5 * * * * *'

/** Each kind of work runs at most once at a time; a call that comes meanwhile is told by the next tick. */
class Scheduler {
  private readonly running = new Map<string, Promise<void>>()
  private readonly timer: Cron
  private readonly unsubscribe: (() => void)[]
  private heavyEnd: Promise<void> | undefined

  constructor() {
    this.timer = new Cron(EVERY_FIVE_SECONDS, { timezone: 'UTC', unref: true }, () => this.tick())
    this.unsubscribe = [
      subscribe('deliveries.waiting', () => this.start('deliveries', sendDueDeliveries)),
      subscribe('batch.waiting', () => this.lookAtBatch()),
      // At once: heavy work needs its seconds to come to a checkpoint.
      subscribe('process.draining', () => void this.endHeavyWork()),
    ]
  }

  tick(): void {
    this.start('checks', runWhatIsDue)
    this.start('deliveries', sendDueDeliveries)
    this.lookAtBatch()
    // Not waited for at shutdown: it takes minutes, and begins again where it was.
    void computeMissingImportance()
  }

  /** Takes no more work and waits for what runs. */
  async stop(): Promise<void> {
    this.timer.stop()
    for (const unsubscribe of this.unsubscribe) unsubscribe()
    await Promise.all([...this.running.values(), this.endHeavyWork()])
  }

  private endHeavyWork(): Promise<void> {
    this.heavyEnd ??= closeHeavyProcess()
    return this.heavyEnd
  }

  private lookAtBatch(): void {
    if (this.heavyEnd) return
    this.start('batch', workOnBatch)
    this.start('batch deliveries', sendBatchDeliveries)
  }

  private start(name: string, work: () => Promise<unknown>): void {
    if (this.running.has(name)) return
    const run = work()
      .then(() => undefined)
      .catch((error: unknown) => logger().error({ err: error, job: name }, 'a job failed'))
      .finally(() => this.running.delete(name))
    this.running.set(name, run)
  }
}

/** Plans the check by FLIGHTDECK_CHECK_SCHEDULE and starts looking. Throws a sentence for a pattern that is none. */
export async function startScheduler(): Promise<void> {
  await planChecks(environment().checkSchedule)
  followReleases()
  once('scheduler', () => new Scheduler()).tick()
}

export async function stopScheduler(): Promise<void> {
  const scheduler = peekOnce('scheduler')
  setOnce('scheduler', undefined)
  await scheduler?.stop()
}

/** Writes down when the check is due, unless that is known already. */
export async function planChecks(pattern: string): Promise<void> {
  const at = now()
  const nextDueAt = nextDueAfter(pattern, at)
  const db = await database()
  await db.write(async (tx) => {
    const { schedules } = tx.tables(automationTables)
    const known = await findSchedule(tx, CHECKS)
    if (!known) {
      await tx.insert(schedules).values({ name: CHECKS, pattern, nextDueAt, createdAt: at }).onConflictDoNothing()
    } else if (known.pattern !== pattern) {
      // Counted from now: under a new pattern nothing was missed yet.
      await tx.update(schedules).set({ pattern, nextDueAt, createdAt: at }).where(eq(schedules.name, CHECKS))
    }
  })
}

/** Tells of a run that was missed, then runs what is due: once, however much was missed. */
export async function runWhatIsDue(): Promise<void> {
  const db = await database()
  await announceDeliveries(await watchHeartbeat(db, now()))
  const due = await claimDueRun()
  if (due) await runChecks(SYSTEM, due.trigger)
}

/** Conditional on the due time that was seen: one of several replicas gets it. */
async function claimDueRun(): Promise<DueRun | null> {
  const db = await database()
  const schedule = await findSchedule(db, CHECKS)
  const due = schedule && dueRun(schedule, now())
  if (!due) return null
  const claimed = await db.write(async (tx) => {
    const { schedules } = tx.tables(automationTables)
    return tx
      .update(schedules)
      .set({ nextDueAt: due.nextDueAt })
      .where(and(eq(schedules.name, CHECKS), eq(schedules.nextDueAt, due.dueAt)))
      .returning({ name: schedules.name })
  })
  return claimed.length > 0 ? due : null
}
