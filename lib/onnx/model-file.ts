/** From the bytes of an .onnx file to its graph, refusing what must not reach ONNX Runtime. */
import type { Graph, ModelFile } from './graph'
import { readGraph, readNode, type ReadContext } from './graph-read'
import { ModelFileError, quoted } from './model-file-error'
import { ProtobufError, ProtobufReader, WIRE_BYTES, WIRE_VARINT } from './protobuf'

export type { ModelFile } from './graph'
export { ModelFileError, type ModelFileFault } from './model-file-error'

/**
 * What onnxruntime-node 1.30 serves, as it says itself when it is given more ("max supported IR version: 13",
 * "official support for domain ai.onnx is till opset 26").
 */
export const SUPPORTED = {
  irVersion: 13,
  opsets: new Map([
    ['', 26],
    ['ai.onnx.ml', 5],
    ['com.microsoft', 1],
  ]),
} as const

/** ModelProto's fields and their wire types (onnx.proto3). */
const MODEL_FIELDS = new Map([
  [1, WIRE_VARINT],
  [2, WIRE_BYTES],
  [3, WIRE_BYTES],
  [4, WIRE_BYTES],
  [5, WIRE_VARINT],
  [6, WIRE_BYTES],
  [7, WIRE_BYTES],
  [8, WIRE_BYTES],
  [14, WIRE_BYTES],
  [20, WIRE_BYTES],
  [25, WIRE_BYTES],
  [26, WIRE_BYTES],
])

/** First bytes of what people upload by mistake. */
const OTHER_FORMATS: readonly (readonly [number[], string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], 'a zip archive (a PyTorch, Keras or packed file)'],
  [[0x1f, 0x8b], 'a gzip file'],
  [[0x89, 0x48, 0x44, 0x46], 'an HDF5 file (a Keras model)'],
  [[0x80, 0x02], 'a Python pickle'],
  [[0x80, 0x03], 'a Python pickle'],
  [[0x80, 0x04], 'a Python pickle'],
  [[0x80, 0x05], 'a Python pickle'],
]

/**
 * @param bytes the whole file; tensors of the answer may be views of it, so it must not be changed afterwards.
 * @throws ModelFileError with a stable `code` and a sentence for the person who sent the file; nothing else.
 */
export function readModelFile(bytes: Uint8Array): ModelFile {
  if (bytes.length === 0) {
    throw new ModelFileError('empty', 'The file is empty: export the model again and send that file.')
  }
  for (const [magic, format] of OTHER_FORMATS) {
    if (magic.every((byte, at) => bytes[at] === byte)) {
      throw new ModelFileError('not-onnx', `The file is ${format}, not an ONNX model: export the model to ONNX first.`)
    }
  }
  const seen = { known: false, unknown: false }
  try {
    return readModel(ProtobufReader.of(bytes), seen)
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error
    throw fileFault(error, seen)
  }
}

function fileFault(error: ProtobufError, seen: { known: boolean; unknown: boolean }): ModelFileError {
  if (error.fault === 'too-deep' || error.fault === 'too-large') {
    return new ModelFileError('corrupt', `The file holds ${error.message}, more than any real model: export it again.`)
  }
  if (!seen.known || seen.unknown) {
    return new ModelFileError(
      'not-onnx',
      'The file is not an ONNX model (its bytes are not ONNX protobuf): export the model to ONNX first.',
    )
  }
  if (error.fault === 'overrun') {
    return new ModelFileError(
      'truncated',
      'The file ends inside a field, so a part of it is missing: copy or export it again.',
    )
  }
  return new ModelFileError('corrupt', `The file is damaged (${error.message}): copy or export it again.`)
}

