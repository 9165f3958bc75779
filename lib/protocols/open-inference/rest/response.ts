// The answer to POST …/infer: JSON, and after it the outputs that were wanted as bytes.
import type { RawAnswer } from '../../contract'
import { writeBinary } from '../binary'
import type { InferAnswer, OutputTensor } from '../contract'
import { JSON_LENGTH_HEADER, type BinaryOutputs } from './request'

interface WrittenOutput {
  name: string
  datatype: string
  shape: number[]
  data?: OutputTensor['values']
  parameters?: { binary_data_size: number }
}

export function writeRestAnswer(answer: InferAnswer, binary: BinaryOutputs): RawAnswer {
  const chunks: Buffer[] = []
  const outputs = answer.outputs.map(({ name, datatype, shape, values }): WrittenOutput => {
    if (!(binary.named.get(name) ?? binary.others)) return { name, datatype, shape, data: values }
    const bytes = writeBinary(values, datatype)
    chunks.push(bytes)
    return { name, datatype, shape, parameters: { binary_data_size: bytes.length } }
  })
  const json = JSON.stringify({
    model_name: answer.modelName,
    ...(answer.modelVersion === null ? {} : { model_version: answer.modelVersion }),
    ...(answer.id === null ? {} : { id: answer.id }),
    parameters: answer.parameters,
    outputs,
  })
  if (chunks.length === 0) return { status: 200, headers: { 'content-type': 'application/json' }, body: json }
  const head = Buffer.from(json)
  return {
    status: 200,
    headers: { 'content-type': 'application/octet-stream', [JSON_LENGTH_HEADER]: String(head.length) },
    body: Buffer.concat([head, ...chunks]),
  }
}
