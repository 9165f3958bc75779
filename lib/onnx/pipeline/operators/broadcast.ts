/** Operators of several values, cell by cell; shorter axes are repeated as ONNX broadcasts them. */
import { numbersIn, type GraphNode, type TensorData } from '../../graph'
import { isFloat, product, roundingOf, UnsupportedError } from '../builder'
import type { Cell, CellType, Operand, ProgramBuilder, Wire } from '../builder'
import { added, isForm, moved, type Form } from '../forms'
import type { OperatorTable } from '../program'

/** How the cells of the result find their operand: among the program's cells, or among a constant's values. */
interface Source {
  wire: Wire | null
  numbers: Float64Array | null
  texts: readonly string[] | null
  type: CellType
  /** For each cell of the result its place: absolute for a wire. */
  from: Int32Array
}

interface Broadcast {
  tail: readonly number[]
  rowAxis: number
  size: number
  sources: Source[]
}

const CONSTANT_TYPES: Partial<Record<TensorData['elementType'], CellType>> = {
  float32: 'float32',
  float64: 'float64',
  bool: 'boolean',
  string: 'text',
}

function broadcast(node: GraphNode, builder: ProgramBuilder): Broadcast {
  if (node.attributes.has('broadcast')) throw new UnsupportedError(`${node.opType} of an old version`)
  const operands = node.inputs.map((_, index) => builder.operand(node, index))
  const wires = operands.flatMap(({ wire }) => wire ?? [])
  const [first] = wires
  if (!first) throw new UnsupportedError(`${node.opType} of constants`)
  // Shapes are aligned at their ends: the rows must stand at the same place from there.
  const behind = first.tail.length - first.rowAxis
  if (wires.some((wire) => wire.tail.length - wire.rowAxis !== behind))
    throw new UnsupportedError(`${node.opType} across rows`)
  const shapes = operands.map((operand) => withoutRows(node, operand, behind))
  const rank = Math.max(...shapes.map((shape) => shape.length))
  const padded = shapes.map((shape) => [...new Array<number>(rank - shape.length).fill(1), ...shape])
  const tail = Array.from({ length: rank }, (_, axis) => Math.max(...padded.map((shape) => shape[axis] as number)))
  if (padded.some((shape) => shape.some((size, axis) => size !== 1 && size !== tail[axis])))
    throw new UnsupportedError(`${node.opType} of different widths`)
  const size = product(tail)
  builder.spend(size * operands.length)
  const sources = operands.map((operand, index) => sourceOf(operand, padded[index] as number[], tail, size))
  return { tail, rowAxis: rank - behind, size, sources }
}

/** The sizes of all axes but the rows'. A constant that reaches over the rows is the same for each. */
function withoutRows(node: GraphNode, { wire, constant }: Operand, behind: number): readonly number[] {
  if (wire) return wire.tail
  const { dims } = constant
  const row = dims.length - 1 - behind
  if (row < 0) return dims
  if (dims[row] !== 1) throw new UnsupportedError(`${node.opType} with a constant of another shape`)
  return dims.filter((_, axis) => axis !== row)
}

function sourceOf(
  { wire, constant }: Operand,
  shape: readonly number[],
  tail: readonly number[],
  size: number,
): Source {
  const strides = new Array<number>(shape.length).fill(0)
  let stride = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = shape[axis] === 1 ? 0 : stride
    stride *= shape[axis] as number
  }
  const from = new Int32Array(size)
  const counters = new Array<number>(tail.length).fill(0)
  let place = wire?.start ?? 0
  for (let cell = 0; cell < size; cell++) {
    from[cell] = place
    for (let axis = tail.length - 1; axis >= 0; axis--) {
      counters[axis] = (counters[axis] as number) + 1
      place += strides[axis] as number
      if ((counters[axis] as number) < (tail[axis] as number)) break
      place -= (counters[axis] as number) * (strides[axis] as number)
      counters[axis] = 0
    }
  }
  if (wire) return { wire, numbers: null, texts: null, type: wire.type, from }
  const numbers = numbersIn(constant)
  return {
    wire: null,
    numbers: numbers ? Float64Array.from(numbers) : null,
    texts: Array.isArray(constant.values) ? constant.values : null,
    type: CONSTANT_TYPES[constant.elementType] ?? 'integer',
    from,
  }
}

function cellAt({ wire, from }: Source, cell: number): Cell | null {
  return wire?.cells[(from[cell] as number) - wire.start] ?? null
}

