/** Operators that compute each cell from the cells at its place. Float32 results are rounded after every operator. */
import { floatOf, intOf, numbersIn, type GraphNode, type TensorData } from '../graph'
import {
  allFields,
  roundingOf,
  UnsupportedError,
  type CellType,
  type Operand,
  type ProgramBuilder,
  type Wire,
} from './builder'
import type { OperatorTable } from './program'

const ELEMENT_TYPES: Record<number, CellType> = {
  1: 'float32',
  6: 'integer',
  7: 'integer',
  8: 'text',
  9: 'boolean',
  11: 'float64',
}

function cast(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.input(node)
  const type = ELEMENT_TYPES[intOf(node, 'to', 0)]
  if (!type || (type === 'text') !== (wire.type === 'text'))
    throw new UnsupportedError('Cast between texts and numbers')
  if (type === wire.type || type === 'text') {
    builder.name(node, wire)
    return
  }
  const convert = {
    float32: Math.fround,
    float64: (x: number) => x,
    integer: Math.trunc,
    boolean: (x: number) => (x === 0 ? 0 : 1),
  }[type]
  each(node, builder, wire, type, convert)
}

function each(
  node: GraphNode,
  builder: ProgramBuilder,
  wire: Wire,
  type: CellType,
  compute: (value: number) => number,
): void {
  const out = builder.output(node, type, wire.tail, wire.fields)
  const { start, size } = wire
  builder.steps.push((numbers) => {
    for (let cell = 0; cell < size; cell++) numbers[out.start + cell] = compute(numbers[start + cell] as number)
  })
}

type Unary = (node: GraphNode) => (value: number) => number

const sigmoid = (x: number) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)))

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
  Sigmoid: () => sigmoid,
  Tanh: () => Math.tanh,
  Relu: () => (x) => (x > 0 || x !== x ? x : 0),
  LeakyRelu: (node) => {
    const alpha = floatOf(node, 'alpha', 0.01)
    return (x) => (x < 0 ? alpha * x : x)
  },
  Elu: (node) => {
    const alpha = floatOf(node, 'alpha', 1)
    return (x) => (x < 0 ? alpha * Math.expm1(x) : x)
  },
  Softplus: () => (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
}

const BINARY: Record<string, (a: number, b: number) => number> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Pow: (a, b) => a ** b,
  Min: (a, b) => Math.min(a, b),
  Max: (a, b) => Math.max(a, b),
}

const TESTS: Record<string, (a: number, b: number) => boolean> = {
  Less: (a, b) => a < b,
  LessOrEqual: (a, b) => a <= b,
  Greater: (a, b) => a > b,
  GreaterOrEqual: (a, b) => a >= b,
  Equal: (a, b) => a === b,
}

/** Whole numbers would divide and round by rules of their own. */
function isFloat(type: CellType): boolean {
  return type === 'float32' || type === 'float64'
}

/** How a cell of the result finds its operand: from the wire, or from the constant. */
type Source = { start: number; step: number; values: null } | { start: number; step: number; values: Float64Array }

function sourceOf(node: GraphNode, { wire, constant }: Operand, tail: readonly number[], size: number): Source {
  if (wire) {
    if (wire.size !== size && wire.size !== 1) throw new UnsupportedError(`${node.opType} of different widths`)
    return { start: wire.start, step: wire.size === 1 ? 0 : 1, values: null }
  }
  const values = rowConstant(node, constant, tail, size)
  return { start: 0, step: values.length === 1 ? 0 : 1, values }
}

