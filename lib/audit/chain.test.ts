import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from 'drizzle-orm'
import { SYSTEM } from '@/lib/access/contract'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { appendAuditEvent } from './commands'
import { checkChain, listAuditEvents } from './queries'

describe.each(ENGINES)('audit chain on %s', (engine) => {
  let db: Database
  beforeAll(async () => {
    db = await openTestDatabase(engine)
    for (const index of [1, 2, 3, 4]) {
      await db.write((tx) =>
        appendAuditEvent(tx, {
          actor: SYSTEM,
          action: 'test.happened',
          target: { kind: 'test', id: String(index), name: `test ${index}` },
          after: { index, nested: { b: 1.5, a: undefined }, at: new Date(0) },
        }),
      )
    }
  })
  afterAll(() => db.close())

  it('is intact when nobody touched it', async () => {
    expect(await checkChain(db)).toMatchObject({ isIntact: true, events: 4, firstBreak: null })
  })

  it('is searched for what was typed, also for % and _', async () => {
    const found = async (text: string) => (await listAuditEvents(db, { text })).events.length
    expect(await found('TEST 1')).toBe(1)
    for (const text of ['%', '_', 'test_1', 't%1', '!']) expect(await found(text), text).toBe(0)
    expect((await listAuditEvents(db, { action: 'test.' })).events).toHaveLength(4)
    expect((await listAuditEvents(db, { action: 'test_' })).events).toHaveLength(0)
  })

  it('leaves no event behind when the transaction fails', async () => {
    const failing = db.write(async (tx) => {
      await appendAuditEvent(tx, { actor: SYSTEM, action: 'x', target: { kind: 't', id: '9', name: 'n' } })
      throw new Error('later failure')
    })
    await expect(failing).rejects.toThrow('later failure')
    expect(await checkChain(db)).toMatchObject({ isIntact: true, events: 4 })
  })

  it('refuses updates and deletes', async () => {
    await expect(db.write((tx) => tx.execute(sql`update audit_events set actor_name = 'x' where sequence = 2`))).rejects.toThrow()
    await expect(db.write((tx) => tx.execute(sql`delete from audit_events where sequence = 2`))).rejects.toThrow()
  })

  it('finds one row altered by hand, with the triggers taken away', async () => {
    await db.write(async (tx) => {
      if (engine === 'sqlite') await tx.execute(sql`drop trigger audit_events_no_update`)
      else await tx.execute(sql`drop trigger audit_events_append_only on audit_events`)
      await tx.execute(sql`update audit_events set target_name = 'altered' where sequence = 3`)
    })
    expect(await checkChain(db)).toMatchObject({ isIntact: false, firstBreak: { sequence: 3, reason: 'its content was altered' } })
  })
})
