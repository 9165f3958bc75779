// The keys that sign evidence, public halves only.
import { desc } from 'drizzle-orm'
import type { Session } from '@/lib/database'
import type { PublicKeySet, SigningKey } from '../contract/bundle'
import { evidenceTables } from '../tables'

/** Newest first. */
export async function listSigningKeys(db: Session): Promise<SigningKey[]> {
  const { signingKeys } = db.tables(evidenceTables)
  const { id, publicKey, createdAt, createdBy, retiredAt } = signingKeys
  return db.select({ id, publicKey, createdAt, createdBy, retiredAt }).from(signingKeys).orderBy(desc(createdAt), desc(id))
}

/** What is published: every key there ever was, so that whatever was signed can be checked. */
export async function publicKeySet(db: Session): Promise<PublicKeySet> {
  const keys = await listSigningKeys(db)
  return {
    keys: keys.map(({ id, publicKey, createdAt, retiredAt }) => ({
      kty: 'OKP', crv: 'Ed25519', x: publicKey, kid: id, use: 'sig', alg: 'EdDSA',
      created: new Date(createdAt).toISOString(),
      retired: retiredAt === null ? null : new Date(retiredAt).toISOString(),
    })),
  }
}