/** A constant that is the same for every row: a single number, or one for each cell of the last axes. */
function rowConstant(node: GraphNode, constant: TensorData, tail: readonly number[], size: number): Float64Array {
  const numbers = numbersIn(constant)
  if (!numbers) throw new UnsupportedError(`${node.opType} with texts`)
  if (numbers.length === 1) return Float64Array.from(numbers)
  const dims = constant.dims.length > tail.length ? constant.dims.slice(1) : constant.dims
  const isRow = constant.dims.length <= tail.length || constant.dims[0] === 1
  const isSame = dims.length === tail.length && dims.every((length, place) => length === tail[place])
  if (!isRow || !isSame || numbers.length !== size)
    throw new UnsupportedError(`${node.opType} with a constant of another shape`)
  return Float64Array.from(numbers)
}

function binary(node: GraphNode, builder: ProgramBuilder): void {
  const operands = node.inputs.map((_, index) => builder.operand(node, index))
  const compute = BINARY[node.opType]
  const test = TESTS[node.opType]
  const wires = operands.flatMap(({ wire }) => (wire ? [wire] : []))
  const [first, ...others] = wires
  if (!first || operands.length !== 2) throw new UnsupportedError(`${node.opType} of ${operands.length} values`)
  if (wires.some((wire) => wire.type !== first.type || wire.tail.length !== first.tail.length))
    throw new UnsupportedError(`${node.opType} of different shapes or types`)
  if (first.type === 'text' || (compute && !isFloat(first.type)))
    throw new UnsupportedError(`${node.opType} of ${first.type}`)
  const widest = others.reduce((wide, wire) => (wire.size > wide.size ? wire : wide), first)
  const { tail, size } = widest
  const [a, b] = operands.map((operand) => sourceOf(node, operand, tail, size)) as [Source, Source]
  const fields = Array.from({ length: size }, (_, cell) =>
    allFields(wires.map((wire) => ({ ...wire, fields: [wire.fields[wire.size === 1 ? 0 : cell] ?? []] }))),
  )
  const out = builder.output(node, test ? 'boolean' : first.type, tail, fields)
  const round = roundingOf(out.type)
  const result = test
    ? (x: number, y: number) => (test(x, y) ? 1 : 0)
    : (x: number, y: number) => round(compute?.(x, y) ?? NaN)
  builder.steps.push((numbers) => {
    for (let cell = 0; cell < size; cell++) {
      const x = (a.values ?? numbers)[a.start + cell * a.step] as number
      const y = (b.values ?? numbers)[b.start + cell * b.step] as number
      numbers[out.start + cell] = result(x, y)
    }
  })
}

function clip(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.numeric(node)
  const low = builder.numbers(node, 1)?.[0] ?? floatOf(node, 'min', -Infinity)
  const high = builder.numbers(node, 2)?.[0] ?? floatOf(node, 'max', Infinity)
  each(node, builder, wire, wire.type, (x) => Math.min(Math.max(x, low), high))
}

function softmax(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.numeric(node)
  const axis = intOf(node, 'axis', -1)
  if (wire.tail.length !== 1 || (axis !== 1 && axis !== -1)) throw new UnsupportedError('Softmax across rows')
  const fields = allFields([wire])
  const out = builder.output(
    node,
    wire.type,
    wire.tail,
    wire.fields.map(() => fields),
  )
  const round = roundingOf(wire.type)
  builder.steps.push((numbers) => softmaxInto(numbers, wire.start, out.start, wire.size, round))
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

function unary(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.numeric(node)
  const compute = UNARY[node.opType]?.(node)
  if (!compute || (!isFloat(wire.type) && !['Abs', 'Neg'].includes(node.opType)))
    throw new UnsupportedError(`${node.opType} of ${wire.type}`)
  const round = roundingOf(wire.type)
  each(node, builder, wire, wire.type, (x) => round(compute(x)))
}

export { sigmoid }

export const ARITHMETIC: OperatorTable = {
  Cast: cast,
  Clip: clip,
  Softmax: softmax,
  ...Object.fromEntries(Object.keys(UNARY).map((name) => [name, unary])),
  ...Object.fromEntries([...Object.keys(BINARY), ...Object.keys(TESTS)].map((name) => [name, binary])),
}
