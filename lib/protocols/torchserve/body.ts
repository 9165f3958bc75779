// Bodies that TorchServe takes: JSON, whatever its content type says, or form fields called data (or body), each a row
// or a list of them. With `instances` around the rows, the answer has `predictions` around its own.
import { ProblemError } from '@/lib/platform/errors'
import { mediaType, pythonJson, refuseEncoded, utf8 } from '../shared/body-text'
import { badBody, rowFormat, type Given } from '../shared/given'

export interface HandlerBody {
  given: Given
  /** One row by itself is answered by itself. */
  shape: 'single' | 'list' | 'instances'
}

const FIELDS = ['data', 'body']
const MOST_PARTS = 1000

export async function readHandlerBody(bytes: Uint8Array, headers: Readonly<Record<string, string | undefined>>): Promise<HandlerBody> {
  refuseEncoded(headers['content-encoding'])
  const contentType = headers['content-type'] ?? ''
  switch (mediaType(contentType)) {
    case 'multipart/form-data':
      return fromParts(await partsOf(bytes, contentType))
    case 'application/x-www-form-urlencoded': {
      const text = utf8(bytes)
      // What curl -d says of any body, JSON too.
      return /^\s*[[{]/.test(text) ? fromJson(pythonJson(text)) : fromParts(fieldsOf(new URLSearchParams(text)))
    }
    default:
      return fromJson(pythonJson(utf8(bytes)))
  }
}

export function fromJson(body: unknown): HandlerBody {
  if (Array.isArray(body)) {
    const isRow = body.length > 0 && body.every((value) => typeof value !== 'object' || value === null)
    return isRow ? single(body) : { given: rowFormat(body, 'body'), shape: 'list' }
  }
  if (typeof body === 'object' && body !== null) {
    const { instances } = body as { instances?: unknown }
    return Object.hasOwn(body, 'instances') ? { given: rowFormat(instances, 'instances'), shape: 'instances' } : single(body)
  }
  throw badBody('(body)', 'type', 'The body must be an object of fields, a list of values, or a list of such rows.')
}

function single(row: unknown): HandlerBody {
  return { given: { columns: null, rows: [row], pathOf: () => 'body' }, shape: 'single' }
}

/** One row of several parts is one of a list. */
function fromParts(texts: readonly string[]): HandlerBody {
  if (texts.length === 0) throw badBody('data', 'required', 'The form must have a field called data with a row as JSON.')
  const bodies = texts.map((text) => fromJson(pythonJson(text)))
  const [first] = bodies
  if (first && bodies.length === 1) return first
  const rows = bodies.flatMap(({ given }) => given.rows)
  return { given: { columns: null, rows, pathOf: (row) => `data[${row}]` }, shape: 'list' }
}

async function partsOf(bytes: Uint8Array, contentType: string): Promise<string[]> {
  let form: FormData
  try {
    form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData()
  } catch (cause) {
    throw new ProblemError('malformed', 'The form cannot be read: check its boundary.', { code: 'body_malformed', cause })
  }
  const values = FIELDS.flatMap((name) => form.getAll(name)).slice(0, MOST_PARTS + 1)
  return Promise.all(values.map(async (value) => (typeof value === 'string' ? value : utf8(new Uint8Array(await value.arrayBuffer())))))
}

function fieldsOf(form: URLSearchParams): string[] {
  return FIELDS.flatMap((name) => form.getAll(name)).slice(0, MOST_PARTS + 1)
}
