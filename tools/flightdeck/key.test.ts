import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeInstallation, type Installation } from './testing'

describe('npx flightdeck key', () => {
  let here: Installation
  beforeAll(async () => {
    here = await makeInstallation()
  })
  afterAll(() => here.remove())

  it('lists no key, rotates to the first and to the next, and asks why', async () => {
    expect(await here.run('key', 'list')).toMatchObject({ exitCode: 0, out: expect.stringContaining('No key yet') as string })
    expect(await here.run('key', 'rotate')).toMatchObject({ exitCode: 2, err: expect.stringContaining('--reason is missing') as string })
    const first = (await here.run('key', 'rotate', '--reason', 'first', '--json')).json<{ key: string }>()
    const second = (await here.run('key', 'rotate', '--reason', 'yearly', '--json')).json<{ key: string }>()
    const { keys } = (await here.run('key', 'list', '--json')).json<{ keys: { kid: string; retired: string | null }[] }>()
    expect(keys.map(({ kid, retired }) => [kid, retired === null])).toEqual([[second.key, true], [first.key, false]])
    expect((await here.run('key', 'list')).out).toMatch(new RegExp(`^${second.key} .* signs\n${first.key} .* retired `))
    expect((await here.run('key', '--help')).out).toMatch(/key list[\s\S]*key rotate/)
  }, 120_000)
})
