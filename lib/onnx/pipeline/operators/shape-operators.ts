/** Operators that give cells another shape or join them, and compute nothing. */
import { intOf, intsOf, type GraphNode } from '../../graph'
import { product, tailAxis, UnsupportedError } from '../builder'
import type { Cell, CellType, ComputedShape, ProgramBuilder, Wire } from '../builder'
import type { OperatorTable } from '../program'

function same(node: GraphNode, builder: ProgramBuilder): void {
  const { constant } = builder.operand(node, 0)
  if (constant) builder.constant(node, constant.values, constant.elementType, constant.dims)
  else builder.name(node, builder.turned(node))
}

/**
 * The rows keep their place among the numbers where as many numbers of one row stand before them, and behind them, as
 * before. They are the size that is open (-1), copied (0) or computed (null); of several that fit the first.
 */
function reshape(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.turned(node)
  const stated = builder.shape(node, 1) ?? intsOf(node, 'shape')
  if (!stated || stated.length === 0) throw new UnsupportedError('Reshape to a shape that is not constant')
  if (wire.isFlat && stated.includes(0)) throw new UnsupportedError('Reshape of rows in one line')
  const isRows = (size: number | null | undefined, axis: number) =>
    size === null || size === -1 || (size === 0 && axis === wire.rowAxis)
  const dims = stated.map((size, axis) => (size === 0 && axis !== wire.rowAxis ? copied(wire, axis) : size))
  const before = product(wire.tail.slice(0, wire.rowAxis))
  const rowAxis = dims.findIndex((size, axis) => {
    const left = dims.slice(0, axis)
    return isRows(size, axis) && left.every((one) => one !== null && one > 0) && product(left as number[]) === before
  })
  const behind = filled(dims.slice(rowAxis + 1), wire.size / before)
  if (rowAxis < 0 || behind === null) throw new UnsupportedError('Reshape across rows')
  const tail = [...(dims.slice(0, rowAxis) as number[]), ...behind]
  builder.name(node, { ...wire, isFlat: false, tail, rowAxis })
}

function copied({ tail, rowAxis }: Wire, axis: number): number {
  return tail[axis < rowAxis ? axis : axis - 1] ?? 0
}

/** The sizes behind the rows, an open one filled; null where they do not hold `size` numbers. */
function filled(sizes: ComputedShape, size: number): number[] | null {
  const known = sizes.filter((one): one is number => one !== null && one !== -1)
  if (sizes.includes(null) || sizes.length - known.length > 1) return null
  const open = size / product(known)
  const whole = sizes.map((one) => (one === -1 ? open : (one as number)))
  return Number.isInteger(open) && product(whole) === size ? whole : null
}

function concat(node: GraphNode, builder: ProgramBuilder): void {
  const wires = node.inputs.map((_, index) => builder.turned(node, index))
  const [first] = wires
  if (!first) throw new UnsupportedError('Concat of nothing')
  const axis = tailAxis(node, intOf(node, 'axis', 1), first)
  const isOther = (wire: Wire) =>
    wire.type !== first.type ||
    wire.rowAxis !== first.rowAxis ||
    wire.tail.length !== first.tail.length ||
    wire.tail.some((size, place) => place !== axis && size !== first.tail[place])
  if (wires.some(isOther)) throw new UnsupportedError('Concat of different shapes or types')
  join(node, builder, wires, axis, first.type)
}

function join(node: GraphNode, builder: ProgramBuilder, wires: readonly Wire[], axis: number, type: CellType): void {
  const [first] = wires as [Wire]
  const tail = first.tail.map((size, place) =>
    place === axis ? wires.reduce((sum, wire) => sum + (wire.tail[axis] ?? 0), 0) : size,
  )
  builder.spend(product(tail))
  const outer = product(first.tail.slice(0, axis))
  const sources: number[] = []
  const cells: Cell[] = []
  for (let block = 0; block < outer; block++) {
    for (const wire of wires) {
      const run = wire.size / outer
      for (let cell = block * run; cell < (block + 1) * run; cell++) {
        sources.push(wire.start + cell)
        cells.push(wire.cells[cell] as Cell)
      }
    }
  }
  const out = builder.output(node, type, tail, cells, first.rowAxis)
  builder.copy(type, Int32Array.from(sources), out.start)
}

