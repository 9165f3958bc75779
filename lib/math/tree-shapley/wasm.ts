// Writes one WebAssembly function from nested calls, in the binary format of the WebAssembly Core Specification 1.0,
// chapter 5: enough for a kernel of whole numbers, float64 and memory, without a compiler or a binary to keep.

/** Instructions; where they leave a value, one. */
export type Code = readonly number[]

/** A parameter or local. */
export interface Variable {
  get: Code
  set(value: Code): Code
  /** Sets it and leaves the value. */
  tee(value: Code): Code
}

const I32 = 0x7f
const F64 = 0x7c

const operation = (opcode: number) => (left: Code, right: Code) => [...left, ...right, opcode]
export const equal = operation(0x46)
/** Of whole numbers without sign, as addresses are. */
export const isBelow = operation(0x49)
export const plus = operation(0x6a)
export const minus = operation(0x6b)
export const timesWhole = operation(0x6c)
export const and = operation(0x71)
export const or = operation(0x72)
export const shiftLeft = operation(0x74)
/** Zeros come in. */
export const shiftRight = operation(0x76)
export const plusFloat = operation(0xa0)
export const minusFloat = operation(0xa1)
export const timesFloat = operation(0xa2)

/** Of a whole number without sign. */
export const toFloat = (whole: Code): Code => [...whole, 0xb8]
export const whole = (value: number): Code => [0x41, ...signed(value)]
export const float = (value: number): Code => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)]
/** The first where the condition is not 0. */
export const choose = (condition: Code, first: Code, second: Code): Code => [...first, ...second, ...condition, 0x1b]

const load = (opcode: number, align: number) => (address: Code, offset = 0): Code => [
  ...address,
  opcode,
  align,
  ...unsigned(offset),
]
export const loadWhole = load(0x28, 2)
export const loadByte = load(0x2d, 0)
export const loadShort = load(0x2f, 1)
export const loadFloat = load(0x2b, 3)

const store = (opcode: number, align: number) => (address: Code, value: Code, offset = 0): Code => [
  ...address,
  ...value,
  opcode,
  align,
  ...unsigned(offset),
]
export const storeWhole = store(0x36, 2)
export const storeFloat = store(0x39, 3)

/** Once, and again for as long as the condition is not 0. */
export const repeatWhile = (condition: Code, ...body: Code[]): Code => [
  ...[0x03, 0x40],
  ...body.flat(),
  ...condition,
  ...[0x0d, 0, 0x0b],
]

export const unless = (condition: Code, ...body: Code[]): Code => [
  ...[0x02, 0x40],
  ...condition,
  ...[0x0d, 0],
  ...body.flat(),
  0x0b,
]

/** Imports `explainer.memory`, exports `run`, which takes whole numbers and returns nothing. */
export class WasmFunction {
  private parameterCount = 0
  private readonly locals: number[] = []

  /** All before the first local. */
  parameter(): Variable {
    return variable(this.parameterCount++)
  }

  whole(): Variable {
    return this.local(I32)
  }

  float(): Variable {
    return this.local(F64)
  }

  private local(type: number): Variable {
    return variable(this.parameterCount + this.locals.push(type) - 1)
  }

  module(...body: Code[]): Uint8Array<ArrayBuffer> {
    const parameters = Array<number>(this.parameterCount).fill(I32)
    const locals = this.locals.map((type) => [1, type])
    const code = [...list(locals), ...body.flat(), 0x0b]
    return Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, [[0x60, ...list(parameters.map((type) => [type])), 0]]),
      ...section(2, [[...name('explainer'), ...name('memory'), 2, 0, 1]]),
      ...section(3, [[0]]),
      ...section(7, [[...name('run'), 0, 0]]),
      ...section(10, [[...unsigned(code.length), ...code]]),
    ])
  }
}

function variable(index: number): Variable {
  const own = unsigned(index)
  return {
    get: [0x20, ...own],
    set: (value) => [...value, 0x21, ...own],
    tee: (value) => [...value, 0x22, ...own],
  }
}

function section(id: number, entries: readonly Code[]): Code {
  const content = list(entries)
  return [id, ...unsigned(content.length), ...content]
}

function list(entries: readonly Code[]): Code {
  return [...unsigned(entries.length), ...entries.flat()]
}

function name(text: string): Code {
  return list([...new TextEncoder().encode(text)].map((byte) => [byte]))
}

/** LEB128, section 5.2.2. */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]
}

function signed(value: number): Code {
  return value >= -64 && value < 64 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)]
}
