/** What a graph holds as constants: initializers and `Constant` nodes. */
import type { Graph, GraphAttribute, TensorData } from './graph'

export function constantsOf(graph: Graph): Map<string, TensorData> {
  const constants = new Map(graph.initializers)
  for (const node of graph.nodes) {
    const name = node.outputs[0]
    if (node.opType !== 'Constant' || node.domain !== '' || name === undefined) continue
    for (const [key, attribute] of node.attributes) {
      const tensor = key.startsWith('value') ? asTensor(name, attribute) : null
      if (tensor) constants.set(name, tensor)
    }
  }
  return constants
}

function asTensor(name: string, attribute: GraphAttribute): TensorData | null {
  switch (attribute.kind) {
    case 'tensor':
      return attribute.value
    case 'float':
      return { name, elementType: 'float32', dims: [], values: Float32Array.of(attribute.value) }
    case 'floats':
      return {
        name,
        elementType: 'float32',
        dims: [attribute.value.length],
        values: Float32Array.from(attribute.value),
      }
    case 'int':
      return { name, elementType: 'float64', dims: [], values: Float64Array.of(attribute.value) }
    case 'ints':
      return {
        name,
        elementType: 'float64',
        dims: [attribute.value.length],
        values: Float64Array.from(attribute.value),
      }
    case 'string':
      return { name, elementType: 'string', dims: [], values: [attribute.value] }
    case 'strings':
      return { name, elementType: 'string', dims: [attribute.value.length], values: attribute.value }
    default:
      return null
  }
}
