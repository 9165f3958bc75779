// The key that signs evidence: made once, sealed at rest, replaced on request.
import type { KeyObject } from 'node:crypto'
import { desc, eq, isNull } from 'drizzle-orm'
import { SYSTEM, type Principal } from '@/lib/access/contract'
import { authorize } from '@/lib/access/rules'
import { sessionSecret } from '@/lib/access/session'
import { appendAuditEvent, holdAuditChain } from '@/lib/audit/commands'
import { database, type Session } from '@/lib/database'
import { now } from '@/lib/platform/clock'
import { ProblemError } from '@/lib/platform/errors'
import { parse } from '@/lib/platform/parse'
import type { z } from 'zod'
import { rotationSchema, type SigningKey } from '../contract/bundle'
import { makeKey, sealKey, unsealKey } from '../rules/sealed-key'
import { evidenceTables } from '../tables'

export interface OpenedKey {
  id: string
  publicKey: string
  privateKey: KeyObject
}

/** Makes the installation's first key where there is none. Called at start, so that it is published before it is used. */
export async function ensureSigningKey(): Promise<void> {
  const db = await database()
  if (await presentKey(db)) return
  const secret = await sessionSecret()
  await db.write(async (tx) => {
    // Of two processes that start at once, the second finds the first one's key.
    await holdAuditChain(tx)
    if (!(await presentKey(tx))) await insertKey(tx, SYSTEM, secret, null)
  })
}

/** @throws ProblemError `signing_key_sealed` where the installation's secret is not the one it was sealed with */
export async function openSigningKey(): Promise<OpenedKey> {
  await ensureSigningKey()
  const key = await presentKey(await database())
  if (!key) throw new Error('there is no signing key although one was made')
  const { id, publicKey, sealedPrivateKey } = key
  const privateKey = sealedPrivateKey === null ? null : unsealKey(sealedPrivateKey, await sessionSecret(), id)
  if (privateKey) return { id, publicKey, privateKey }
  throw new ProblemError(
    'conflict',
    `The signing key ${id} cannot be opened: it was sealed with another secret. Set FLIGHTDECK_SECRET to what it was before, or let an administrator rotate the key under Evidence; what the old key signed stays valid.`,
    { code: 'signing_key_sealed' },
  )
}

/** A new key signs from now on. The old one stays published, and its private half is erased. */
export async function rotateSigningKey(actor: Principal | null, input: z.input<typeof rotationSchema>): Promise<SigningKey> {
  authorize(actor, 'evidence:rotate')
  const { reason } = parse(rotationSchema, input)
  const secret = await sessionSecret()
  const db = await database()
  return db.write(async (tx) => {
    await holdAuditChain(tx)
    const old = await presentKey(tx)
    const { signingKeys } = tx.tables(evidenceTables)
    if (old) await tx.update(signingKeys).set({ sealedPrivateKey: null, retiredAt: now() }).where(eq(signingKeys.id, old.id))
    return insertKey(tx, actor, secret, old?.id ?? null, reason)
  })
}

async function presentKey(db: Session) {
  const { signingKeys } = db.tables(evidenceTables)
  const [key] = await db.select().from(signingKeys).where(isNull(signingKeys.retiredAt)).orderBy(desc(signingKeys.createdAt)).limit(1)
  return key
}

async function insertKey(tx: Session, actor: Principal, secret: string, replaces: string | null, reason?: string): Promise<SigningKey> {
  const { id, publicKey, privateKey } = makeKey()
  const key: SigningKey = { id, publicKey, createdAt: now(), createdBy: actor.name, retiredAt: null }
  await tx.insert(tx.tables(evidenceTables).signingKeys).values({ ...key, sealedPrivateKey: sealKey(privateKey, secret, id) })
  await appendAuditEvent(tx, {
    actor,
    action: replaces === null ? 'signing-key.created' : 'signing-key.rotated',
    target: { kind: 'signing-key', id, name: `key ${id.slice(0, 8)}` },
    before: replaces === null ? null : { key: replaces },
    after: { key: id, publicKey },
    reason: reason ?? null,
  })
  return key
}
