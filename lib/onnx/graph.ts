/** The parts of an ONNX graph as plain values, in the words of onnx.proto. Made by `readModelFile`. */

export type ElementType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'bool'
  | 'string'
  | 'other'

/** float16 and bfloat16 as their bits; `other` (complex, 8 and 4 bit types) as the raw bytes. */
export type TensorValues =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | string[]

export interface TensorData {
  name: string
  elementType: ElementType
  dims: number[]
  values: TensorValues
}

export type ValueType =
  /** A `null` shape is not stated at all; a `null` size in it may vary. */
  | { kind: 'tensor'; elementType: ElementType; shape: (number | null)[] | null }
  | { kind: 'sequence'; of: ValueType }
  | { kind: 'map'; key: ElementType; of: ValueType }
  | { kind: 'unknown' }

export interface ValueInfo {
  name: string
  type: ValueType
}

export type GraphAttribute =
  | { kind: 'float'; value: number }
  | { kind: 'int'; value: number }
  | { kind: 'string'; value: string }
  | { kind: 'floats'; value: number[] }
  | { kind: 'ints'; value: number[] }
  | { kind: 'strings'; value: string[] }
  | { kind: 'tensor'; value: TensorData }
  | { kind: 'tensors'; value: TensorData[] }
  | { kind: 'graph'; value: Graph }
  | { kind: 'graphs'; value: Graph[] }
  /** A type or sparse tensor, or a reference to a function's attribute. */
  | { kind: 'other' }

export interface GraphNode {
  opType: string
  /** `''` for the standard operators, also where the file writes `ai.onnx`. */
  domain: string
  name: string
  inputs: string[]
  outputs: string[]
  attributes: Map<string, GraphAttribute>
}

export interface Graph {
  name: string
  inputs: ValueInfo[]
  outputs: ValueInfo[]
  nodes: GraphNode[]
  initializers: Map<string, TensorData>
}

export interface ModelFile {
  irVersion: number
  /** Operator set version by domain. No prototype: any domain name is safe. */
  opsets: Record<string, number>
  producerName: string
  producerVersion: string
  /** No prototype: any key is safe. */
  metadata: Record<string, string>
  graph: Graph
}

export function floatsOf(node: GraphNode, name: string): number[] | null {
  const attribute = node.attributes.get(name)
  if (attribute?.kind === 'floats') return attribute.value
  return attribute?.kind === 'tensor' ? numbersIn(attribute.value) : null
}

export function intsOf(node: GraphNode, name: string): number[] | null {
  const attribute = node.attributes.get(name)
  if (attribute?.kind === 'ints') return attribute.value
  return attribute?.kind === 'tensor' ? numbersIn(attribute.value) : null
}

export function stringsOf(node: GraphNode, name: string): string[] | null {
  const attribute = node.attributes.get(name)
  if (attribute?.kind === 'strings') return attribute.value
  return attribute?.kind === 'tensor' && Array.isArray(attribute.value.values) ? attribute.value.values : null
}

export function intOf(node: GraphNode, name: string, fallback: number): number {
  const attribute = node.attributes.get(name)
  return attribute?.kind === 'int' ? attribute.value : fallback
}

export function floatOf(node: GraphNode, name: string, fallback: number): number {
  const attribute = node.attributes.get(name)
  return attribute?.kind === 'float' ? attribute.value : fallback
}

export function stringOf(node: GraphNode, name: string, fallback: string): string {
  const attribute = node.attributes.get(name)
  return attribute?.kind === 'string' ? attribute.value : fallback
}

/** The tensor's numbers, or null where it holds text or packed bits. */
export function numbersIn(tensor: TensorData): number[] | null {
  if (Array.isArray(tensor.values)) return null
  if (['float16', 'bfloat16', 'other'].includes(tensor.elementType)) return null
  return Array.from(tensor.values as ArrayLike<number | bigint>, Number)
}

/** The graph's inputs that a caller feeds: files before IR 4 list the initializers among them. */
export function fedInputs(graph: Graph): ValueInfo[] {
  return graph.inputs.filter((input) => !graph.initializers.has(input.name))
}
