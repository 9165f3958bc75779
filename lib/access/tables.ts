import type { Kit } from '@/lib/database/kit'
import { ROLES, type Scope } from './contract'

export const accessTables = (kit: Kit) => {
  const users = kit.table('users', {
    id: kit.text('id').primaryKey(),
    email: kit.text('email').notNull().unique(),
    name: kit.text('name').notNull(),
    role: kit.oneOf('role', ROLES as unknown as [(typeof ROLES)[number], ...(typeof ROLES)[number][]]).notNull(),
    passwordHash: kit.text('password_hash').notNull(),
    createdAt: kit.time('created_at').notNull(),
    disabledAt: kit.time('disabled_at'),
    lastSeenAt: kit.time('last_seen_at'),
  })
  const tokens = kit.table('tokens', {
    id: kit.text('id').primaryKey(),
    name: kit.text('name').notNull(),
    /** The first characters, shown so that people can tell tokens apart. */
    prefix: kit.text('prefix').notNull(),
    hash: kit.text('hash').notNull().unique(),
    scopes: kit.json<Scope[]>('scopes').notNull(),
    role: kit.oneOf('role', ROLES as unknown as [(typeof ROLES)[number], ...(typeof ROLES)[number][]]),
    createdAt: kit.time('created_at').notNull(),
    createdBy: kit.text('created_by').notNull(),
    expiresAt: kit.time('expires_at'),
    revokedAt: kit.time('revoked_at'),
    lastUsedAt: kit.time('last_used_at'),
  })
  const signInAttempts = kit.table(
    'sign_in_attempts',
    {
      id: kit.text('id').primaryKey(),
      /** Hash of the e-mail address or of the caller's address. */
      key: kit.text('key').notNull(),
      at: kit.time('at').notNull(),
    },
    (table) => [kit.index('sign_in_attempts_key').on(table.key, table.at)],
  )
  /** Values of the installation itself, such as the session secret. */
  const settings = kit.table('settings', {
    name: kit.text('name').primaryKey(),
    value: kit.json<unknown>('value').notNull(),
  })
  /** Answers kept for Idempotency-Key, so that a repeated write returns the first answer. */
  const idempotentAnswers = kit.table('idempotent_answers', {
    key: kit.text('key').primaryKey(),
    requestHash: kit.text('request_hash').notNull(),
    status: kit.integer('status').notNull(),
    body: kit.json<unknown>('body').notNull(),
    at: kit.time('at').notNull(),
  })
  return { users, tokens, signInAttempts, settings, idempotentAnswers }
}
