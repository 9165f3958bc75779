import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase } from '@/lib/database/testing'
import type { Database } from '@/lib/database'
import { createFirstAdministrator } from './commands'
import { addressOf, enter } from './next-auth'
import { accessTables } from './tables'

const PASSWORD = 'correct horse battery'
const DEMO_PASSWORD = 'everybody-knows-it'

process.env.FLIGHTDECK_DEMO = '0'
process.env.FLIGHTDECK_LOG_LEVEL = 'silent'

describe('signing in over HTTP', () => {
  let db: Database
  beforeAll(async () => {
    db = await openTestDatabase('sqlite')
    await createFirstAdministrator({ email: 'ada@example.com', name: 'Ada', password: PASSWORD })
  })
  afterAll(() => db.close())

  it.each([
    [undefined, 'local'],
    ['', 'local'],
    ['10.0.0.7', '10.0.0.7'],
    ['1.2.3.4, 10.0.0.7', '10.0.0.7'],
    ['made up,10.0.0.7 ', '10.0.0.7'],
  ])('counts attempts of %j by the address that our own side wrote', (header, address) => expect(addressOf(header)).toBe(address))

  it('takes what is no text for a wrong password', async () => {
    for (const credentials of [undefined, {}, { email: ['ada@example.com'], password: { length: 3 } }, { email: 'ada@example.com', password: 7 }]) {
      await expect(enter(credentials, '1')).rejects.toMatchObject({ code: 'sign_in_failed' })
    }
    expect(await enter({ email: 'ada@example.com', password: PASSWORD }, '1')).toMatchObject({ name: 'Ada' })
  })

  it('lets nobody in by the demo’s password when the demo is switched off', async () => {
    const { settings } = db.tables(accessTables)
    await db.write(async (tx) => {
      await tx.insert(settings).values({ name: 'demo', value: { accounts: [], password: PASSWORD } })
    })
    await expect(enter({ email: 'ada@example.com', password: PASSWORD }, '1')).rejects.toMatchObject({ code: 'demo_password' })
    await expect(enter({ email: 'ada@example.com', password: 'wrong' }, '1')).rejects.toMatchObject({ code: 'sign_in_failed' })
    await db.write(async (tx) => {
      await tx.update(settings).set({ value: { accounts: [], password: DEMO_PASSWORD } })
    })
    expect(await enter({ email: 'ada@example.com', password: PASSWORD }, '1')).toMatchObject({ name: 'Ada' })
  })

  it('tells nothing of what failed inside', async () => {
    await db.write(async (tx) => {
      await tx.execute(sql`drop table sign_in_attempts`)
    })
    await expect(enter({ email: 'ada@example.com', password: PASSWORD }, '1')).rejects.toThrow(/^Signing in failed inside Flightdeck/)
  })
})