function readModel(reader: ProtobufReader, seen: { known: boolean; unknown: boolean }): ModelFile {
  const context: ReadContext = { operators: new Map() }
  const functions = new Set<string>()
  const opsets: Record<string, number> = Object.create(null)
  const metadata: Record<string, string> = Object.create(null)
  let irVersion = 0
  let producerName = ''
  let producerVersion = ''
  let graph: Graph | null = null

  while (reader.next()) {
    const expected = MODEL_FIELDS.get(reader.field)
    if (expected === reader.wire) seen.known = true
    else seen.unknown = true
    switch (reader.field) {
      case 1:
        irVersion = reader.int()
        break
      case 2:
        producerName = reader.text()
        break
      case 3:
        producerVersion = reader.text()
        break
      case 7:
        // protobuf would merge a second graph into the first, and the runtime would run what nobody looked at.
        if (graph) throw new ModelFileError('corrupt', 'The file holds two graphs: export the model again.')
        graph = readGraph(reader.message(), context)
        break
      case 8: {
        const { domain, version } = readOpset(reader.message())
        opsets[domain] = Math.max(opsets[domain] ?? 0, version)
        break
      }
      case 14: {
        const { key, value } = readEntry(reader.message())
        metadata[key] = value
        break
      }
      case 20:
        readTraining(reader.message(), context)
        break
      case 25:
        functions.add(readFunction(reader.message(), context))
        break
      default:
        reader.skip()
    }
  }

  if (!graph) throw noGraph(seen)
  checkVersions(irVersion, opsets)
  checkOperators(context, functions)
  if (graph.outputs.length === 0) {
    throw new ModelFileError(
      'no-output',
      'The graph has no output, so it can answer nothing: export the model again with its outputs.',
    )
  }
  return { irVersion, opsets, producerName, producerVersion, metadata, graph }
}

function noGraph(seen: { known: boolean; unknown: boolean }): ModelFileError {
  return seen.known && !seen.unknown
    ? new ModelFileError(
      'truncated',
      'The file holds no graph, so the model itself is missing: copy or export it again.',
    )
    : new ModelFileError(
      'not-onnx',
      'The file is not an ONNX model (it holds no graph): export the model to ONNX first.',
    )
}

function readOpset(reader: ProtobufReader): { domain: string; version: number } {
  let domain = ''
  let version = 0
  while (reader.next()) {
    if (reader.field === 1) domain = reader.text()
    else if (reader.field === 2) version = reader.int()
    else reader.skip()
  }
  return { domain: domain === 'ai.onnx' ? '' : domain, version }
}

function readEntry(reader: ProtobufReader): { key: string; value: string } {
  let key = ''
  let value = ''
  while (reader.next()) {
    if (reader.field === 1) key = reader.text()
    else if (reader.field === 2) value = reader.text()
    else reader.skip()
  }
  return { key, value }
}

/** Training graphs are not served, but what lies in them must be as harmless as the rest. */
function readTraining(reader: ProtobufReader, context: ReadContext): void {
  while (reader.next()) {
    if (reader.field === 1 || reader.field === 2) readGraph(reader.message(), context)
    else reader.skip()
  }
}

/** A function that the file itself defines, as `domain:name`. */
function readFunction(reader: ProtobufReader, context: ReadContext): string {
  let name = ''
  let domain = ''
  while (reader.next()) {
    if (reader.field === 1) name = reader.text()
    else if (reader.field === 10) domain = reader.text()
    else if (reader.field === 7) readNode(reader.message(), context)
    else reader.skip()
  }
  return `${domain === 'ai.onnx' ? '' : domain}:${name}`
}

function checkVersions(irVersion: number, opsets: Record<string, number>): void {
  if (irVersion < 1) {
    throw new ModelFileError('corrupt', 'The file states no IR version: export the model again.')
  }
  if (irVersion > SUPPORTED.irVersion) {
    throw new ModelFileError(
      'unsupported-ir',
      `The file has ONNX IR version ${irVersion}, the newest served here is ${SUPPORTED.irVersion}: export it with an older onnx package.`,
    )
  }
  if (Object.keys(opsets).length === 0) {
    throw new ModelFileError('corrupt', 'The file names no operator set (opset_import): export the model again.')
  }
  for (const [domain, supported] of SUPPORTED.opsets) {
    const version = opsets[domain]
    if (version !== undefined && version > supported) {
      throw new ModelFileError(
        'unsupported-opset',
        `The file needs opset ${version} of ${domain || 'ai.onnx'}, the newest served here is ${supported}: export it with target opset ${supported} or lower.`,
      )
    }
  }
}

function checkOperators(context: ReadContext, functions: ReadonlySet<string>): void {
  for (const [key, { domain, opType }] of context.operators) {
    if (!SUPPORTED.opsets.has(domain) && !functions.has(key)) {
      throw new ModelFileError(
        'custom-operator',
        `The operator ${quoted(opType)} of domain ${quoted(domain)} is not one of ONNX or ONNX Runtime: export the model with standard operators only.`,
      )
    }
  }
}
