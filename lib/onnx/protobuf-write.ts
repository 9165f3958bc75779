/** Writes the few protobuf forms that rewriting a graph needs: varints, and fields that hold bytes or text. */
import { WIRE_BYTES, WIRE_VARINT } from './protobuf'

const utf8 = new TextEncoder()

/** @param value a non-negative integer up to 2^53. */
export function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  bytes.push(rest)
  return Uint8Array.from(bytes)
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

export function intField(field: number, value: number): Uint8Array {
  return joined([varint(field * 8 + WIRE_VARINT), varint(value)])
}

/** A field holding bytes, text, or the message made of the given parts. */
export function bytesField(field: number, content: Uint8Array | string | readonly Uint8Array[]): Uint8Array {
  const bytes =
    typeof content === 'string' ? utf8.encode(content) : content instanceof Uint8Array ? content : joined(content)
  return joined([varint(field * 8 + WIRE_BYTES), varint(bytes.length), bytes])
}
