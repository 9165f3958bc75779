import { TIMEOUT_SECONDS, TOKEN_VARIABLE, type HttpCall, type Json } from '../contract'
import { indentRest } from '../indent'
import { jsonText } from '../json-text'

/** For Node 20 and later, as a module. */
export function typescript({ url, body }: HttpCall): string {
  return `const response = await fetch(${jsonText(url)}, {
  method: 'POST',
  headers: {
    authorization: \`Bearer \${process.env.${TOKEN_VARIABLE}}\`,
    'content-type': 'application/json',
  },
  body: ${bodyOf(body)},
  signal: AbortSignal.timeout(${TIMEOUT_SECONDS}_000),
})
if (!response.ok) throw new Error(await response.text())
console.log(JSON.stringify(await response.json()))
`
}

/** JSON is an expression, but for one name: in an object literal __proto__ is no member. */
function bodyOf(body: Json): string {
  const text = jsonText(body)
  return text.includes('"__proto__":') ? JSON.stringify(text) : `JSON.stringify(${indentRest(text, 2)})`
}
