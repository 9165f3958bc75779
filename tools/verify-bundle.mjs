#!/usr/bin/env node
// Verifies an evidence bundle of Flightdeck:
//
//     node verify-bundle.mjs BUNDLE [--keys FILE|URL] [--json]
//
// One file to be read from top to bottom. It needs Node 20 and nothing else: no package, no server, no database, and no
// network unless --keys is an address. `npx flightdeck verify BUNDLE` runs this and then replays the model besides.
//
// A bundle is one JSON document:
//
//     format, formatVersion
//     content    section → key → part: predictions, versions, releases, files, events, …
//     manifest   section → key → { sha256, leaves }: what each part was when it was signed
//     signature  { alg, kid, publicKey, value }: Ed25519 over everything but the content, which the manifest stands for
//
// It is verified from the inside out: the parts against the manifest, the manifest against the signature, the signature's
// key against the published keys, and the audit events against the head of the chain.
import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'

const FORMAT = 'flightdeck-evidence'
const FORMAT_VERSION = 1

// --- Canonical JSON (RFC 8785). A value has one text, so that a text can be hashed: members sorted by UTF-16 code units, no
// white space, numbers and strings as ECMAScript writes them, which is what JSON.stringify does.

export function canonicalJson(value) {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new RangeError('a text has half of a surrogate pair')
    return JSON.stringify(value)
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  return `{${membersOf(value).map(([name, member]) => `${canonicalJson(name)}:${canonicalJson(member)}`).join(',')}}`
}

function membersOf(object) {
  return Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1))
}

function sha256(...parts) {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

const hex = (text) => sha256(text).toString('hex')

// --- 1. The file. Its bytes must be the canonical text of the value they hold: then no byte can be changed, added or taken
// away without changing the value.

function readBundle(bytes) {
  let text
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    const decoded = Buffer.from(bytes).toString('utf8')
    return { problem: `The file is not UTF-8 text, at ${placeAt(decoded, decoded.indexOf('\ufffd'))}.` }
  }
  let value
  try {
    value = JSON.parse(text)
  } catch {
    return { problem: `The file is not JSON, at ${placeAt(text)}.` }
  }
  const problem = (where) => ({ problem: `This is not an evidence bundle: ${where}.` })
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return problem('it is no object')
  if (value.format !== FORMAT) return problem(`format is not ${FORMAT}`)
  if (value.formatVersion !== FORMAT_VERSION) return problem(`formatVersion is not ${FORMAT_VERSION}, which is all that this verifier knows`)
  for (const [path, names] of [['', 'content,format,formatVersion,manifest,signature'], ['signature', 'alg,kid,publicKey,value']]) {
    const found = path === '' ? value : value[path]
    if (typeof found !== 'object' || found === null || membersOf(found).map(([name]) => name).join() !== names) return problem(`${path || 'the document'} does not have the members ${names}`)
  }
  for (const place of ['content', 'manifest']) {
    for (const parts of [value[place], ...Object.values(value[place] ?? {})]) if (typeof parts !== 'object' || parts === null) return problem(`${place} is not made of sections`)
  }
  return { bundle: value, text }
}

function checkForm(text, bundle) {
  let canonical = ''
  try {
    canonical = canonicalJson(bundle)
  } catch {
    // Then no text is canonical.
  }
  if (text === canonical) return good('form', 'The file is canonical JSON: nothing was added, reordered or reformatted.')
  let at = 0
  while (text[at] === canonical[at] && at < text.length) at += 1
  const place = placeAt(text, at)
  return bad('form', `The file is not in canonical form, first at ${place}: it was written again by another program, or altered.`, [place])
}

