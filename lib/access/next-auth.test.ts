import { sql } from 'drizzle-orm'
import NextAuth from 'next-auth'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase } from '@/lib/database/testing'
import type { Database } from '@/lib/database'
import { changePerson, createFirstAdministrator } from './commands'
import { addressOf, authOptions, enter } from './next-auth'
import { principalOfCookies } from './session'
import { accessTables } from './tables'

const PASSWORD = 'correct horse battery'
const DEMO_PASSWORD = 'everybody-knows-it'

process.env.NEXTAUTH_URL = 'http://127.0.0.1:3000'
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

  it('gives a session that counts until the password changes, also after next-auth renewed it', async () => {
    const handle = NextAuth(await authOptions()) as (request: unknown, response: unknown) => Promise<unknown>
    const ask = async (path: string[], cookies: Record<string, string>, body?: Record<string, string>) => {
      const set: string[] = []
      let answer: unknown
      const response = {
        status: () => response,
        getHeader: () => set,
        setHeader: (name: string, value: string[]) => (name === 'Set-Cookie' ? set.splice(0, set.length, ...value) : undefined, response),
        json: (value: unknown) => (answer = value),
        send: (value: unknown) => (answer = value),
        end: () => undefined,
      }
      await handle({ method: body === undefined ? 'GET' : 'POST', query: { nextauth: path }, body, cookies, headers: {} }, response)
      const given = set.map((line) => line.split(';', 1)[0]?.split('=') ?? []).map(([name = '', value = '']) => [name, decodeURIComponent(value)] as const)
      return { body: answer, cookies: { ...cookies, ...Object.fromEntries(given) } }
    }
    const first = await ask(['csrf'], {})
    const { csrfToken } = first.body as { csrfToken: string }
    const entered = await ask(['callback', 'credentials'], first.cookies, { csrfToken, email: 'ada@example.com', password: PASSWORD })
    const renewed = await ask(['session'], entered.cookies)
    const principals = () =>
      Promise.all([entered, renewed].map(({ cookies }) => principalOfCookies(`next-auth.session-token=${cookies['next-auth.session-token'] ?? ''}`)))
    expect(await principals()).toMatchObject([{ name: 'Ada' }, { name: 'Ada' }])
    const [ada] = await principals()
    await changePerson(ada ?? null, ada?.id ?? '', { password: 'another horse battery' })
    expect(await principals()).toEqual([null, null])
    const late = await ask(['session'], renewed.cookies)
    expect(await principalOfCookies(`next-auth.session-token=${late.cookies['next-auth.session-token'] ?? ''}`)).toBeNull()
    await changePerson(ada ?? null, ada?.id ?? '', { password: PASSWORD })
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
