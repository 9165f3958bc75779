import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { HOUR_MS } from '@/lib/platform/clock'
import { servingTables } from '../tables'
import { UsageCounts, type AnsweredCall } from './usage-counts'

const AT = Date.UTC(2026, 4, 3, 10, 30)
const call = { caller: 'token:a', modelId: 'm', environment: 'production', channel: 'online', at: AT, rows: 2, latencyMicros: 500 } satisfies AnsweredCall

describe.each(ENGINES)('usage counts on %s', (engine) => {
  let db: Database
  let counts: UsageCounts
  beforeAll(async () => {
    db = await openTestDatabase(engine)
  })
  beforeEach(async () => {
    counts = new UsageCounts()
    await db.write((tx) => tx.delete(tx.tables(servingTables).usage))
  })
  afterAll(() => db.close())

  const commit = async (answered: AnsweredCall[] = []) => (await db.write((tx) => counts.write(tx, answered)))()
  const rows = async () => {
    const { usage } = db.tables(servingTables)
    return (await db.select().from(usage)).map(({ caller, hour, calls, rows: used, refused, latencyMicros }) => [caller, (hour - AT) / HOUR_MS, calls, used, refused, latencyMicros])
  }

  it('adds the calls of each commit to their hour', async () => {
    await commit([call, { ...call, rows: 5 }])
    await commit([call, { ...call, at: AT + HOUR_MS }, { ...call, caller: 'user:b' }])
    expect((await rows()).sort()).toEqual([
      ['token:a', -0.5, 3, 9, 0, 1500],
      ['token:a', 0.5, 1, 2, 0, 500],
      ['user:b', -0.5, 1, 2, 0, 500],
    ])
  })

  it('keeps refused calls until a commit has written them, and then no longer', async () => {
    counts.addRefused('token:a', 'm', 'production', 'online', AT)
    expect(counts.isEmpty).toBe(false)
    await commit([call])
    expect(counts.isEmpty).toBe(true)
    await commit()
    expect(await rows()).toEqual([['token:a', -0.5, 1, 2, 1, 500]])
  })

  it('writes what came while a commit was under way with the next one', async () => {
    counts.add('token:a', 'm', 'production', 'online', AT, 1, 100)
    const keep = await db.write((tx) => counts.write(tx))
    counts.add('token:a', 'm', 'production', 'online', AT, 3, 100)
    keep()
    await commit()
    expect(await rows()).toEqual([['token:a', -0.5, 2, 4, 0, 200]])
  })

  it('forgets the calls of a failed commit, which were not answered, and keeps what waited', async () => {
    counts.addRefused('token:a', 'm', 'production', 'online', AT)
    const failed = db.write(async (tx) => {
      await counts.write(tx, [call])
      throw new Error('disk full')
    })
    await expect(failed).rejects.toThrow()
    await commit()
    expect(await rows()).toEqual([['token:a', -0.5, 0, 0, 1, 0]])
  })
})
