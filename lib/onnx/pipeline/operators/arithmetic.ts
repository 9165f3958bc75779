/** Operators that compute each cell from the cell at its place. Float32 results are rounded after every operator. */
import { floatOf, intOf, type GraphNode } from '../../graph'
import { changedBy, isFloat, numbersOnly, roundingOf, tailAxis, UnsupportedError } from '../builder'
import type { Cell, CellType, ProgramBuilder, Wire } from '../builder'
import { isForm, linked, moved, normalized, softmaxed, type Form } from '../forms'
import type { OperatorTable } from '../program'

const ELEMENT_TYPES: Record<number, CellType> = {
  1: 'float32',
  6: 'integer',
  7: 'integer',
  8: 'text',
  9: 'boolean',
  11: 'float64',
}
const INT32 = 6

function cast(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.turned(node)
  const to = intOf(node, 'to', 0)
  const type = ELEMENT_TYPES[to]
  const isReadable = type === 'text' ? ['text', 'integer'].includes(wire.type) : wire.type !== 'text'
  if (!type || !isReadable)
    throw new UnsupportedError('Cast between texts and fractions')
  if (type === wire.type) {
    builder.name(node, wire)
    return
  }
  const isKept = isFloat(type) && isFloat(wire.type)
  const cells = isKept ? wire.cells : wire.cells.map((cell) => ({ ...cell, form: 'the answer comes from Cast' }))
  const out = builder.output(node, type, wire.tail, cells, wire.rowAxis)
  const { start, size } = wire
  if (type === 'text') {
    builder.step(size, (numbers, texts) => {
      for (let cell = 0; cell < size; cell++) texts[out.start + cell] = String(numbers[start + cell])
    })
    return
  }
  const convert = {
    float32: Math.fround,
    float64: (x: number) => x,
    integer: wholeOf(to === INT32 ? 2 ** 31 : 2 ** 63),
    boolean: (x: number) => (x === 0 ? 0 : 1),
  }[type]
  eachCell(builder, wire, out, convert)
}

/** What lies beyond a whole number's range, and NaN, is the lowest on x86 (cvttss2si); no encoder knows it. */
function wholeOf(limit: number): (x: number) => number {
  return (x) => (x >= -limit && x < limit ? Math.trunc(x) : -limit)
}

function eachCell(builder: ProgramBuilder, wire: Wire, out: Wire, compute: (value: number) => number): void {
  const { start, size } = wire
  builder.step(size, (numbers) => {
    for (let cell = 0; cell < size; cell++) numbers[out.start + cell] = compute(numbers[start + cell] as number)
  })
}

type Unary = (node: GraphNode) => (value: number) => number

export const sigmoid = (x: number) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)))

function halfEven(x: number): number {
  const floor = Math.floor(x)
  const rest = x - floor
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1
}

