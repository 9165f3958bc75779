// A JSON body from its text, with a clear problem for what is not JSON, too deep, too large, or not a number.
import { ProblemError } from '@/lib/platform/errors'

export const MOST_SINGLE_BYTES = 1024 * 1024
export const MOST_LIST_BYTES = 10 * 1024 * 1024
const MOST_DEPTH = 32
/** Lists, objects and commas: to make more of them takes longer than others should wait. No call of 1,000 rows needs them. */
const MOST_CONTAINERS = 100_000
const MOST_COMMAS = 2_000_000

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i

export function requireJson(contentType: string | null | undefined, contentEncoding: string | null | undefined): void {
  if (!contentType || !JSON_TYPE.test(contentType)) {
    throw new ProblemError('unsupported_media', 'Send the body as Content-Type: application/json.', { code: 'content_type' })
  }
  if (contentEncoding && contentEncoding !== 'identity') {
    throw new ProblemError('unsupported_media', 'Send the body without Content-Encoding.', { code: 'content_encoding' })
  }
}

export function tooLarge(): ProblemError {
  return new ProblemError('too_large', `The body may have at most ${MOST_LIST_BYTES} bytes. Send the rows in several calls.`, { code: 'body_too_large' })
}

function tooComplex(): ProblemError {
  return new ProblemError('too_large', `The body may have at most ${MOST_CONTAINERS} lists and objects, and ${MOST_COMMAS} values. Send the rows in several calls.`, { code: 'body_too_complex' })
}

export function parseJson(text: string): unknown {
  if (text.length > MOST_LIST_BYTES) throw tooLarge()
  const members = countMembers(text)
  const value = parsed(text)
  // A name that an object has twice is in the text and not in the value: the last one would win without a word.
  if (members !== membersOf(value)) throw repeatedName(text)
  return value
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw notJson(text)
  }
}

/** A body with one row has the smaller limit: what is larger is a mistake, and parsing it would hold up the others. */
export function refuseLargeSingle(body: unknown, characters: number): void {
  if (characters <= MOST_SINGLE_BYTES) return
  const isList = typeof body === 'object' && body !== null && Object.hasOwn(body, 'inputs') && Array.isArray((body as { inputs: unknown }).inputs)
  if (!isList) throw new ProblemError('too_large', `A body with one row may have at most ${MOST_SINGLE_BYTES} bytes.`, { code: 'body_too_large' })
}

/** The members of all objects in the text, if it is JSON: each has a colon outside of texts. Refuses what has too much in it. */
function countMembers(text: string): number {
  let depth = 0
  let members = 0
  let containers = 0
  let commas = 0
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = endOfText(text, at + 1)
        break
      case 0x5b: // [
      case 0x7b: // {
        depth += 1
        containers += 1
        if (containers > MOST_CONTAINERS) throw tooComplex()
        if (depth > MOST_DEPTH) throw new ProblemError('invalid', `The body is nested more than ${MOST_DEPTH} levels deep.`, { code: 'too_deep' })
        break
      case 0x5d: // ]
      case 0x7d: // }
        depth -= 1
        break
      case 0x2c: // ,
        commas += 1
        if (commas > MOST_COMMAS) throw tooComplex()
        break
      case 0x3a: // :
        members += 1
        break
      default:
    }
  }
  return members
}

function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let members = 0
  if (Array.isArray(value)) {
    for (const one of value as unknown[]) if (typeof one === 'object') members += membersOf(one)
    return members
  }
  for (const name in value) {
    members += 1
    const one = (value as Record<string, unknown>)[name]
    if (typeof one === 'object') members += membersOf(one)
  }
  return members
}

/** The text is JSON, and one of its objects has a name twice. */
function repeatedName(text: string): ProblemError {
  const open: Set<string>[] = []
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '{' || character === '[') open.push(new Set())
    else if (character === '}' || character === ']') open.pop()
    if (character !== '"') continue
    const end = endOfText(text, at + 1)
    if (/^\s*:/.test(text.slice(end + 1, end + 20))) {
      const name = JSON.parse(text.slice(at, end + 1)) as string
      if (open.at(-1)?.has(name)) {
        return new ProblemError('invalid', `The body has ${JSON.stringify(name.slice(0, 64))} twice in one object. Send each name once.`, { code: 'name_repeated' })
      }
      open.at(-1)?.add(name)
    }
    at = end
  }
  return new ProblemError('invalid', 'The body has a name twice in one object. Send each name once.', { code: 'name_repeated' })
}

/** The place of the quote that ends a text which began before `from`. */
export function endOfText(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    let escapes = 0
    while (text.charCodeAt(at - 1 - escapes) === 0x5c) escapes += 1
    if (escapes % 2 === 0) return at
  }
  return text.length
}

function notJson(text: string): ProblemError {
  if (/\b(?:NaN|Infinity)\b/.test(outsideTexts(text))) {
    return new ProblemError('invalid', 'JSON has no NaN or Infinity. Send null for a missing number.', { code: 'number_not_finite' })
  }
  return new ProblemError('malformed', 'The body is not JSON. Check quotes, commas and brackets.', { code: 'json_malformed' })
}

/** By a scan and no pattern: a pattern for texts goes over an unfinished one again from each quote in it. */
function outsideTexts(text: string): string {
  const parts: string[] = []
  let from = 0
  for (let quote = text.indexOf('"'); quote !== -1; quote = text.indexOf('"', from)) {
    parts.push(text.slice(from, quote))
    from = endOfText(text, quote + 1) + 1
  }
  parts.push(text.slice(from))
  return parts.join('""')
}