/** Inputs beyond their stated widths are cut, shorter ones filled up with 0 (feature_vectorizer.cc). */
function featureVectorizer(node: GraphNode, builder: ProgramBuilder): void {
  const widths = intsOf(node, 'inputdimensions') ?? []
  const wires = node.inputs.map((_, index) => builder.numeric(node, index))
  if (wires.some((wire, index) => wire.tail.length > 1 || wire.size !== widths[index])) {
    throw new UnsupportedError('FeatureVectorizer of other widths than it states')
  }
  if (wires.some((wire) => wire.type !== 'float32'))
    throw new UnsupportedError('FeatureVectorizer of other than float32')
  join(
    node,
    builder,
    wires.map((wire) => ({ ...wire, tail: [wire.size] })),
    0,
    'float32',
  )
}

function flatten(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.input(node)
  if (intOf(node, 'axis', 1) !== 1) throw new UnsupportedError('Flatten across rows')
  builder.name(node, { ...wire, tail: [wire.size] })
}

function squeeze(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.turned(node)
  const axes = builder.numbers(node, 1) ?? intsOf(node, 'axes')
  const places = axes?.map((axis) => tailAxis(node, axis, wire))
  if (places?.some((place) => wire.tail[place] !== 1)) throw new UnsupportedError('Squeeze of more than one column')
  const isKept = (size: number, place: number) => (places ? !places.includes(place) : size !== 1)
  const left = wire.tail.slice(0, wire.rowAxis).filter(isKept).length
  builder.name(node, { ...wire, tail: wire.tail.filter(isKept), rowAxis: left })
}

function unsqueeze(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.turned(node)
  const axes = builder.numbers(node, 1) ?? intsOf(node, 'axes') ?? []
  const rank = wire.tail.length + 1 + axes.length
  const places = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)))
  if (axes.length === 0 || places.size !== axes.length || [...places].some((place) => !(place >= 0 && place < rank)))
    throw new UnsupportedError('Unsqueeze to axes that are not there')
  const old: (number | null)[] = [...wire.tail]
  old.splice(wire.rowAxis, 0, null)
  const dims = Array.from({ length: rank }, (_, axis) => (places.has(axis) ? 1 : (old.shift() ?? null)))
  builder.name(node, { ...wire, tail: dims.filter((size) => size !== null), rowAxis: dims.indexOf(null) })
}

function transpose(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.turned(node)
  const rank = wire.tail.length + 1
  const order = intsOf(node, 'perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis)
  if (order.length !== rank || new Set(order).size !== rank || order.some((axis) => !(axis >= 0 && axis < rank)))
    throw new UnsupportedError('Transpose to axes that are not there')
  const rowAxis = order.indexOf(wire.rowAxis)
  const places = order.flatMap((axis) => (axis === wire.rowAxis ? [] : [tailAxis(node, axis, wire)]))
  const strides = wire.tail.map((_, axis) => product(wire.tail.slice(axis + 1)))
  const tail = places.map((place) => wire.tail[place] as number)
  builder.spend(wire.size)
  const from = Array.from({ length: wire.size }, (_, cell) => {
    let [rest, source] = [cell, 0]
    for (let axis = tail.length - 1; axis >= 0; axis--) {
      const length = tail[axis] as number
      source += (rest % length) * (strides[places[axis] as number] as number)
      rest = Math.floor(rest / length)
    }
    return source
  })
  builder.pick(node, { ...wire, rowAxis }, from, tail)
}

export const SHAPE_OPERATORS: OperatorTable = {
  Identity: same,
  Dropout: same,
  Reshape: reshape,
  Concat: concat,
  FeatureVectorizer: featureVectorizer,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
}
