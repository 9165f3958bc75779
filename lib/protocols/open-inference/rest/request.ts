// The body of POST …/infer: an object of JSON, and after it the tensors that are sent as bytes.
import { ProblemError } from '@/lib/platform/errors'
import { parseJson } from '@/lib/serving/json-body'
import { readBinary } from '../binary'
import type { InferCall, InputTensor, Parameters, RequestedOutput } from '../contract'
import { readDatatype } from '../datatypes'
import { readId, readObject } from '../parameters'
import { invalidTensors } from '../problem'
import { ownParameter, readCount, refuseSharedMemory } from '../requested'
import { elementsOf, readShape } from '../shape'
import { readValues } from '../values'

export const JSON_LENGTH_HEADER = 'inference-header-content-length'

/** Which outputs are wanted as bytes. */
export interface BinaryOutputs {
  named: ReadonlyMap<string, boolean>
  others: boolean
}

export const NO_BINARY: BinaryOutputs = { named: new Map(), others: false }

export interface RestCall extends InferCall {
  binary: BinaryOutputs
}

/** @param jsonLength the header of the binary tensor data extension: where the JSON ends */
export function readRestCall(body: Buffer, jsonLength: string | undefined): RestCall {
  const end = jsonLength === undefined ? body.length : readLength(jsonLength, body.length)
  const parsed = parseJson(body.toString('utf8', 0, end))
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw invalidTensors('The body must be an object such as {"inputs": […]}.')
  const { id, parameters: given, inputs, outputs } = parsed as Record<string, unknown>
  if (!Array.isArray(inputs)) throw invalidTensors('inputs must be a list of tensors.')
  const parameters = readObject(given, 'parameters')
  const bytes = new BytesAfter(body.subarray(end))
  const tensors = (inputs as unknown[]).map((input) => readInput(input, bytes))
  if (bytes.rest > 0) throw invalidTensors(`The body has ${bytes.rest} bytes of data that belong to no input.`)
  const requested = outputs === undefined || outputs === null ? null : readOutputs(outputs)
  return {
    id: readId(id),
    parameters,
    inputs: tensors,
    // An empty list asks for all, as no list does.
    outputs: requested === null || requested.length === 0 ? null : requested.map(({ output }) => output),
    binary: {
      named: new Map((requested ?? []).flatMap(({ output, isBinary }) => (isBinary === null ? [] : [[output.name, isBinary]]))),
      others: readFlag(parameters, 'binary_data_output') ?? false,
    },
  }
}

function readLength(header: string, most: number): number {
  const length = /^\d{1,9}$/.test(header) ? Number(header) : -1
  if (length >= 0 && length <= most) return length
  throw new ProblemError('malformed', `Inference-Header-Content-Length must be the length of the JSON in bytes, at most the body's ${most}.`, { code: 'inputs_invalid' })
}

/** The bytes after the JSON, taken input by input. */
class BytesAfter {
  private at = 0

  constructor(private readonly bytes: Buffer) {}

  get rest(): number {
    return this.bytes.length - this.at
  }

  take(size: number): Buffer | null {
    if (size > this.rest) return null
    const from = this.at
    this.at += size
    return this.bytes.subarray(from, this.at)
  }
}

function readInput(input: unknown, bytes: BytesAfter): InputTensor {
  const { name, shape: sizes, datatype: type, data, parameters: given } = readObject(input ?? [], 'input')
  if (typeof name !== 'string' || name === '' || name.length > 200) throw invalidTensors('Each input must have a name of at most 200 characters.')
  const shape = readShape(sizes, name)
  const datatype = readDatatype(type, name)
  const parameters = readObject(given, 'parameters', name)
  refuseSharedMemory(parameters, name)
  const count = elementsOf(shape)
  const size = ownParameter(parameters, 'binary_data_size')
  if (size === undefined) {
    const values = readValues(data, datatype, count, name)
    if (datatype === 'BYTES' && ownParameter(parameters, 'content_type') === 'base64') return { name, shape, datatype, values: values.map((value) => fromBase64(value, name)) }
    return { name, shape, datatype, values }
  }
  if (data !== undefined) throw invalidTensors(`${name} has data and binary_data_size. Send one of them.`)
  const taken = typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? bytes.take(size) : null
  if (!taken) throw invalidTensors(`binary_data_size of ${name} must be the number of its bytes after the JSON; ${bytes.rest} are left there.`)
  return { name, shape, datatype, values: readBinary(taken, datatype, count, name) }
}

function fromBase64(value: unknown, name: string): string {
  const text = typeof value === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(value) ? Buffer.from(value, 'base64').toString('utf8') : null
  if (text === null || text.includes('\uFFFD')) throw invalidTensors(`${name} has a value that is no base64 of a text.`)
  return text
}

function readOutputs(outputs: unknown): { output: RequestedOutput; isBinary: boolean | null }[] {
  if (!Array.isArray(outputs)) throw invalidTensors('outputs must be a list.')
  return (outputs as unknown[]).map((item) => {
    const { name, parameters: given } = readObject(item ?? [], 'output')
    if (typeof name !== 'string') throw invalidTensors('Each output must have a name.')
    const parameters = readObject(given, 'parameters', name.slice(0, 200))
    refuseSharedMemory(parameters, name.slice(0, 200))
    return { output: { name: name.slice(0, 200), classification: readCount(parameters) }, isBinary: readFlag(parameters, 'binary_data') }
  })
}

function readFlag(parameters: Parameters, name: string): boolean | null {
  const value = ownParameter(parameters, name)
  if (value === undefined || value === null) return null
  if (typeof value === 'boolean') return value
  throw invalidTensors(`The parameter ${name} must be true or false.`)
}
