// A signature as TensorFlow Serving tells it (GetModelMetadataResponse), and the states of versions
// (GetModelStatusResponse) beside KServe's own word for readiness.
import type { Signature } from '@/lib/registry/contract'
import type { ServedVersion } from '@/lib/serving/routing'
import { classesOf } from '../shared/predictions'

const DTYPES: Readonly<Record<string, string>> = {
  float16: 'DT_HALF', float32: 'DT_FLOAT', float64: 'DT_DOUBLE', string: 'DT_STRING', bool: 'DT_BOOL',
  int8: 'DT_INT8', int16: 'DT_INT16', int32: 'DT_INT32', int64: 'DT_INT64',
  uint8: 'DT_UINT8', uint16: 'DT_UINT16', uint32: 'DT_UINT32', uint64: 'DT_UINT64',
}

export const DEFAULT_SIGNATURE = 'serving_default'
const PREDICT = 'tensorflow/serving/predict'

export function modelStatus(name: string, versions: readonly ServedVersion[]): Record<string, unknown> {
  return {
    name,
    ready: true,
    model_version_status: versions.map(({ number }) => ({ version: String(number), state: 'AVAILABLE', status: { error_code: 'OK', error_message: '' } })),
  }
}

export function modelMetadata(name: string, { number, signature }: ServedVersion): Record<string, unknown> {
  return {
    model_spec: { name, signature_name: '', version: String(number) },
    metadata: { signature_def: { signature_def: signaturesOf(signature) } },
  }
}

function signaturesOf(signature: Signature): Record<string, unknown> {
  const types = new Map(signature.tensors.map(({ name, elementType }) => [name, elementType]))
  const inputs = Object.fromEntries(signature.fields.map(({ name, tensor }) => [name, info(name, DTYPES[types.get(tensor) ?? ''] ?? 'DT_INVALID', ['-1'])]))
  const classes = classesOf(signature)
  const isText = classes?.some((one) => typeof one === 'string') ?? false
  const label = classes === null ? info('value', 'DT_FLOAT', ['-1']) : info('label', isText ? 'DT_STRING' : 'DT_INT64', ['-1'])
  const signatures: Record<string, unknown> = { [DEFAULT_SIGNATURE]: { inputs, outputs: { [label.name]: label }, method_name: PREDICT } }
  if (classes !== null) {
    signatures.predict_proba = { inputs, outputs: { probabilities: info('probabilities', 'DT_FLOAT', ['-1', String(classes.length)]) }, method_name: PREDICT }
  }
  return signatures
}

function info(name: string, dtype: string, sizes: readonly string[]) {
  return { dtype, tensor_shape: { dim: sizes.map((size) => ({ size, name: '' })), unknown_rank: false }, name }
}
