// What a server says of its model itself, where its protocol has that.
import { isProblem } from '@/lib/platform/errors'
import { below, isRecord, jsonOf, member } from './codecs/codec'
import type { RemoteConnection } from './connection'
import { OPEN_INFERENCE_TYPES, type Endpoint, type OpenInferenceType, type RemoteField } from './endpoint'
import type { Received } from './exchange'

export interface ServerTensor {
  name: string
  datatype: OpenInferenceType | null
  /** Values per row; null where it is not said. */
  width: number | null
}

export interface ServerMetadata {
  inputs: ServerTensor[]
  outputs: ServerTensor[]
}

/** Null where the protocol has no such thing, the server does not answer, or says nothing of use. */
export async function serverMetadata(connection: RemoteConnection, { protocol, url, model = '', modelVersion }: Endpoint): Promise<ServerMetadata | null> {
  const name = encodeURIComponent(model)
  const version = modelVersion === undefined ? '' : `/versions/${encodeURIComponent(modelVersion)}`
  try {
    if (protocol === 'open-inference') return await get(connection, below(url, `v2/models/${name}${version}`), openInferenceMetadata)
    if (protocol === 'tf-serving') return await get(connection, below(url, `v1/models/${name}${version}/metadata`), tensorFlowMetadata)
    return null
  } catch (error) {
    // Whether it answers is found out by asking it for answers.
    if (isProblem(error)) return null
    throw error
  }
}

function get(connection: RemoteConnection, url: URL, read: (body: unknown) => ServerMetadata): Promise<ServerMetadata> {
  return connection.send({ method: 'GET', url, headers: {}, body: null }, (received: Received) => read(jsonOf(received)))
}

function openInferenceMetadata(body: unknown): ServerMetadata {
  const tensors = (name: string) => {
    const list = member(body, name)
    return (Array.isArray(list) ? (list as unknown[]) : []).flatMap((one): ServerTensor[] => {
      const [tensor, datatype, shape] = [member(one, 'name'), member(one, 'datatype'), member(one, 'shape')]
      if (typeof tensor !== 'string') return []
      return [{ name: tensor, datatype: OPEN_INFERENCE_TYPES.find((type) => type === datatype) ?? null, width: Array.isArray(shape) ? widthOf((shape as unknown[]).map(Number)) : null }]
    })
  }
  return { inputs: tensors('inputs'), outputs: tensors('outputs') }
}

const TENSORFLOW_TYPES: Record<string, OpenInferenceType> = {
  DT_FLOAT: 'FP32', DT_DOUBLE: 'FP64', DT_HALF: 'FP16', DT_INT8: 'INT8', DT_INT16: 'INT16', DT_INT32: 'INT32', DT_INT64: 'INT64',
  DT_UINT8: 'UINT8', DT_UINT16: 'UINT16', DT_UINT32: 'UINT32', DT_UINT64: 'UINT64', DT_BOOL: 'BOOL', DT_STRING: 'BYTES',
}

function tensorFlowMetadata(body: unknown): ServerMetadata {
  const definitions = member(member(member(body, 'metadata'), 'signature_def'), 'signature_def')
  const served = member(definitions, 'serving_default')
  const tensors = (name: string) => {
    const found = member(served, name)
    return Object.entries(isRecord(found) ? found : {}).map(([tensor, described]): ServerTensor => {
      const dim = member(member(described, 'tensor_shape'), 'dim')
      const sizes = Array.isArray(dim) ? (dim as unknown[]).map((one) => Number(member(one, 'size'))) : []
      return { name: tensor, datatype: TENSORFLOW_TYPES[String(member(described, 'dtype'))] ?? null, width: sizes.length === 0 ? null : widthOf(sizes) }
    })
  }
  return { inputs: tensors('inputs'), outputs: tensors('outputs') }
}

/** The first size is that of the rows; a size that is left open makes the width open. */
function widthOf(shape: readonly number[]): number | null {
  const width = shape.slice(1).reduce((product, size) => product * size, 1)
  return Number.isInteger(width) && width > 0 && shape.slice(1).every((size) => size > 0) ? width : null
}

/** The fields of a model with an input for each column. */
export function fieldsOf({ inputs }: ServerMetadata): RemoteField[] | null {
  if (inputs.length < 2 || inputs.some(({ width }) => width !== 1)) return null
  return inputs.map(({ name, datatype }) => ({ name, type: typeOf(datatype), ...(datatype === null ? {} : { datatype }) }))
}

/** The input of a model that takes a matrix. */
export function matrixOf({ inputs }: ServerMetadata): ServerTensor | null {
  const [only, ...others] = inputs
  return only && others.length === 0 && only.datatype !== 'BYTES' ? only : null
}

function typeOf(datatype: OpenInferenceType | null): RemoteField['type'] {
  if (datatype === 'BYTES') return 'text'
  if (datatype === 'BOOL') return 'boolean'
  return datatype?.startsWith('FP') !== false ? 'number' : 'integer'
}