/** The path of members that leads to an offset; without an offset, to where the text stops being strict JSON. */
function placeAt(text, stop = Infinity) {
  const path = []
  let at = 0
  const take = (pattern) => {
    pattern.lastIndex = at
    if (at > stop || !pattern.test(text)) throw new Error('here')
    at = pattern.lastIndex
  }
  const string = () => {
    const start = at
    take(/"/y)
    // To the next quote that is not escaped: not behind an odd number of backslashes.
    do at = text.indexOf('"', at) + 1
    while (at > 0 && /\\*$/.exec(text.slice(Math.max(start, at - 40), at - 1))[0].length % 2 === 1)
    if (at === 0 || at > stop) throw new Error('here')
    return JSON.parse(text.slice(start, at))
  }
  const list = (close, item) => {
    at += 1
    for (let index = 0; text[at] !== close; index += 1) {
      if (index > 0) take(/,/y)
      item(index)
      path.pop()
    }
    at += 1
  }
  const value = () => {
    let last = 'its start'
    if (text[at] === '[') list(']', (index) => void (path.push(index), value()))
    else if (text[at] === '{') list('}', () => void (path.push(`after ${last}`), (path[path.length - 1] = last = string()), take(/:/y), value()))
    else if (text[at] === '"') string()
    else take(/true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?/y)
  }
  try {
    value()
  } catch {
    // Where it broke is what is wanted.
  }
  return path.length === 0 ? `byte ${at}` : path.join('/')
}

// --- 2. The parts. Each has its SHA-256 in the manifest, and for every value in it six digits of a hash of `pointer=value`:
// too few to prove anything, enough to tell which value is another one.

function hashPart(part) {
  return { sha256: hex(canonicalJson(part)), leaves: leavesOf(part).map(({ digest }) => digest).join('') }
}

function leavesOf(value, pointer = '') {
  const members = Array.isArray(value) ? value.map((item, index) => [String(index), item]) : typeof value === 'object' && value !== null ? membersOf(value) : []
  if (members.length === 0) return [{ pointer, digest: hex(`${pointer}=${canonicalJson(value)}`).slice(0, 6) }]
  return members.flatMap(([name, member]) => leavesOf(member, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`))
}

function manifestOf(content) {
  return Object.fromEntries(Object.entries(content).map(([section, parts]) => [section, Object.fromEntries(Object.entries(parts).map(([key, part]) => [key, hashPart(part)]))]))
}

function checkContent({ content, manifest }) {
  const where = []
  let count = 0
  for (const section of new Set([...Object.keys(content), ...Object.keys(manifest)])) {
    const [parts, hashes] = [content[section] ?? {}, manifest[section] ?? {}]
    if (Object.keys(parts).length === 0 && Object.keys(hashes).length === 0 && !(section in content && section in manifest)) where.push(`${section} is only in one of content and manifest`)
    for (const key of new Set([...Object.keys(parts), ...Object.keys(hashes)])) {
      count += 1
      const name = `${section}/${key}`
      if (!(key in hashes)) where.push(`${name} was added`)
      else if (!(key in parts)) where.push(`${name} was taken out`)
      else if (hashPart(parts[key]).sha256 !== hashes[key]?.sha256) where.push(...differencesIn(name, parts[key], String(hashes[key]?.leaves)))
    }
  }
  if (where.length === 0) return good('content', `All ${count} parts of the content are those that the manifest names.`)
  return bad('content', 'The content is not what was signed.', where)
}

function differencesIn(name, part, leaves) {
  const expected = new Set(leaves.match(/.{6}/g))
  const altered = leavesOf(part).filter(({ digest }) => !expected.has(digest))
  if (altered.length === 0) return [`${name}: a value was taken out, or its hash in the manifest was altered`]
  return [...altered.slice(0, 50).map(({ pointer }) => `${name}${pointer}`), ...(altered.length > 50 ? [`${name}: ${altered.length - 50} more values`] : [])]
}

// --- 3. The signature: Ed25519 (RFC 8032) over the canonical JSON of the document without the content and without the value.
// The key's id is the RFC 7638 thumbprint of the key.

function isSigned({ format, formatVersion, signature }, manifest) {
  const { alg, kid, publicKey, value } = signature
  try {
    const bytes = Buffer.from(value, 'base64url')
    // Base64url has spare bits: only one way to write a signature counts.
    if (alg !== 'Ed25519' || bytes.toString('base64url') !== value) return false
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' })
    return verify(null, Buffer.from(canonicalJson({ format, formatVersion, manifest, signature: { alg, kid, publicKey } })), key, bytes)
  } catch {
    return false
  }
}

function checkSignature(bundle) {
  const { kid, publicKey } = bundle.signature
  const thumbprint = sha256(canonicalJson({ crv: 'Ed25519', kty: 'OKP', x: publicKey })).toString('base64url')
  if (thumbprint !== kid) return bad('signature', 'The key id is not the thumbprint of the key that the bundle carries.', ['signature/kid or signature/publicKey'])
  if (isSigned(bundle, bundle.manifest)) return good('signature', `The signature is valid and made with the key ${kid}.`)
  // With the manifest that follows from the content: then the manifest is what was altered.
  const followed = manifestOf(bundle.content)
  if (isSigned(bundle, followed)) {
    const [ours, given] = [leavesOf(followed), new Map(leavesOf(bundle.manifest).map(({ pointer, digest }) => [pointer, digest]))]
    const where = ours.filter(({ pointer, digest }) => given.get(pointer) !== digest).map(({ pointer }) => `manifest${pointer}`)
    return bad('signature', 'The manifest was altered; the content is what was signed.', where.length > 0 ? where : ['manifest'])
  }
  return bad('signature', 'The signature is not of this document.', ['signature or manifest'])
}

/** A bundle carries its key, which says nothing of whose key that is: the published keys do. */
function checkKey({ content, signature }, keySet) {
  const { kid, publicKey } = signature
  if (!keySet) {
    return open('key', `No keys were given to compare with, so it is not shown WHO signed: anybody can make a key. Get the installation's keys from its /.well-known/flightdeck-keys.json over a way you trust, and verify again with --keys; or compare the key id ${kid} with one you were given.`)
  }
  const known = keySet.keys?.find?.((key) => key?.kid === kid && key.x === publicKey && key.kty === 'OKP' && key.crv === 'Ed25519')
  if (!known) return bad('key', `The key ${kid} is not among the ${keySet.keys?.length ?? 0} given keys: this bundle was not signed by who published those.`, ['signature/publicKey'])
  const issuedAt = content.issue?.issuedAt
  const isInPeriod = Date.parse(known.created) <= Date.parse(issuedAt) && (known.retired === null || Date.parse(issuedAt) <= Date.parse(known.retired))
  const period = `from ${known.created} ${known.retired === null ? 'on' : `to ${known.retired}`}`
  if (!isInPeriod) return bad('key', `The key ${kid} was in use ${period}, and the bundle says that it was issued at ${issuedAt}.`, ['issue/issuedAt'])
  return good('key', `The key ${kid} is among the given keys and was in use ${period}.`)
}

// --- 4. The audit chain. An event's hash is of its canonical JSON without the hash, and it names the hash of the event before.
// The signed root is of a Merkle tree over the hashes of all events (RFC 9162, section 2.1); each event here comes with its
// path to that root, and so does the head. So the events of other models and people need not be shown.

function isInTree(eventHash, index, size, path, root) {
  let [place, last, node] = [index, size - 1, sha256(Uint8Array.of(0), Buffer.from(eventHash, 'hex'))]
  for (const sibling of path) {
    if (last === 0) return false
    const other = Buffer.from(sibling, 'hex')
    if (place % 2 === 1 || place === last) {
      node = sha256(Uint8Array.of(1), other, node)
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, Math.floor(last / 2)]
    } else node = sha256(Uint8Array.of(1), node, other)
    ;[place, last] = [Math.floor(place / 2), Math.floor(last / 2)]
  }
  return last === 0 && node.toString('hex') === root
}

function checkChain({ content: { events = {}, chain } }) {
  const where = []
  if (!chain || !isInTree(chain.hash, chain.sequence - 1, chain.sequence, chain.path, chain.root)) where.push('chain: the head does not lead to the root')
  for (const [key, { event, path }] of Object.entries(events)) {
    const { hash, ...hashed } = event
    if (key !== String(event.sequence)) where.push(`events/${key}: its number is another one`)
    if (hex(canonicalJson(hashed)) !== hash) where.push(`events/${key}: its content is not that of its hash`)
    if (!chain || !isInTree(hash, event.sequence - 1, chain.sequence, path, chain.root)) where.push(`events/${key}: it is not in the chain`)
    const next = events[event.sequence + 1]?.event
    if (next && next.previousHash !== hash) where.push(`events/${event.sequence + 1}: it does not follow the event before it`)
    if (event.sequence === chain?.sequence && hash !== chain.hash) where.push(`events/${key}: the head is another event`)
  }
  if (where.length > 0) return bad('chain', 'The events are not those of the audit chain whose head was signed.', where)
  const rest = chain.isComplete ? '' : ' Older events were left out, as the bundle would have grown too large.'
  return good('chain', `${Object.keys(events).length} events are in the audit chain of ${chain.sequence} events with the head ${chain.hash}.${rest}`)
}

// --- 5. What belongs together: files are what their hashes say, every prediction names a version and a release that are here,
// and every approval is an event of the chain by the same person.

function checkReferences({ content: { files = {}, predictions = {}, versions = {}, releases = {}, events = {}, issue, chain } }) {
  const where = []
  for (const [hash, { content, encoding }] of Object.entries(files)) if (hex(Buffer.from(content, encoding)) !== hash) where.push(`files/${hash}: its content has another SHA-256`)
  for (const id of issue?.predictions ?? []) if (!predictions[id]) where.push(`predictions/${id} is missing`)
  for (const [id, { version, release }] of Object.entries(predictions)) {
    if (!versions[version]) where.push(`predictions/${id}/version: it is not in the bundle`)
    if (!releases[release]?.arms.some((arm) => arm.versionId === version)) where.push(`predictions/${id}/release: the version did not serve in it`)
  }
  let approvals = 0
  for (const [id, { promotion }] of Object.entries(releases)) {
    for (const { userId, decision } of promotion?.approvals ?? []) {
      if (decision !== 'approve') continue
      approvals += 1
      const isRecorded = Object.values(events).some(({ event }) => event.action === 'promotion.approved' && event.targetId === promotion.id && event.actorId === userId)
      if (!isRecorded && chain?.isComplete) where.push(`releases/${id}/promotion/approvals: the chain has no such approval by ${userId}`)
    }
  }
  if (where.length > 0) return bad('references', 'What the bundle has does not fit together.', where)
  return good('references', `${Object.keys(files).length} files have the SHA-256 that names them, each prediction’s version served in the release it names, and every approval is an event of the chain (${approvals}).`)
}

const good = (check, sentence) => ({ check, isOk: true, sentence, where: [] })
const bad = (check, sentence, where) => ({ check, isOk: false, sentence, where })
const open = (check, sentence) => ({ check, isOk: null, sentence, where: [] })

/** 0: verified; 1: something differs, and it is named; 2: it cannot be read. */
export function verifyBundle(bytes, keySet) {
  const { bundle, text, problem } = readBundle(bytes)
  if (!bundle) return { exitCode: 2, fileHash: hex(bytes), checks: [bad('form', problem, [])] }
  const attempt = (check, run) => {
    try {
      return run()
    } catch (error) {
      return bad(check, `This part of the bundle does not have the form it must have (${error.message}).`, [check])
    }
  }
  const checks = [
    attempt('form', () => checkForm(text, bundle)),
    attempt('content', () => checkContent(bundle)),
    attempt('signature', () => checkSignature(bundle)),
    attempt('key', () => checkKey(bundle, keySet)),
    attempt('chain', () => checkChain(bundle)),
    attempt('references', () => checkReferences(bundle)),
  ]
  return { exitCode: checks.some(({ isOk }) => isOk === false) ? 1 : 0, fileHash: hex(bytes), checks, bundle }
}

export function inWords({ exitCode, fileHash, checks }) {
  const marks = new Map([[true, 'ok     '], [false, 'DIFFERS'], [null, 'OPEN   ']])
  const isOpen = checks.some(({ isOk }) => isOk === null)
  const verdict = [`VERIFIED: nothing was altered since it was signed.${isOpen ? ' What is marked OPEN was not shown.' : ''}`, 'NOT VERIFIED: see what differs.', 'NOT READABLE as an evidence bundle.'][exitCode]
  return [...checks.flatMap(({ isOk, sentence, where }) => [`${marks.get(isOk)}  ${sentence}`, ...where.map((place) => `           ${place}`)]), '', `SHA-256 of the file: ${fileHash}`, verdict].join('\n')
}

export async function readKeys(source) {
  if (source === undefined) return undefined
  const text = /^https?:/.test(source) ? await (await fetch(source)).text() : readFileSync(source, 'utf8')
  const keySet = JSON.parse(text)
  if (!Array.isArray(keySet?.keys)) throw new Error('it has no list of keys')
  return keySet
}

if (/[\\/]verify-bundle\.mjs$/.test(process.argv[1] ?? '')) {
  const given = process.argv.slice(2)
  const keysAt = given.indexOf('--keys')
  const keys = keysAt < 0 ? undefined : given.splice(keysAt, 2)[1]
  const isJson = given.includes('--json')
  const [file] = given.filter((word) => !word.startsWith('--'))
  try {
    const result = verifyBundle(readFileSync(file), await readKeys(keys))
    console.log(isJson ? JSON.stringify({ exitCode: result.exitCode, fileHash: result.fileHash, checks: result.checks }) : inWords(result))
    process.exitCode = result.exitCode
  } catch (error) {
    console.error(`Cannot read ${file ?? 'the bundle: none was named'}${keys ? ` or ${keys}` : ''}: ${error.message}`)
    process.exitCode = 2
  }
}
