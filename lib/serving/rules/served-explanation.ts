// The explanation as it lies in a prediction's row: 8 bytes of head, then float64 numbers, little-endian:
// base, residual, and a value for each field. Kept to the bit, so that explaining the row again can be compared exactly.
import type { ServedExplanation } from '../contract'

const ENCODING = 1
const HEAD_BYTES = 8
const SCALE_CODES = ['margin', 'probability', 'value'] as const

export function encodeExplanation({ scale, base, values, residual }: ServedExplanation): Uint8Array {
  const bytes = new Uint8Array(HEAD_BYTES + 8 * (2 + values.length))
  bytes[0] = ENCODING
  bytes[1] = SCALE_CODES.indexOf(scale)
  const numbers = new Float64Array(bytes.buffer, HEAD_BYTES)
  numbers[0] = base
  numbers[1] = residual
  numbers.set(values, 2)
  return bytes
}

/** Null for bytes that were written by no encoding known here. */
export function decodeExplanation(stored: Uint8Array): ServedExplanation | null {
  const scale = SCALE_CODES[stored[1] ?? -1]
  const size = stored.length - HEAD_BYTES
  if (stored[0] !== ENCODING || scale === undefined || size < 16 || size % 8 !== 0) return null
  // A driver's buffer may lie anywhere in its memory: numbers need a place of their own.
  const numbers = new Float64Array(size / 8)
  new Uint8Array(numbers.buffer).set(stored.subarray(HEAD_BYTES))
  return { scale, base: numbers[0] as number, residual: numbers[1] as number, values: numbers.subarray(2) }
}

/** Place of the largest contribution, the first of equals; null where nothing contributes. */
export function topReasonOf(values: ArrayLike<number>): number | null {
  let top: number | null = null
  let largest = 0
  for (let index = 0; index < values.length; index++) {
    const size = Math.abs(values[index] as number)
    if (size <= largest) continue
    largest = size
    top = index
  }
  return top
}

/** Reads many explanations of one version one after another, into the same memory. */
export class ExplanationReader {
  /** Of the explanation read last, in the order of the version's fields. */
  readonly values: Float64Array
  private readonly bytes: Uint8Array
  private readonly numbers: Float64Array
  private readonly scaleCode: number

  constructor(fields: number, scale: ServedExplanation['scale']) {
    this.bytes = new Uint8Array(HEAD_BYTES + 8 * (2 + fields))
    this.numbers = new Float64Array(this.bytes.buffer, HEAD_BYTES)
    this.values = this.numbers.subarray(2)
    this.scaleCode = SCALE_CODES.indexOf(scale)
  }

  /** False for an explanation in another encoding, on another scale, or of other fields. */
  read(stored: Uint8Array): boolean {
    if (stored.length !== this.bytes.length || stored[0] !== ENCODING || stored[1] !== this.scaleCode) return false
    this.bytes.set(stored)
    return true
  }

  get base(): number {
    return this.numbers[0] as number
  }
}
