// The tensor datatypes: their size, their range, and what ONNX calls them.
import type { ElementType } from '@/lib/onnx/graph'
import type { Datatype } from './contract'
import { invalidTensors } from './problem'

export interface DatatypeWords {
  /** Of one element in binary data; 0 for BYTES, whose elements say their own. */
  bytes: number
  kind: 'whole' | 'float' | 'flag' | 'text'
  /** Of whole numbers, as far as a number can say them exactly. */
  lowest: number
  highest: number
}

export const DATATYPES: Readonly<Record<Datatype, DatatypeWords>> = {
  BOOL: { bytes: 1, kind: 'flag', lowest: 0, highest: 1 },
  UINT8: whole(1, 0, 0xff),
  UINT16: whole(2, 0, 0xffff),
  UINT32: whole(4, 0, 0xffff_ffff),
  UINT64: whole(8, 0, Number.MAX_SAFE_INTEGER),
  INT8: whole(1, -0x80, 0x7f),
  INT16: whole(2, -0x8000, 0x7fff),
  INT32: whole(4, -0x8000_0000, 0x7fff_ffff),
  INT64: whole(8, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  FP16: float(2),
  BF16: float(2),
  FP32: float(4),
  FP64: float(8),
  BYTES: { bytes: 0, kind: 'text', lowest: 0, highest: 0 },
}

const BY_ELEMENT: Record<ElementType, Datatype> = {
  bool: 'BOOL',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  float16: 'FP16',
  bfloat16: 'BF16',
  float32: 'FP32',
  float64: 'FP64',
  string: 'BYTES',
  other: 'BYTES',
}

export function datatypeOf(elementType: ElementType): Datatype {
  return BY_ELEMENT[elementType]
}

export function readDatatype(value: unknown, input: string): Datatype {
  if (typeof value === 'string' && Object.hasOwn(DATATYPES, value)) return value as Datatype
  throw invalidTensors(`The datatype of ${input} must be one of ${Object.keys(DATATYPES).join(', ')}.`)
}

/** A whole number between 2^53 and 2^64 has no exact place in what follows, so it is refused and never rounded. */
export function outOfRange(input: string, datatype: Datatype): Error {
  const { lowest, highest } = DATATYPES[datatype]
  return invalidTensors(`${input} has a value that is no whole number from ${lowest} to ${highest}, which ${datatype} takes here.`)
}

function whole(bytes: number, lowest: number, highest: number): DatatypeWords {
  return { bytes, kind: 'whole', lowest, highest }
}

function float(bytes: number): DatatypeWords {
  return { bytes, kind: 'float', lowest: -Infinity, highest: Infinity }
}
