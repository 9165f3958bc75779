/** Operators that move cells and compute nothing. */
import { intOf, intsOf, type GraphNode } from '../graph'
import { copyNumbers, copyTexts, UnsupportedError, type CellType, type ProgramBuilder, type Wire } from './builder'
import type { OperatorTable } from './program'

const range = (length: number, start = 0) => Array.from({ length }, (_, index) => start + index)
const product = (sizes: readonly number[]) => sizes.reduce((total, size) => total * size, 1)

function same(node: GraphNode, builder: ProgramBuilder): void {
  builder.name(node, builder.input(node))
}

/** The place in `tail` of an axis that counts the rows as 0. */
function tailAxis(node: GraphNode, axis: number, tail: readonly number[]): number {
  const place = axis < 0 ? axis + tail.length : axis - 1
  if (place < 0 || place >= tail.length) throw new UnsupportedError(`${node.opType} across rows`)
  return place
}

function reshape(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.input(node)
  const shape = builder.numbers(node, 1) ?? intsOf(node, 'shape')
  if (!shape || shape.length === 0) throw new UnsupportedError('Reshape to a shape that is not constant')
  const [rows, ...rest] = shape.map((size, place) =>
    size === 0 ? (place === 0 ? -1 : (wire.tail[place - 1] ?? 0)) : size,
  )
  const open = rest.indexOf(-1)
  // Only one size is open; where it is not the rows', they are those of the input (0).
  if (rows !== -1) throw new UnsupportedError('Reshape across rows')
  const tail = rest.map((size, place) =>
    place === open ? wire.size / product(rest.filter((_, other) => other !== open)) : size,
  )
  if (product(tail) !== wire.size) throw new UnsupportedError('Reshape across rows')
  builder.name(node, { ...wire, tail })
}

function concat(node: GraphNode, builder: ProgramBuilder): void {
  const wires = node.inputs.map((_, index) => builder.input(node, index))
  const [first] = wires
  if (!first) throw new UnsupportedError('Concat of nothing')
  const axis = tailAxis(node, intOf(node, 'axis', 1), first.tail)
  const isOther = (wire: Wire) =>
    wire.type !== first.type ||
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
  const outer = product(first.tail.slice(0, axis))
  const sources: number[] = []
  const fields: (readonly number[])[] = []
  for (let block = 0; block < outer; block++) {
    for (const wire of wires) {
      const run = wire.size / outer
      for (let cell = block * run; cell < (block + 1) * run; cell++) {
        sources.push(wire.start + cell)
        fields.push(wire.fields[cell] ?? [])
      }
    }
  }
  const out = builder.output(node, type, tail, fields)
  const from = Int32Array.from(sources)
  builder.steps.push(type === 'text' ? copyTexts(from, out.start) : copyNumbers(from, out.start))
}

/** Inputs beyond their stated widths are cut, shorter ones filled up with 0 (feature_vectorizer.cc). */
function featureVectorizer(node: GraphNode, builder: ProgramBuilder): void {
  const widths = intsOf(node, 'inputdimensions') ?? []
  const wires = node.inputs.map((_, index) => builder.numeric(node, index))
  if (wires.some((wire, index) => wire.tail.length > 1 || wire.size !== widths[index])) {
    throw new UnsupportedError('FeatureVectorizer of other widths than it states')
  }
  join(
    node,
    builder,
    wires.map((wire) => ({ ...wire, tail: [wire.size] })),
    0,
    'float32',
  )
}

function pickColumns(node: GraphNode, builder: ProgramBuilder, indexes: readonly number[], isScalar = false): void {
  const wire = builder.input(node)
  if (wire.tail.length !== 1) throw new UnsupportedError(`${node.opType} of more than a row of columns`)
  const from = indexes.map((index) => (index < 0 ? index + wire.size : index))
  if (from.some((cell) => cell < 0 || cell >= wire.size))
    throw new UnsupportedError(`${node.opType} beyond the columns`)
  builder.pick(node, wire, from, isScalar ? [] : [from.length])
}

function gather(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.input(node)
  tailAxis(node, intOf(node, 'axis', 0), wire.tail)
  const indexes = builder.numbers(node, 1) ?? []
  const isScalar = builder.constants.get(node.inputs[1] ?? '')?.dims.length === 0
  pickColumns(node, builder, indexes, isScalar)
}

function slice(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.input(node)
  const read = (name: string, index: number) => intsOf(node, name) ?? builder.numbers(node, index)
  const [starts, ends, axes, steps] = [read('starts', 1), read('ends', 2), read('axes', 3), read('steps', 4)]
  const [start, end] = [starts?.[0], ends?.[0]]
  if (start === undefined || end === undefined || starts?.length !== 1 || (steps && steps[0] !== 1)) {
    throw new UnsupportedError('Slice of several axes or with steps')
  }
  tailAxis(node, axes?.[0] ?? 0, wire.tail)
  pickColumns(node, builder, range(wire.size).slice(start, end))
}

function split(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.input(node)
  tailAxis(node, intOf(node, 'axis', 0), wire.tail)
  if (wire.tail.length !== 1) throw new UnsupportedError('Split of more than a row of columns')
  const even = Math.ceil(wire.size / node.outputs.length)
  const sizes = builder.numbers(node, 1) ?? intsOf(node, 'split')
  let at = 0
  node.outputs.forEach((_, index) => {
    const size = Math.min(sizes?.[index] ?? even, wire.size - at)
    builder.pick(node, wire, range(size, at), [size], index)
    at += size
  })
}

function flatten(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.input(node)
  if (intOf(node, 'axis', 1) !== 1) throw new UnsupportedError('Flatten across rows')
  builder.name(node, { ...wire, tail: [wire.size] })
}

function squeeze(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.input(node)
  const axes = builder.numbers(node, 1) ?? intsOf(node, 'axes')
  const places = axes?.map((axis) => tailAxis(node, axis, wire.tail))
  builder.name(node, {
    ...wire,
    tail: wire.tail.filter((size, place) => (places ? !places.includes(place) : size !== 1)),
  })
}

function unsqueeze(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.input(node)
  const [axis, ...others] = builder.numbers(node, 1) ?? intsOf(node, 'axes') ?? []
  if (axis === undefined || others.length > 0 || axis === 0) throw new UnsupportedError('Unsqueeze across rows')
  const place = axis < 0 ? axis + wire.tail.length + 1 : axis - 1
  builder.name(node, { ...wire, tail: [...wire.tail.slice(0, place), 1, ...wire.tail.slice(place)] })
}

export const SHAPE_OPERATORS: OperatorTable = {
  Identity: same,
  Dropout: same,
  Reshape: reshape,
  Concat: concat,
  FeatureVectorizer: featureVectorizer,
  ArrayFeatureExtractor: (node, builder) => pickColumns(node, builder, builder.numbers(node, 1) ?? []),
  Gather: gather,
  Slice: slice,
  Split: split,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
}
