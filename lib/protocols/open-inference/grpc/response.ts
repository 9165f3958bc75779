// An answer as a message of ModelInfer: raw where the inputs came raw, else in the contents of each tensor's own type.
import { writeBinary } from '../binary'
import type { InferAnswer, OutputTensor } from '../contract'
import type { InferTensorContents, ModelInferResponse } from './messages'
import { CONTENTS } from './request'

export function writeGrpcAnswer(answer: InferAnswer, wasRaw: boolean): ModelInferResponse {
  // One output that has no contents of its own makes all of them raw.
  const isRaw = wasRaw || answer.outputs.some(({ datatype }) => datatype === 'FP16' || datatype === 'BF16')
  return {
    model_name: answer.modelName,
    model_version: answer.modelVersion ?? '',
    id: answer.id ?? '',
    parameters: Object.fromEntries(Object.entries(answer.parameters).map(([name, text]) => [name, { string_param: text }])),
    outputs: answer.outputs.map((output) => ({ name: output.name, datatype: output.datatype, shape: output.shape, ...(isRaw ? {} : { contents: contentsOf(output) }) })),
    raw_output_contents: isRaw ? answer.outputs.map(({ values, datatype }) => writeBinary(values, datatype)) : [],
  }
}

function contentsOf({ datatype, values }: OutputTensor): InferTensorContents {
  if (datatype === 'FP16' || datatype === 'BF16') return {}
  if (datatype === 'BYTES') return { bytes_contents: values.map((value) => Buffer.from(value === null ? '' : String(value))) }
  return { [CONTENTS[datatype]]: values.map((value) => value ?? NaN) }
}