const UNARY: Record<string, Unary> = {
  Abs: () => Math.abs,
  Neg: () => (x) => -x,
  Exp: () => Math.exp,
  Log: () => Math.log,
  Sqrt: () => Math.sqrt,
  Reciprocal: () => (x) => 1 / x,
  Ceil: () => Math.ceil,
  Floor: () => Math.floor,
  Round: () => halfEven,
  Sign: () => Math.sign,
  Sin: () => Math.sin,
  Cos: () => Math.cos,
  Sigmoid: () => sigmoid,
  Tanh: () => Math.tanh,
  Relu: () => (x) => (x > 0 || x !== x ? x : 0),
  LeakyRelu: (node) => {
    const alpha = floatOf(node, 'alpha', Math.fround(0.01))
    return (x) => (x < 0 ? alpha * x : x)
  },
  Elu: (node) => {
    const alpha = floatOf(node, 'alpha', 1)
    return (x) => (x < 0 ? alpha * Math.expm1(x) : x)
  },
  Celu: (node) => {
    const alpha = floatOf(node, 'alpha', 1)
    return (x) => Math.max(x, 0) + Math.min(0, alpha * Math.expm1(x / alpha))
  },
  Selu: (node) => {
    const alpha = floatOf(node, 'alpha', Math.fround(1.6732632))
    const gamma = floatOf(node, 'gamma', Math.fround(1.050701))
    return (x) => gamma * (x > 0 ? x : alpha * Math.expm1(x))
  },
  HardSigmoid: (node) => {
    const [alpha, beta] = [floatOf(node, 'alpha', Math.fround(0.2)), floatOf(node, 'beta', 0.5)]
    return (x) => Math.max(0, Math.min(1, alpha * x + beta))
  },
  ThresholdedRelu: (node) => {
    const alpha = floatOf(node, 'alpha', 1)
    return (x) => (x > alpha ? x : 0)
  },
  Softsign: () => (x) => x / (1 + Math.abs(x)),
  Softplus: () => (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
}

const OF_WHOLES = new Set(['Abs', 'Neg', 'Sign'])

function unary(node: GraphNode, builder: ProgramBuilder): void {
  const wire = numbersOnly(node, builder.turned(node))
  const compute = UNARY[node.opType]?.(node)
  if (!compute || (!isFloat(wire.type) && !(wire.type === 'integer' && OF_WHOLES.has(node.opType))))
    throw new UnsupportedError(`${node.opType} of ${wire.type}`)
  const cells = wire.cells.map((cell) => ({ ...changedBy(node, cell), form: formBehind(node, cell) }))
  const round = roundingOf(wire.type)
  const out = builder.output(node, wire.type, wire.tail, cells, wire.rowAxis)
  eachCell(builder, wire, out, (x) => round(compute(x)))
}

function formBehind({ opType }: GraphNode, { form }: Cell): Form | string {
  if (isForm(form)) {
    if (opType === 'Neg') return moved(form, -1, 0)
    if (opType === 'Sigmoid') return linked(form, 'logistic')
    if (opType === 'Exp') return linked(form, 'exponential')
    // What is never negative stays as it is.
    if (opType === 'Abs' && form.link !== 'identity') return form
  }
  return `the answer comes from ${opType}`
}

const CLAIMS: Record<string, (value: number) => boolean> = {
  Not: (x) => x === 0,
  IsNaN: Number.isNaN,
  IsInf: (x) => Math.abs(x) === Infinity,
}

function claim(node: GraphNode, builder: ProgramBuilder): void {
  const wire = numbersOnly(node, builder.turned(node))
  const holds = CLAIMS[node.opType] as (value: number) => boolean
  if (node.opType === 'Not' ? wire.type !== 'boolean' : !isFloat(wire.type))
    throw new UnsupportedError(`${node.opType} of ${wire.type}`)
  if (node.attributes.has('detect_negative') || node.attributes.has('detect_positive'))
    throw new UnsupportedError('IsInf of one sign')
  const out = builder.output(node, 'boolean', wire.tail, builder.changed(node, wire), wire.rowAxis)
  eachCell(builder, wire, out, (x) => (holds(x) ? 1 : 0))
}

function clip(node: GraphNode, builder: ProgramBuilder): void {
  const wire = numbersOnly(node, builder.turned(node))
  const low = builder.numbers(node, 1)?.[0] ?? floatOf(node, 'min', -Infinity)
  const high = builder.numbers(node, 2)?.[0] ?? floatOf(node, 'max', Infinity)
  const out = builder.output(node, wire.type, wire.tail, builder.changed(node, wire), wire.rowAxis)
  eachCell(builder, wire, out, (x) => Math.min(Math.max(x, low), high))
}

/** A row of columns, of which each result needs all. */
export function rowOfColumns(node: GraphNode, builder: ProgramBuilder): Wire {
  const wire = builder.numeric(node)
  if (wire.tail.length !== 1) throw new UnsupportedError(`${node.opType} of more than a row of columns`)
  return wire
}

function softmax(node: GraphNode, builder: ProgramBuilder): void {
  const wire = rowOfColumns(node, builder)
  if (!isFloat(wire.type)) throw new UnsupportedError(`${node.opType} of ${wire.type}`)
  // Before version 13 the axis is where columns begin, 1 if not said; of one axis of columns that is the same.
  tailAxis(node, intOf(node, 'axis', -1), wire)
  const isLog = node.opType === 'LogSoftmax'
  const joined = builder.joined(node, wire.cells)
  const forms = isLog ? null : softmaxed(wire.cells.map(({ form }) => form), (cost) => builder.spend(cost))
  const cells = wire.cells.map((_, cell) => ({ ...joined, form: forms?.[cell] ?? joined.form }))
  const out = builder.output(node, wire.type, wire.tail, cells)
  const round = roundingOf(wire.type)
  builder.step(3 * wire.size, (numbers) => {
    if (isLog) logSoftmaxInto(numbers, wire, out.start, round)
    else softmaxInto(numbers, wire.start, out.start, wire.size, round)
  })
}

/** Of `size` numbers from `from`, written from `to`; the largest is taken off first, so that nothing overflows. */
export function softmaxInto(
  numbers: Float64Array,
  from: number,
  to: number,
  size: number,
  round: (value: number) => number,
): void {
  let highest = -Infinity
  for (let cell = 0; cell < size; cell++) highest = Math.max(highest, numbers[from + cell] as number)
  let total = 0
  for (let cell = 0; cell < size; cell++) {
    const power = Math.exp((numbers[from + cell] as number) - highest)
    numbers[to + cell] = power
    total += power
  }
  for (let cell = 0; cell < size; cell++) numbers[to + cell] = round((numbers[to + cell] as number) / total)
}

function logSoftmaxInto(
  numbers: Float64Array,
  { start, size }: Wire,
  to: number,
  round: (value: number) => number,
): void {
  let highest = -Infinity
  for (let cell = 0; cell < size; cell++) highest = Math.max(highest, numbers[start + cell] as number)
  let total = 0
  for (let cell = 0; cell < size; cell++) total += Math.exp((numbers[start + cell] as number) - highest)
  const log = highest + Math.log(total)
  for (let cell = 0; cell < size; cell++) numbers[to + cell] = round((numbers[start + cell] as number) - log)
}

/** normalizer.cc; its MAX is the largest value, not magnitude, and where the norm is 0 nothing is divided. */
function normalizer(node: GraphNode, builder: ProgramBuilder): void {
  const wire = rowOfColumns(node, builder)
  const norm = node.attributes.get('norm')
  const kind = norm?.kind === 'string' ? norm.value : 'MAX'
  const joined = builder.joined(node, wire.cells)
  const forms = kind === 'L1' ? normalized(wire.cells.map(({ form }) => form), node.opType) : []
  const cells = wire.cells.map((_, cell) => ({ ...joined, form: forms[cell] ?? joined.form }))
  const out = builder.output(node, 'float32', wire.tail, cells)
  const { start, size } = wire
  builder.step(2 * size, (numbers) => {
    let total = kind === 'MAX' ? -Infinity : 0
    for (let cell = start; cell < start + size; cell++) {
      const value = numbers[cell] as number
      if (kind === 'MAX') total = Math.max(total, value)
      else total = Math.fround(total + (kind === 'L1' ? Math.abs(value) : Math.fround(value * value)))
    }
    for (let cell = 0; cell < size; cell++) {
      const value = numbers[start + cell] as number
      let result = value
      if (total !== 0) {
        result =
          kind === 'L2' ? Math.sign(value) * Math.sqrt(Math.fround(Math.fround(value * value) / total)) : value / total
      }
      numbers[out.start + cell] = Math.fround(result)
    }
  })
}

export const ARITHMETIC: OperatorTable = {
  Cast: cast,
  Clip: clip,
  Softmax: softmax,
  LogSoftmax: softmax,
  Normalizer: normalizer,
  ...Object.fromEntries(Object.keys(UNARY).map((name) => [name, unary])),
  ...Object.fromEntries(Object.keys(CLAIMS).map((name) => [name, claim])),
}
