// Writes about people and tokens.
import { and, count, eq, inArray, isNull, lt } from 'drizzle-orm'
import { appendAuditEvent, holdAuditChain } from '@/lib/audit/commands'
import { database, type Session } from '@/lib/database'
import { DAY_MS, now } from '@/lib/platform/clock'
import { hashPassword, randomSecret, sha256, verifyPassword } from '@/lib/platform/crypto'
import { environment } from '@/lib/platform/environment'
import { ProblemError, notFound } from '@/lib/platform/errors'
import { newId } from '@/lib/platform/ids'
import { peekOnce } from '@/lib/platform/once'
import { parse } from '@/lib/platform/parse'
import { newTokenSchema, personChangeSchema, personSchema, SYSTEM, type NewPerson, type NewToken, type Person, type PersonChange, type Principal, type TokenRow } from './contract'
import { countPeople, countSignInAttempts, demoAccounts, findPerson, listTokens, TOKEN_PREFIX } from './queries'
import { authorize } from './rules'
import { accessTables } from './tables'

const ATTEMPT_WINDOW_MS = 15 * 60_000
const ATTEMPTS_A_WINDOW = 10
const ADDRESS_ATTEMPTS_A_WINDOW = 50

// Verified when there is no such person, so that the answer takes as long as for a wrong password.
const NOBODY =
  'scrypt$131072$8$1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='

/** The first person of an empty installation. Refused once there is anyone. */
export async function createFirstAdministrator(input: Omit<NewPerson, 'role'>): Promise<Person> {
  const valid = parse(personSchema, { ...input, role: 'admin' })
  const db = await database()
  // Before the hash too: anybody may ask, and a hash costs 128 MiB for a third of a second.
  await refuseSetUp(db)
  const passwordHash = await hashPassword(valid.password)
  return db.write(async (tx) => {
    await holdAuditChain(tx)
    await refuseSetUp(tx)
    return insertPerson(tx, SYSTEM, valid, passwordHash)
  })
}

async function refuseSetUp(db: Session): Promise<void> {
  if ((await countPeople(db)) === 0) return
  throw new ProblemError('conflict', 'This installation already has people. Sign in instead.', { code: 'already_set_up' })
}

export async function createPerson(actor: Principal | null, input: NewPerson): Promise<Person> {
  authorize(actor, 'people:write')
  const valid = parse(personSchema, input)
  const passwordHash = await hashPassword(valid.password)
  const db = await database()
  return db.write((tx) => insertPerson(tx, actor, valid, passwordHash))
}

async function insertPerson(tx: Session, actor: Principal, person: NewPerson, passwordHash: string): Promise<Person> {
  const { users } = tx.tables(accessTables)
  const [taken] = await tx.select({ id: users.id }).from(users).where(eq(users.email, person.email))
  if (taken) throw new ProblemError('conflict', `${person.email} already has an account.`, { code: 'email_taken' })
  const row = { id: newId(), email: person.email, name: person.name, role: person.role, createdAt: now() }
  await tx.insert(users).values({ ...row, passwordHash })
  await appendAuditEvent(tx, {
    actor,
    action: 'person.created',
    target: { kind: 'person', id: row.id, name: row.name },
    after: { name: row.name, role: row.role },
  })
  return { ...row, disabledAt: null, lastSeenAt: null }
}

export async function changePerson(actor: Principal | null, id: string, input: PersonChange): Promise<Person> {
  authorize(actor, 'people:write')
  const change = parse(personChangeSchema, input)
  const passwordHash = change.password === undefined ? undefined : await hashPassword(change.password)
  const db = await database()
  return db.write(async (tx) => {
    // Two administrators who take each other's role at once must not both find the other one left.
    await holdAuditChain(tx)
    const { users } = tx.tables(accessTables)
    const before = await findPerson(tx, id)
    if (!before) throw notFound('person with this id')
    const disabledAt = change.isDisabled === undefined ? before.disabledAt : change.isDisabled ? (before.disabledAt ?? now()) : null
    const after = { name: change.name ?? before.name, role: change.role ?? before.role, disabledAt }
    if (before.role === 'admin' && (after.role !== 'admin' || disabledAt !== null)) await keepOneAdministrator(tx)
    await tx.update(users).set({ ...after, ...(passwordHash === undefined ? {} : { passwordHash }) }).where(eq(users.id, id))
    await appendAuditEvent(tx, {
      actor,
      action: 'person.changed',
      target: { kind: 'person', id, name: after.name },
      before: { name: before.name, role: before.role, disabledAt: before.disabledAt },
      after: { ...after, passwordChanged: passwordHash !== undefined },
    })
    return { ...before, ...after }
  })
}

async function keepOneAdministrator(tx: Session): Promise<void> {
  const { users } = tx.tables(accessTables)
  const [row] = await tx.select({ admins: count() }).from(users).where(and(eq(users.role, 'admin'), isNull(users.disabledAt)))
  if (Number(row?.admins ?? 0) <= 1) {
    throw new ProblemError('conflict', 'This is the last administrator. Make somebody else an administrator first.', { code: 'last_administrator' })
  }
}