/** @param form of a cell of the result, by its operands: forms, reasons, or a constant's numbers */
function cellsOf(
  node: GraphNode,
  builder: ProgramBuilder,
  { size, sources }: Broadcast,
  form?: (operands: (Form | string | number)[]) => Form | string,
): Cell[] {
  return Array.from({ length: size }, (_, cell) => {
    const own = sources.map((source) => cellAt(source, cell))
    const known = own.filter((one) => one !== null)
    const joined = builder.joined(node, known)
    if (!form || known.length === 0) return joined
    const operands = own.map((one, index) => one?.form ?? constantAt(sources[index] as Source, cell))
    return { ...joined, form: form(operands) }
  })
}

function constantAt({ numbers, from }: Source, cell: number): number {
  return numbers?.[from[cell] as number] ?? NaN
}

function numbersSame(node: GraphNode, { sources }: Broadcast): CellType {
  const type = sources.find(({ wire }) => wire)?.type ?? 'float32'
  if (sources.some((source) => source.type === 'text')) throw new UnsupportedError(`${node.opType} with texts`)
  if (sources.some((source) => source.wire && source.type !== type))
    throw new UnsupportedError(`${node.opType} of different types`)
  return type
}

const BINARY: Record<string, (a: number, b: number) => number> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Pow: (a, b) => a ** b,
  Min: (a, b) => Math.min(a, b),
  Max: (a, b) => Math.max(a, b),
  PRelu: (a, b) => (a < 0 ? a * b : a),
}
/** Of whole numbers, as long as they stay below 2^53; division and powers have rules of their own. */
const OF_WHOLES = new Set(['Add', 'Sub', 'Mul', 'Min', 'Max'])

function binary(node: GraphNode, builder: ProgramBuilder): void {
  const shared = broadcast(node, builder)
  const [a, b] = shared.sources
  const compute = BINARY[node.opType]
  if (!a || !b || !compute || shared.sources.length !== 2)
    throw new UnsupportedError(`${node.opType} of ${shared.sources.length} values`)
  const type = numbersSame(node, shared)
  if (!isFloat(type) && !(type === 'integer' && OF_WHOLES.has(node.opType)))
    throw new UnsupportedError(`${node.opType} of ${type}`)
  const cells = cellsOf(node, builder, shared, (operands) => formOfTwo(node.opType, operands, builder))
  const out = builder.output(node, type, shared.tail, cells, shared.rowAxis)
  const round = roundingOf(type)
  eachPair(builder, a, b, out, (x, y) => round(compute(x, y)))
}

function eachPair(
  builder: ProgramBuilder,
  a: Source,
  b: Source,
  { start, size }: Wire,
  compute: (x: number, y: number) => number,
): void {
  builder.step(size, (numbers) => {
    for (let cell = 0; cell < size; cell++) {
      const x = (a.numbers ?? numbers)[a.from[cell] as number] as number
      const y = (b.numbers ?? numbers)[b.from[cell] as number] as number
      numbers[start + cell] = compute(x, y)
    }
  })
}

function formOfTwo(opType: string, [a, b]: (Form | string | number)[], builder: ProgramBuilder): Form | string {
  const unknown = `the answer is two values joined by ${opType}`
  if (a === undefined || b === undefined) return unknown
  if (typeof a !== 'number' && typeof b !== 'number') {
    // A sum of probabilities that is always one (see `added`).
    if (opType === 'Div' && isForm(b) && b.terms.length === 0) return moved(a, 1 / b.constant, 0)
    if (opType !== 'Add' && opType !== 'Sub') return unknown
    const parts = [{ form: a, factor: 1 }, { form: b, factor: opType === 'Add' ? 1 : -1 }]
    return added(parts, (cost) => builder.spend(cost))
  }
  const isRight = typeof b === 'number'
  const number = isRight ? b : (a as number)
  const form = (isRight ? a : b) as Form | string
  switch (opType) {
    case 'Add':
      return moved(form, 1, number)
    case 'Sub':
      return isRight ? moved(form, 1, -number) : moved(form, -1, number)
    case 'Mul':
      return moved(form, number, 0)
    case 'Div':
      return isRight ? moved(form, 1 / number, 0) : 'the answer is a constant divided by a value'
    default:
      return `the answer comes from ${opType}`
  }
}

