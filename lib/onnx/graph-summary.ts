/** What a model file is made of, in numbers, for the version's page. */
import { constantsOf } from './constants'
import { floatsOf, type Graph, type GraphNode, type ModelFile } from './graph'
import { treeShape, type TreeShape } from './tree-shape'

export interface GraphSummary {
  producer: string
  irVersion: number
  /** `ai.onnx` for the standard operators. */
  opsets: { domain: string; version: number }[]
  /** Most used first, subgraphs included. */
  operators: { name: string; domain: string; count: number }[]
  /**
   * Learned numbers: the decimal initializers and constants, and the coefficients, thresholds and leaf weights that
   * ai.onnx.ml operators keep in attributes.
   */
  parameterCount: number
  /** All tree ensembles together, null without one. */
  trees: TreeShape | null
}

const DECIMAL = new Set(['float32', 'float64', 'float16', 'bfloat16'])

/** What training sets in ai.onnx.ml attributes. Thresholds are counted as splits: `nodes_values` pads leaves. */
const LEARNED = [
  'coefficients', 'intercepts', 'support_vectors', 'rho', 'prob_a', 'prob_b', 'base_values', 'class_weights',
  'target_weights', 'leaf_weights', 'offset', 'scale', 'imputed_value_floats',
]

export function summarize(model: ModelFile): GraphSummary {
  const operators = new Map<string, { name: string; domain: string; count: number }>()
  let parameterCount = 0
  let trees: TreeShape | null = null
  for (const graph of graphsIn(model.graph)) {
    for (const { elementType, values } of constantsOf(graph).values()) {
      if (DECIMAL.has(elementType)) parameterCount += values.length
    }
    for (const node of graph.nodes) {
      const domain = node.domain || 'ai.onnx'
      const key = `${domain}:${node.opType}`
      const operator = operators.get(key) ?? { name: node.opType, domain, count: 0 }
      operator.count++
      operators.set(key, operator)
      const shape = treeShape(node)
      parameterCount += learnedIn(node) + (shape?.splits ?? 0)
      if (shape) trees = trees ? together(trees, shape) : shape
    }
  }
  return {
    producer: [model.producerName, model.producerVersion].filter(Boolean).join(' '),
    irVersion: model.irVersion,
    opsets: Object.entries(model.opsets).map(([domain, version]) => ({ domain: domain || 'ai.onnx', version })),
    operators: [...operators.values()].sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)),
    parameterCount,
    trees,
  }
}

function* graphsIn(graph: Graph): Generator<Graph> {
  yield graph
  for (const node of graph.nodes) {
    for (const attribute of node.attributes.values()) {
      if (attribute.kind === 'graph') yield* graphsIn(attribute.value)
      else if (attribute.kind === 'graphs') for (const inner of attribute.value) yield* graphsIn(inner)
    }
  }
}

function learnedIn(node: GraphNode): number {
  return node.domain === 'ai.onnx.ml' ? LEARNED.reduce((sum, name) => sum + (floatsOf(node, name)?.length ?? 0), 0) : 0
}

function together(a: TreeShape, b: TreeShape): TreeShape {
  return {
    trees: a.trees + b.trees,
    splits: a.splits + b.splits,
    leaves: a.leaves + b.leaves,
    maximumDepth: Math.max(a.maximumDepth, b.maximumDepth),
  }
}
