// The inputs of a prediction as they lie in its row: one byte that names the encoding, then the values in the order of the
// version's fields, each behind a byte that says what it is. A category is its place among the field's categories, which
// stand in the version's signature and never change; everything else can be read without it. Every value comes back as it
// went in, to the bit: a number is whole, a decimal of few digits, a float32 or a float64, whichever is exact and shortest.
import type { Signature } from '@/lib/registry/contract'
import type { InputValue } from './validation'

const ENCODING = 1
/** The first byte of a JSON array, as rows were kept before this encoding. */
const JSON_ARRAY = 0x5b

// What a value's byte says. Below WHOLE: the place of a category. From WHOLE on: the number itself, up to 63.
const WHOLE = 0xa0
const MISSING = 0xe0
const FALSE = 0xe1
const TRUE = 0xe2
/** Place of a category in two bytes. */
const FAR_CATEGORY = 0xe3
/** An integer of any size: zigzag, seven bits a byte, the lowest first. */
const INTEGER = 0xe4
/** + number of decimals, 1 to 8: the digits as an integer follow. */
const DECIMAL = 0xe4
const FLOAT32 = 0xed
const FLOAT64 = 0xee
/** Length in bytes as an integer without sign, then the text. */
const UTF8 = 0xef
/** For a text with half of a surrogate pair, which UTF-8 cannot say. */
const UTF16 = 0xf0

const SMALL_CATEGORIES = WHOLE
const MOST_CATEGORIES = 0x1_0000
const SMALL_WHOLES = MISSING - WHOLE
const MOST_DECIMALS = 8
const POWERS = Array.from({ length: MOST_DECIMALS + 1 }, (_, power) => 10 ** power)
const LARGEST_POWER = 10 ** MOST_DECIMALS
/** Twice as much is still counted exactly. */
const LARGEST_INTEGER = 2 ** 51
/** Its digits take as many bytes as a float32. */
const SHORT_INTEGER = 2 ** 27
const LONGEST_NUMBER_BYTES = 10

/** What a version's signature tells about its packed rows. */
export interface InputsLayout {
  /** By field. */
  readonly categories: readonly (readonly string[])[]
  readonly places: readonly ReadonlyMap<string, number>[]
}

/** For rows of a version that nobody knows: their categories are written as texts. */
export const NO_LAYOUT: InputsLayout = { categories: [], places: [] }

export function inputsLayout(signature: Pick<Signature, 'fields'>): InputsLayout {
  const categories = signature.fields.map((field) => field.categories ?? [])
  return { categories, places: categories.map((names) => new Map(names.slice(0, MOST_CATEGORIES).map((name, place) => [name, place]))) }
}

/** With the flag u, whole pairs are one character. */
const HALF_PAIR = /\p{Surrogate}/u

const scratch = { bytes: new Uint8Array(4096), at: 0 }
const number = new DataView(new ArrayBuffer(8))
const numberBytes = new Uint8Array(number.buffer)
const encoder = new TextEncoder()
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** NaN and infinities, which no caller can send, count as missing. */
export function packInputs(layout: InputsLayout, values: readonly InputValue[]): Uint8Array {
  reserve(1, 0)
  scratch.bytes[0] = ENCODING
  scratch.at = 1
  for (let field = 0; field < values.length; field++) {
    reserve(LONGEST_NUMBER_BYTES, scratch.at)
    const value = values[field]
    if (typeof value === 'number') packNumber(value)
    else if (typeof value === 'string') packText(layout.places[field]?.get(value), value)
    else scratch.bytes[scratch.at++] = value === true ? TRUE : value === false ? FALSE : MISSING
  }
  const packed = Buffer.allocUnsafe(scratch.at)
  packed.set(scratch.bytes.subarray(0, scratch.at))
  return packed
}

function reserve(bytes: number, at: number): void {
  if (at + bytes <= scratch.bytes.length) return
  const larger = new Uint8Array(2 * (at + bytes))
  larger.set(scratch.bytes.subarray(0, at))
  scratch.bytes = larger
}

function packNumber(value: number): void {
  if (!Number.isFinite(value)) scratch.bytes[scratch.at++] = MISSING
  else if (Object.is(value, -0)) packFloat32(value)
  else if (Number.isInteger(value)) packInteger(value)
  else packFraction(value)
}

function packInteger(value: number): void {
  if (value >= 0 && value < SMALL_WHOLES) scratch.bytes[scratch.at++] = WHOLE + value
  else if (Math.abs(value) < SHORT_INTEGER) packDigits(INTEGER, value)
  else if (Math.fround(value) === value) packFloat32(value)
  else if (Math.abs(value) <= LARGEST_INTEGER) packDigits(INTEGER, value)
  else packFloat64(value)
}

function packFraction(value: number): void {
  let digits = Math.round(value * LARGEST_POWER)
  // The quotient of two exact numbers is rounded once, as reading the decimal was: equal means that nothing is lost.
  const isDecimal = Math.abs(digits) <= LARGEST_INTEGER && digits / LARGEST_POWER === value
  const isFloat32 = Math.fround(value) === value
  if (!isDecimal) return isFloat32 ? packFloat32(value) : packFloat64(value)
  let decimals = MOST_DECIMALS
  for (; digits % 10 === 0; decimals--) digits /= 10
  if (isFloat32 && Math.abs(digits) >= SHORT_INTEGER) packFloat32(value)
  else packDigits(DECIMAL + decimals, digits)
}

