// Refused and failed calls, counted in memory and written with the next commit or within a second.
import type { Session, Upsert } from '@/lib/database'
import { hourOf } from '@/lib/platform/clock'
import { servingTables } from '../tables'

interface ErrorCount {
  modelId: string
  environment: string
  hour: number
  code: string
  count: number
}

const ADDED: Upsert<ReturnType<typeof servingTables>['callErrors']> = { key: ['modelId', 'environment', 'hour', 'code'], add: ['count'] }

export class ErrorCounts {
  private waiting = new Map<string, ErrorCount>()

  get isEmpty(): boolean {
    return this.waiting.size === 0
  }

  add(modelId: string, environment: string, at: number, code: string): void {
    const hour = hourOf(at)
    const key = `${modelId}\n${environment}\n${hour}\n${code}`
    const present = this.waiting.get(key)
    if (present) present.count += 1
    else this.waiting.set(key, { modelId, environment, hour, code, count: 1 })
  }

  /** Writes what waits. Call the function it returns once the transaction is committed. */
  async write(tx: Session): Promise<() => void> {
    const { callErrors } = tx.tables(servingTables)
    const counts = [...this.waiting.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, row]) => ({ key, row: { ...row } }))
    await tx.upsertMany(callErrors, counts.map(({ row }) => row), ADDED)
    return () => {
      for (const { key, row } of counts) {
        const waiting = this.waiting.get(key)
        if (!waiting) continue
        waiting.count -= row.count
        if (waiting.count <= 0) this.waiting.delete(key)
      }
    }
  }
}
