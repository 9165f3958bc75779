// What is signed of a bundle: the hash of every part, and digests of its values that tell where a part was altered.
import { canonicalJson, sha256 } from '@/lib/platform/crypto'
import type { Bundle, Content, Manifest, PartHash } from '../contract/bundle'

/** Enough to name the place; that something was altered is shown by the part's SHA-256. */
const LEAF_DIGITS = 6

export function manifestOf(content: Content): Manifest {
  return Object.fromEntries(
    Object.entries(content).map(([section, parts]) => [
      section,
      Object.fromEntries(Object.entries(parts).map(([key, part]) => [key, hashPart(part)])),
    ]),
  )
}

function hashPart(part: unknown): PartHash {
  const digests: string[] = []
  eachLeaf(part, '', (pointer, value) => digests.push(sha256(`${pointer}=${canonicalJson(value)}`).slice(0, LEAF_DIGITS)))
  return { sha256: sha256(canonicalJson(part)), leaves: digests.join('') }
}

/** Values without members, in canonical order, each with its JSON Pointer (RFC 6901). */
function eachLeaf(value: unknown, pointer: string, visit: (pointer: string, value: unknown) => void): void {
  const members = Array.isArray(value) ? value.map((item, index) => [String(index), item] as const) : membersOf(value)
  if (members.length === 0) return visit(pointer, value)
  for (const [name, member] of members) eachLeaf(member, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, visit)
}

function membersOf(value: unknown): (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}

/** The signature is of this text: the manifest stands for the content. */
export function signedText({ format, formatVersion, manifest, signature }: Omit<Bundle, 'content' | 'signature'> & { signature: Omit<Bundle['signature'], 'value'> }): string {
  const { alg, kid, publicKey } = signature
  return canonicalJson({ format, formatVersion, manifest, signature: { alg, kid, publicKey } })
}

/** A value as it will be read back: without undefined members, and with -0 as 0. */
export function asWritten<T>(value: T): T {
  return JSON.parse(canonicalJson(value)) as T
}
