import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endServing, exampleRows, program, registerExample, releaseToStaging } from '../testing/fixture'
import type { Database, Session } from '@/lib/database'
import { openTestDatabase } from '@/lib/database/testing'
import { subscribe, type Condition } from '@/lib/platform/events'
import { setOnce } from '@/lib/platform/once'
import { predict } from '../commands'
import { servingTables } from '../tables'
import { logHealth } from './log-health'

const MODEL = 'no-show-risk'
const environment = 'staging'

/** The same database, whose transactions wait for the gate first. */
function slowed(db: Database, gate: () => Promise<void>): Database {
  const write: Database['write'] = async (work: (tx: Session) => Promise<unknown>, ...rest: unknown[]) => {
    await gate()
    return (db.write as (...all: unknown[]) => Promise<never>)(work, ...rest)
  }
  return new Proxy(db, { get: (target, name) => (name === 'write' ? write : Reflect.get(target, name)) as unknown })
}

describe('a log whose disk does not follow', () => {
  let db: Database
  const rows = exampleRows('clinic', 1000)

  beforeAll(async () => {
    db = await openTestDatabase('sqlite')
    await registerExample('clinic', 1)
    await releaseToStaging(MODEL, 1)
    await predict(program, MODEL, { environment, inputs: rows[0] })
  })
  afterAll(async () => {
    setOnce('database', Promise.resolve(db))
    await endServing()
    setOnce('logHealth', undefined)
    await db.close()
  })

  it('lets twenty thousand rows wait, turns away what is more, and forgets none that waited', async () => {
    let open = (): void => undefined
    const gate = new Promise<void>((resolve) => (open = resolve))
    setOnce('database', Promise.resolve(slowed(db, () => gate)))
    const calls = Array.from({ length: 23 }, () => predict(program, MODEL, { environment, inputs: rows }))
    const refused = await Promise.all(calls.map((call) => Promise.race([call.then(() => 'answered', (error: { code: string }) => error.code), after(4000, 'waiting')])))
    expect(refused.filter((one) => one === 'waiting')).toHaveLength(20)
    expect(refused.filter((one) => one === 'log_full')).toHaveLength(3)
    open()
    const results = await Promise.allSettled(calls)
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(20)
    expect(results.find((result) => result.status === 'rejected')).toMatchObject({ reason: { kind: 'unavailable', retryAfterSeconds: 1 } })
    expect(await db.$count(db.tables(servingTables).predictions)).toBe(20_001)
  })

  it('says that writes fail, once, and that they work again', async () => {
    const conditions: Condition[] = []
    const end = subscribe('condition.observed', (condition) => void conditions.push(condition))
    setOnce('database', Promise.resolve(slowed(db, () => Promise.reject(Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })))))
    for (let call = 0; call < 3; call += 1) await expect(predict(program, MODEL, { environment, inputs: rows[0] })).rejects.toMatchObject({ code: 'log_unavailable', kind: 'unavailable' })
    expect(logHealth().failure).toBe('The disk is full.')
    setOnce('database', Promise.resolve(db))
    await predict(program, MODEL, { environment, inputs: rows[0] })
    expect(logHealth().failure).toBeNull()
    await expect.poll(() => conditions.map((condition) => condition.isFired), { timeout: 10_000 }).toEqual([true, false])
    end()
  })
})

function after<T>(ms: number, value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(() => resolve(value), ms))
}
