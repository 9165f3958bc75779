// The same row as a call of each protocol.
import type { Field } from '@/lib/registry/contract'
import { DEFAULT_ENVIRONMENT } from '@/lib/serving/rules/predict-call'
import type { HttpCall, Json, SnippetCall, SnippetProtocol, SnippetValue } from './contract'

const CALLS: Record<SnippetProtocol, (call: SnippetCall) => HttpCall> = {
  flightdeck: (call) => ({
    url: `${call.address}/api/models/${encodeURIComponent(call.model)}/predict`,
    body: { inputs: given(call), ...(call.environment === DEFAULT_ENVIRONMENT ? {} : { environment: call.environment }), explain: true },
  }),
  'open-inference': (call) => ({ url: `${call.address}/v2/models/${nameOf(call)}/infer`, body: { inputs: tensorsOf(call) } }),
  mlflow: (call) => {
    const row = given(call)
    return { url: `${call.address}/mlflow/${nameOf(call)}/invocations`, body: { dataframe_split: { columns: Object.keys(row), data: [Object.values(row)] } } }
  },
  'kserve-v1': (call) => ({ url: `${call.address}/v1/models/${nameOf(call)}:predict`, body: { instances: [given(call)] } }),
  torchserve: (call) => ({ url: `${call.address}/predictions/${nameOf(call)}`, body: given(call) }),
}

export function callOf(protocol: SnippetProtocol, call: SnippetCall): HttpCall {
  return CALLS[protocol](call)
}

/** `name` for production, `name@environment` otherwise. */
function nameOf({ model, environment }: SnippetCall): string {
  return encodeURIComponent(model) + (environment === DEFAULT_ENVIRONMENT ? '' : `@${encodeURIComponent(environment)}`)
}

/** A field that has no value is left out: that it is missing needs no word. */
function given({ fields, row }: SnippetCall): Record<string, SnippetValue> {
  return Object.fromEntries(fields.flatMap(({ name }) => (Object.hasOwn(row, name) && row[name] !== null ? [[name, row[name] ?? null]] : [])))
}

/** A tensor for each field, of one row. */
function tensorsOf(call: SnippetCall): Json {
  const types = new Map(call.fields.map(({ name, type }) => [name, type]))
  return Object.entries(given(call)).map(([name, value]) => ({ name, datatype: datatypeOf(value, types.get(name)), shape: [1, 1], data: [value] }))
}

function datatypeOf(value: SnippetValue, type: Field['type'] | undefined): string {
  if (typeof value === 'boolean') return 'BOOL'
  if (typeof value === 'string') return 'BYTES'
  return type === 'integer' && Number.isSafeInteger(value) ? 'INT64' : 'FP64'
}
