// The signature of a remote version: what its document says of fields and answers, in the words that a model file's has.
import type { ElementType } from '@/lib/onnx/graph'
import type { GraphSignature, SignatureField, SignatureOutput, SignatureTensor } from '@/lib/onnx/signature-types'
import type { Answering } from './complete'
import type { CompleteEndpoint, OpenInferenceType, Place, RemoteField } from './endpoint'

const ELEMENT_TYPES: Record<OpenInferenceType, ElementType> = {
  BOOL: 'bool', UINT8: 'uint8', UINT16: 'uint16', UINT32: 'uint32', UINT64: 'uint64', INT8: 'int8', INT16: 'int16', INT32: 'int32', INT64: 'int64',
  // Sent as JSON numbers, which the server rounds.
  FP16: 'float32', FP32: 'float32', FP64: 'float64', BYTES: 'string',
}

const FIELD_ELEMENTS: Record<RemoteField['type'], ElementType> = { number: 'float64', integer: 'int64', boolean: 'bool', category: 'string', text: 'string' }

export function remoteSignature(endpoint: CompleteEndpoint, { task, classes, positiveClass }: Answering): GraphSignature {
  const { inputs } = endpoint
  const matrix = inputs.shape === 'matrix' && inputs.fields.every(({ type }) => type === 'number' || type === 'integer') ? (inputs.tensor ?? 'input-0') : null
  const fields = inputs.fields.map(({ name, type, categories, mayBeMissing = false }, index): SignatureField => ({
    name, type,
    tensor: matrix ?? name,
    column: matrix === null ? 0 : index,
    ...(categories ? { categories } : {}),
    mayBeMissing,
  }))
  const tensors: SignatureTensor[] =
    matrix === null
      ? inputs.fields.map(({ name, type, datatype }) => ({ name, elementType: datatype ? ELEMENT_TYPES[datatype] : FIELD_ELEMENTS[type], shape: [null, 1], fields: [name] }))
      : [{ name: matrix, elementType: ELEMENT_TYPES[inputs.datatype ?? 'FP64'], shape: [null, fields.length], fields: fields.map(({ name }) => name) }]
  return {
    fields, tensors,
    outputs: outputsOf(endpoint, { task, ...(classes ? { classes } : {}) }),
    task,
    ...(classes ? { classes } : {}),
    ...(positiveClass === undefined ? {} : { positiveClass }),
    rowsPerRun: null,
  }
}

function outputsOf({ answer }: CompleteEndpoint, { task, classes = [] }: Answering): SignatureOutput[] {
  if (task === 'regression') return [{ name: nameOf(answer.value, 'value'), elementType: 'float64', shape: [null, 1], role: 'value', isServable: true }]
  const outputs: SignatureOutput[] = []
  if (answer.label) outputs.push({ name: nameOf(answer.label, 'label'), elementType: classes.every((one) => Number.isInteger(one)) ? 'int64' : 'string', shape: [null], role: 'label', isServable: true })
  if (answer.probabilities || answer.probability) outputs.push({ name: nameOf(answer.probabilities, 'probabilities'), elementType: 'float64', shape: [null, classes.length], role: 'probabilities', isServable: true })
  return outputs
}

function nameOf(place: Place | undefined, otherwise: string): string {
  return place?.output === undefined || place.output.startsWith('/') ? otherwise : place.output
}
