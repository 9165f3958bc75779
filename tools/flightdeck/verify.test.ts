import { join } from 'node:path'
import Connection from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeInstallation, type Installation } from './testing'

describe('npx flightdeck verify', () => {
  let here: Installation
  beforeAll(async () => {
    here = await makeInstallation()
    for (const name of ['a', 'b', 'c']) await here.run('token', 'create', '--name', name, '--role', 'viewer')
  })
  afterAll(() => here.remove())

  it('finds an untouched chain intact', async () => {
    const ended = await here.run('verify', '--json')
    expect(ended.exitCode).toBe(0)
    expect(ended.json()).toMatchObject({ isIntact: true, events: 3, firstBreak: null })
  })

  it('finds the one event that was altered by hand', async () => {
    const connection = new Connection(join(here.dataDirectory, 'flightdeck.sqlite'))
    const triggers = connection.prepare("select name, sql from sqlite_master where type = 'trigger' and tbl_name = 'audit_events'").all() as { name: string }[]
    expect(() => connection.exec("update audit_events set target_name = 'x' where sequence = 2")).toThrow()
    for (const { name } of triggers) connection.exec(`drop trigger "${name}"`)
    connection.exec("update audit_events set target_name = 'somebody else' where sequence = 2")
    connection.close()
    const ended = await here.run('verify')
    expect(ended).toMatchObject({ exitCode: 1, out: 'The audit chain is broken at event 2: its content was altered. 3 events were read.\n' })
  })
})
