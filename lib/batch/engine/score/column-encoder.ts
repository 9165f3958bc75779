// From columns to the tensors that the runtime takes: what lib/onnx/encode.ts makes of records, without the records.
import type { EncodedTensor, EncodedValues } from '@/lib/onnx/encode'
import type { GraphSignature, SignatureElementType, SignatureTensor } from '@/lib/onnx/signature-types'
import type { FieldColumn } from '../columns'

/** The chosen rows, which were checked, as one run's tensors. The last one is repeated up to `size` rows. */
export type ColumnEncoder = (fields: readonly FieldColumn[], rows: ArrayLike<number>, size?: number) => Record<string, EncodedTensor>

export function compileColumnEncoder(signature: GraphSignature): ColumnEncoder {
  const places = new Map(signature.fields.map(({ name }, index) => [name, index]))
  const tensors = signature.tensors.map((tensor) => ({
    name: tensor.name,
    type: tensor.elementType,
    tail: tailOf(tensor),
    columns: tensor.fields.map((name) => places.get(name) ?? -1),
    fill: fillOf(tensor.elementType),
  }))
  return (fields, rows, size = rows.length) => {
    const feeds: Record<string, EncodedTensor> = Object.create(null)
    for (const { name, type, tail, columns, fill } of tensors) {
      const own = columns.map((place) => fields[place] as FieldColumn)
      feeds[name] = { type, data: fill(own, rows, size), dims: [size, ...tail] }
    }
    return feeds
  }
}

function tailOf(tensor: SignatureTensor): number[] {
  return tensor.shape.slice(1).map((size) => size ?? tensor.fields.length)
}

type Fill = (columns: readonly FieldColumn[], rows: ArrayLike<number>, size: number) => EncodedValues

type NumberArray = Float32Array | Float64Array | Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array

const ARRAYS: Partial<Record<SignatureElementType, new (length: number) => NumberArray>> = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  bool: Uint8Array,
}

function fillOf(type: SignatureElementType): Fill {
  if (type === 'string') return (columns, rows, size) => fill(new Array<string>(size * columns.length), columns, rows, size, ({ texts }, row) => texts[row] ?? '')
  if (type === 'int64' || type === 'uint64') {
    const Target = type === 'int64' ? BigInt64Array : BigUint64Array
    return (columns, rows, size) => fill(new Target(size * columns.length), columns, rows, size, ({ numbers }, row) => BigInt(numbers[row] as number))
  }
  const Target = ARRAYS[type]
  if (!Target) throw new TypeError(`no rows can be encoded as ${type}`)
  return (columns, rows, size) => fillNumbers(new Target(size * columns.length), columns, rows, size)
}

function fillNumbers(target: NumberArray, columns: readonly FieldColumn[], rows: ArrayLike<number>, size: number): NumberArray {
  const width = columns.length
  for (let place = 0; place < width; place++) {
    const { numbers } = columns[place] as FieldColumn
    let at = place
    for (let index = 0; index < rows.length; index++, at += width) target[at] = numbers[rows[index] as number] as number
  }
  repeatLast(target, width, rows.length, size)
  return target
}

function fill<Value, Target extends { [at: number]: Value }>(target: Target, columns: readonly FieldColumn[], rows: ArrayLike<number>, size: number, valueOf: (column: FieldColumn, row: number) => Value): Target {
  const width = columns.length
  for (let index = 0; index < rows.length; index++) {
    for (let place = 0; place < width; place++) target[index * width + place] = valueOf(columns[place] as FieldColumn, rows[index] as number)
  }
  repeatLast(target, width, rows.length, size)
  return target
}

function repeatLast<Value>(target: { [at: number]: Value }, width: number, rows: number, size: number): void {
  for (let at = rows * width; at < size * width; at++) target[at] = target[at - width] as Value
}
