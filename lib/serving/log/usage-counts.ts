// Who used which model how much, counted in memory and written with the log's commits: what a quota counts after a restart
// is what was answered before it.
import type { Session, Upsert } from '@/lib/database'
import { hourOf } from '@/lib/platform/clock'
import type { Channel } from '../contract'
import { servingTables } from '../tables'

type UsageRow = ReturnType<typeof servingTables>['usage']['$inferInsert']

const ADDED: Upsert<ReturnType<typeof servingTables>['usage']> = {
  key: ['caller', 'modelId', 'environment', 'channel', 'hour'],
  add: ['calls', 'rows', 'refused', 'latencyMicros'],
}

/** One answered call. */
export interface AnsweredCall {
  /** `token:…`, `user:…` or `system:…`. */
  caller: string
  modelId: string
  environment: string
  channel: Channel
  at: number
  rows: number
  /** From arrival to the log. */
  latencyMicros: number
}

export class UsageCounts {
  private readonly waiting = new Map<string, UsageRow>()

  get isEmpty(): boolean {
    return this.waiting.size === 0
  }

  /** An answered call that no commit of the log carries; one that the log carries is given to `write`. */
  add(caller: string, modelId: string, environment: string, channel: Channel, at: number, rows: number, latencyMicros: number): void {
    addCall(this.waiting, caller, modelId, environment, channel, at, rows, latencyMicros)
  }

  addRefused(caller: string, modelId: string, environment: string, channel: Channel, at: number): void {
    rowOf(this.waiting, caller, modelId, environment, channel, at).refused += 1
  }

  /**
   * Writes these calls and what waits. Call the function it returns once the transaction is committed; where it is not,
   * these calls were not answered, and what waited still waits.
   */
  async write(tx: Session, answered: Iterable<AnsweredCall> = []): Promise<() => void> {
    const written = [...this.waiting].map(([key, row]) => ({ key, row: { ...row } }))
    const rows = new Map(written.map(({ key, row }) => [key, { ...row }]))
    for (const call of answered) addCall(rows, call.caller, call.modelId, call.environment, call.channel, call.at, call.rows, call.latencyMicros)
    // Always in the same order, so that two replicas never wait for each other's rows.
    await tx.upsertMany(tx.tables(servingTables).usage, [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row), ADDED)
    return () => {
      for (const { key, row } of written) {
        const waiting = this.waiting.get(key)
        if (!waiting) continue
        waiting.calls -= row.calls
        waiting.rows -= row.rows
        waiting.refused -= row.refused
        waiting.latencyMicros -= row.latencyMicros
        if (waiting.calls <= 0 && waiting.refused <= 0) this.waiting.delete(key)
      }
    }
  }
}

function addCall(counts: Map<string, UsageRow>, caller: string, modelId: string, environment: string, channel: Channel, at: number, rows: number, latencyMicros: number): void {
  const row = rowOf(counts, caller, modelId, environment, channel, at)
  row.calls += 1
  row.rows += rows
  row.latencyMicros += latencyMicros
}

function rowOf(counts: Map<string, UsageRow>, caller: string, modelId: string, environment: string, channel: Channel, at: number): UsageRow {
  const hour = hourOf(at)
  const key = `${caller}\n${modelId}\n${environment}\n${channel}\n${hour}`
  let row = counts.get(key)
  if (!row) counts.set(key, (row = { caller, modelId, environment, channel, hour, calls: 0, rows: 0, refused: 0, latencyMicros: 0 }))
  return row
}
