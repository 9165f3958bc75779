import { encode, type JWT } from 'next-auth/jwt'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { checkChain, listAuditEvents } from '@/lib/audit/queries'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { DAY_MS, useSimulatedClock, useSystemClock } from '@/lib/platform/clock'
import { hashPassword } from '@/lib/platform/crypto'
import { changePerson, createFirstAdministrator, createPerson, createToken, revokeToken, signIn } from './commands'
import type { Person, Principal } from './contract'
import { listTokens, principalOfToken, principalOfUser } from './queries'
import { principalOfCookies, sessionClaims, sessionSecret } from './session'

const PASSWORD = 'correct horse battery'
const START = Date.parse('2026-05-03T10:00:00Z')

describe.each(ENGINES)('people and tokens on %s', (engine) => {
  let db: Database
  let admin: Principal
  let operator: Person

  beforeAll(async () => {
    useSimulatedClock(START)
    db = await openTestDatabase(engine)
    const first = await createFirstAdministrator({ email: 'Admin@Example.com', name: 'Ada', password: PASSWORD })
    admin = { kind: 'user', id: first.id, name: first.name, role: 'admin' }
    operator = await createPerson(admin, { email: 'op@example.com', name: 'Owen', role: 'operator', password: PASSWORD })
  })
  afterEach(() => void useSimulatedClock(START))
  afterAll(async () => {
    useSystemClock()
    await db.close()
  })

  it('creates the first administrator once', async () => {
    await expect(createFirstAdministrator({ email: 'x@example.com', name: 'X', password: PASSWORD })).rejects.toMatchObject({ code: 'already_set_up' })
  })

  it('refuses a second first administrator without the work of a password hash', async () => {
    const took = async (work: () => Promise<unknown>) => {
      const startedAt = performance.now()
      await work().catch(() => undefined)
      return performance.now() - startedAt
    }
    const hash = await took(() => hashPassword(PASSWORD))
    expect(await took(() => createFirstAdministrator({ email: 'x@example.com', name: 'X', password: PASSWORD }))).toBeLessThan(hash / 2)
  })

  it('refuses a taken address, a short password and a role without the permission', async () => {
    const person = { email: 'op@example.com', name: 'O', role: 'viewer' as const, password: PASSWORD }
    await expect(createPerson(admin, person)).rejects.toMatchObject({ code: 'email_taken' })
    await expect(createPerson(admin, { ...person, email: 'b@example.com', password: 'short' })).rejects.toMatchObject({ kind: 'invalid' })
    const asOperator: Principal = { kind: 'user', id: operator.id, name: operator.name, role: 'operator' }
    await expect(createPerson(asOperator, person)).rejects.toMatchObject({ kind: 'forbidden' })
    await expect(createPerson(null, person)).rejects.toMatchObject({ kind: 'unauthenticated' })
  })

  it('signs in whatever the case of the address, and says the same for a wrong password as for nobody', async () => {
    expect(await signIn({ email: 'ADMIN@example.com', password: PASSWORD, address: '1' })).toMatchObject({ name: 'Ada' })
    const wrong = await signIn({ email: 'admin@example.com', password: 'wrong password', address: '1' }).catch((error: Error) => error.message)
    const nobody = await signIn({ email: 'nobody@example.com', password: 'wrong password', address: '1' }).catch((error: Error) => error.message)
    expect(wrong).toBe(nobody)
  })

  it('limits attempts to sign in, and lets in again after the window', async () => {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await signIn({ email: 'op@example.com', password: 'wrong', address: '2' }).catch(() => undefined)
    }
    await expect(signIn({ email: 'op@example.com', password: PASSWORD, address: '2' })).rejects.toMatchObject({ code: 'sign_in_limited' })
    useSimulatedClock(START + 16 * 60_000)
    expect(await signIn({ email: 'op@example.com', password: PASSWORD, address: '2' })).toMatchObject({ name: 'Owen' })
  })

  it('reads the role anew, so that a change counts at once', async () => {
    expect(await principalOfUser(db, operator.id)).toMatchObject({ role: 'operator' })
    await changePerson(admin, operator.id, { role: 'viewer' })
    expect(await principalOfUser(db, operator.id)).toMatchObject({ role: 'viewer' })
    await changePerson(admin, operator.id, { isDisabled: true })
    expect(await principalOfUser(db, operator.id)).toBeNull()
    await changePerson(admin, operator.id, { isDisabled: false, role: 'operator' })
  })

  it('ends a person’s sessions with a new password, and with nothing else', async () => {
    const cookieOf = async (token: JWT) => `next-auth.session-token=${await encode({ token, secret: await sessionSecret() })}`
    const cookie = await cookieOf(await sessionClaims(operator.id))
    await changePerson(admin, operator.id, { name: 'Owen Park' })
    expect(await principalOfCookies(cookie)).toMatchObject({ kind: 'user', name: 'Owen Park' })
    await changePerson(admin, operator.id, { password: 'another horse battery' })
    expect(await principalOfCookies(cookie)).toBeNull()
    expect(await principalOfCookies(await cookieOf(await sessionClaims(operator.id)))).toMatchObject({ kind: 'user' })
    expect(await principalOfCookies(await cookieOf({ sub: operator.id }))).toBeNull()
    await changePerson(admin, operator.id, { name: 'Owen', password: PASSWORD })
  })

  it('keeps one administrator', async () => {
    await expect(changePerson(admin, admin.id, { role: 'viewer' })).rejects.toMatchObject({ code: 'last_administrator' })
    await expect(changePerson(admin, admin.id, { isDisabled: true })).rejects.toMatchObject({ code: 'last_administrator' })
  })

  it('shows a token once, keeps only its hash, and refuses it when expired, revoked or unknown', async () => {
    const { token, secret } = await createToken(admin, { name: 'booking page', scopes: ['predict'], expiresInDays: 30 })
    expect(JSON.stringify(await listTokens(db))).not.toContain(secret)
    expect(await principalOfToken(db, secret)).toMatchObject({ kind: 'token', scopes: ['predict'] })
    await expect(principalOfToken(db, 'fd_unknown')).rejects.toMatchObject({ code: 'token_unknown' })
    useSimulatedClock(START + 31 * DAY_MS)
    await expect(principalOfToken(db, secret)).rejects.toMatchObject({ code: 'token_expired' })
    useSimulatedClock(START)
    await revokeToken(admin, token.id)
    await expect(principalOfToken(db, secret)).rejects.toMatchObject({ code: 'token_revoked' })
    await expect(revokeToken(admin, token.id)).rejects.toMatchObject({ kind: 'conflict' })
  })

  it('refuses a token that may do nothing', async () => {
    await expect(createToken(admin, { name: 'nothing', scopes: [] })).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('left an audit event for each write and no secret in them', async () => {
    const { events } = await listAuditEvents(db, { limit: 500 })
    expect(events.map((event) => event.action)).toEqual(expect.arrayContaining(['person.created', 'person.changed', 'person.signed-in', 'token.created', 'token.revoked']))
    expect(JSON.stringify(events)).not.toMatch(/scrypt|fd_|correct horse/)
    expect(await checkChain(db)).toMatchObject({ isIntact: true })
  })
})
