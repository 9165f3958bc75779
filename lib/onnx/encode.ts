/** Turns rows of fields into the tensors that the runtime takes. Compiled once per version, run for every request. */
import type { GraphSignature, SignatureElementType, SignatureField, SignatureTensor } from './signature-types'

/** A value whose JavaScript type the field cannot take. The message never repeats the value. */
export class EncodeError extends Error {
  constructor(
    readonly field: string,
    readonly reason: string,
    /** 0-based, in the rows that were given. */
    readonly row: number,
  ) {
    super(`${field} ${reason}`)
    this.name = 'EncodeError'
  }
}

export type EncodedValues =
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

/** What `new ort.Tensor(type, data, dims)` takes. */
export interface EncodedTensor {
  type: SignatureElementType
  data: EncodedValues
  dims: number[]
}

export type Row = Readonly<Record<string, unknown>>

export interface Encoder {
  /**
   * Only the rows' own properties are read. A missing (absent, null, undefined) number becomes NaN, a missing text
   * the empty text; whole numbers and booleans have no such value.
   * @throws EncodeError for a value of another type, or a whole number beyond its tensor's range.
   */
  encode(rows: readonly Row[]): { feeds: Record<string, EncodedTensor> }
}

type Fill = (rows: readonly Row[]) => EncodedValues

export function compileEncoder(signature: GraphSignature): Encoder {
  const fields = new Map(signature.fields.map((field) => [field.name, field]))
  const tensors = signature.tensors.map((tensor) => ({
    name: tensor.name,
    type: tensor.elementType,
    tail: tailOf(tensor),
    fill: fillOf(tensor, fields),
  }))
  return {
    encode(rows) {
      const feeds: Record<string, EncodedTensor> = Object.create(null)
      for (const { name, type, tail, fill } of tensors) {
        feeds[name] = { type, data: fill(rows), dims: [rows.length, ...tail] }
      }
      return { feeds }
    },
  }
}

/** The sizes after the rows, where an open one takes all fields. */
function tailOf(tensor: SignatureTensor): number[] {
  return tensor.shape.slice(1).map((size) => size ?? tensor.fields.length)
}

interface NumberTarget {
  make(length: number): Exclude<EncodedValues, string[] | BigInt64Array | BigUint64Array>
  lowest: number
  highest: number
}

const INTEGERS: Partial<Record<SignatureElementType, NumberTarget>> = {
  int8: { make: (length) => new Int8Array(length), lowest: -0x80, highest: 0x7f },
  int16: { make: (length) => new Int16Array(length), lowest: -0x8000, highest: 0x7fff },
  int32: { make: (length) => new Int32Array(length), lowest: -0x8000_0000, highest: 0x7fff_ffff },
  uint8: { make: (length) => new Uint8Array(length), lowest: 0, highest: 0xff },
  uint16: { make: (length) => new Uint16Array(length), lowest: 0, highest: 0xffff },
  uint32: { make: (length) => new Uint32Array(length), lowest: 0, highest: 0xffff_ffff },
}

function fillOf(tensor: SignatureTensor, fields: ReadonlyMap<string, SignatureField>): Fill {
  const names = tensor.fields
  switch (tensor.elementType) {
    case 'float32':
    case 'float64': {
      const Target = tensor.elementType === 'float32' ? Float32Array : Float64Array
      const isWhole = names.map((name) => fields.get(name)?.type === 'integer')
      return (rows) => fillFloats(new Target(rows.length * names.length), names, isWhole, rows)
    }
    case 'string':
      return (rows) => fillTexts(names, rows)
    case 'bool':
      return (rows) => fillBooleans(names, rows)
    case 'int64':
    case 'uint64': {
      const isSigned = tensor.elementType === 'int64'
      const lowest = isSigned ? Number.MIN_SAFE_INTEGER : 0
      return (rows) => {
        const length = rows.length * names.length
        const target = isSigned ? new BigInt64Array(length) : new BigUint64Array(length)
        eachWhole(names, rows, lowest, Number.MAX_SAFE_INTEGER, (at, value) => {
          target[at] = BigInt(value)
        })
        return target
      }
    }
    default: {
      const kind = INTEGERS[tensor.elementType]
      if (!kind) throw new TypeError(`no rows can be encoded as ${tensor.elementType}`)
      return (rows) => {
        const target = kind.make(rows.length * names.length)
        eachWhole(names, rows, kind.lowest, kind.highest, (at, value) => {
          target[at] = value
        })
        return target
      }
    }
  }
}

function own(row: Row, name: string): unknown {
  return Object.hasOwn(row, name) ? row[name] : undefined
}

function fillFloats<Target extends Float32Array | Float64Array>(
  target: Target,
  names: readonly string[],
  isWhole: readonly boolean[],
  rows: readonly Row[],
): Target {
  let at = 0
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r] as Row
    for (let column = 0; column < names.length; column++) {
      const name = names[column] as string
      const value = own(row, name)
      if (typeof value === 'number') {
        if (isWhole[column] && !Number.isInteger(value) && !Number.isNaN(value)) {
          throw new EncodeError(name, 'must be a whole number', r)
        }
        target[at++] = value
      } else if (value === null || value === undefined) target[at++] = NaN
      else throw wrongType(name, 'a number', value, r)
    }
  }
  return target
}

function fillTexts(names: readonly string[], rows: readonly Row[]): string[] {
  const target = new Array<string>(rows.length * names.length)
  let at = 0
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r] as Row
    for (const name of names) {
      const value = own(row, name)
      if (typeof value === 'string') target[at++] = value
      else if (value === null || value === undefined) target[at++] = ''
      else throw wrongType(name, 'a text', value, r)
    }
  }
  return target
}

function fillBooleans(names: readonly string[], rows: readonly Row[]): Uint8Array {
  const target = new Uint8Array(rows.length * names.length)
  let at = 0
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r] as Row
    for (const name of names) {
      const value = own(row, name)
      if (typeof value !== 'boolean') throw wrongType(name, 'true or false', value, r)
      target[at++] = value ? 1 : 0
    }
  }
  return target
}

function eachWhole(
  names: readonly string[],
  rows: readonly Row[],
  lowest: number,
  highest: number,
  put: (at: number, value: number) => void,
): void {
  let at = 0
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r] as Row
    for (const name of names) {
      const value = own(row, name)
      if (typeof value !== 'number') throw wrongType(name, 'a whole number', value, r)
      if (!Number.isInteger(value)) throw new EncodeError(name, 'must be a whole number', r)
      if (value < lowest || value > highest) throw new EncodeError(name, `must lie between ${lowest} and ${highest}`, r)
      put(at++, value)
    }
  }
}

function wrongType(field: string, wanted: string, value: unknown, row: number): EncodeError {
  if (value === null || value === undefined) return new EncodeError(field, `must be ${wanted} and is missing`, row)
  const found = Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`
  return new EncodeError(field, `must be ${wanted}, not ${found}`, row)
}
