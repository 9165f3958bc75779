/** Writes small ONNX files for tests, so that none has to be committed. Field numbers are those of onnx.proto3. */
import { bytesField, intField, joined, varint } from '../protobuf-write'

export const FLOAT = 1
export const UINT8 = 2
export const INT32 = 6
export const INT64 = 7
export const STRING = 8
export const BOOL = 9
export const FLOAT16 = 10
export const ML = 'ai.onnx.ml'

export type AttributeValue =
  | { float: number }
  | { int: number }
  | { text: string }
  | { floats: number[] }
  | { ints: number[] }
  | { texts: string[] }
  | { tensor: Uint8Array }
  | { graph: Uint8Array }

export interface NodeOptions {
  domain?: string
  attributes?: Record<string, AttributeValue>
}

export interface GraphOptions {
  nodes: Uint8Array[]
  inputs: Uint8Array[]
  outputs: Uint8Array[]
  initializers?: Uint8Array[]
}

export interface ModelOptions extends GraphOptions {
  irVersion?: number
  opsets?: [domain: string, version: number][]
  metadata?: [key: string, value: string][]
  /** Further fields of ModelProto, as they are. */
  extra?: Uint8Array[]
}

function float32(value: number): Uint8Array {
  return new Uint8Array(Float32Array.of(value).buffer)
}

export function floatField(field: number, value: number): Uint8Array {
  return joined([varint(field * 8 + 5), float32(value)])
}

/** Negative numbers take ten bytes: their 64 bit complement. */
export function signedField(field: number, value: number): Uint8Array {
  if (value >= 0) return intField(field, value)
  const bytes: number[] = []
  for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
    if (rest < 0x80n) return joined([varint(field * 8), Uint8Array.from([...bytes, Number(rest)])])
    bytes.push(Number(rest & 0x7fn) | 0x80)
  }
}

function attribute(name: string, value: AttributeValue): Uint8Array {
  const typed = (type: number, ...parts: Uint8Array[]) => bytesField(
    5,
    [bytesField(1, name), ...parts, intField(20, type)],
  )
  if ('float' in value) return typed(1, floatField(2, value.float))
  if ('int' in value) return typed(2, signedField(3, value.int))
  if ('text' in value) return typed(3, bytesField(4, value.text))
  if ('tensor' in value) return typed(4, bytesField(5, value.tensor))
  if ('graph' in value) return typed(5, bytesField(6, value.graph))
  if ('floats' in value) return typed(6, bytesField(7, value.floats.map(float32)))
  if ('ints' in value) return typed(7, ...value.ints.map((one) => signedField(8, one)))
  return typed(8, ...value.texts.map((one) => bytesField(9, one)))
}

export function node(opType: string, inputs: string[], outputs: string[], options: NodeOptions = {}): Uint8Array {
  return joined([
    ...inputs.map((name) => bytesField(1, name)),
    ...outputs.map((name) => bytesField(2, name)),
    bytesField(4, opType),
    ...Object.entries(options.attributes ?? {}).map(([name, value]) => attribute(name, value)),
    ...(options.domain === undefined ? [] : [bytesField(7, options.domain)]),
  ])
}

function tensorType(elementType: number, shape: (number | string | null)[] | null): Uint8Array {
  const dims = shape?.map((size) =>
    bytesField(1, size === null ? [] : [typeof size === 'number' ? intField(1, size) : bytesField(2, size)]),
  )
  return bytesField(1, [intField(1, elementType), ...(dims ? [bytesField(2, dims)] : [])])
}

/** A graph's input or output. */
export function value(name: string, elementType: number, shape: (number | string | null)[] | null): Uint8Array {
  return joined([bytesField(1, name), bytesField(2, [tensorType(elementType, shape)])])
}

/** What a ZipMap gives: a sequence of maps from class to float. */
export function mapsValue(name: string, keyType: number): Uint8Array {
  const map = bytesField(5, [intField(1, keyType), bytesField(2, [tensorType(FLOAT, [])])])
  return joined([bytesField(1, name), bytesField(2, [bytesField(4, [bytesField(1, [map])])])])
}

export function floatTensor(name: string, dims: number[], values: number[]): Uint8Array {
  const raw = new Uint8Array(Float32Array.from(values).buffer)
  return joined([...dims.map((dim) => intField(1, dim)), intField(2, FLOAT), bytesField(8, name), bytesField(9, raw)])
}

export function byteTensor(name: string, values: number[]): Uint8Array {
  return joined([
    intField(1, values.length),
    intField(2, UINT8),
    bytesField(8, name),
    bytesField(9, Uint8Array.from(values)),
  ])
}

export function int64Tensor(name: string, dims: number[], values: number[]): Uint8Array {
  return joined([
    ...dims.map((dim) => intField(1, dim)),
    intField(2, INT64),
    ...values.map((one) => signedField(7, one)),
    bytesField(8, name),
  ])
}

export function textTensor(name: string, values: string[]): Uint8Array {
  return joined([
    intField(1, values.length),
    intField(2, STRING),
    ...values.map((one) => bytesField(6, one)),
    bytesField(8, name),
  ])
}

/** A tensor whose values lie in another file. */
export function externalTensor(name: string, location: string): Uint8Array {
  const entry = bytesField(13, [bytesField(1, 'location'), bytesField(2, location)])
  return joined([intField(1, 2), intField(2, FLOAT), bytesField(8, name), entry, intField(14, 1)])
}

export function graph({ nodes, inputs, outputs, initializers = [] }: GraphOptions): Uint8Array {
  return joined([
    ...nodes.map((one) => bytesField(1, one)),
    bytesField(2, 'g'),
    ...initializers.map((one) => bytesField(5, one)),
    ...inputs.map((one) => bytesField(11, one)),
    ...outputs.map((one) => bytesField(12, one)),
  ])
}

export function model(options: ModelOptions): Uint8Array {
  const { irVersion = 8, opsets = [['', 17], [ML, 3]], metadata = [], extra = [] } = options
  return joined([
    intField(1, irVersion),
    bytesField(2, 'test'),
    bytesField(7, graph(options)),
    ...opsets.map(([domain, version]) => bytesField(8, [bytesField(1, domain), intField(2, version)])),
    ...metadata.map(([key, text]) => bytesField(14, [bytesField(1, key), bytesField(2, text)])),
    ...extra,
  ])
}
