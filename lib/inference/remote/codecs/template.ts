// Any other server that takes JSON and answers JSON: the body as somebody described it, with rows put into its places.
import { isRowByRow, type CompleteEndpoint } from '../endpoint'
import { pointed } from '../places'
import type { SentRow } from '../rows'
import { invalid, jsonOf, perRow, type Codec } from './codec'
import { instanceWriter } from './predictions'

export function template(endpoint: CompleteEndpoint): Codec {
  const { template: described, inputs } = endpoint
  if (!described) throw new Error('an endpoint of the protocol json has a template')
  const write = instanceWriter(endpoint)
  const columns = new Map(inputs.fields.map(({ name }, column) => [name, column]))
  const isSingle = isRowByRow(endpoint)

  function filled(part: unknown, rows: readonly SentRow[]): unknown {
    if (typeof part === 'string') return placed(part, rows)
    if (Array.isArray(part)) return part.map((one) => filled(one, rows))
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(Object.entries(part).map(([name, one]) => [name, filled(one, rows)]))
  }

  function placed(text: string, rows: readonly SentRow[]): unknown {
    const [first = []] = rows
    if (text === '$rows') return rows.map(write)
    if (text === '$row') return write(first)
    if (!text.startsWith('$field:')) return text
    const column = columns.get(text.slice('$field:'.length))
    return column === undefined ? text : (first[column] ?? null)
  }

  return {
    call: (rows) => ({ url: new URL(endpoint.url), contentType: 'application/json', body: JSON.stringify(filled(described.body, rows)) }),
    items(received, rows) {
      const found = pointed(jsonOf(received), described.rows)
      if (found === undefined) throw invalid(`answered without ${described.rows}.`)
      return isSingle ? [found] : perRow(found, rows, 'answers')
    },
  }
}
