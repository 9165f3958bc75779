/**
 * Reads the protobuf wire format (https://protobuf.dev/programming-guides/encoding/) without a schema compiler.
 * Nothing in the bytes is trusted: each read is checked against the end of its message, nesting and the number of
 * nested messages are limited, so a hostile file costs at most a fixed multiple of its own size.
 */

export type ProtobufFault = 'overrun' | 'malformed' | 'too-deep' | 'too-large'

export class ProtobufError extends Error {
  constructor(
    readonly fault: ProtobufFault,
    message: string,
  ) {
    super(message)
    this.name = 'ProtobufError'
  }
}

export const WIRE_VARINT = 0
export const WIRE_FIXED64 = 1
export const WIRE_BYTES = 2
export const WIRE_FIXED32 = 5

/** The default of protobuf's own C++ parser, which ONNX Runtime uses: what it refuses we refuse. */
const MAXIMUM_DEPTH = 100
/** Messages in one file: the largest public ONNX graphs have some 10^5 nodes, attributes and tensors. */
const MAXIMUM_MESSAGES = 2_000_000

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

export class ProtobufReader {
  field = 0
  wire = 0
  /** Where the current field's tag begins. */
  fieldStart = 0
  private readonly view: DataView

  private constructor(
    readonly bytes: Uint8Array,
    public position: number,
    readonly end: number,
    private readonly depth: number,
    private readonly budget: { messages: number },
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  static of(bytes: Uint8Array): ProtobufReader {
    return new ProtobufReader(bytes, 0, bytes.length, 0, { messages: MAXIMUM_MESSAGES })
  }

  /** Moves to the next field and says whether there is one; `field` and `wire` then describe it. */
  next(): boolean {
    if (this.position >= this.end) return false
    this.fieldStart = this.position
    const tag = this.unsigned()
    this.field = Math.floor(tag / 8)
    this.wire = tag % 8
    if (this.field < 1 || this.field > 0x1fff_ffff) {
      throw new ProtobufError('malformed', `no field has number ${this.field}`)
    }
    return true
  }

  /** A varint of up to 64 bits as its low and high halves. */
  private varint(): { low: number; high: number } {
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.position >= this.end) throw new ProtobufError('overrun', 'a number runs past the end')
      const byte = this.bytes[this.position++] as number
      const part = byte & 0x7f
      if (shift < 28) low |= part << shift
      else if (shift === 28) {
        low |= part << 28
        high |= part >> 4
      } else high |= shift < 63 ? part << (shift - 32) : (part & 1) << 31
      if (byte < 0x80) return { low: low >>> 0, high: high >>> 0 }
    }
    throw new ProtobufError('malformed', 'a number has more than ten bytes')
  }

  private unsigned(): number {
    // One and two byte numbers are nearly all there are: tags, lengths, node ids.
    const first = this.position < this.end ? (this.bytes[this.position] as number) : 0x80
    if (first < 0x80) {
      this.position++
      return first
    }
    const { low, high } = this.varint()
    return high * 0x1_0000_0000 + low
  }

  private expect(wire: number): void {
    if (this.wire !== wire) {
      throw new ProtobufError('malformed', `field ${this.field} has wire type ${this.wire} where ${wire} belongs`)
    }
  }

  private signed(): number {
    const first = this.position < this.end ? (this.bytes[this.position] as number) : 0x80
    if (first < 0x80) {
      this.position++
      return first
    }
    const { low, high } = this.varint()
    return (high | 0) * 0x1_0000_0000 + low
  }

  /** An int64 as a number: exact up to 2^53, rounded beyond (only "to the end" markers of slices lie there). */
  int(): number {
    this.expect(WIRE_VARINT)
    return this.signed()
  }

  float(): number {
    this.expect(WIRE_FIXED32)
    return this.fixed(4, (at) => this.view.getFloat32(at, true))
  }

  private fixed(size: number, read: (at: number) => number): number {
    if (this.position + size > this.end) throw new ProtobufError('overrun', 'a number runs past the end')
    const value = read(this.position)
    this.position += size
    return value
  }

  private span(): [start: number, end: number] {
    this.expect(WIRE_BYTES)
    const length = this.unsigned()
    const start = this.position
    if (length > this.end - start) {
      throw new ProtobufError('overrun', `field ${this.field} claims ${length} bytes, ${this.end - start} are left`)
    }
    this.position = start + length
    return [start, start + length]
  }

  /** A view of the file, not a copy. */
  raw(): Uint8Array {
    const [start, end] = this.span()
    return this.bytes.subarray(start, end)
  }

  text(): string {
    const [start, end] = this.span()
    if (end - start > 24) return utf8.decode(this.bytes.subarray(start, end))
    // Short ASCII is nearly every string of a graph, and a decoder call costs more than reading it.
    let text = ''
    for (let at = start; at < end; at++) {
      const byte = this.bytes[at] as number
      if (byte > 0x7f) return utf8.decode(this.bytes.subarray(start, end))
      text += String.fromCharCode(byte)
    }
    return text
  }

  message(): ProtobufReader {
    const [start, end] = this.span()
    if (this.depth >= MAXIMUM_DEPTH) throw new ProtobufError('too-deep', `more than ${MAXIMUM_DEPTH} nested messages`)
    if (--this.budget.messages < 0) throw new ProtobufError('too-large', `more than ${MAXIMUM_MESSAGES} messages`)
    return new ProtobufReader(this.bytes, start, end, this.depth + 1, this.budget)
  }

  /** Appends a repeated int64, which may stand packed (onnx.proto3) or one by one (onnx.proto2). */
  intsInto(target: number[]): void {
    if (this.wire === WIRE_VARINT) {
      target.push(this.signed())
      return
    }
    const packed = this.packed()
    while (packed.position < packed.end) target.push(packed.signed())
  }

  bigintsInto(target: bigint[]): void {
    const one = (from: ProtobufReader) => {
      const { low, high } = from.varint()
      target.push((BigInt(high) << 32n) | BigInt(low))
    }
    if (this.wire === WIRE_VARINT) {
      one(this)
      return
    }
    const packed = this.packed()
    while (packed.position < packed.end) one(packed)
  }

  floatsInto(target: number[]): void {
    if (this.wire === WIRE_FIXED32) {
      target.push(this.float())
      return
    }
    const packed = this.packed()
    while (packed.position < packed.end) target.push(packed.fixed(4, (at) => this.view.getFloat32(at, true)))
  }

  doublesInto(target: number[]): void {
    const read = (at: number) => this.view.getFloat64(at, true)
    if (this.wire === WIRE_FIXED64) {
      target.push(this.fixed(8, read))
      return
    }
    const packed = this.packed()
    while (packed.position < packed.end) target.push(packed.fixed(8, read))
  }

  private packed(): ProtobufReader {
    const [start, end] = this.span()
    return new ProtobufReader(this.bytes, start, end, this.depth, this.budget)
  }

  skip(): void {
    if (this.wire === WIRE_VARINT) this.varint()
    else if (this.wire === WIRE_BYTES) this.span()
    else if (this.wire === WIRE_FIXED32) this.fixed(4, () => 0)
    else if (this.wire === WIRE_FIXED64) this.fixed(8, () => 0)
    else throw new ProtobufError('malformed', `field ${this.field} has wire type ${this.wire}`)
  }
}
