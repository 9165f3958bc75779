// A model as Triton's repository has it: config.pbtxt (ModelConfig of model_config.proto, in protobuf's text format) beside
// a folder with the version's number.
import { fedInputs, type ElementType, type ModelFile, type ValueInfo } from '@/lib/onnx/graph'
import { ProblemError } from '@/lib/platform/errors'

/** Of rows that Triton runs together, as many as one call may have here. */
const MOST_ROWS = 1000

const DATA_TYPES: Readonly<Partial<Record<ElementType, string>>> = {
  bool: 'TYPE_BOOL', string: 'TYPE_STRING',
  uint8: 'TYPE_UINT8', uint16: 'TYPE_UINT16', uint32: 'TYPE_UINT32', uint64: 'TYPE_UINT64',
  int8: 'TYPE_INT8', int16: 'TYPE_INT16', int32: 'TYPE_INT32', int64: 'TYPE_INT64',
  float16: 'TYPE_FP16', bfloat16: 'TYPE_BF16', float32: 'TYPE_FP32', float64: 'TYPE_FP64',
}

interface TensorConfig {
  name: string
  dataType: string
  /** Null is any size. */
  shape: readonly (number | null)[]
}

/** @param file without ZipMap, whose output no tensor is */
export function tritonConfig(name: string, version: number, { graph }: ModelFile): string {
  const inputs = fedInputs(graph).map(tensorConfig)
  const outputs = graph.outputs.map(tensorConfig)
  // Triton batches only where every tensor has the rows first.
  const isBatched = [...inputs, ...outputs].every(({ shape }) => shape.length > 0 && shape[0] === null)
  return [
    `name: ${quoted(name)}`,
    'platform: "onnxruntime_onnx"',
    `max_batch_size: ${isBatched ? MOST_ROWS : 0}`,
    ...inputs.map((tensor) => block('input', tensor, isBatched)),
    ...outputs.map((tensor) => block('output', tensor, isBatched)),
    `version_policy { specific { versions: [ ${version} ] } }`,
    ...(isBatched ? ['dynamic_batching { }'] : []),
    '',
  ].join('\n')
}

function tensorConfig({ name, type }: ValueInfo): TensorConfig {
  const dataType = type.kind === 'tensor' ? DATA_TYPES[type.elementType] : undefined
  if (type.kind !== 'tensor' || dataType === undefined || type.shape === null) {
    throw new ProblemError('conflict', `Triton takes tensors of a known type and rank, and ${name} is none.`, { code: 'export_impossible' })
  }
  return { name, dataType, shape: type.shape }
}

/** Without the rows, which are implied where they are batched; a tensor with nothing else is told as one of size 1. */
function block(kind: 'input' | 'output', { name, dataType, shape }: TensorConfig, isBatched: boolean): string {
  const sizes = (isBatched ? shape.slice(1) : shape).map((size) => size ?? -1)
  const dims = sizes.length === 0 ? 'dims: [ 1 ] reshape { shape: [ ] }' : `dims: [ ${sizes.join(', ')} ]`
  return `${kind} { name: ${quoted(name)} data_type: ${dataType} ${dims} }`
}

/** As protobuf's text format escapes it: bytes beyond ASCII in octal. */
function quoted(text: string): string {
  const bytes = [...Buffer.from(text, 'utf8')].map((byte) => (byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c ? `\\${byte.toString(8).padStart(3, '0')}` : String.fromCharCode(byte)))
  return `"${bytes.join('')}"`
}
