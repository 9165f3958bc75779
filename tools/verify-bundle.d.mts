import type { Bundle, PublicKeySet } from '@/lib/evidence/contract/bundle'

export interface Check {
  check: string
  /** Null where nothing was given to check it against. */
  isOk: boolean | null
  sentence: string
  /** Places in the bundle that differ. */
  where: string[]
}

export interface Verified {
  exitCode: 0 | 1 | 2
  fileHash: string
  checks: Check[]
  bundle?: Bundle
}

export function canonicalJson(value: unknown): string
export function verifyBundle(bytes: Uint8Array, keySet?: PublicKeySet): Verified
export function inWords(verified: Pick<Verified, 'exitCode' | 'fileHash' | 'checks'>): string
export function readKeys(source: string | undefined): Promise<PublicKeySet | undefined>
