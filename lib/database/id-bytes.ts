// An id as the database keeps it: a UUID in its 16 bytes, half of what its text takes in the row and in every index. Any
// other text goes in behind a mark, so that whatever somebody asks for by mistake is a value too: one that finds nothing.
const UUID_BYTES = 16
const UUID_CHARACTERS = 36
const DASHES_BEFORE = new Set([4, 6, 8, 10])
const DASH = 0x2d
/** Marks of a text; the second is followed by a zero, where the first would make 16 bytes of it. */
const TEXT = 0
const PADDED_TEXT = 1

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
/** Of a character code; -1 where it is no lower-case hexadecimal digit. */
const DIGITS = Int8Array.from({ length: 128 }, (_, code) => '0123456789abcdef'.indexOf(String.fromCharCode(code)))
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

export function idToBytes(id: string): Uint8Array {
  return uuidToBytes(id) ?? textToBytes(id)
}

export function bytesToId(bytes: Uint8Array): string {
  if (bytes.length !== UUID_BYTES) return decoder.decode(bytes.subarray(bytes[0] === PADDED_TEXT ? 2 : 1))
  let id = ''
  for (let index = 0; index < UUID_BYTES; index++) {
    if (DASHES_BEFORE.has(index)) id += '-'
    id += HEX[bytes[index] as number] as string
  }
  return id
}

/** Null where it is not written as RFC 9562 writes it, in lower case. */
function uuidToBytes(id: string): Uint8Array | null {
  if (id.length !== UUID_CHARACTERS) return null
  const bytes = Buffer.allocUnsafe(UUID_BYTES)
  let at = 0
  for (let index = 0; index < UUID_BYTES; index++) {
    if (DASHES_BEFORE.has(index) && id.charCodeAt(at++) !== DASH) return null
    const high = digitAt(id, at++)
    const low = digitAt(id, at++)
    if (high < 0 || low < 0) return null
    bytes[index] = (high << 4) | low
  }
  return bytes
}

function digitAt(text: string, at: number): number {
  return DIGITS[text.charCodeAt(at)] ?? -1
}

function textToBytes(id: string): Uint8Array {
  const text = Buffer.from(id, 'utf8')
  const mark = text.length + 1 === UUID_BYTES ? [PADDED_TEXT, 0] : [TEXT]
  return Buffer.concat([Uint8Array.from(mark), text])
}
