// Ed25519 keys (RFC 8032): named by their RFC 7638 thumbprint, kept sealed with a key derived from the installation's secret.
import { createCipheriv, createDecipheriv, createHash, createPrivateKey, createPublicKey, generateKeyPairSync, hkdfSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { canonicalJson } from '@/lib/platform/crypto'

const SEAL = 'aes-256-gcm'
const NONCE_BYTES = 12
const FORM = 'v1'

export interface NewKey {
  id: string
  /** JWK `x`. */
  publicKey: string
  /** PKCS #8. */
  privateKey: Uint8Array
}

export function makeKey(): NewKey {
  const pair = generateKeyPairSync('ed25519')
  const publicKey = pair.publicKey.export({ format: 'jwk' }).x ?? ''
  return { id: thumbprintOf(publicKey), publicKey, privateKey: pair.privateKey.export({ format: 'der', type: 'pkcs8' }) }
}

/** RFC 7638, section 3, with the members that RFC 8037 requires of an OKP key. @param x raw public key, base64url */
export function thumbprintOf(x: string): string {
  return createHash('sha256').update(canonicalJson({ crv: 'Ed25519', kty: 'OKP', x })).digest('base64url')
}

/** Another secret or key id does not open it. */
export function sealKey(privateKey: Uint8Array, secret: string, id: string): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(SEAL, sealingKey(secret, id), nonce)
  cipher.setAAD(Buffer.from(id))
  const sealed = Buffer.concat([cipher.update(privateKey), cipher.final()])
  return [FORM, nonce.toString('base64url'), sealed.toString('base64url'), cipher.getAuthTag().toString('base64url')].join('.')
}

/** Null where it was sealed with another secret, or altered. */
export function unsealKey(stored: string, secret: string, id: string): KeyObject | null {
  const [form, nonce, sealed, tag] = stored.split('.')
  if (form !== FORM || nonce === undefined || sealed === undefined || tag === undefined) return null
  try {
    const decipher = createDecipheriv(SEAL, sealingKey(secret, id), Buffer.from(nonce, 'base64url'), { authTagLength: 16 })
    decipher.setAAD(Buffer.from(id))
    decipher.setAuthTag(Buffer.from(tag, 'base64url'))
    const opened = Buffer.concat([decipher.update(Buffer.from(sealed, 'base64url')), decipher.final()])
    const key = createPrivateKey({ key: opened, format: 'der', type: 'pkcs8' })
    return thumbprintOf(createPublicKey(key).export({ format: 'jwk' }).x ?? '') === id ? key : null
  } catch {
    return null
  }
}

export function signText(key: KeyObject, text: string): string {
  return sign(null, Buffer.from(text), key).toString('base64url')
}

/** HKDF (RFC 5869) with SHA-256: the secret also signs sessions, and neither use may help against the other. */
function sealingKey(secret: string, id: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, id, 'flightdeck evidence signing key', 32))
}
