// The one table of who may do what.
import { ProblemError } from '@/lib/platform/errors'
import type { Permission, Principal, Role, Scope } from './contract'

const EVERYONE: readonly Role[] = ['viewer', 'operator', 'approver', 'auditor', 'admin']

const ROLES_WITH: Record<Permission, readonly Role[]> = {
  read: EVERYONE,
  'sensitive:read': ['operator', 'approver', 'auditor', 'admin'],
  predict: ['operator', 'approver', 'admin'],
  // A version that nobody approved may be tried, never served: only where it is asked for by its number.
  'predict:unreleased': ['operator', 'approver', 'admin'],
  'batch:write': ['operator', 'admin'],
  ingest: ['operator', 'admin'],
  'registry:write': ['operator', 'admin'],
  'promotion:request': ['operator', 'admin'],
  'promotion:decide': ['approver'],
  'release:rollback': ['approver'],
  'guardrail:write': ['approver', 'admin'],
  'serving:write': ['approver', 'admin'],
  'limits:write': ['admin'],
  'policy:write': ['admin'],
  'reasons:write': ['operator', 'approver', 'admin'],
  'evidence:issue': ['auditor', 'approver', 'admin'],
  'evidence:rotate': ['admin'],
  'review:write': ['auditor'],
  'monitor:write': ['operator', 'admin'],
  'check:run': ['operator', 'approver', 'admin'],
  'incident:handle': ['operator', 'approver', 'admin'],
  'channel:write': ['admin'],
  'people:write': ['admin'],
  'token:write': ['admin'],
  'audit:read': ['auditor', 'approver', 'admin'],
}

const SCOPES_WITH: Partial<Record<Permission, readonly Scope[]>> = {
  read: ['read', 'registry:write', 'batch'],
  'sensitive:read': ['read'],
  predict: ['predict'],
  'predict:unreleased': ['predict:unreleased'],
  'batch:write': ['batch'],
  ingest: ['ingest'],
  'registry:write': ['registry:write'],
}

// A second pair of eyes is a person's: no program decides a promotion, whatever its role.
const PEOPLE_ONLY: readonly Permission[] = ['promotion:decide', 'people:write', 'token:write', 'evidence:rotate', 'review:write']

export function may(principal: Principal | null, permission: Permission): boolean {
  if (principal === null) return false
  if (principal.kind === 'system') return !PEOPLE_ONLY.includes(permission) || principal.id === 'cli'
  if (principal.kind === 'user') return ROLES_WITH[permission].includes(principal.role)
  if (principal.role !== null && !PEOPLE_ONLY.includes(permission) && ROLES_WITH[permission].includes(principal.role)) return true
  return SCOPES_WITH[permission]?.some((scope) => principal.scopes.includes(scope)) ?? false
}

/** Throws unauthenticated or forbidden, saying which roles or scopes would do. */
export function authorize(principal: Principal | null, permission: Permission): asserts principal is Principal {
  if (principal === null) {
    throw new ProblemError('unauthenticated', 'Sign in, or send a token: Authorization: Bearer fd_….')
  }
  if (may(principal, permission)) return
  const roles = ROLES_WITH[permission].join(', ')
  const scopes = SCOPES_WITH[permission]
  const tokens = PEOPLE_ONLY.includes(permission) ? '; a token may not' : scopes ? `; a token needs the scope ${scopes.join(' or ')}` : ''
  throw new ProblemError('forbidden', `This needs the permission ${permission}, which these roles have: ${roles}${tokens}.`, {
    code: 'permission_missing',
  })
}

export function permissionsOf(principal: Principal | null): Permission[] {
  return (Object.keys(ROLES_WITH) as Permission[]).filter((permission) => may(principal, permission))
}
