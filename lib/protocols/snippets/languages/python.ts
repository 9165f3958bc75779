import { TIMEOUT_SECONDS, TOKEN_VARIABLE, type HttpCall, type Json } from '../contract'
import { indentRest } from '../indent'
import { jsonText } from '../json-text'

/** With requests, which most have. */
export function python({ url, body }: HttpCall): string {
  return `import os

import requests

response = requests.post(
    ${jsonText(url)},
    json=${indentRest(literal(body), 4)},
    headers={"Authorization": "Bearer " + os.environ["${TOKEN_VARIABLE}"]},
    timeout=${TIMEOUT_SECONDS},
)
if not response.ok:
    raise SystemExit(response.text)
print(response.text)
`
}

/** A text in JSON is one in Python too; null, true and false are not. */
function literal(value: Json): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value !== 'object') return jsonText(value)
  const isList = Array.isArray(value)
  const parts = isList ? (value as readonly Json[]).map(literal) : Object.entries(value).map(([name, member]) => `${jsonText(name)}: ${literal(member as Json)}`)
  const [open, close] = isList ? '[]' : '{}'
  const short = `${open}${parts.join(', ')}${close}`
  if (short.length <= 80 && !short.includes('\n')) return short
  return `${open}\n${parts.map((part) => `    ${indentRest(part, 4)},`).join('\n')}\n${close}`
}
