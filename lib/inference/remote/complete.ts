// Fills in what a person left out of the description of a server: from what the server says of itself, from the reference
// data, and from a first answer.
import type { GraphSignature } from '@/lib/onnx/signature-types'
import type { Row } from '@/lib/onnx/encode'
import { ProblemError } from '@/lib/platform/errors'
import type { RemoteConnection } from './connection'
import type { AnswerPlaces, CompleteEndpoint, Endpoint, RemoteField } from './endpoint'
import { at } from './places'
import { compileAsking } from './remote-model'
import { compileRows } from './rows'
import { fieldsOf, matrixOf, type ServerMetadata } from './server-metadata'

export type Answering = Pick<GraphSignature, 'task' | 'classes' | 'positiveClass'>

/** @param known the fields as reference data or metadata tell them @throws ProblemError `endpoint_incomplete` */
export function completeInputs(endpoint: Endpoint, server: ServerMetadata | null, known: readonly RemoteField[] | null): CompleteEndpoint {
  const { inputs } = endpoint
  const matrix = server && matrixOf(server)
  const fields = inputs.fields ?? (server && fieldsOf(server)) ?? known
  if (!fields || fields.length === 0) throw incomplete('inputs.fields', 'Nothing says which fields the server takes. List them with their types under inputs.fields, or send reference data.')
  const isNumeric = fields.every(({ type }) => type !== 'category' && type !== 'text')
  const shape = inputs.shape ?? (matrix ? 'matrix' : server && fieldsOf(server) ? 'columns' : defaultShape(endpoint, isNumeric))
  if (shape === 'matrix' && !isNumeric) throw incomplete('inputs.shape', `A matrix holds numbers, and ${fields.find(({ type }) => type === 'category' || type === 'text')?.name ?? 'a field'} is text. Send columns.`)
  if (shape === 'matrix' && matrix?.width != null && matrix.width !== fields.length) {
    throw incomplete('inputs.fields', `The server takes ${matrix.width} values a row, and ${fields.length} fields are named.`)
  }
  const tensor = shape === 'matrix' && matrix ? { tensor: inputs.tensor ?? matrix.name, ...(inputs.datatype || matrix.datatype ? { datatype: inputs.datatype ?? matrix.datatype ?? undefined } : {}) } : {}
  return { ...endpoint, inputs: { ...inputs, shape, fields: [...fields], ...tensor } }
}

function defaultShape({ protocol }: Endpoint, isNumeric: boolean): 'matrix' | 'columns' {
  if (protocol === 'mlflow' || protocol === 'json' || !isNumeric) return 'columns'
  return 'matrix'
}

/** Where the parts of the answer are found. @param rows asked where nothing else tells @throws ProblemError `endpoint_incomplete`, `remote_…` */
export async function completeAnswer(connection: RemoteConnection, endpoint: CompleteEndpoint, server: ServerMetadata | null, answering: Answering, rows: readonly Row[]): Promise<CompleteEndpoint> {
  if (Object.keys(endpoint.answer).length > 0) return endpoint
  const told = server && placesOf(server, answering)
  if (told) return { ...endpoint, answer: told }
  const asked = compileRows(endpoint.inputs.fields)(rows.slice(0, endpoint.template ? 1 : endpoint.mostRows))
  const items = await compileAsking(connection, endpoint)(asked)
  const answer = guessPlaces(items, answering)
  if (!answer) throw incomplete('answer', 'The server answers, and nothing in it looks like what the metadata says it answers. Say under answer where label, probability, probabilities or value are found.')
  return { ...endpoint, answer }
}

function placesOf({ outputs }: ServerMetadata, { task, classes = [] }: Answering): AnswerPlaces | null {
  const isFloat = (datatype: string | null) => datatype?.startsWith('FP') === true
  if (task === 'regression') {
    const [value] = outputs.filter(({ datatype, width }) => datatype !== 'BYTES' && (width ?? 1) === 1)
    return value ? { value: { output: value.name } } : null
  }
  const probabilities = outputs.find(({ datatype, width, name }) => isFloat(datatype) && (width === classes.length || (width === null && /prob/i.test(name))))
  const label = outputs.find(({ datatype, width }) => datatype !== null && !isFloat(datatype) && (width ?? 1) === 1)
  if (!probabilities) return null
  return { probabilities: { output: probabilities.name }, ...(label ? { label: { output: label.name } } : {}) }
}

/** Looks at what was said: the whole of it, or each member of an object. */
export function guessPlaces(items: readonly unknown[], answering: Answering): AnswerPlaces | null {
  const [first] = items
  const whole = placeIn(items, answering, undefined)
  if (whole) return whole
  if (typeof first !== 'object' || first === null || Array.isArray(first)) return null
  const found = Object.keys(first).reduce<AnswerPlaces>((places, output) => ({ ...placeIn(items, answering, output), ...places }), {})
  return Object.keys(found).length > 0 ? found : null
}

function placeIn(items: readonly unknown[], { task, classes = [] }: Answering, output: string | undefined): AnswerPlaces | null {
  const place = output === undefined ? {} : { output }
  const values = items.map((item) => at(item, place))
  const areNumbers = values.every((value) => typeof value === 'number' && Number.isFinite(value))
  if (task === 'regression') return areNumbers ? { value: place } : null
  const names = new Set(classes.map(String))
  if (values.every((value) => isShares(value, classes.length))) return { probabilities: place }
  if (values.every((value) => (typeof value === 'string' || typeof value === 'number') && names.has(String(value)))) return { label: place }
  const isShare = areNumbers && values.every((value) => (value as number) >= 0 && (value as number) <= 1)
  return isShare && task === 'binary' ? { probability: place } : null
}

function isShares(value: unknown, count: number): boolean {
  if (!Array.isArray(value) || value.length !== count || !value.every((one) => typeof one === 'number' && one >= 0 && one <= 1)) return false
  return Math.abs((value as number[]).reduce((sum, one) => sum + one, 0) - 1) < 1e-3
}

function incomplete(path: string, message: string): ProblemError {
  return new ProblemError('invalid', message, { code: 'endpoint_incomplete', fields: [{ path: `endpoint.${path}`, rule: 'incomplete', message }] })
}
