// Bodies of TensorFlow Serving's REST interface, which KServe's first protocol shares. Neither asks for a content type.
import { pythonJson, refuseEncoded, utf8 } from '../shared/body-text'
import { badBody, columnFormat, membersOf, rowFormat, type Given } from '../shared/given'

export interface PredictBody {
  given: Given
  /** Asked in columns, so answered as `outputs`; else as `predictions`. */
  isColumns: boolean
  /** TensorFlow's choice among what a model can answer. */
  signatureName: unknown
}

const EXAMPLE = '{"instances": […]}'

export function readJson(bytes: Uint8Array, headers: Readonly<Record<string, string | undefined>>, example = EXAMPLE): Record<string, unknown> {
  refuseEncoded(headers['content-encoding'])
  return membersOf(pythonJson(utf8(bytes)), example)
}

export function readPredictBody(members: Record<string, unknown>): PredictBody {
  const isRows = Object.hasOwn(members, 'instances')
  if (isRows === Object.hasOwn(members, 'inputs')) throw badBody('(body)', 'members', 'The body must have either instances (rows) or inputs (columns).')
  const given = isRows ? rowFormat(members.instances, 'instances') : columnFormat(members.inputs, 'inputs')
  return { given, isColumns: !isRows, signatureName: Object.hasOwn(members, 'signature_name') ? members.signature_name : null }
}

/** `{examples: [{…}], context: {…}}`: what is common to all examples stands in the context. */
export function readExamples(members: Record<string, unknown>): Given {
  const { pathOf, rows } = rowFormat(Object.hasOwn(members, 'examples') ? members.examples : undefined, 'examples')
  const context = Object.hasOwn(members, 'context') ? members.context : null
  if (context !== null && (typeof context !== 'object' || Array.isArray(context))) throw badBody('context', 'type', 'context must be an object of fields.')
  const merged = rows.map((row, index) => {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) throw badBody(pathOf(index), 'type', 'An example must be an object of fields.')
    return context === null ? row : Object.fromEntries([...Object.entries(context), ...Object.entries(row)])
  })
  return { columns: null, rows: merged, pathOf }
}