function packDigits(kind: number, value: number): void {
  scratch.bytes[scratch.at++] = kind
  packCount(value < 0 ? -2 * value - 1 : 2 * value)
}

/** Bits above the 32nd are out of reach of the bit operators. */
function packCount(count: number): void {
  let rest = count
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) scratch.bytes[scratch.at++] = (rest % 0x80) | 0x80
  scratch.bytes[scratch.at++] = rest
}

function packFloat32(value: number): void {
  number.setFloat32(0, value, true)
  packBytes(FLOAT32, 4)
}

function packFloat64(value: number): void {
  number.setFloat64(0, value, true)
  packBytes(FLOAT64, 8)
}

function packBytes(kind: number, count: number): void {
  scratch.bytes[scratch.at++] = kind
  for (let index = 0; index < count; index++) scratch.bytes[scratch.at++] = numberBytes[index] as number
}

function packText(place: number | undefined, text: string): void {
  if (place !== undefined && place < SMALL_CATEGORIES) {
    scratch.bytes[scratch.at++] = place
  } else if (place !== undefined) {
    scratch.bytes[scratch.at++] = FAR_CATEGORY
    scratch.bytes[scratch.at++] = place & 0xff
    scratch.bytes[scratch.at++] = place >>> 8
  } else {
    const isUtf8 = !HALF_PAIR.test(text)
    const bytes = isUtf8 ? encoder.encode(text) : toUnits(text)
    reserve(LONGEST_NUMBER_BYTES + bytes.length, scratch.at)
    scratch.bytes[scratch.at++] = isUtf8 ? UTF8 : UTF16
    packCount(bytes.length)
    scratch.bytes.set(bytes, scratch.at)
    scratch.at += bytes.length
  }
}

function toUnits(text: string): Uint8Array {
  const bytes = new Uint8Array(2 * text.length)
  for (let index = 0; index < text.length; index++) {
    bytes[2 * index] = text.charCodeAt(index) & 0xff
    bytes[2 * index + 1] = text.charCodeAt(index) >>> 8
  }
  return bytes
}

/** By hand, because a TextDecoder puts another character where half a pair is. */
function fromUnits(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 2) text += String.fromCharCode((bytes[at] as number) | ((bytes[at + 1] as number) << 8))
  return text
}

/** @throws Error for bytes of an encoding that is not known here, or a category that is not in the layout */
export function unpackInputs(layout: InputsLayout, stored: Uint8Array): InputValue[] {
  if (stored[0] === JSON_ARRAY) return JSON.parse(utf8.decode(stored)) as InputValue[]
  if (stored[0] !== ENCODING) throw new Error(`Inputs in encoding ${stored[0]} cannot be read.`)
  const reader = new Reader(stored)
  const values: InputValue[] = []
  while (reader.hasMore) values.push(readValue(reader, layout.categories[values.length]))
  return values
}

function readValue(reader: Reader, categories: readonly string[] | undefined): InputValue {
  const kind = reader.byte()
  if (kind < WHOLE) return categoryAt(categories, kind)
  if (kind < MISSING) return kind - WHOLE
  switch (kind) {
    case MISSING:
      return null
    case FALSE:
      return false
    case TRUE:
      return true
    case FAR_CATEGORY:
      return categoryAt(categories, reader.byte() + 0x100 * reader.byte())
    case INTEGER:
      return reader.integer()
    case FLOAT32:
      return reader.float32()
    case FLOAT64:
      return reader.float64()
    case UTF8:
      return utf8.decode(reader.take(reader.count()))
    case UTF16:
      return fromUnits(reader.take(reader.count()))
  }
  const power = POWERS[kind - DECIMAL]
  if (power === undefined) throw new Error(`A value of kind ${kind} cannot be read.`)
  return reader.integer() / power
}

function categoryAt(categories: readonly string[] | undefined, place: number): string {
  const category = categories?.[place]
  if (category === undefined) throw new Error(`The signature has no category at ${place}, which a row was packed with.`)
  return category
}

class Reader {
  private at = 1
  private readonly view: DataView

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get hasMore(): boolean {
    return this.at < this.bytes.length
  }

  byte(): number {
    return this.view.getUint8(this.at++)
  }

  count(): number {
    let count = 0
    for (let unit = 1; ; unit *= 0x80) {
      const byte = this.byte()
      count += (byte & 0x7f) * unit
      if (byte < 0x80) return count
    }
  }

  integer(): number {
    const count = this.count()
    return count % 2 === 0 ? count / 2 : -(count + 1) / 2
  }

  float32(): number {
    return this.view.getFloat32((this.at += 4) - 4, true)
  }

  float64(): number {
    return this.view.getFloat64((this.at += 8) - 8, true)
  }

  take(count: number): Uint8Array {
    if (this.at + count > this.bytes.length) throw new Error('A text ends before its length.')
    return this.bytes.subarray(this.at, (this.at += count))
  }
}
