// The servers that answer `{"predictions": […]}`: MLflow, KServe v1, TensorFlow Serving, and SageMaker's containers.
// https://mlflow.org/docs/latest/deployment/deploy-model-locally/ https://www.tensorflow.org/tfx/serving/api_rest
// https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html
import Papa from 'papaparse'
import type { CompleteEndpoint } from '../endpoint'
import type { SentRow } from '../rows'
import { below, invalid, isRecord, jsonOf, member, perRow, type Codec } from './codec'

export function mlflow(endpoint: CompleteEndpoint): Codec {
  const { columns } = namesOf(endpoint)
  const url = below(endpoint.url, 'invocations')
  return {
    call: (rows) => jsonCall(url, endpoint.inputs.shape === 'matrix' ? { inputs: rows } : { dataframe_split: { columns, data: rows } }),
    items: (received, rows) => predictionsIn(jsonOf(received), rows),
  }
}

/** KServe v1 took over TensorFlow Serving's path and body. */
export function instances(endpoint: CompleteEndpoint): Codec {
  const { model = '', modelVersion } = endpoint
  const version = modelVersion === undefined ? '' : `/versions/${encodeURIComponent(modelVersion)}`
  const url = below(endpoint.url, `v1/models/${encodeURIComponent(model)}${version}:predict`)
  const write = instanceWriter(endpoint)
  return {
    call: (rows) => jsonCall(url, { instances: rows.map(write) }),
    items: (received, rows) => predictionsIn(jsonOf(received), rows),
  }
}

export function sagemaker(endpoint: CompleteEndpoint): Codec {
  // An endpoint at AWS has its whole path in the address; a container answers at /invocations.
  const url = endpoint.aws ? new URL(endpoint.url) : below(endpoint.url, 'invocations')
  const write = instanceWriter(endpoint)
  return {
    call: (rows) =>
      endpoint.format === 'csv'
        ? { url, contentType: 'text/csv', body: Papa.unparse(rows.map((row) => [...row]), { header: false, newline: '\n' }) }
        : jsonCall(url, { instances: rows.map(write) }),
    items: (received, rows) => (received.contentType.startsWith('text/csv') ? linesOf(received.body, rows) : predictionsIn(jsonOf(received), rows)),
  }
}

function jsonCall(url: URL, body: unknown) {
  return { url, contentType: 'application/json', body: JSON.stringify(body) }
}

function namesOf({ inputs }: CompleteEndpoint): { columns: string[] } {
  return { columns: inputs.fields.map(({ name, remoteName = name }) => remoteName) }
}

export function instanceWriter(endpoint: CompleteEndpoint): (row: SentRow) => unknown {
  if (endpoint.inputs.shape === 'matrix') return (row) => row
  const { columns } = namesOf(endpoint)
  return (row) => Object.fromEntries(columns.map((name, column) => [name, row[column] ?? null]))
}

/** A list of rows; or, where a model names its outputs, an object with a list for each. */
function predictionsIn(body: unknown, rows: number): unknown[] {
  const predictions = Array.isArray(body) ? body : member(body, 'predictions')
  if (!isRecord(predictions)) return perRow(predictions, rows, 'predictions')
  const columns = Object.entries(predictions).map(([name, list]) => [name, perRow(list, rows, 'predictions')] as const)
  if (columns.length === 0) throw invalid('answered without predictions.')
  return Array.from({ length: rows }, (_, row) => Object.fromEntries(columns.map(([name, list]) => [name, list[row]])))
}

function linesOf(body: Buffer, rows: number): unknown[] {
  const { data } = Papa.parse<string[]>(body.toString('utf8').trim(), { skipEmptyLines: true })
  // The built-in algorithms answer all rows in one line.
  const lines = data.length === 1 && rows > 1 && data[0]?.length === rows ? data[0].map((cell) => [cell]) : data
  return perRow(lines, rows, 'lines').map((line) => {
    const cells = (line as string[]).map((cell) => (cell.trim() !== '' && Number.isFinite(Number(cell)) ? Number(cell) : cell))
    return cells.length === 1 ? cells[0] : cells
  })
}
