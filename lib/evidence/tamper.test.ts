// Whatever single byte of a bundle is changed, the verifier finds it and names the part it lies in.
import { generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canonicalJson as ours } from '@/lib/platform/crypto'
import { canonicalJson as theirs, inWords, verifyBundle } from '@/tools/verify-bundle.mjs'
import { issueEvidence } from './commands/issue-evidence'
import type { Bundle, PublicKeySet } from './contract/bundle'
import { publicKeySet } from './queries/keys'
import { HashTree } from './rules/hash-tree'
import { manifestOf, signedText } from './rules/manifest'
import { thumbprintOf } from './rules/sealed-key'
import { auditor, makeEvidenceFixture, type EvidenceFixture } from './testing/fixture'

describe('a bundle that somebody altered', () => {
  let made: EvidenceFixture
  let text: string
  let bundle: Bundle
  let keys: PublicKeySet
  beforeAll(async () => {
    made = await makeEvidenceFixture('sqlite')
    const issued = await issueEvidence(auditor, { predictions: [...made.clinicIds.slice(0, 2), made.guardedId] }, { review: { notes: { 'P-0': 'ok', list: [1, 2, 3], empty: {} } } })
    text = issued.text
    bundle = issued.bundle
    keys = await publicKeySet(made.db)
  }, 120_000)
  afterAll(() => made.end())

  const verifyText = (altered: string) => verifyBundle(Buffer.from(altered), keys)
  /** A copy, altered, and written as canonical JSON again. */
  const verifyAltered = (alter: (copy: Bundle) => void) => {
    const copy = structuredClone(bundle)
    alter(copy)
    return verifyText(ours(copy))
  }
  const placesOf = (verified: ReturnType<typeof verifyBundle>) => verified.checks.flatMap(({ where }) => where)
  it('is verified before', () => {
    expect(verifyText(text).exitCode).toBe(0)
    expect(inWords(verifyText(text))).toContain('VERIFIED: nothing was altered')
  })

  it('is found out by any one byte, anywhere', () => {
    // Positions over the whole file, and of each part; another character of the kind that is there, so that most stay JSON.
    const parts = partsIn(text, bundle)
    const step = Math.floor(text.length / 200)
    const offsets = Array.from({ length: 200 }, (_, index) => 7 + index * step)
    for (const { start, end } of parts) offsets.push(start + 1, Math.floor((start + end) / 2), end - 2)
    let readable = 0
    for (const offset of offsets) {
      const altered = text.slice(0, offset) + otherThan(text[offset] ?? '') + text.slice(offset + 1)
      const verified = verifyText(altered)
      const where = `offset ${offset} (${text.slice(offset - 20, offset + 20)})`
      const part = parts.find(({ start, end }) => offset >= start && offset < end)?.name
      expect(verified.exitCode, where).not.toBe(0)
      if (verified.exitCode === 2) expect(verified.checks[0]?.sentence, where).toMatch(part === undefined ? /at |not an evidence bundle/ : new RegExp(`content/${part.replace('/', '/(after )?')}`))
      else expect(placesOf(verified).some((place) => place.includes(part ?? '')), where).toBe(true)
      readable += verified.exitCode === 1 ? 1 : 0
    }
    expect(readable).toBeGreaterThan(offsets.length / 2)
  }, 300_000)

  it('is found out by any bit of a byte, any byte added and any byte taken away', () => {
    const bytes = Buffer.from(text)
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 7 }), fc.constantFrom('flip', 'add', 'take'), (offset, bit, how) => {
        const altered = how === 'flip' ? Buffer.from(bytes) : Buffer.concat([bytes.subarray(0, offset), how === 'add' ? Buffer.from(' ') : Buffer.alloc(0), bytes.subarray(how === 'add' ? offset : offset + 1)])
        if (how === 'flip') altered[offset] = (bytes[offset] ?? 0) ^ (1 << bit)
        const verified = verifyBundle(altered, keys)
        expect(verified.exitCode).not.toBe(0)
        expect(verified.checks.filter(({ isOk }) => isOk === false).length).toBeGreaterThan(0)
      }),
      { numRuns: 120 },
    )
  }, 300_000)

  it('names the value, whatever value it is', () => {
    const leaves = leavesIn(bundle.content)
    const random = fc.sample(fc.integer({ min: 0, max: leaves.length - 1 }), { numRuns: 60, seed: 4 })
    for (const section of Object.keys(bundle.content)) random.push(leaves.findIndex(({ path }) => path[0] === section))
    for (const index of random) {
      const { path, value } = leaves[index] ?? expect.fail(`no leaf ${index}`)
      const verified = verifyAltered((copy) => setIn(copy.content, path, typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : typeof value === 'string' ? `${value}.` : 'x'))
      expect(verified.exitCode).toBe(1)
      const [section = '', key = '', ...within] = path
      const pointer = within.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
      expect(placesOf(verified)).toContain(`${section}/${key}${pointer}`)
    }
  }, 300_000)

  it('names what was taken out, added, and moved from one place to another', () => {
    const [first = '', second = ''] = made.clinicIds
    const places = (alter: (copy: Bundle) => void) => {
      const verified = verifyAltered(alter)
      expect(verified.exitCode).toBe(1)
      return placesOf(verified)
    }
    expect(places((copy) => delete copy.content.predictions?.[second])).toContain(`predictions/${second} was taken out`)
    expect(places((copy) => Object.assign(copy.content.predictions ?? {}, { [auditor.id]: copy.content.predictions?.[first] }))).toContain(`predictions/${auditor.id} was added`)
    expect(places((copy) => Object.assign(copy.content, { more: { a: 1 } }))).toContain('more/a was added')
    expect(places((copy) => Object.assign(copy.content, { more: {} }))).toContain('more is only in one of content and manifest')
    expect(places((copy) => delete (copy.content.predictions?.[first] as { outcome?: unknown }).outcome).join()).toContain(`predictions/${first}: a value was taken out`)
    const swapped = places((copy) => {
      const { predictions = {} } = copy.content
      ;[predictions[first], predictions[second]] = [predictions[second], predictions[first]]
    })
    expect(swapped.some((place) => place.startsWith(`predictions/${first}/subject`))).toBe(true)
  })

  it('tells an altered manifest from altered content', () => {
    const [first = ''] = made.clinicIds
    const entry = (copy: Bundle) => copy.manifest.predictions?.[first] ?? expect.fail('no entry')
    const named = (alter: (copy: Bundle) => void) => verifyAltered(alter).checks.find(({ check }) => check === 'signature')
    expect(named((copy) => (entry(copy).sha256 = '0'.repeat(64)))).toMatchObject({ isOk: false, sentence: 'The manifest was altered; the content is what was signed.', where: [`manifest/predictions/${first}/sha256`] })
    expect(named((copy) => (entry(copy).leaves = entry(copy).leaves.replace(/^./, 'g')))?.where).toEqual([`manifest/predictions/${first}/leaves`])
  })

  it('cannot be signed again without the key: a forger’s own key is not among the published ones', () => {
    const forged = structuredClone(bundle)
    const [first = ''] = made.clinicIds
    Object.assign(forged.content.predictions?.[first] as object, { subject: 'somebody else' })
    const pair = generateKeyPairSync('ed25519')
    const publicKey = pair.publicKey.export({ format: 'jwk' }).x ?? ''
    const signature = { alg: 'Ed25519', kid: thumbprintOf(publicKey), publicKey } as const
    const manifest = manifestOf(forged.content)
    const value = sign(null, Buffer.from(signedText({ ...forged, manifest, signature })), pair.privateKey).toString('base64url')
    const verified = verifyText(ours({ ...forged, manifest, signature: { ...signature, value } }))
    expect(verified.exitCode).toBe(1)
    const failed = verified.checks.filter(({ isOk }) => isOk === false)
    expect(failed).toMatchObject([{ check: 'key', sentence: expect.stringContaining('was not signed by who published those') as string }])
    // Without the published keys nobody can tell, and the verifier says so.
    const alone = verifyBundle(Buffer.from(ours({ ...forged, manifest, signature: { ...signature, value } })))
    expect(alone.checks.find(({ check }) => check === 'key')).toMatchObject({ isOk: null, sentence: expect.stringContaining('it is not shown WHO signed') as string })
    // The forger's key under the published id.
    const named = verifyText(ours({ ...forged, manifest, signature: { ...signature, kid: bundle.signature.kid, value } }))
    expect(named.checks.find(({ check }) => check === 'signature')).toMatchObject({ isOk: false, where: ['signature/kid or signature/publicKey'] })
  })

  it('takes only one way to write a signature', () => {
    const last = bundle.signature.value.at(-1) ?? ''
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    // 86 characters hold 516 bits, 4 more than the signature has.
    const sameBytes = [...alphabet].filter((one) => one !== last && Buffer.from(bundle.signature.value.slice(0, -1) + one, 'base64url').equals(Buffer.from(bundle.signature.value, 'base64url')))
    expect(sameBytes.length).toBeGreaterThan(0)
    for (const one of sameBytes) expect(verifyAltered((copy) => (copy.signature.value = copy.signature.value.slice(0, -1) + one)).exitCode).toBe(1)
  })

  it('is told from one that was only written again by another program', () => {
    const verified = verifyText(`${JSON.stringify(bundle, null, 2)}\n`)
    expect(verified.exitCode).toBe(1)
    expect(verified.checks.filter(({ isOk }) => isOk === false).map(({ check }) => check)).toEqual(['form'])
    expect(verifyText(`${text}\n`).checks[0]?.sentence).toContain('not in canonical form')
  })

  it('is unreadable where it is no bundle, and says where it broke', () => {
    const [first = ''] = made.clinicIds
    const cut = text.indexOf('"subject":"P-0"')
    const broken = verifyText(`${text.slice(0, cut)}"subject":P-0${text.slice(cut + 15)}`)
    expect(broken).toMatchObject({ exitCode: 2, checks: [{ sentence: `The file is not JSON, at content/predictions/${first}/subject.` }] })
    for (const other of ['', 'null', '[]', '{}', '{"format":"flightdeck-evidence"}', text.slice(0, 5000), text.replace('"formatVersion":1', '"formatVersion":2'), text.replace('"manifest":{', '"manifest":7,"x":{')]) {
      expect(verifyText(other).exitCode, other.slice(0, 40)).toBe(2)
    }
    expect(verifyBundle(Buffer.from([0x7b, 0xff, 0x7d]))).toMatchObject({ exitCode: 2, checks: [{ sentence: expect.stringContaining('not UTF-8') as string }] })
  })

  it('does not pass for one with sections of another form', () => {
    for (const alter of [(copy: Bundle) => (copy.content.events = { 1: null }), (copy: Bundle) => (copy.content.chain = {}), (copy: Bundle) => (copy.content.releases = { x: { arms: 1 } }), (copy: Bundle) => (copy.manifest.issue = {})]) {
      expect(verifyAltered(alter).exitCode).toBe(1)
    }
  })
})

