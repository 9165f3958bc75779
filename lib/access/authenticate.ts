// Who is calling: a bearer token or a session cookie. Tokens are kept in memory for a moment, so that a program that
// calls all day costs one look-up a second; revoking takes effect within that second, at once in this process.
import { database } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { ProblemError } from '@/lib/platform/errors'
import { logger } from '@/lib/platform/logging'
import { once } from '@/lib/platform/once'
import { noteTokensUsed } from './commands'
import type { Principal } from './contract'
import { principalOfToken } from './queries'
import { secretOf } from './secret-of'
import { principalOfCookies } from './session'

const KEPT_MS = 1000
const USE_NOTED_EVERY_MS = 10_000

interface KnownTokens {
  byHeader: Map<string, { principal: Principal; until: number }>
  used: Set<string>
  notedAt: number
}

declare module '@/lib/platform/once' {
  interface Once {
    knownTokens: KnownTokens
  }
}

const known = () => once('knownTokens', () => ({ byHeader: new Map(), used: new Set(), notedAt: 0 }))

/** Synchronous where the token was seen within the last second; the hot path of predict. */
export function knownPrincipal(authorization: string | undefined): Principal | null {
  if (authorization === undefined) return null
  const entry = known().byHeader.get(authorization)
  if (entry === undefined || entry.until <= Date.now()) return null
  return entry.principal
}

/** From the Authorization header if there is one, else from the session cookie. */
export async function authenticate(authorization: string | null | undefined, cookie: string | null | undefined): Promise<Principal | null> {
  if (authorization === null || authorization === undefined || authorization === '') return principalOfCookies(cookie)
  const secret = secretOf(authorization)
  if (secret === undefined) {
    throw new ProblemError('unauthenticated', 'Send the token as: Authorization: Bearer fd_….', { code: 'authorization_malformed' })
  }
  const present = knownPrincipal(authorization)
  if (present) return present
  const principal = await principalOfToken(await database(), secret)
  const tokens = known()
  if (tokens.byHeader.size > 10_000) tokens.byHeader.clear()
  tokens.byHeader.set(authorization, { principal, until: Date.now() + KEPT_MS })
  tokens.used.add(principal.id)
  const at = now()
  if (Math.abs(at - tokens.notedAt) >= USE_NOTED_EVERY_MS) {
    tokens.notedAt = at
    const used = [...tokens.used]
    tokens.used.clear()
    // When it was used last is not worth a call: the disk may be full.
    await noteTokensUsed(used, at).catch((error: unknown) => logger().warn({ err: error }, 'when tokens were used last could not be written down'))
  }
  return principal
}
