// Sessions by next-auth: who signed in is in a signed cookie; what they may do is read from the database each time.
import { decode } from 'next-auth/jwt'
import { eq } from 'drizzle-orm'
import { database } from '@/lib/database'
import { randomSecret } from '@/lib/platform/crypto'
import { environment } from '@/lib/platform/environment'
import { once } from '@/lib/platform/once'
import type { Principal } from './contract'
import { passwordMarkOf, principalOfSession } from './queries'
import { accessTables } from './tables'

declare module '@/lib/platform/once' {
  interface Once {
    sessionSecret: Promise<string>
  }
}

const COOKIES = ['next-auth.session-token', '__Secure-next-auth.session-token']

/** From the environment, else made at first start and kept in the database, where every replica finds it. */
export function sessionSecret(): Promise<string> {
  return once('sessionSecret', async () => {
    const given = environment().secret
    if (given !== undefined) return given
    const db = await database()
    return db.write(async (tx) => {
      const { settings } = tx.tables(accessTables)
      await tx.insert(settings).values({ name: 'session-secret', value: randomSecret(48) }).onConflictDoNothing()
      const [row] = await tx.select().from(settings).where(eq(settings.name, 'session-secret'))
      return String(row?.value)
    })
  })
}

/** The person a Cookie header belongs to, with today's role; null where there is no valid session. */
export async function principalOfCookies(cookieHeader: string | null | undefined): Promise<Principal | null> {
  if (!cookieHeader) return null
  const value = sessionCookie(cookieHeader)
  if (value === undefined) return null
  const token = await decode({ token: value, secret: await sessionSecret() }).catch(() => null)
  return token?.sub ? principalOfSession(await database(), token.sub, token.passwordMark) : null
}

/** What a new session holds beside its times: who, and the mark of the password they came in by. */
export async function sessionClaims(userId: string): Promise<{ sub: string; passwordMark: string | undefined }> {
  return { sub: userId, passwordMark: await passwordMarkOf(await database(), userId) }
}

function sessionCookie(header: string): string | undefined {
  for (const part of header.split(';')) {
    const separator = part.indexOf('=')
    // A session is letters, digits, - _ and . only, so what is escaped is none of ours.
    if (separator > 0 && COOKIES.includes(part.slice(0, separator).trim())) return part.slice(separator + 1).trim()
  }
  return undefined
}