describe('the verifier’s own canonical JSON', () => {
  it('is that of the product', () => {
    fc.assert(fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => theirs(value) === ours(value)))
    expect(() => theirs('\ud800')).toThrow()
  })
})

describe('the tree over the chain', () => {
  it('is that of RFC 9162 for every size', () => {
    // Section 2.1.1, by its own recursion.
    const hash = (leaves: string[]): string => {
      const tree = new HashTree()
      for (const leaf of leaves) tree.add(leaf)
      return tree.root
    }
    expect(hash([])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    // Of the test vectors of Certificate Transparency: the empty leaf, then 00.
    expect(hash([''])).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d')
    expect(hash(['', '00'])).toBe('fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125')
    expect(hash(['', '00', '10'])).toBe('aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77')
    expect(hash(['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'])).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328')
  })
})

function otherThan(character: string): string {
  if (/[0-9]/.test(character)) return character === '9' ? '1' : String(Number(character) + 1)
  if (/[a-e]/.test(character)) return String.fromCharCode(character.charCodeAt(0) + 1)
  if (/[A-Za-z]/.test(character)) return character === 'z' ? 'y' : character === 'Z' ? 'Y' : String.fromCharCode(character.charCodeAt(0) + 1)
  return character === ' ' ? '_' : ' '
}

/** Where each part of the content stands in the text, with its key. */
function partsIn(text: string, { content }: Bundle): { name: string; start: number; end: number }[] {
  const spans: { name: string; start: number; end: number }[] = []
  let at = text.indexOf('{"content":{') + '{"content":{'.length
  for (const section of Object.keys(content).sort()) {
    at += ours(section).length + 2
    for (const key of Object.keys(content[section] ?? {}).sort()) {
      const length = ours(key).length + 1 + ours(content[section]?.[key]).length
      spans.push({ name: `${section}/${key}`, start: at, end: at + length })
      at += length + 1
    }
    // After the last part its comma was none; then the section's end and the comma after it.
    at += Object.keys(content[section] ?? {}).length === 0 ? 2 : 1
  }
  return spans
}

function leavesIn(value: unknown, path: string[] = []): { path: string[]; value: unknown }[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }]
  return Object.entries(value).flatMap(([name, member]) => leavesIn(member, [...path, name]))
}

function setIn(root: unknown, path: readonly string[], value: unknown): void {
  const last = path.at(-1) ?? ''
  const holder = path.slice(0, -1).reduce<Record<string, unknown>>((found, name) => found[name] as Record<string, unknown>, root as Record<string, unknown>)
  holder[last] = value
}
