// Bodies of SageMaker's containers: CSV without a header, and the JSON of its own algorithms, of MLflow's containers, or
// plain rows.
import { ProblemError } from '@/lib/platform/errors'
import type { Signature } from '@/lib/registry/contract'
import { mediaType, pythonJson, refuseEncoded, utf8 } from '../shared/body-text'
import { csvGiven } from '../shared/csv'
import { badBody, type Given } from '../shared/given'
import { readScoringJson } from '../mlflow/body'

const FORMS = ['dataframe_split', 'dataframe_records', 'instances', 'inputs']

export function readInvocation(bytes: Uint8Array, headers: Readonly<Record<string, string | undefined>>, signature: Signature): Given {
  refuseEncoded(headers['content-encoding'])
  switch (mediaType(headers['content-type'])) {
    case 'application/json':
      return fromJson(pythonJson(utf8(bytes)))
    case 'text/csv':
      return fromCsv(utf8(bytes), signature)
    default:
      throw new ProblemError('unsupported_media', 'Send the body as Content-Type: application/json or text/csv.', { code: 'content_type' })
  }
}

export function fromJson(body: unknown): Given {
  if (Array.isArray(body)) {
    const isRow = body.length > 0 && body.every((value) => typeof value !== 'object' || value === null)
    return isRow ? oneRow(body) : { columns: null, rows: body, pathOf: (row) => `body[${row}]` }
  }
  if (typeof body !== 'object' || body === null) throw badBody('(body)', 'type', 'The body must be an object or a list of rows.')
  if (!FORMS.some((form) => Object.hasOwn(body, form))) return oneRow(body)
  const { given } = readScoringJson(body)
  return { ...given, rows: given.rows.map(featuresOf) }
}

function oneRow(row: unknown): Given {
  return { columns: null, rows: [row], pathOf: () => 'body' }
}

/** `{"features": […]}` is how SageMaker's own algorithms take a row. */
function featuresOf(row: unknown): unknown {
  if (typeof row !== 'object' || row === null || Object.keys(row).join() !== 'features') return row
  const { features } = row as { features: unknown }
  return Array.isArray(features) ? features : row
}

/** A first line that has exactly the fields' names is a header: no row could be that. */
function fromCsv(text: string, { fields }: Signature): Given {
  const given = csvGiven(text, false)
  const [first] = given.rows as string[][]
  const names = new Set(fields.map((field) => field.name))
  const isHeader = first !== undefined && first.length === names.size && first.every((cell) => names.has(cell.trim()))
  return isHeader ? csvGiven(text, true) : given
}
