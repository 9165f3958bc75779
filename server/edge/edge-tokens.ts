// Who calls a server that has no database: tokens whose hashes came with the bundle.
import type { Principal } from '@/lib/access/contract'
import { secretOf } from '@/lib/access/secret-of'
import type { BundledToken } from '@/lib/edge/contract'
import { sha256 } from '@/lib/platform/crypto'
import { ProblemError } from '@/lib/platform/errors'
import type { Who } from '../answer-calls'

const MOST_KNOWN = 1000

export function whoHolds(tokens: readonly BundledToken[]): Who {
  const byHash = new Map(tokens.map(({ id, name, hash }): [string, Principal] => [hash, { kind: 'token', id, name, role: null, scopes: ['predict'] }]))
  const byHeader = new Map<string, Principal>()
  return (authorization) => {
    if (authorization === undefined || authorization === '') return null
    const known = byHeader.get(authorization)
    if (known) return known
    const secret = secretOf(authorization)
    if (secret === undefined) throw new ProblemError('unauthenticated', 'Send the token as: Authorization: Bearer fd_….', { code: 'authorization_malformed' })
    const principal = byHash.get(sha256(secret))
    if (!principal) throw new ProblemError('unauthenticated', 'This token is not known here. Ask an administrator for a new one.', { code: 'token_unknown' })
    if (byHeader.size >= MOST_KNOWN) byHeader.clear()
    byHeader.set(authorization, principal)
    return principal
  }
}
