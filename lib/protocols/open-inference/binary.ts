// Tensors as bytes: little-endian, row by row, without gaps; each element of BYTES after its length in four bytes
// (Triton's binary tensor data extension, and the raw contents of gRPC).
import { isUtf8 } from 'node:buffer'
import type { Datatype, TensorValue } from './contract'
import { DATATYPES, outOfRange } from './datatypes'
import { brainFromBits, brainToBits, halfFromBits, halfToBits } from './half'
import { invalidTensors } from './problem'

type Read = (view: DataView, at: number) => number

const READ: Record<Exclude<Datatype, 'BYTES' | 'BOOL'>, Read> = {
  UINT8: (view, at) => view.getUint8(at),
  UINT16: (view, at) => view.getUint16(at, true),
  UINT32: (view, at) => view.getUint32(at, true),
  UINT64: (view, at) => view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true),
  INT8: (view, at) => view.getInt8(at),
  INT16: (view, at) => view.getInt16(at, true),
  INT32: (view, at) => view.getInt32(at, true),
  INT64: (view, at) => view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true),
  FP16: (view, at) => halfFromBits(view.getUint16(at, true)),
  BF16: (view, at) => brainFromBits(view.getUint16(at, true)),
  FP32: (view, at) => view.getFloat32(at, true),
  FP64: (view, at) => view.getFloat64(at, true),
}

/** @throws ProblemError where the bytes are not exactly `count` elements, or one has no exact number or text here */
export function readBinary(bytes: Uint8Array, datatype: Datatype, count: number, input: string): TensorValue[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (datatype === 'BYTES') return readTexts(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), view, count, input)
  const { bytes: size, kind, lowest, highest } = DATATYPES[datatype]
  if (bytes.length !== count * size) {
    throw invalidTensors(`${input} has ${bytes.length} bytes of data, where its shape and ${datatype} need ${count * size}.`)
  }
  const values = new Array<TensorValue>(count)
  if (datatype === 'BOOL') {
    for (let index = 0; index < count; index++) values[index] = bytes[index] !== 0
    return values
  }
  const read = READ[datatype]
  for (let index = 0; index < count; index++) {
    const value = read(view, index * size)
    // Of 64 bits; what is above 2^53 may be rounded already, and stays above.
    if (kind === 'whole' && (value < lowest || value > highest)) throw outOfRange(input, datatype)
    values[index] = value
  }
  return values
}

function readTexts(bytes: Buffer, view: DataView, count: number, input: string): string[] {
  const values: string[] = []
  let at = 0
  while (at + 4 <= bytes.length && values.length < count) {
    const from = at + 4
    at = from + view.getUint32(at, true)
    if (at > bytes.length) break
    values.push(textOf(bytes, from, at, input))
  }
  if (values.length !== count || at !== bytes.length) {
    throw invalidTensors(`${input} has other bytes of data than the ${count} texts of its shape, each after its length in four bytes.`)
  }
  return values
}

export function textOf(bytes: Buffer, from: number, to: number, input: string): string {
  const text = bytes.toString('utf8', from, to)
  if (text.includes('\uFFFD') && !isUtf8(bytes.subarray(from, to))) throw invalidTensors(`${input} has a text that is not UTF-8.`)
  return text
}

type Write = (view: DataView, at: number, value: number) => void

const WRITE: Record<Exclude<Datatype, 'BYTES'>, Write> = {
  BOOL: (view, at, value) => view.setUint8(at, value),
  UINT8: (view, at, value) => view.setUint8(at, value),
  UINT16: (view, at, value) => view.setUint16(at, value, true),
  UINT32: (view, at, value) => view.setUint32(at, value, true),
  UINT64: (view, at, value) => view.setBigUint64(at, BigInt(value), true),
  INT8: (view, at, value) => view.setInt8(at, value),
  INT16: (view, at, value) => view.setInt16(at, value, true),
  INT32: (view, at, value) => view.setInt32(at, value, true),
  INT64: (view, at, value) => view.setBigInt64(at, BigInt(value), true),
  FP16: (view, at, value) => view.setUint16(at, halfToBits(value), true),
  BF16: (view, at, value) => view.setUint16(at, brainToBits(value), true),
  FP32: (view, at, value) => view.setFloat32(at, value, true),
  FP64: (view, at, value) => view.setFloat64(at, value, true),
}

/** Of values that fit their datatype; a missing number is NaN. */
export function writeBinary(values: readonly TensorValue[], datatype: Datatype): Buffer {
  if (datatype === 'BYTES') return writeTexts(values)
  const { bytes: size } = DATATYPES[datatype]
  const bytes = Buffer.alloc(values.length * size)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const write = WRITE[datatype]
  for (let index = 0; index < values.length; index++) write(view, index * size, numberOf(values[index]))
  return bytes
}

function numberOf(value: TensorValue | undefined): number {
  return value === null || value === undefined ? NaN : Number(value)
}

function writeTexts(values: readonly TensorValue[]): Buffer {
  const texts = values.map((value) => (value === null ? '' : String(value)))
  const bytes = Buffer.allocUnsafe(texts.reduce((size, text) => size + 4 + Buffer.byteLength(text), 0))
  let at = 0
  for (const text of texts) {
    const length = bytes.write(text, at + 4)
    bytes.writeUInt32LE(length, at)
    at += 4 + length
  }
  return bytes
}