/** Sum and Mean of any number of values, added one after another; Min and Max of more or less than two. */
function variadic(node: GraphNode, builder: ProgramBuilder): void {
  const shared = broadcast(node, builder)
  const { sources } = shared
  const type = numbersSame(node, shared)
  if (!isFloat(type)) throw new UnsupportedError(`${node.opType} of ${type}`)
  const isMean = node.opType === 'Mean'
  const join = BINARY[node.opType] ?? ((a: number, b: number) => a + b)
  const factor = isMean ? 1 / sources.length : 1
  const form = (operands: (Form | string | number)[]): Form | string => {
    if (node.opType !== 'Sum' && !isMean) return `the answer comes from ${node.opType}`
    const forms = operands.filter((operand) => typeof operand !== 'number')
    const constant = operands.reduce<number>((sum, operand) => sum + (typeof operand === 'number' ? operand : 0), 0)
    return moved(
      added(forms.map((own) => ({ form: own, factor })), (cost) => builder.spend(cost)),
      1,
      factor * constant,
    )
  }
  const out = builder.output(node, type, shared.tail, cellsOf(node, builder, shared, form), shared.rowAxis)
  const round = roundingOf(type)
  const share = round(1 / sources.length)
  builder.step(shared.size * sources.length, (numbers) => {
    for (let cell = 0; cell < shared.size; cell++) {
      let total = 0
      for (let index = 0; index < sources.length; index++) {
        const source = sources[index] as Source
        const value = (source.numbers ?? numbers)[source.from[cell] as number] as number
        total = index === 0 ? value : round(join(total, value))
      }
      numbers[out.start + cell] = isMean ? round(total * share) : total
    }
  })
}

const TESTS: Record<string, (a: number, b: number) => boolean> = {
  Less: (a, b) => a < b,
  LessOrEqual: (a, b) => a <= b,
  Greater: (a, b) => a > b,
  GreaterOrEqual: (a, b) => a >= b,
  Equal: (a, b) => a === b,
  And: (a, b) => a !== 0 && b !== 0,
  Or: (a, b) => a !== 0 || b !== 0,
  Xor: (a, b) => a !== b,
}

function test(node: GraphNode, builder: ProgramBuilder): void {
  const shared = broadcast(node, builder)
  const [a, b] = shared.sources
  const holds = TESTS[node.opType]
  if (!a || !b || !holds || shared.sources.length !== 2)
    throw new UnsupportedError(`${node.opType} of ${shared.sources.length} values`)
  const isText = shared.sources.every(({ type }) => type === 'text')
  if (isText && node.opType !== 'Equal') throw new UnsupportedError(`${node.opType} of texts`)
  if (!isText) numbersSame(node, shared)
  const out = builder.output(node, 'boolean', shared.tail, cellsOf(node, builder, shared), shared.rowAxis)
  if (!isText) {
    eachPair(builder, a, b, out, (x, y) => (holds(x, y) ? 1 : 0))
    return
  }
  builder.step(shared.size, (numbers, texts) => {
    for (let cell = 0; cell < shared.size; cell++) {
      const x = (a.texts ?? texts)[a.from[cell] as number]
      const y = (b.texts ?? texts)[b.from[cell] as number]
      numbers[out.start + cell] = x === y ? 1 : 0
    }
  })
}

/** The second or third value, where the first holds or not. */
function where(node: GraphNode, builder: ProgramBuilder): void {
  const shared = broadcast(node, builder)
  const [when, then, otherwise] = shared.sources
  if (!when || !then || !otherwise) throw new UnsupportedError('Where without its values')
  if (when.type !== 'boolean' || then.type !== otherwise.type) throw new UnsupportedError('Where of different types')
  const out = builder.output(node, then.type, shared.tail, cellsOf(node, builder, shared), shared.rowAxis)
  const isText = then.type === 'text'
  builder.step(shared.size, (numbers, texts) => {
    for (let cell = 0; cell < shared.size; cell++) {
      const holds = (when.numbers ?? numbers)[when.from[cell] as number] !== 0
      const source = holds ? then : otherwise
      const place = source.from[cell] as number
      if (isText) texts[out.start + cell] = (source.texts ?? texts)[place] as string
      else numbers[out.start + cell] = (source.numbers ?? numbers)[place] as number
    }
  })
}

/** Min and Max take any number of values since version 8. */
const twoOrMore = (node: GraphNode, builder: ProgramBuilder) =>
  node.inputs.length === 2 ? binary(node, builder) : variadic(node, builder)

export const BROADCAST: OperatorTable = {
  ...Object.fromEntries(Object.keys(BINARY).map((name) => [name, binary])),
  ...Object.fromEntries(Object.keys(TESTS).map((name) => [name, test])),
  Min: twoOrMore,
  Max: twoOrMore,
  Sum: variadic,
  Mean: variadic,
  Where: where,
}
