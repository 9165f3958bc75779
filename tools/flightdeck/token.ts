// Tokens of programs, on the local database: how the first one is made, before any exists to ask with.
import { createToken, revokeToken } from '@/lib/access/commands'
import { ROLES, SCOPES, type NewToken, type TokenRow } from '@/lib/access/contract'
import { listTokens } from '@/lib/access/queries'
import { now } from '@/lib/platform/clock'
import { notFound } from '@/lib/platform/errors'
import { UsageError, type Command } from './command'
import { COMMAND_LINE, localDatabase } from './local'

export const tokenCreate: Command = {
  name: 'token create',
  arguments: [],
  summary: 'Create a token for a program; its secret is printed this once.',
  options: {
    name: { type: 'string', value: 'NAME', help: 'The program that will use it.' },
    role: { type: 'string', value: 'ROLE', help: `What it may do, as a person with this role: ${ROLES.join(', ')}.` },
    scope: { type: 'string', value: 'SCOPES', help: `What it may do, with commas between: ${SCOPES.join(', ')}.` },
    days: { type: 'string', value: 'DAYS', help: 'Days until it expires, or “never” (default 365).' },
  },
  details: 'Works on the local database (FLIGHTDECK_DATA_DIR or DATABASE_URL). Approving a promotion takes a person: no token can.',
  run: async (call) => {
    const input = {
      name: call.required('name'),
      role: (call.text('role') ?? null) as NewToken['role'],
      scopes: (call.text('scope')?.split(',').map((scope) => scope.trim()).filter(Boolean) ?? []) as NewToken['scopes'],
      expiresInDays: daysOf(call.text('days')),
    }
    if (input.role === null && input.scopes?.length === 0) throw new UsageError('Give --role or --scope: what the token may do.')
    await localDatabase()
    const { token, secret } = await createToken(COMMAND_LINE, input)
    return {
      json: { id: token.id, name: token.name, role: token.role, scopes: token.scopes, expiresAt: isoOf(token.expiresAt), secret },
      text: [
        secret,
        '',
        `Token “${token.name}” (${grantOf(token)}), ${token.expiresAt === null ? 'never expires' : `expires ${isoOf(token.expiresAt)}`}.`,
        'The secret is shown this once. Hand it to the program as FLIGHTDECK_TOKEN or as: Authorization: Bearer …',
      ].join('\n'),
    }
  },
}

function daysOf(text: string | undefined): number | null {
  if (text === undefined) return 365
  if (text === 'never') return null
  const days = Number(text)
  if (Number.isInteger(days) && days > 0) return days
  throw new UsageError('--days takes a whole number of days, or “never”.')
}

export const tokenList: Command = {
  name: 'token list',
  arguments: [],
  summary: 'List tokens, without their secrets.',
  options: {},
  run: async () => {
    const tokens = await listTokens(await localDatabase())
    return {
      json: { tokens },
      text: tokens.length === 0 ? 'There are no tokens.' : tokens.map(lineOf).join('\n'),
    }
  },
}

function lineOf(token: TokenRow): string {
  const used = token.lastUsedAt === null ? 'never used' : `used ${isoOf(token.lastUsedAt)}`
  return `${token.id}  ${token.prefix}…  ${token.name} (${grantOf(token)}), ${stateOf(token)}, ${used}`
}

function stateOf({ revokedAt, expiresAt }: TokenRow): string {
  if (revokedAt !== null) return `revoked ${isoOf(revokedAt)}`
  if (expiresAt === null) return 'never expires'
  return `${expiresAt <= now() ? 'expired' : 'expires'} ${isoOf(expiresAt)}`
}

export const tokenRevoke: Command = {
  name: 'token revoke',
  arguments: ['TOKEN'],
  summary: 'Revoke a token by its id, its prefix or its name.',
  options: {},
  run: async (call) => {
    const asked = call.arguments[0] ?? ''
    const matching = (await listTokens(await localDatabase())).filter((token) => [token.id, token.prefix, token.name].includes(asked.replace(/…$/, '')))
    const active = matching.filter((token) => token.revokedAt === null)
    if (active.length > 1) throw new UsageError(`${active.length} tokens match “${asked}”. Give the id: ${active.map(({ id }) => id).join(', ')}.`)
    const token = active[0] ?? matching[0]
    if (token === undefined) throw notFound(`token “${asked}”`, 'token_not_found')
    await revokeToken(COMMAND_LINE, token.id)
    return { json: { revoked: true, id: token.id, name: token.name }, text: `Token “${token.name}” is revoked: calls with it are refused within a second.` }
  },
}

function grantOf({ role, scopes }: TokenRow): string {
  return [...(role === null ? [] : [`role ${role}`]), ...(scopes.length === 0 ? [] : [`scopes ${scopes.join(', ')}`])].join(', ')
}

function isoOf(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}
