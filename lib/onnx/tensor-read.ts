/** Reads TensorProto (onnx.proto3), whose numbers stand as raw little-endian bytes or in a field per kind. */
import type { ElementType, TensorData, TensorValues } from './graph'
import { ModelFileError, quoted } from './model-file-error'
import type { ProtobufReader } from './protobuf'

/** TensorProto.DataType; what is left out is read as raw bytes. */
const ELEMENT_TYPES: Record<number, ElementType> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  16: 'bfloat16',
}

export function elementTypeOf(dataType: number): ElementType {
  return ELEMENT_TYPES[dataType] ?? 'other'
}

interface ArrayKind {
  readonly BYTES_PER_ELEMENT: number
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): Exclude<TensorValues, string[]>
}

const ARRAYS: Record<Exclude<ElementType, 'string' | 'other'>, ArrayKind> = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
}

const EXTERNAL = 1

/** @throws ModelFileError where the weights lie outside the file, or their number is not what the shape says. */
export function readTensor(reader: ProtobufReader): TensorData {
  let name = ''
  let dataType = 0
  let isExternal = false
  let raw: Uint8Array | null = null
  const dims: number[] = []
  const floats: number[] = []
  const ints: number[] = []
  const longs: bigint[] = []
  const doubles: number[] = []
  const unsigned: bigint[] = []
  const strings: string[] = []
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        reader.intsInto(dims)
        break
      case 2:
        dataType = reader.int()
        break
      case 4:
        reader.floatsInto(floats)
        break
      case 5:
        reader.intsInto(ints)
        break
      case 6:
        strings.push(reader.text())
        break
      case 7:
        reader.bigintsInto(longs)
        break
      case 8:
        name = reader.text()
        break
      case 9:
        raw = reader.raw()
        break
      case 10:
        reader.doublesInto(doubles)
        break
      case 11:
        reader.bigintsInto(unsigned)
        break
      case 13:
        isExternal = true
        reader.skip()
        break
      case 14:
        if (reader.int() === EXTERNAL) isExternal = true
        break
      default:
        reader.skip()
    }
  }
  if (isExternal) throw externalData(name)

  const elementType = elementTypeOf(dataType)
  if (elementType === 'other') return { name, elementType, dims, values: raw ?? new Uint8Array(0) }
  const size = sizeOf(dims, name)
  if (elementType === 'string') return { name, elementType, dims, values: counted(strings, size, name) }
  if (raw) return { name, elementType, dims, values: fromRaw(raw, ARRAYS[elementType], size, name) }
  return { name, elementType, dims, values: counted(fromFields(), size, name) }

  function fromFields(): Exclude<TensorValues, string[]> {
    switch (elementType) {
      case 'float32':
        return Float32Array.from(floats)
      case 'float64':
        return Float64Array.from(doubles)
      case 'int64':
        return BigInt64Array.from(longs)
      case 'uint64':
        return BigUint64Array.from(unsigned)
      case 'uint32':
        return Uint32Array.from(unsigned, Number)
      case 'int8':
        return Int8Array.from(ints)
      case 'int16':
        return Int16Array.from(ints)
      case 'int32':
        return Int32Array.from(ints)
      case 'uint8':
      case 'bool':
        return Uint8Array.from(ints)
      default:
        return Uint16Array.from(ints)
    }
  }
}

/** Sparse weights are served by the runtime but not looked into here; they, too, must lie inside the file. */
export function readSparseTensor(reader: ProtobufReader): void {
  while (reader.next()) {
    if (reader.field === 1 || reader.field === 2) readTensor(reader.message())
    else reader.skip()
  }
}

function externalData(name: string): ModelFileError {
  const which = name === '' ? 'Weights of this model lie' : `The weights ${quoted(name)} lie`
  return new ModelFileError(
    'external-data',
    `${which} in another file (external data), which is never followed: save the weights inside the file.`,
  )
}

function sizeOf(dims: readonly number[], name: string): number {
  let size = 1
  for (const dim of dims) {
    if (dim < 0) throw wrongSize(name)
    size *= dim
  }
  return size
}

function wrongSize(name: string): ModelFileError {
  return new ModelFileError(
    'corrupt',
    `The tensor ${quoted(name)} does not hold as many values as its shape says: export the model again.`,
  )
}

function counted<Values extends { length: number }>(values: Values, size: number, name: string): Values {
  if (values.length !== size) throw wrongSize(name)
  return values
}

function fromRaw(raw: Uint8Array, Kind: ArrayKind, size: number, name: string): Exclude<TensorValues, string[]> {
  if (raw.length !== size * Kind.BYTES_PER_ELEMENT) throw wrongSize(name)
  // A view where the file happens to be aligned: weights may be most of a large file.
  const aligned = raw.byteOffset % Kind.BYTES_PER_ELEMENT === 0 ? raw : new Uint8Array(raw)
  return new Kind(aligned.buffer, aligned.byteOffset, size)
}
