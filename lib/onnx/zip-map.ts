/**
 * Takes the ZipMap off a model. Its output, a sequence of maps, is "Non tensor type is temporarily not supported" in
 * onnxruntime-node; the tensor it is made from holds the same probabilities.
 */
import { CLASSES_KEY, classLabels, LONGEST_WAY, type ClassName } from './classes'
import type { GraphNode, ModelFile } from './graph'
import { readNode } from './graph-read'
import { readModelFile } from './model-file'
import { ProtobufReader, WIRE_BYTES } from './protobuf'
import { bytesField, intField, joined } from './protobuf-write'

/** ModelProto, GraphProto, NodeProto, ValueInfoProto and what is in them: field numbers of onnx.proto3. */
const MODEL_GRAPH = 7
const MODEL_METADATA = 14
const GRAPH_NODE = 1
const GRAPH_OUTPUT = 12
const FLOAT = 1

/**
 * @returns the file with each ZipMap that makes an output replaced by an Identity of its input, under the same
 * output name and as float32 [N, classes], all other bytes as they were; null where there is none.
 * @throws ModelFileError as `readModelFile` does.
 */
export function withoutZipMap(bytes: Uint8Array): Uint8Array | null {
  const zipped = zippedOutputs(readModelFile(bytes))
  if (zipped.size === 0) return null
  const classes = [...zipped.values()].find((node) => classLabels(node))
  const parts = fieldsOf(bytes).map(({ field, whole, content }) =>
    field === MODEL_GRAPH && content ? bytesField(MODEL_GRAPH, rewritten(content, zipped)) : whole,
  )
  const labels = classes ? classLabels(classes) : null
  return joined(labels ? [...parts, classesEntry(labels)] : parts)
}

/** The ZipMap behind each output that has one, by the output's name. */
function zippedOutputs({ graph }: ModelFile): Map<string, GraphNode> {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)))
  const zipped = new Map<string, GraphNode>()
  for (const output of graph.outputs) {
    let producer = producers.get(output.name)
    for (let step = 0; producer?.opType === 'Identity' && step < LONGEST_WAY; step++) {
      producer = producers.get(producer.inputs[0] ?? '')
    }
    if (producer?.opType === 'ZipMap') zipped.set(output.name, producer)
  }
  return zipped
}

function rewritten(graph: Uint8Array, zipped: ReadonlyMap<string, GraphNode>): Uint8Array {
  const made = new Set([...zipped.values()].map((node) => node.outputs[0]))
  return joined(
    fieldsOf(graph).map(({ field, whole, content }) => {
      if (field === GRAPH_NODE && content) {
        const node = readNode(ProtobufReader.of(content), { operators: new Map() })
        return node.opType === 'ZipMap' && made.has(node.outputs[0]) ? identity(node) : whole
      }
      if (field === GRAPH_OUTPUT && content) {
        const name = nameOf(content)
        const node = zipped.get(name)
        return node ? matrixOutput(name, classLabels(node)?.length ?? null) : whole
      }
      return whole
    }),
  )
}

function identity(node: GraphNode): Uint8Array {
  return bytesField(GRAPH_NODE, [
    bytesField(1, node.inputs[0] ?? ''),
    bytesField(2, node.outputs[0] ?? ''),
    bytesField(3, node.name),
    bytesField(4, 'Identity'),
  ])
}

function matrixOutput(name: string, columns: number | null): Uint8Array {
  const anySize = bytesField(1, [])
  const shape = [anySize, columns === null ? anySize : bytesField(1, [intField(1, columns)])]
  const tensorType = bytesField(1, [intField(1, FLOAT), bytesField(2, shape)])
  return bytesField(GRAPH_OUTPUT, [bytesField(1, name), bytesField(2, [tensorType])])
}

function classesEntry(classes: readonly ClassName[]): Uint8Array {
  return bytesField(MODEL_METADATA, [bytesField(1, CLASSES_KEY), bytesField(2, JSON.stringify(classes))])
}

interface RawField {
  field: number
  /** Tag, length and content. */
  whole: Uint8Array
  content: Uint8Array | null
}

function fieldsOf(message: Uint8Array): RawField[] {
  const reader = ProtobufReader.of(message)
  const fields: RawField[] = []
  while (reader.next()) {
    const { field, fieldStart } = reader
    let content: Uint8Array | null = null
    if (reader.wire === WIRE_BYTES) content = reader.raw()
    else reader.skip()
    fields.push({ field, whole: message.subarray(fieldStart, reader.position), content })
  }
  return fields
}

function nameOf(valueInfo: Uint8Array): string {
  const reader = ProtobufReader.of(valueInfo)
  let name = ''
  while (reader.next()) {
    if (reader.field === 1) name = reader.text()
    else reader.skip()
  }
  return name
}
