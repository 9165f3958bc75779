import { TIMEOUT_SECONDS, TOKEN_VARIABLE, type HttpCall } from '../contract'
import { jsonText } from '../json-text'

/** For a POSIX shell. */
export function curl({ url, body }: HttpCall): string {
  return [
    `curl --fail-with-body --max-time ${TIMEOUT_SECONDS} ${quoted(url)} \\`,
    `  -H "Authorization: Bearer $${TOKEN_VARIABLE}" \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d ${quoted(jsonText(body))}`,
  ].join('\n')
}

/** Between single quotes nothing is special but the quote itself, which is written as '\''. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
