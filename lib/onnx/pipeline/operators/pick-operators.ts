/** Operators that take some cells of a value, or some values of a table. */
import { intOf, intsOf, numbersIn, type GraphNode, type TensorData } from '../../graph'
import { product, tailAxis, UnsupportedError } from '../builder'
import type { Cell, ProgramBuilder, Wire } from '../builder'
import type { OperatorTable } from '../program'

const range = (length: number, start = 0) => Array.from({ length }, (_, index) => start + index)

/** Of one axis these places, in this order. */
function along(
  node: GraphNode,
  builder: ProgramBuilder,
  wire: Wire,
  axis: number,
  places: readonly number[],
  { index = 0, isScalar = false } = {},
): Wire {
  const length = wire.tail[axis] as number
  const wanted = places.map((place) => (place < 0 ? place + length : place))
  if (wanted.some((place) => !(place >= 0 && place < length)))
    throw new UnsupportedError(`${node.opType} beyond the columns`)
  const inner = product(wire.tail.slice(axis + 1))
  const outer = product(wire.tail.slice(0, axis))
  builder.spend(outer * inner * wanted.length)
  const from: number[] = []
  for (let block = 0; block < outer; block++)
    for (const place of wanted)
      for (let cell = 0; cell < inner; cell++) from.push((block * length + place) * inner + cell)
  const left = isScalar ? [] : [wanted.length]
  const tail = [...wire.tail.slice(0, axis), ...left, ...wire.tail.slice(axis + 1)]
  const rowAxis = isScalar && axis < wire.rowAxis ? wire.rowAxis - 1 : wire.rowAxis
  return builder.pick(node, { ...wire, rowAxis }, from, tail, index)
}

function arrayFeatureExtractor(node: GraphNode, builder: ProgramBuilder): void {
  const { wire, constant } = builder.operand(node, 0)
  if (constant) {
    lookUp(node, builder, constant, true)
    return
  }
  if (wire.rowAxis !== 0 || wire.tail.length !== 1) throw new UnsupportedError(`${node.opType} of more than columns`)
  along(node, builder, wire, 0, builder.numbers(node, 1) ?? [])
}

function gather(node: GraphNode, builder: ProgramBuilder): void {
  const { constant } = builder.operand(node, 0)
  const axis = intOf(node, 'axis', 0)
  if (constant) {
    if (axis !== 0) throw new UnsupportedError('Gather of columns of a constant')
    lookUp(node, builder, constant, false)
    return
  }
  const wire = builder.turned(node)
  const indexes = builder.constants.get(node.inputs[1] ?? '')
  if ((indexes?.dims.length ?? 0) > 1) throw new UnsupportedError('Gather by a matrix of places')
  const places = builder.numbers(node, 1) ?? []
  along(node, builder, wire, tailAxis(node, axis, wire), places, { isScalar: indexes?.dims.length === 0 })
}

/** A table's entries at computed places: isotonic calibration, embeddings, the classes' names. */
function lookUp(node: GraphNode, builder: ProgramBuilder, table: TensorData, isExtractor: boolean): void {
  const wire = builder.turned(node, 1)
  if (wire.type !== 'integer') throw new UnsupportedError(`${node.opType} at places that are not whole numbers`)
  const { dims } = table
  const inner = isExtractor ? 1 : product(dims.slice(1))
  const isRow = isExtractor && product(dims) === dims.at(-1)
  if ((isExtractor && !isRow) || dims.length === 0) throw new UnsupportedError(`${node.opType} of a table of rows`)
  const length = isExtractor ? (dims.at(-1) ?? 0) : (dims[0] ?? 0)
  const size = wire.size * inner
  builder.spend(size)
  const cells = wire.cells.flatMap((cell) => new Array<Cell>(inner).fill(builder.joined(node, [cell])))
  const numbers = numbersIn(table)
  const texts = Array.isArray(table.values) ? table.values : null
  const { elementType } = table
  const isFloat = elementType === 'float32' || elementType === 'float64'
  const type = texts ? 'text' : isFloat ? elementType : 'integer'
  // ArrayFeatureExtractor gives [1, places of all rows].
  const tail = isExtractor ? [1, ...(wire.size === 1 ? [] : [wire.size])] : [...wire.tail, ...dims.slice(1)]
  const made = builder.output(node, type, tail, cells, isExtractor ? 1 : wire.rowAxis)
  if (isExtractor && wire.size > 1) builder.name(node, { ...made, isFlat: true })
  builder.step(size, (values, words) => {
    for (let cell = 0; cell < wire.size; cell++) {
      const place = values[wire.start + cell] as number
      const from = (place < 0 ? place + length : place) * inner
      for (let at = 0; at < inner; at++) {
        const to = made.start + cell * inner + at
        if (texts) words[to] = texts[from + at] ?? ''
        else values[to] = numbers?.[from + at] ?? NaN
      }
    }
  })
}

/** Of each row the columns whose places the second value names. */
function gatherElements(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.numeric(node)
  const places = builder.numeric(node, 1)
  if (wire.tail.length !== 1 || places.tail.length !== 1 || places.type !== 'integer')
    throw new UnsupportedError('GatherElements of more than a row of columns')
  tailAxis(node, intOf(node, 'axis', 0), wire)
  const cells = places.cells.map((cell) => builder.joined(node, [cell, ...wire.cells]))
  const out = builder.output(node, wire.type, places.tail, cells)
  builder.step(places.size, (numbers) => {
    for (let cell = 0; cell < places.size; cell++) {
      const place = numbers[places.start + cell] as number
      const from = place < 0 ? place + wire.size : place
      numbers[out.start + cell] = from < wire.size ? (numbers[wire.start + from] as number) : NaN
    }
  })
}

function slice(node: GraphNode, builder: ProgramBuilder): void {
  const read = (name: string, index: number) => intsOf(node, name) ?? builder.numbers(node, index)
  const [starts, ends, axes, steps] = [read('starts', 1), read('ends', 2), read('axes', 3), read('steps', 4)]
  if (!starts || !ends || starts.length !== ends.length) throw new UnsupportedError('Slice without its bounds')
  let wire = builder.turned(node)
  for (const [index, start] of starts.entries()) {
    const end = ends[index] as number
    const axis = axes?.[index] ?? index
    const step = steps?.[index] ?? 1
    if (step !== 1) throw new UnsupportedError('Slice with steps')
    // All rows.
    const isRows = (axis < 0 ? axis + wire.tail.length + 1 : axis) === wire.rowAxis
    if (isRows && start === 0 && end >= 2 ** 31 - 1) continue
    const place = tailAxis(node, axis, wire)
    wire = along(node, builder, wire, place, range(wire.tail[place] as number).slice(start, end))
  }
  builder.name(node, wire)
}

function split(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.turned(node)
  const axis = tailAxis(node, intOf(node, 'axis', 0), wire)
  const length = wire.tail[axis] as number
  const even = Math.ceil(length / node.outputs.length)
  const sizes = builder.numbers(node, 1) ?? intsOf(node, 'split')
  let at = 0
  node.outputs.forEach((_, index) => {
    const size = Math.min(sizes?.[index] ?? even, length - at)
    if (!(size >= 0)) throw new UnsupportedError('Split of less than no columns')
    along(node, builder, wire, axis, range(size, at), { index })
    at += size
  })
}

export const PICK_OPERATORS: OperatorTable = {
  ArrayFeatureExtractor: arrayFeatureExtractor,
  Gather: gather,
  GatherElements: gatherElements,
  Slice: slice,
  Split: split,
}
