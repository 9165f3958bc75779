import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { principalOfToken } from '@/lib/access/queries'
import { listAuditEvents } from '@/lib/audit/queries'
import { makeInstallation, runCli, type Installation } from './testing'

describe('npx flightdeck token', () => {
  let here: Installation
  beforeAll(async () => {
    here = await makeInstallation()
  })
  afterAll(() => here.remove())

  it('makes a token that works, and leaves its event', async () => {
    const made = await here.run('token', 'create', '--name', 'ci', '--role', 'operator', '--scope', 'predict, ingest', '--days', '30', '--json')
    expect(made).toMatchObject({ exitCode: 0, err: '' })
    const { secret, expiresAt } = made.json<{ secret: string; expiresAt: string }>()
    expect((Date.parse(expiresAt) - Date.now()) / 86_400_000).toBeCloseTo(30, 1)
    const db = await here.openDatabase()
    expect(await principalOfToken(db, secret)).toMatchObject({ kind: 'token', name: 'ci', role: 'operator', scopes: ['predict', 'ingest'] })
    const { events } = await listAuditEvents(db, { action: 'token.created' })
    await db.close()
    expect(events).toMatchObject([{ actorKind: 'system', actorId: 'cli', actorName: 'command line', targetName: 'ci' }])
    expect(JSON.stringify(events)).not.toContain(secret)
  })

  it('prints the secret alone on the first line, and no other time', async () => {
    const made = await here.run('token', 'create', '--name', 'shop', '--scope', 'predict', '--days', 'never')
    const secret = made.out.split('\n')[0] ?? ''
    expect(secret).toMatch(/^fd_\S+$/)
    const listed = await here.run('token', 'list')
    expect(listed.out).toContain('shop (scopes predict), never expires, never used')
    expect(listed.out).not.toContain(secret)
  })

  it('revokes by name, once', async () => {
    expect(await here.run('token', 'revoke', 'shop')).toMatchObject({ exitCode: 0 })
    expect(await here.run('token', 'revoke', 'shop')).toMatchObject({ exitCode: 1, err: 'This token is already revoked.\n' })
    expect(await here.run('token', 'revoke', 'nobody')).toMatchObject({ exitCode: 1, err: 'There is no token “nobody”.\n' })
    const { tokens } = (await here.run('token', 'list', '--json')).json<{ tokens: { name: string; revokedAt: number | null }[] }>()
    expect(tokens.map(({ name, revokedAt }) => [name, revokedAt !== null])).toEqual([['shop', true], ['ci', false]])
  })

  it('tells failures as one JSON object too', async () => {
    const ended = await here.run('token', 'create', '--name', 'x', '--role', 'boss', '--json')
    expect(ended.exitCode).toBe(1)
    expect(ended.json()).toMatchObject({ error: { code: 'invalid', fields: [{ path: 'role' }] } })
  })

  it('makes no database where there is none', async () => {
    const ended = await runCli(['token', 'create', '--name', 'x', '--role', 'viewer'], { FLIGHTDECK_DATA_DIR: here.folder })
    expect(ended.exitCode).toBe(1)
    expect(ended.err).toContain(`There is no Flightdeck database in ${here.folder}`)
  })

  it('names a wrong setting', async () => {
    expect(await runCli(['verify'], { PORT: 'many' })).toMatchObject({ exitCode: 2, err: expect.stringContaining('PORT') as string })
  })
})
