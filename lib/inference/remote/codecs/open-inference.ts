// The Open Inference Protocol, version 2, over REST: https://github.com/kserve/open-inference-protocol
import type { CompleteEndpoint, OpenInferenceType, RemoteField } from '../endpoint'
import { below, invalid, isRecord, jsonOf, member, type Codec } from './codec'

/** What MLServer and others call the only tensor of a model that names none. */
const DEFAULT_TENSOR = 'input-0'

const DATATYPES: Record<RemoteField['type'], OpenInferenceType> = { number: 'FP64', integer: 'INT64', boolean: 'BOOL', category: 'BYTES', text: 'BYTES' }

export function openInference({ url, model = '', modelVersion, inputs, answer, parameters }: CompleteEndpoint): Codec {
  const { fields } = inputs
  const version = modelVersion === undefined ? '' : `/versions/${encodeURIComponent(modelVersion)}`
  const address = below(url, `v2/models/${encodeURIComponent(model)}${version}/infer`)
  const wanted = [...new Set(Object.values(answer).flatMap((place) => (place?.output === undefined ? [] : [place.output])))]
  const rest = { ...(parameters ? { parameters } : {}), ...(wanted.length > 0 ? { outputs: wanted.map((name) => ({ name })) } : {}) }
  return {
    call(rows) {
      const tensors =
        inputs.shape === 'matrix'
          ? [{ name: inputs.tensor ?? DEFAULT_TENSOR, shape: [rows.length, fields.length], datatype: inputs.datatype ?? 'FP64', data: rows.flat().map(asNumber) }]
          : fields.map(({ name, remoteName = name, type, datatype = DATATYPES[type] }, column) => ({ name: remoteName, shape: [rows.length, 1], datatype, data: rows.map((row) => row[column] ?? null) }))
      return { url: address, contentType: 'application/json', body: JSON.stringify({ inputs: tensors, ...rest }) }
    },
    items(received, rows) {
      const outputs = member(jsonOf(received), 'outputs')
      if (!Array.isArray(outputs) || outputs.length === 0) throw invalid('answered without outputs.')
      const items = Array.from({ length: rows }, (): Record<string, unknown> => Object.create(null) as Record<string, unknown>)
      for (const output of outputs as unknown[]) {
        const name = member(output, 'name')
        if (typeof name !== 'string' || !isRecord(output)) throw invalid('answered with an output that has no name.')
        const parts = partsOf(member(output, 'data'), rows, name)
        items.forEach((item, row) => {
          item[name] = parts[row]
        })
      }
      return items
    },
  }
}

function asNumber(value: unknown): unknown {
  return typeof value === 'boolean' ? Number(value) : value
}

/** The data is flat, or nested as its shape: either way it is as much for each row. */
function partsOf(data: unknown, rows: number, name: string): unknown[] {
  if (!Array.isArray(data)) throw invalid(`answered with an output ${JSON.stringify(name.slice(0, 100))} that has no data.`)
  const flat = (data as unknown[]).flat(Infinity)
  const width = flat.length / rows
  if (!Number.isInteger(width) || width === 0) throw invalid(`gave ${flat.length} values in the output ${JSON.stringify(name.slice(0, 100))} for ${rows} rows.`)
  return Array.from({ length: rows }, (_, row) => (width === 1 ? flat[row] : flat.slice(row * width, (row + 1) * width)))
}
