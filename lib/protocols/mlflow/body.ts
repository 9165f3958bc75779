// The bodies of MLflow's scoring protocol (mlflow/pyfunc/scoring_server): four forms of JSON, and CSV with a header.
import { ProblemError } from '@/lib/platform/errors'
import { mediaType, pythonJson, refuseEncoded, utf8 } from '../shared/body-text'
import { csvGiven } from '../shared/csv'
import { badBody, columnFormat, membersOf, rowFormat, splitFormat, type Given } from '../shared/given'

export interface ScoringBody {
  given: Given
  /** Of `params`; none in CSV. */
  params: Readonly<Record<string, unknown>>
}

const FORMS: Readonly<Record<string, (value: unknown, path: string) => Given>> = {
  dataframe_split: splitFormat,
  dataframe_records: rowFormat,
  instances: rowFormat,
  inputs: columnFormat,
}
const EXAMPLE = '{"dataframe_split": {"columns": […], "data": […]}}'

export function readScoringBody(bytes: Uint8Array, headers: Readonly<Record<string, string | undefined>>): ScoringBody {
  refuseEncoded(headers['content-encoding'])
  const contentType = headers['content-type']
  refuseParameters(contentType)
  switch (mediaType(contentType)) {
    case 'application/json':
      return readScoringJson(pythonJson(utf8(bytes)))
    case 'text/csv':
      return { given: csvGiven(utf8(bytes), true), params: {} }
    default:
      throw otherType('This server takes the content types application/json and text/csv.')
  }
}

export function readScoringJson(body: unknown): ScoringBody {
  const members = membersOf(body, EXAMPLE)
  const forms = Object.keys(FORMS).filter((form) => Object.hasOwn(members, form))
  const [form = ''] = forms
  const read = FORMS[form]
  if (!read || forms.length !== 1) {
    throw badBody('(body)', 'members', `The body must have exactly one of ${Object.keys(FORMS).join(', ')}; it has ${forms.length === 0 ? 'none of them' : forms.join(' and ')}.`)
  }
  return { given: read(members[form], form), params: paramsOf(members) }
}

function paramsOf(members: Record<string, unknown>): Readonly<Record<string, unknown>> {
  const params = Object.hasOwn(members, 'params') ? members.params : null
  if (params === null) return {}
  if (typeof params === 'object' && !Array.isArray(params)) return params as Record<string, unknown>
  throw badBody('params', 'type', 'params must be an object.')
}

function refuseParameters(contentType = ''): void {
  const parameters = contentType.split(';').slice(1).map((pair) => pair.trim().split('=', 2).map((part) => part.trim().toLowerCase()))
  for (const [name = '', value = ''] of parameters) {
    if (name === '') continue
    if (name !== 'charset') throw otherType('The content type may have no parameter beside charset.')
    if (value.replaceAll('"', '') !== 'utf-8') throw otherType('This server takes UTF-8 only.')
  }
}

function otherType(message: string): ProblemError {
  return new ProblemError('unsupported_media', message, { code: 'content_type' })
}
