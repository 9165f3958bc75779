import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eq } from 'drizzle-orm'
import { createPublicKey, verify } from 'node:crypto'
import { SYSTEM } from '@/lib/access/contract'
import { accessTables } from '@/lib/access/tables'
import { listAuditEvents } from '@/lib/audit/queries'
import type { Database } from '@/lib/database'
import { ENGINES, openTestDatabase } from '@/lib/database/testing'
import { setOnce } from '@/lib/platform/once'
import { admin, approver, operator } from '@/lib/serving/testing/fixture'
import { listSigningKeys, publicKeySet } from '../queries/keys'
import { makeKey, sealKey, signText, thumbprintOf, unsealKey } from '../rules/sealed-key'
import { evidenceTables } from '../tables'
import { auditor } from '../testing/fixture'
import { ensureSigningKey, openSigningKey, rotateSigningKey } from './signing-key'

describe('a sealed key', () => {
  it('has the thumbprint of RFC 8037, appendix A.3', () => {
    expect(thumbprintOf('11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo')).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
  })

  it('opens with the secret and the id that it was sealed with, and with no other', () => {
    const { id, privateKey } = makeKey()
    const sealed = sealKey(privateKey, 'secret', id)
    expect(unsealKey(sealed, 'secret', id)).not.toBeNull()
    expect(unsealKey(sealed, 'Secret', id)).toBeNull()
    expect(unsealKey(sealed, 'secret', makeKey().id)).toBeNull()
    expect(sealKey(privateKey, 'secret', id)).not.toBe(sealed)
    expect(sealed).not.toContain(Buffer.from(privateKey).toString('base64url').slice(-40))
    const [form, nonce, body = '', tag] = sealed.split('.')
    for (const altered of [`${form}.${nonce}.${body.slice(2)}.${tag}`, `${form}.${nonce}.${body}.AAAA`, 'v2.a.b.c', '', 'v1.a']) expect(unsealKey(altered, 'secret', id)).toBeNull()
  })
})

describe.each(ENGINES)('signing keys on %s', (engine) => {
  let db: Database
  const forget = () => setOnce('sessionSecret', undefined)
  beforeAll(async () => {
    db = await openTestDatabase(engine)
    forget()
  })
  afterAll(async () => {
    await db.close()
    forget()
  })

  it('are made once, however many ask at the same time, and the chain says so', async () => {
    await Promise.all([ensureSigningKey(), ensureSigningKey(), openSigningKey()])
    const keys = await listSigningKeys(db)
    expect(keys).toMatchObject([{ createdBy: SYSTEM.name, retiredAt: null }])
    expect((await listAuditEvents(db, { action: 'signing-key.created' })).events).toMatchObject([{ targetId: keys[0]?.id, after: { key: keys[0]?.id } }])
    expect(thumbprintOf(keys[0]?.publicKey ?? '')).toBe(keys[0]?.id)
  })

  it('keep the private half sealed: nothing of it is in the database or in what is published', async () => {
    const { privateKey } = await openSigningKey()
    const secret = privateKey.export({ format: 'jwk' }).d ?? expect.fail('no private half')
    const rows = await db.select().from(db.tables(evidenceTables).signingKeys)
    const events = await listAuditEvents(db, { limit: 1000 })
    expect(JSON.stringify([rows, events, await publicKeySet(db)])).not.toContain(secret)
    expect(Object.keys((await publicKeySet(db)).keys[0] ?? {}).sort()).toEqual(['alg', 'created', 'crv', 'kid', 'kty', 'retired', 'use', 'x'])
  })

  it('are rotated by administrators alone: the old one stays published and signs no more', async () => {
    for (const actor of [operator, approver, auditor, SYSTEM]) await expect(rotateSigningKey(actor, { reason: 'because' })).rejects.toMatchObject({ code: 'permission_missing' })
    await expect(rotateSigningKey(admin, { reason: ' ' })).rejects.toMatchObject({ kind: 'invalid' })
    const old = await openSigningKey()
    const signature = signText(old.privateKey, 'before')
    const fresh = await rotateSigningKey(admin, { reason: 'left the company' })
    expect((await openSigningKey()).id).toBe(fresh.id)
    const { keys } = await publicKeySet(db)
    expect(keys.map(({ kid, retired }) => [kid, retired === null])).toEqual([[fresh.id, true], [old.id, false]])
    const published = createPublicKey({ key: keys[1] ?? {}, format: 'jwk' })
    expect(verify(null, Buffer.from('before'), published, Buffer.from(signature, 'base64url'))).toBe(true)
    const rows = await db.select().from(db.tables(evidenceTables).signingKeys)
    expect(rows.filter(({ sealedPrivateKey }) => sealedPrivateKey !== null)).toHaveLength(1)
    expect((await listAuditEvents(db, { action: 'signing-key.rotated' })).events).toMatchObject([{ actorName: admin.name, reason: 'left the company', before: { key: old.id }, after: { key: fresh.id } }])
  })

  it('cannot be opened with another secret, say what to do, and can be rotated then', async () => {
    const { settings } = db.tables(accessTables)
    await db.write((tx) => tx.update(tx.tables(accessTables).settings).set({ value: 'another secret of at least 32 characters' }).where(eq(settings.name, 'session-secret')))
    forget()
    await expect(openSigningKey()).rejects.toMatchObject({ code: 'signing_key_sealed', message: expect.stringMatching(/FLIGHTDECK_SECRET.*rotate/) as string })
    // Starting does not fail because of it.
    await ensureSigningKey()
    const fresh = await rotateSigningKey(admin, { reason: 'the secret was changed' })
    expect((await openSigningKey()).id).toBe(fresh.id)
  })
})
