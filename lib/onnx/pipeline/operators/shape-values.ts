/** Shapes as values: what exporters compute with Shape, so that a graph takes any number of rows. */
import { floatsOf, intOf, intsOf, type GraphNode } from '../../graph'
import { product, UnsupportedError, type Cell, type ComputedShape, type ProgramBuilder } from '../builder'

/** Follows a node that makes or changes a shape. @returns false where it is none */
export function followShape(node: GraphNode, builder: ProgramBuilder): boolean {
  if (node.opType === 'Shape') {
    builder.shapes.set(node.outputs[0] ?? '', shapeOf(node, builder))
    return true
  }
  if (node.opType === 'ConstantOfShape') {
    constantOfShape(node, builder)
    return true
  }
  const isOfShapes = node.opType === 'Concat' && node.inputs.some((name) => builder.shapes.has(name))
  if (!isOfShapes && !builder.shapes.has(node.inputs[0] ?? '')) return false
  const shape = changed(node, builder)
  if (shape) builder.shapes.set(node.outputs[0] ?? '', shape)
  return shape !== null
}

function shapeOf(node: GraphNode, builder: ProgramBuilder): ComputedShape {
  const { tail, rowAxis } = builder.turned(node)
  const dims: (number | null)[] = [...tail]
  dims.splice(rowAxis, 0, null)
  builder.spend(dims.length)
  return dims.slice(intOf(node, 'start', 0), intOf(node, 'end', dims.length))
}

/** Null for operators that take a shape but make something else of it, such as Reshape. */
function changed(node: GraphNode, builder: ProgramBuilder): ComputedShape | null {
  const shape = builder.shape(node, 0) ?? []
  builder.spend(shape.length + 1)
  switch (node.opType) {
    case 'Identity':
    case 'Cast':
    case 'Squeeze':
    case 'Unsqueeze':
      return shape
    case 'Concat':
      return node.inputs.flatMap((_, index) => [...(builder.shape(node, index) ?? [])])
    case 'Gather':
      return (builder.numbers(node, 1) ?? []).map((place) => {
        const size = shape.at(place)
        if (size === undefined) throw new UnsupportedError('Gather beyond a shape')
        return size
      })
    case 'Slice': {
      const read = (name: string, index: number) => intsOf(node, name) ?? builder.numbers(node, index)
      const [start, end, , step] = [read('starts', 1), read('ends', 2), null, read('steps', 4)]
      if (start?.length !== 1 || end?.length !== 1 || (step && step[0] !== 1))
        throw new UnsupportedError('Slice of a shape with steps')
      return shape.slice(start[0], end[0])
    }
    default:
      return null
  }
}

/** The same value everywhere, in as many rows as there are. */
function constantOfShape(node: GraphNode, builder: ProgramBuilder): void {
  const shape = builder.shape(node, 0) ?? []
  const rowAxis = shape.indexOf(null)
  const tail = shape.filter((size) => size !== null)
  if (rowAxis < 0 || tail.length !== shape.length - 1) throw new UnsupportedError('ConstantOfShape without rows')
  const value = floatsOf(node, 'value')?.[0] ?? 0
  const attribute = node.attributes.get('value')
  const element = attribute?.kind === 'tensor' ? attribute.value.elementType : 'float32'
  const type = element === 'float32' || element === 'float64' ? element : element === 'bool' ? 'boolean' : 'integer'
  const cell: Cell = { fields: [], by: [], form: 'the answer is a constant' }
  builder.spend(product(tail))
  const out = builder.output(node, type, tail, new Array<Cell>(product(tail)).fill(cell), rowAxis)
  builder.step(out.size, (numbers) => numbers.fill(value, out.start, out.start + out.size))
}
