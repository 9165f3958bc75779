// A message of ModelInfer as a call: tensors from their raw bytes, or from the contents of their own type.
import { readBinary, textOf } from '../binary'
import type { Datatype, InferCall, InputTensor, Parameters, TensorValue } from '../contract'
import { DATATYPES, readDatatype } from '../datatypes'
import { readId } from '../parameters'
import { invalidTensors } from '../problem'
import { readCount, refuseSharedMemory } from '../requested'
import { elementsOf, readShape } from '../shape'
import { readValues } from '../values'
import type { InferInputTensor, InferTensorContents, ModelInferRequest, ParameterMap } from './messages'

export interface GrpcCall extends InferCall {
  /** The inputs came raw, so the outputs go raw. */
  isRaw: boolean
}

export function readGrpcCall(message: ModelInferRequest): GrpcCall {
  const { inputs, outputs, raw_input_contents: raw } = message
  const isRaw = raw.length > 0
  if (isRaw && raw.length !== inputs.length) {
    throw invalidTensors(`raw_input_contents has ${raw.length} tensors, where there are ${inputs.length} inputs: it has those of all, or none.`)
  }
  return {
    id: readId(message.id),
    parameters: plain(message.parameters),
    inputs: inputs.map((input, index) => readInput(input, raw[index])),
    outputs: outputs.length === 0 ? null : outputs.map(({ name, parameters }) => readOutput(name, plain(parameters))),
    isRaw,
  }
}

function readOutput(name: string, parameters: Parameters) {
  refuseSharedMemory(parameters, name)
  return { name, classification: readCount(parameters) }
}

function readInput({ name, datatype: type, shape: sizes, parameters, contents }: InferInputTensor, raw: Buffer | undefined): InputTensor {
  if (name === '' || name.length > 200) throw invalidTensors('Each input must have a name of at most 200 characters.')
  refuseSharedMemory(plain(parameters), name)
  const shape = readShape(sizes, name)
  const datatype = readDatatype(type, name)
  const count = elementsOf(shape)
  if (raw === undefined) return { name, shape, datatype, values: readContents(contents ?? {}, datatype, count, name) }
  if (contents !== null && Object.values(contents).some((values: unknown[]) => values.length > 0)) {
    throw invalidTensors(`${name} has contents beside raw_input_contents. Send one of them.`)
  }
  return { name, shape, datatype, values: readBinary(raw, datatype, count, name) }
}

export const CONTENTS: Readonly<Record<Exclude<Datatype, 'FP16' | 'BF16'>, keyof InferTensorContents>> = {
  BOOL: 'bool_contents',
  INT8: 'int_contents',
  INT16: 'int_contents',
  INT32: 'int_contents',
  INT64: 'int64_contents',
  UINT8: 'uint_contents',
  UINT16: 'uint_contents',
  UINT32: 'uint_contents',
  UINT64: 'uint64_contents',
  FP32: 'fp32_contents',
  FP64: 'fp64_contents',
  BYTES: 'bytes_contents',
}

function readContents(contents: InferTensorContents, datatype: Datatype, count: number, name: string): TensorValue[] {
  if (datatype === 'FP16' || datatype === 'BF16') throw invalidTensors(`${name} is of ${datatype}, which has no contents of its own: send it in raw_input_contents.`)
  const values: readonly unknown[] = contents[CONTENTS[datatype]] ?? []
  if (datatype === 'BYTES') return readValues((values as Uint8Array[]).map((bytes) => textOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length, name)), datatype, count, name)
  // Of 64 bits as texts; one that no number says exactly is beyond the range then, too.
  return readValues(DATATYPES[datatype].bytes === 8 && datatype !== 'FP64' ? values.map(Number) : [...values], datatype, count, name)
}

function plain(parameters: ParameterMap): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { parameter_choice: choice, ...value }]) => {
      if (choice === undefined) return [name, null]
      return [name, choice === 'int64_param' || choice === 'uint64_param' ? Number(value[choice]) : value[choice]]
    }),
  )
}
