// Hashes, passwords, secrets and canonical JSON.
import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { ProblemError } from './errors'

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

export function randomSecret(bytes = 32): string {
  return randomBytes(bytes).toString('base64url')
}

// OWASP password storage cheat sheet: scrypt with N = 2^17, r = 8, p = 1 needs 128 MiB a hash.
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 }
const KEY_BYTES = 32

function derive(password: string, salt: Buffer, options: typeof SCRYPT): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}

/** `scrypt$N$r$p$salt$key`, so that the cost can rise later without breaking old passwords. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password, salt, SCRYPT)
  return ['scrypt', SCRYPT.N, SCRYPT.r, SCRYPT.p, salt.toString('base64'), key.toString('base64')].join('$')
}

export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [scheme, n, r, p, salt, key] = stored.split('$')
  if (scheme !== 'scrypt' || salt === undefined || key === undefined) return false
  const expected = Buffer.from(key, 'base64')
  const options = { N: Number(n), r: Number(r), p: Number(p), maxmem: SCRYPT.maxmem }
  const actual = await derive(password, Buffer.from(salt, 'base64'), options)
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}

/**
 * Canonical JSON (RFC 8785): members sorted by UTF-16 code units, no white space, numbers and strings as ECMAScript
 * writes them. The same value gives the same bytes. As with JSON.stringify, undefined members are left out and toJSON
 * counts.
 * @throws RangeError for NaN and infinities, TypeError for what JSON has not (bigint, functions, maps, bytes),
 * ProblemError `value_refused` for half of a surrogate pair, which callers can send and which no UTF-8 can hold
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return canonicalString(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError('canonical JSON has no NaN or infinity')
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item === undefined ? null : item)).join(',')}]`
  if (typeof value !== 'object') throw new TypeError(`canonical JSON has no ${typeof value}`)
  if ('toJSON' in value && typeof value.toJSON === 'function') return canonicalJson((value.toJSON as () => unknown)())
  if (value instanceof Map || value instanceof Set || ArrayBuffer.isView(value)) throw new TypeError(`canonical JSON has no ${value.constructor.name}`)
  const members = Object.keys(value)
    .sort(byCodeUnits)
    .flatMap((name) => {
      const member = (value as Record<string, unknown>)[name]
      return member === undefined ? [] : [`${canonicalString(name)}:${canonicalJson(member)}`]
    })
  return `{${members.join(',')}}`
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** Section 3.2.2.2: JSON.stringify escapes just what it must, but writes lone surrogates, which I-JSON forbids. */
function canonicalString(text: string): string {
  if (LONE_SURROGATE.test(text)) {
    throw new ProblemError('invalid', 'A text has half of a surrogate pair, which cannot be kept. Send it as valid UTF-8.', { code: 'value_refused' })
  }
  return JSON.stringify(text)
}
