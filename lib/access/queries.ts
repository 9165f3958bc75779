// Reading people and tokens, and turning credentials into a principal.
import { and, asc, count, desc, eq, gte, isNull } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { sha256 } from '@/lib/platform/crypto'
import { ProblemError } from '@/lib/platform/errors'
import type { Person, Principal, Role, TokenRow } from './contract'
import { accessTables } from './tables'

export const TOKEN_PREFIX = 'fd_'

export async function listPeople(db: Session): Promise<Person[]> {
  const { users } = db.tables(accessTables)
  return db.select(personColumns(db)).from(users).orderBy(asc(users.name))
}

export async function countPeople(db: Session): Promise<number> {
  const { users } = db.tables(accessTables)
  const [row] = await db.select({ people: count() }).from(users)
  return Number(row?.people ?? 0)
}

export async function findPerson(db: Session, id: string): Promise<Person | undefined> {
  const { users } = db.tables(accessTables)
  const [row] = await db.select(personColumns(db)).from(users).where(eq(users.id, id))
  return row
}

function personColumns(db: Session) {
  const { users } = db.tables(accessTables)
  const { id, email, name, role, createdAt, disabledAt, lastSeenAt } = users
  return { id, email, name, role, createdAt, disabledAt, lastSeenAt }
}

/** The person behind a session, with the role as it is in the database now; null once disabled. */
export async function principalOfUser(db: Session, userId: string): Promise<Principal | null> {
  return (await userById(db, userId))?.principal ?? null
}

/** Null too where the password is another than when the session began: a new password signs out everywhere. */
export async function principalOfSession(db: Session, userId: string, passwordMark: unknown): Promise<Principal | null> {
  const user = await userById(db, userId)
  return user && user.passwordMark === passwordMark ? user.principal : null
}

/** What a session remembers of its person's password; tells nothing of it. */
export async function passwordMarkOf(db: Session, userId: string): Promise<string | undefined> {
  return (await userById(db, userId))?.passwordMark
}

async function userById(db: Session, userId: string): Promise<{ principal: Principal; passwordMark: string } | undefined> {
  const { users } = db.tables(accessTables)
  const [user] = await db
    .select({ id: users.id, name: users.name, role: users.role, passwordHash: users.passwordHash })
    .from(users)
    .where(and(eq(users.id, userId), isNull(users.disabledAt)))
  if (!user) return undefined
  const { passwordHash, ...person } = user
  return { principal: { kind: 'user', ...person }, passwordMark: sha256(passwordHash).slice(0, 16) }
}

/** The program behind a token. Throws unauthenticated with what is wrong with it. */
export async function principalOfToken(db: Session, secret: string): Promise<Principal> {
  const { tokens } = db.tables(accessTables)
  const [token] = await db.select().from(tokens).where(eq(tokens.hash, sha256(secret)))
  if (!token) {
    throw new ProblemError('unauthenticated', 'This token is not known here. Ask an administrator for a new one.', { code: 'token_unknown' })
  }
  if (token.revokedAt !== null) {
    throw new ProblemError('unauthenticated', `The token ${token.prefix}… was revoked. Ask an administrator for a new one.`, { code: 'token_revoked' })
  }
  if (token.expiresAt !== null && token.expiresAt <= now()) {
    const since = new Date(token.expiresAt).toISOString()
    throw new ProblemError('unauthenticated', `The token ${token.prefix}… expired at ${since}. Ask an administrator for a new one.`, { code: 'token_expired' })
  }
  return { kind: 'token', id: token.id, name: token.name, role: token.role, scopes: token.scopes }
}

export async function listTokens(db: Session): Promise<TokenRow[]> {
  const { tokens } = db.tables(accessTables)
  const { id, name, prefix, scopes, role, createdAt, createdBy, expiresAt, revokedAt, lastUsedAt } = tokens
  return db
    .select({ id, name, prefix, scopes, role, createdAt, createdBy, expiresAt, revokedAt, lastUsedAt })
    .from(tokens)
    .orderBy(desc(createdAt))
}

export async function countSignInAttempts(db: Session, key: string, since: number): Promise<number> {
  const { signInAttempts } = db.tables(accessTables)
  const [row] = await db
    .select({ attempts: count() })
    .from(signInAttempts)
    .where(and(eq(signInAttempts.key, key), gte(signInAttempts.at, since)))
  return Number(row?.attempts ?? 0)
}

export interface DemoAccount {
  email: string
  name: string
  role: Role
}

/** The accounts of the demo and their common password; null in a real installation. */
export async function demoAccounts(db: Session): Promise<{ accounts: DemoAccount[]; password: string } | null> {
  const { settings } = db.tables(accessTables)
  const [row] = await db.select().from(settings).where(eq(settings.name, 'demo'))
  return (row?.value as { accounts: DemoAccount[]; password: string } | undefined) ?? null
}
