// Who may do what. Roles belong to people, scopes to programs' tokens; both grant permissions.
import { z } from 'zod'

export const ROLES = ['viewer', 'operator', 'approver', 'auditor', 'admin'] as const
export type Role = (typeof ROLES)[number]

export const SCOPES = ['predict', 'predict:unreleased', 'batch', 'ingest', 'registry:write', 'read'] as const
export type Scope = (typeof SCOPES)[number]

export const PERMISSIONS = [
  'read',
  'sensitive:read',
  'predict',
  'predict:unreleased',
  'batch:write',
  'ingest',
  'registry:write',
  'promotion:request',
  'promotion:decide',
  'release:rollback',
  'guardrail:write',
  'serving:write',
  'limits:write',
  'policy:write',
  'reasons:write',
  'evidence:issue',
  'evidence:rotate',
  'review:write',
  'monitor:write',
  'check:run',
  'incident:handle',
  'channel:write',
  'people:write',
  'token:write',
  'audit:read',
] as const
export type Permission = (typeof PERMISSIONS)[number]

/** Who acts: a person signed in, a program with a token, or Flightdeck itself (scheduler, command line on the machine). */
export type Principal =
  | { kind: 'user'; id: string; name: string; role: Role }
  | { kind: 'token'; id: string; name: string; role: Role | null; scopes: Scope[] }
  | { kind: 'system'; id: string; name: string }

export const SYSTEM: Principal = { kind: 'system', id: 'system', name: 'Flightdeck' }

export const ROLE_WORDS: Record<Role, string> = {
  viewer: 'Sees health, reports and decisions',
  operator: 'Registers versions, requests promotions, handles incidents',
  approver: 'Approves or rejects promotions, rolls back',
  auditor: 'Looks up decisions and checks the audit chain',
  admin: 'Manages people, tokens, channels and policies',
}

export const passwordSchema = z
  .string()
  .min(12, 'Use at least 12 characters.')
  .max(200, 'Use at most 200 characters.')

export const emailSchema = z.email('Enter an e-mail address such as ana@example.com.').max(200).transform((text) => text.toLowerCase())

export const personSchema = z.object({
  email: emailSchema,
  name: z.string().trim().min(1, 'Enter a name.').max(100),
  role: z.enum(ROLES),
  password: passwordSchema,
})
export type NewPerson = z.infer<typeof personSchema>

export const personChangeSchema = z
  .object({ name: personSchema.shape.name, role: z.enum(ROLES), isDisabled: z.boolean(), password: passwordSchema })
  .partial()
export type PersonChange = z.infer<typeof personChangeSchema>

export const newTokenSchema = z
  .object({
    name: z.string().trim().min(1, 'Name the program that will use this token.').max(100),
    scopes: z.array(z.enum(SCOPES)).default([]),
    role: z.enum(ROLES).nullable().default(null),
    expiresInDays: z.number().int().min(1).max(730).nullable().default(365),
  })
  .refine((token) => token.scopes.length > 0 || token.role !== null, {
    message: 'Choose at least one scope or a role.',
    path: ['scopes'],
  })
export type NewToken = z.input<typeof newTokenSchema>

export interface Person {
  id: string
  email: string
  name: string
  role: Role
  createdAt: number
  disabledAt: number | null
  lastSeenAt: number | null
}

export interface TokenRow {
  id: string
  name: string
  prefix: string
  scopes: Scope[]
  role: Role | null
  createdAt: number
  createdBy: string
  expiresAt: number | null
  revokedAt: number | null
  lastUsedAt: number | null
}
