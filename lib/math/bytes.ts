// The little binary format that profiles, histograms and tallies are stored in: one byte, LEB128 varints for counts
// (most counts of a small group commit fit in one byte), little-endian float64, UTF-8 text.
import { MathError } from './math-error'

const utf8Encoder = new TextEncoder()
const utf8Decoder = new TextDecoder('utf-8', { fatal: true })

/** Appends values to a growing buffer. */
export class ByteWriter {
  private bytes: Uint8Array
  private view: DataView
  private length = 0

  constructor(capacity = 256) {
    this.bytes = new Uint8Array(capacity)
    this.view = new DataView(this.bytes.buffer)
  }

  byte(value: number): void {
    this.reserve(1)
    this.bytes[this.length++] = value
  }

  /** A whole number from 0 to 2^53 - 1, in 1 to 8 bytes. */
  count(value: number): void {
    this.reserve(8)
    let rest = value
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.bytes[this.length++] = rest
  }

  float64(value: number): void {
    this.reserve(8)
    this.view.setFloat64(this.length, value, true)
    this.length += 8
  }

  /** Counts that are mostly 0: for each other one how many zeros precede it and itself; then the length as an end. */
  sparseCounts(counts: Float64Array): void {
    let next = 0
    counts.forEach((count, i) => {
      if (count === 0) return
      this.count(i - next)
      this.count(count)
      next = i + 1
    })
    this.count(counts.length)
  }

  text(value: string): void {
    const encoded = utf8Encoder.encode(value)
    this.count(encoded.length)
    this.reserve(encoded.length)
    this.bytes.set(encoded, this.length)
    this.length += encoded.length
  }

  /** A copy of exactly what was written. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.length)
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
    this.view = new DataView(grown.buffer)
  }
}

/** Reads what ByteWriter wrote. Throws MathError `malformed-bytes` instead of reading past the end. */
export class ByteReader {
  private readonly view: DataView
  private position = 0

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  byte(): number {
    const value = this.bytes[this.position++]
    if (value === undefined) throw cutOff()
    return value
  }

  count(): number {
    let value = 0
    let scale = 1
    for (let i = 0; i < 8; i++) {
      const part = this.byte()
      value += (part & 0x7f) * scale
      if (part < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break
        return value
      }
      scale *= 0x80
    }
    throw new MathError('malformed-bytes', 'A stored count is larger than 2^53 - 1.')
  }

  float64(): number {
    if (this.position + 8 > this.bytes.length) throw cutOff()
    const value = this.view.getFloat64(this.position, true)
    this.position += 8
    return value
  }

  /** Fills an array of zeros, as long as the one that was written. */
  sparseCounts(counts: Float64Array): void {
    let next = 0
    for (;;) {
      const skipped = this.count()
      if (skipped === counts.length) return
      const place = next + skipped
      if (place >= counts.length)
        throw new MathError('malformed-bytes', `More than ${counts.length} counts are stored.`)
      counts[place] = this.count()
      next = place + 1
    }
  }

  text(): string {
    const length = this.count()
    if (this.position + length > this.bytes.length) throw cutOff()
    const encoded = this.bytes.subarray(this.position, this.position + length)
    this.position += length
    try {
      return utf8Decoder.decode(encoded)
    } catch {
      throw new MathError('malformed-bytes', 'A stored text is not UTF-8.')
    }
  }

  /** Throws unless the next byte is this version. */
  expectVersion(what: string, version: number): void {
    const found = this.byte()
    if (found !== version) {
      throw new MathError('malformed-bytes', `A stored ${what} has version ${found}; this program reads ${version}.`)
    }
  }

  /** Throws unless everything was read. */
  expectEnd(what: string): void {
    const left = this.bytes.length - this.position
    if (left !== 0) throw new MathError('malformed-bytes', `A stored ${what} is followed by ${left} unexpected bytes.`)
  }
}

function cutOff(): MathError {
  return new MathError('malformed-bytes', 'The stored bytes end too early.')
}
