import { TIMEOUT_SECONDS, type HttpCall, type Json } from '../contract'
import { indentRest } from '../indent'

/** For Excel and Power BI: Data, Get Data, From Other Sources, Blank Query, Advanced Editor. */
export function powerQuery({ url, body }: HttpCall): string {
  return `// The first time Power Query asks how to sign in: choose Anonymous. The token is sent in the header.
let
    Token = "fd_YOUR_TOKEN",
    Body = ${indentRest(literal(body), 4)},
    Response = Web.Contents(
        ${text(url)},
        [
            Headers = [
                Authorization = "Bearer " & Token,
                #"Content-Type" = "application/json"
            ],
            Content = Json.FromValue(Body),
            Timeout = #duration(0, 0, 0, ${TIMEOUT_SECONDS})
        ]
    ),
    Answer = Json.Document(Response)
in
    Answer
`
}

/** A literal of M: lists in braces, records in brackets. */
function literal(value: Json): string {
  if (typeof value === 'string') return text(value)
  if (value === null || typeof value !== 'object') return String(value)
  const isList = Array.isArray(value)
  const parts = isList ? (value as readonly Json[]).map(literal) : Object.entries(value).map(([name, member]) => `${nameOf(name)} = ${literal(member as Json)}`)
  const [open, close] = isList ? '{}' : '[]'
  const short = `${open}${parts.join(', ')}${close}`
  if (short.length <= 80 && !short.includes('\n')) return short
  return `${open}\n${parts.map((part) => `    ${indentRest(part, 4)}`).join(',\n')}\n${close}`
}

/** A name that is no plain word, or one of the language's own, is quoted. */
const PLAIN_NAME = /^[A-Za-z][A-Za-z0-9_]*$/
const KEYWORDS = new Set('and as each else error false if in is let meta not null or otherwise section shared then true try type'.split(' '))

function nameOf(name: string): string {
  return PLAIN_NAME.test(name) && !KEYWORDS.has(name) ? name : `#${text(name)}`
}

/** Power Query M, 2.4.4: a quote is written twice, `#(` begins an escape, and is written as one where it is meant itself. */
function text(value: string): string {
  const escaped = value
    .replaceAll('#(', '#(#)(')
    .replaceAll('"', '""')
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, (character) => `#(${character.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()})`)
  return `"${escaped}"`
}
