// Bodies as text and as JSON, the way clients of other servers write them.
import { isProblem, ProblemError } from '@/lib/platform/errors'
import { endOfText, parseJson } from '@/lib/serving/json-body'

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Without a byte order mark. Throws `text_not_utf8`. */
export function utf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new ProblemError('malformed', 'The body is not UTF-8.', { code: 'text_not_utf8' })
  }
}

/**
 * JSON, and beside it the NaN that Python writes for a missing number: it becomes null. Infinity stays refused, as
 * every number is that is not finite.
 */
export function pythonJson(text: string): unknown {
  try {
    return parseJson(text)
  } catch (error) {
    if (!isProblem(error) || error.code !== 'number_not_finite') throw error
    return parseJson(nanAsNull(text))
  }
}

function nanAsNull(text: string): string {
  const parts: string[] = []
  let from = 0
  for (let quote = text.indexOf('"'); quote !== -1; quote = text.indexOf('"', from)) {
    const end = endOfText(text, quote + 1) + 1
    parts.push(replaced(text.slice(from, quote)), text.slice(quote, end))
    from = end
  }
  parts.push(replaced(text.slice(from)))
  return parts.join('')
}

function replaced(outside: string): string {
  return outside.replaceAll(/(?<![\w.+-])NaN(?![\w.])/g, 'null')
}

/** Refuses what is packed: no client of these protocols packs without being told to. */
export function refuseEncoded(contentEncoding: string | undefined): void {
  if (contentEncoding !== undefined && contentEncoding !== 'identity') {
    throw new ProblemError('unsupported_media', 'Send the body without Content-Encoding.', { code: 'content_encoding' })
  }
}

/** The media type without parameters, in lower case; empty where none was sent. */
export function mediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}
