/** Reads GraphProto and what it is made of (onnx.proto3 of onnx 1.20; field numbers are the numbers there). */
import type { Graph, GraphAttribute, GraphNode, ValueInfo, ValueType } from './graph'
import { ModelFileError } from './model-file-error'
import type { ProtobufReader } from './protobuf'
import { elementTypeOf, readSparseTensor, readTensor } from './tensor-read'

export interface ReadContext {
  /** Every operator the file uses, by `domain:opType`, wherever it stands. */
  operators: Map<string, { domain: string; opType: string }>
}

export function readGraph(reader: ProtobufReader, context: ReadContext): Graph {
  const graph: Graph = { name: '', inputs: [], outputs: [], nodes: [], initializers: new Map() }
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        graph.nodes.push(readNode(reader.message(), context))
        break
      case 2:
        graph.name = reader.text()
        break
      case 5: {
        const tensor = readTensor(reader.message())
        graph.initializers.set(tensor.name, tensor)
        break
      }
      case 11:
        graph.inputs.push(readValueInfo(reader.message()))
        break
      case 12:
        graph.outputs.push(readValueInfo(reader.message()))
        break
      case 15:
        readSparseTensor(reader.message())
        break
      default:
        reader.skip()
    }
  }
  return graph
}

export function readNode(reader: ProtobufReader, context: ReadContext): GraphNode {
  const node: GraphNode = { opType: '', domain: '', name: '', inputs: [], outputs: [], attributes: new Map() }
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        node.inputs.push(reader.text())
        break
      case 2:
        node.outputs.push(reader.text())
        break
      case 3:
        node.name = reader.text()
        break
      case 4:
        node.opType = reader.text()
        break
      case 5: {
        const { name, attribute } = readAttribute(reader.message(), context)
        node.attributes.set(name, attribute)
        break
      }
      case 7: {
        const domain = reader.text()
        node.domain = domain === 'ai.onnx' ? '' : domain
        break
      }
      default:
        reader.skip()
    }
  }
  context.operators.set(`${node.domain}:${node.opType}`, { domain: node.domain, opType: node.opType })
  return node
}

/** AttributeProto.AttributeType, for the values that may also be absent because they are empty or zero. */
const KINDS: Record<number, GraphAttribute['kind']> = {
  1: 'float',
  2: 'int',
  3: 'string',
  4: 'tensor',
  5: 'graph',
  6: 'floats',
  7: 'ints',
  8: 'strings',
  9: 'tensors',
  10: 'graphs',
}

function readAttribute(reader: ProtobufReader, context: ReadContext): { name: string; attribute: GraphAttribute } {
  let name = ''
  let type = 0
  let float = 0
  let int = 0
  let string = ''
  const floats: number[] = []
  const ints: number[] = []
  const strings: string[] = []
  const tensors: ReturnType<typeof readTensor>[] = []
  const graphs: Graph[] = []
  let single: GraphAttribute | null = null
  let last: GraphAttribute['kind'] = 'other'
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        name = reader.text()
        break
      case 2:
        float = reader.float()
        last = 'float'
        break
      case 3:
        int = reader.int()
        last = 'int'
        break
      case 4:
        string = reader.text()
        last = 'string'
        break
      case 5:
        single = { kind: 'tensor', value: readTensor(reader.message()) }
        last = 'tensor'
        break
      case 6:
        single = { kind: 'graph', value: readGraph(reader.message(), context) }
        last = 'graph'
        break
      case 7:
        reader.floatsInto(floats)
        last = 'floats'
        break
      case 8:
        reader.intsInto(ints)
        last = 'ints'
        break
      case 9:
        strings.push(reader.text())
        last = 'strings'
        break
      case 10:
        tensors.push(readTensor(reader.message()))
        last = 'tensors'
        break
      case 11:
        graphs.push(readGraph(reader.message(), context))
        last = 'graphs'
        break
      case 20:
        type = reader.int()
        break
      case 22:
      case 23:
        readSparseTensor(reader.message())
        break
      default:
        reader.skip()
    }
  }
  // Files before IR 2 leave the type out: the field that is there says it.
  const kind = type === 0 ? last : (KINDS[type] ?? 'other')
  const attribute = ((): GraphAttribute => {
    switch (kind) {
      case 'float':
        return { kind, value: float }
      case 'int':
        return { kind, value: int }
      case 'string':
        return { kind, value: string }
      case 'floats':
        return { kind, value: floats }
      case 'ints':
        return { kind, value: ints }
      case 'strings':
        return { kind, value: strings }
      case 'tensors':
        return { kind, value: tensors }
      case 'graphs':
        return { kind, value: graphs }
      default:
        return single?.kind === kind ? single : { kind: 'other' }
    }
  })()
  return { name, attribute }
}

function readValueInfo(reader: ProtobufReader): ValueInfo {
  const info: ValueInfo = { name: '', type: { kind: 'unknown' } }
  while (reader.next()) {
    if (reader.field === 1) info.name = reader.text()
    else if (reader.field === 2) info.type = readType(reader.message())
    else reader.skip()
  }
  if (info.name === '') {
    throw new ModelFileError('corrupt', 'An input or output of the graph has no name: export the model again.')
  }
  return info
}

function readType(reader: ProtobufReader): ValueType {
  let type: ValueType = { kind: 'unknown' }
  while (reader.next()) {
    if (reader.field === 1) type = readTensorType(reader.message())
    else if (reader.field === 4) type = { kind: 'sequence', of: readElementOf(reader.message()) }
    else if (reader.field === 5) type = readMapType(reader.message())
    else reader.skip()
  }
  return type
}

function readTensorType(reader: ProtobufReader): ValueType {
  let elementType = elementTypeOf(0)
  let shape: (number | null)[] | null = null
  while (reader.next()) {
    if (reader.field === 1) elementType = elementTypeOf(reader.int())
    else if (reader.field === 2) shape = readShape(reader.message())
    else reader.skip()
  }
  return { kind: 'tensor', elementType, shape }
}

function readShape(reader: ProtobufReader): (number | null)[] {
  const shape: (number | null)[] = []
  while (reader.next()) {
    if (reader.field !== 1) {
      reader.skip()
      continue
    }
    const dimension = reader.message()
    let size: number | null = null
    while (dimension.next()) {
      if (dimension.field === 1) size = dimension.int()
      else dimension.skip()
    }
    // Exporters write "any size" as a name, as nothing, as 0 or as -1.
    shape.push(size !== null && size > 0 ? size : null)
  }
  return shape
}

function readElementOf(reader: ProtobufReader): ValueType {
  let of: ValueType = { kind: 'unknown' }
  while (reader.next()) {
    if (reader.field === 1) of = readType(reader.message())
    else reader.skip()
  }
  return of
}

function readMapType(reader: ProtobufReader): ValueType {
  let key = elementTypeOf(0)
  let of: ValueType = { kind: 'unknown' }
  while (reader.next()) {
    if (reader.field === 1) key = elementTypeOf(reader.int())
    else if (reader.field === 2) of = readType(reader.message())
    else reader.skip()
  }
  return { kind: 'map', key, of }
}