/** Creates a token; its secret is returned this once and only its hash is kept. */
export async function createToken(actor: Principal | null, input: NewToken): Promise<{ token: TokenRow; secret: string }> {
  authorize(actor, 'token:write')
  const valid = parse(newTokenSchema, input)
  const secret = `${TOKEN_PREFIX}${randomSecret(24)}`
  const at = now()
  const token: TokenRow = {
    id: newId(),
    name: valid.name,
    prefix: secret.slice(0, 9),
    scopes: valid.scopes,
    role: valid.role,
    createdAt: at,
    createdBy: actor.name,
    expiresAt: valid.expiresInDays === null ? null : at + valid.expiresInDays * DAY_MS,
    revokedAt: null,
    lastUsedAt: null,
  }
  const db = await database()
  await db.write(async (tx) => {
    const { tokens } = tx.tables(accessTables)
    await tx.insert(tokens).values({ ...token, hash: sha256(secret) })
    await appendAuditEvent(tx, {
      actor,
      action: 'token.created',
      target: { kind: 'token', id: token.id, name: token.name },
      after: { scopes: token.scopes, role: token.role, expiresAt: token.expiresAt },
    })
  })
  return { token, secret }
}

export async function revokeToken(actor: Principal | null, id: string): Promise<void> {
  authorize(actor, 'token:write')
  const db = await database()
  await db.write(async (tx) => {
    const { tokens } = tx.tables(accessTables)
    const token = (await listTokens(tx)).find((row) => row.id === id)
    if (!token) throw notFound('token with this id')
    if (token.revokedAt !== null) throw new ProblemError('conflict', 'This token is already revoked.', { code: 'token_revoked' })
    await tx.update(tokens).set({ revokedAt: now() }).where(eq(tokens.id, id))
    await appendAuditEvent(tx, { actor, action: 'token.revoked', target: { kind: 'token', id, name: token.name } })
  })
  peekOnce('knownTokens')?.byHeader.clear()
}

/** Notes that tokens were used; called at intervals, not at each call. */
export async function noteTokensUsed(ids: readonly string[], at: number): Promise<void> {
  if (ids.length === 0) return
  const db = await database()
  await db.write(async (tx) => {
    const { tokens } = tx.tables(accessTables)
    await tx.update(tokens).set({ lastUsedAt: at }).where(inArray(tokens.id, [...ids]))
  })
}

/** Checks e-mail and password. Counts attempts by person and by address, and refuses past the limit. */
export async function signIn(input: { email: string; password: string; address: string }): Promise<Person> {
  const email = input.email.trim().toLowerCase()
  const at = now()
  const keys = [
    { key: sha256(`person:${email}`), most: ATTEMPTS_A_WINDOW },
    { key: sha256(`address:${input.address}`), most: ADDRESS_ATTEMPTS_A_WINDOW },
  ]
  const db = await database()
  await db.write(async (tx) => {
    const { signInAttempts } = tx.tables(accessTables)
    await tx.delete(signInAttempts).where(lt(signInAttempts.at, at - ATTEMPT_WINDOW_MS))
    for (const { key, most } of keys) {
      if ((await countSignInAttempts(tx, key, at - ATTEMPT_WINDOW_MS)) < most) continue
      throw new ProblemError('rate_limited', 'Too many attempts to sign in. Wait 15 minutes, then try again.', {
        code: 'sign_in_limited',
        retryAfterSeconds: ATTEMPT_WINDOW_MS / 1000,
      })
    }
    await tx.insert(signInAttempts).values(keys.map(({ key }) => ({ id: newId(), key, at })))
  })
  const { users, signInAttempts } = db.tables(accessTables)
  const [user] = await db.select().from(users).where(eq(users.email, email))
  const isRight = await verifyPassword(input.password, user?.passwordHash ?? NOBODY)
  if (!user || !isRight || user.disabledAt !== null) {
    throw new ProblemError('unauthenticated', 'E-mail address or password is wrong.', { code: 'sign_in_failed' })
  }
  await refuseDemoPassword(db, input.password)
  await db.write(async (tx) => {
    const first = keys[0]
    if (first) await tx.delete(signInAttempts).where(eq(signInAttempts.key, first.key))
    await tx.update(users).set({ lastSeenAt: at }).where(eq(users.id, user.id))
    await appendAuditEvent(tx, {
      actor: { kind: 'user', id: user.id, name: user.name, role: user.role },
      action: 'person.signed-in',
      target: { kind: 'person', id: user.id, name: user.name },
    })
  })
  return { id: user.id, email: user.email, name: user.name, role: user.role, createdAt: user.createdAt, disabledAt: null, lastSeenAt: at }
}

/** A data directory that began as the demo may go on for real: then what everybody knows opens nothing. */
async function refuseDemoPassword(db: Session, password: string): Promise<void> {
  if (environment().isDemo || (await demoAccounts(db))?.password !== password) return
  throw new ProblemError('unauthenticated', 'The demo’s password is known to everybody and the demo is switched off (FLIGHTDECK_DEMO=0). Ask an administrator for another password.', {
    code: 'demo_password',
  })
}
