// What the protocol tells of this server and its models; of models only to who may call or read them.
import type { Principal } from '@/lib/access/contract'
import { authorize, may } from '@/lib/access/rules'
import { runtimeVersions } from '@/lib/evidence/runtime'
import { isProblem } from '@/lib/platform/errors'
import { isReady } from '@/lib/platform/readiness'
import { MOST_ROWS_A_CALL } from '@/lib/serving/contract'
import { routing } from '@/lib/serving/routing'
import { nameOf, type Address } from '../shared/address'
import type { Datatype } from './contract'
import { datatypeOf } from './datatypes'
import { namingVersion, routeOf } from './infer'
import { outputLayoutOf } from './output-layout'

export interface ServerMetadata {
  name: string
  version: string
  extensions: string[]
}

export function serverMetadata(): ServerMetadata {
  return { name: 'flightdeck', version: runtimeVersions().flightdeck, extensions: ['binary_tensor_data', 'classification', 'parameters', 'model_configuration'] }
}

export interface TensorMetadata {
  name: string
  datatype: Datatype
  /** -1 is any size. */
  shape: number[]
}

export interface ModelMetadata {
  name: string
  versions: string[]
  platform: string
  inputs: TensorMetadata[]
  outputs: TensorMetadata[]
}

const PLATFORM = 'onnxruntime_onnx'

export async function modelMetadata(actor: Principal | null, address: Address, name: string): Promise<ModelMetadata> {
  const reader = readerOf(actor)
  const route = await routeOf(reader, address)
  const version = namingVersion(route)
  const { tensors } = version.signature
  return {
    name,
    versions: route.versions.map((one) => one.number).sort((a, b) => a - b).map(String),
    platform: PLATFORM,
    inputs: tensors.map((tensor) => ({ name: tensor.name, datatype: datatypeOf(tensor.elementType), shape: [-1, ...tensor.shape.slice(1).map((size) => size ?? tensor.fields.length)] })),
    outputs: outputLayoutOf(version).map((output) => ({ name: output.name, datatype: output.datatype, shape: [-1, ...output.tail] })),
  }
}

/** As Triton's clients read it before they call: the sizes without the rows, of which a call may have many. */
export async function modelConfiguration(actor: Principal | null, address: Address, name: string): Promise<object> {
  const { inputs, outputs } = await modelMetadata(actor, address, name)
  const configured = ({ name: tensor, datatype, shape }: TensorMetadata) => ({ name: tensor, data_type: `TYPE_${datatype === 'BYTES' ? 'STRING' : datatype}`, dims: shape.slice(1) })
  return { name, platform: PLATFORM, backend: 'onnxruntime', max_batch_size: MOST_ROWS_A_CALL, input: inputs.map(configured), output: outputs.map(configured) }
}

export interface IndexedModel {
  name: string
  version: string
  state: 'READY' | 'UNAVAILABLE'
  reason: string
}

/** Every version in force, in each environment. */
export async function repositoryIndex(actor: Principal | null, onlyReady: boolean): Promise<IndexedModel[]> {
  readerOf(actor)
  const indexed: IndexedModel[] = []
  for (const { model, environment, versionNumbers } of await routing().released()) {
    const reason = await whyNotReady(model, environment)
    for (const versionNumber of versionNumbers) {
      indexed.push({ name: nameOf({ model, environment }), version: String(versionNumber), state: reason === null ? 'READY' : 'UNAVAILABLE', reason: reason ?? '' })
    }
  }
  return onlyReady ? indexed.filter((model) => model.state === 'READY') : indexed
}

/**
 * Whether a call to the model would be answered now. Asked by probes, which have no token: it says no more than whether a
 * name that they know is served.
 */
export async function isModelReady(actor: Principal | null, { model, environment, version }: Address): Promise<boolean> {
  const route = await routing().find(model, environment)
  const isServed = version === null || route.versions.some((one) => one.number === version)
  if (!isServed) await routing().findVersion(model, environment, version, may(actor, 'predict:unreleased'))
  return isReady()
}

async function whyNotReady(model: string, environment: string): Promise<string | null> {
  try {
    await routing().find(model, environment)
    return null
  } catch (error) {
    return isProblem(error) ? error.message : 'It cannot be loaded.'
  }
}

function readerOf(actor: Principal | null): Principal {
  if (!may(actor, 'read')) authorize(actor, 'predict')
  return actor as Principal
}
