import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database, Upsert } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { servingTables } from '../tables'

const ADDED: Upsert<ReturnType<typeof servingTables>['usage']> = { key: ['caller', 'modelId', 'environment', 'channel', 'hour'], add: ['calls', 'rows'], replace: ['refused'] }

describe.each(ENGINES)('upsertMany on %s', (engine) => {
  let db: Database
  beforeAll(async () => {
    db = await openTestDatabase(engine)
  })
  afterAll(() => db.close())

  it('adds to what is there, replaces what is to be replaced, leaves the rest, and takes one key twice', async () => {
    const { usage } = db.tables(servingTables)
    const row = { caller: 'token:a', modelId: 'm', environment: 'production', channel: 'online' as const, hour: 3_600_000, calls: 1, rows: 5, refused: 1, latencyMicros: 100 }
    await db.write((tx) => tx.upsertMany(usage, [row], ADDED))
    await db.write((tx) => tx.upsertMany(usage, [{ ...row, calls: 2, refused: 7, latencyMicros: 900 }, { ...row, refused: 8 }, { ...row, hour: 7_200_000 }], ADDED))
    const rows = await db.select().from(usage).orderBy(usage.hour)
    expect(rows).toEqual([
      { ...row, calls: 4, rows: 15, refused: 8, latencyMicros: 100 },
      { ...row, hour: 7_200_000 },
    ])
  })
})
