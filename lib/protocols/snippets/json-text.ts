// JSON as a person would write it: short lists on one line, one member a line. U+2028 and U+2029 end a line in some
// languages, and DEL and its like cannot be seen: they are escaped.
import type { Json } from './contract'

const LONGEST_LINE = 80

export function jsonText(value: Json): string {
  return written(value).replace(/[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function written(value: Json): string {
  const short = onOneLine(value)
  if (short.length <= LONGEST_LINE || value === null || typeof value !== 'object') return short
  if (Array.isArray(value)) return `[\n${lines((value as readonly Json[]).map(written))}\n]`
  return `{\n${lines(Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${written(member as Json)}`))}\n}`
}

function onOneLine(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(onOneLine).join(', ')}]`
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${onOneLine(member as Json)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

function lines(parts: readonly string[]): string {
  return parts.map((part) => `  ${part.replaceAll('\n', '\n  ')}`).join(',\n')
}
