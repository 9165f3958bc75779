// The two 16 bit floats. Node has no Float16Array before version 24.

const SMALLEST_NORMAL = 2 ** -14
const SMALLEST_SUBNORMAL = 2 ** -24
/** From here the nearest half is infinite: half of a step beyond the largest, 65504 (IEEE 754-2019, 4.3.1). */
const OVERFLOWS_AT = 65520

/** IEEE 754 binary16 from its bits. */
export function halfFromBits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0 ? sign * fraction * SMALLEST_SUBNORMAL : sign * 2 ** (exponent - 15) * (1 + fraction / 1024)
}

/** The nearest binary16, ties to the even one. */
export function halfToBits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const size = Math.abs(value)
  if (size >= OVERFLOWS_AT) return sign | 0x7c00
  if (size < SMALLEST_NORMAL) return sign | toEven(size / SMALLEST_SUBNORMAL)
  const rough = Math.floor(Math.log2(size))
  // log2 may be off by one next to a power of two.
  const exponent = size < 2 ** rough ? rough - 1 : size >= 2 ** (rough + 1) ? rough + 1 : rough
  // A fraction that rounds up to 1024 carries into the exponent, which is the next power of two.
  return sign | (((exponent + 15) << 10) + toEven((size / 2 ** exponent - 1) * 1024))
}

/** bfloat16 is the upper half of a binary32. */
export function brainFromBits(bits: number): number {
  word.setUint32(0, bits * 0x1_0000)
  return word.getFloat32(0)
}

/** The nearest bfloat16, ties to the even one. */
export function brainToBits(value: number): number {
  if (Number.isNaN(value)) return 0x7fc0
  word.setFloat32(0, value)
  const bits = word.getUint32(0)
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) / 0x1_0000) & 0xffff
}

const word = new DataView(new ArrayBuffer(4))

function toEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor
}
