// Opens and closes incidents by what other rooms observe about themselves. What cannot be written yet waits: a full disk
// is such a condition, and its incident is written when there is room again.
import { database } from '@/lib/database'
import { Mutex } from '@/lib/database/mutex'
import { now } from '@/lib/platform/clock'
import { subscribe, type Condition } from '@/lib/platform/events'
import { logger } from '@/lib/platform/logging'
import { once } from '@/lib/platform/once'
import type { Observation } from '../contract'
import { unresolvedIncidents } from '../queries'
import { announceDeliveries, recordObservations } from './incidents'

const TRY_AGAIN_MS = 2000
const MOST_WAITING = 1000

declare module '@/lib/platform/once' {
  interface Once {
    conditions: ConditionRecorder
  }
}

/** Called at start. */
export function followConditions(): void {
  once('conditions', () => new ConditionRecorder())
}

class ConditionRecorder {
  private waiting: { condition: Condition; at: number }[] = []
  private readonly turns = new Mutex()
  private timer: NodeJS.Timeout | null = null

  constructor() {
    subscribe('condition.observed', (condition) => this.take(condition))
  }

  private take(condition: Condition): void {
    const last = this.waiting.findLast((one) => one.condition.fingerprint === condition.fingerprint)
    if (last && last.condition.isFired === condition.isFired) last.condition = condition
    else if (this.waiting.length < MOST_WAITING) this.waiting.push({ condition, at: now() })
    void this.write()
  }

  private write(): Promise<void> {
    return this.turns.run(async () => {
      for (let next = this.waiting[0]; next; next = this.waiting[0]) {
        try {
          await record(next.condition, next.at)
          this.waiting.shift()
        } catch (error) {
          logger().warn({ err: error, waiting: this.waiting.length }, 'an incident cannot be written yet')
          this.timer ??= setTimeout(() => {
            this.timer = null
            void this.write()
          }, TRY_AGAIN_MS).unref()
          return
        }
      }
    })
  }
}

async function record(condition: Condition, at: number): Promise<void> {
  const db = await database()
  const isUnresolved = (await unresolvedIncidents(db)).some((incident) => incident.fingerprint === condition.fingerprint)
  if (!condition.isFired && !isUnresolved) return
  const { isFired, ...rest } = condition
  const observation: Observation = { ...rest, monitorId: null, state: isFired ? 'fired' : 'quiet', evidence: { figures: [] } }
  await announceDeliveries(await db.write((tx) => recordObservations(tx, [observation], at)))
}
