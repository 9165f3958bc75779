/**
 * Runs the part of a graph that some of its values need, one row at a time and without ONNX Runtime: to encode rows for
 * the explainer, to ask for thousands of mixed rows, and to compare with the runtime what was understood of the file.
 */
import type { EncodedTensor } from '../encode'
import { constantsOf } from '../constants'
import type { Graph, GraphNode, ModelFile } from '../graph'
import type { GraphSignature, SignatureElementType } from '../signature-types'
import { ARITHMETIC } from './operators/arithmetic'
import { BROADCAST } from './operators/broadcast'
import { product, ProgramBuilder, UnsupportedError, type Cell, type CellType, type Step, type Wire } from './builder'
import { ENCODERS } from './operators/encoders'
import { LINEAR_OPERATORS } from './operators/linear-operators'
import { PICK_OPERATORS } from './operators/pick-operators'
import { REDUCTION_OPERATORS } from './operators/reductions'
import { SHAPE_OPERATORS } from './operators/shape-operators'
import { followShape } from './operators/shape-values'
import { SUPPORT_VECTORS } from './operators/support-vectors'
import { TREE_OPERATORS_TABLE } from './operators/tree-operators'

export type OperatorTable = Record<string, (node: GraphNode, builder: ProgramBuilder) => void>

export type Feeds = Readonly<Record<string, EncodedTensor>>

/** Where a raw field's value lies among the program's cells. */
export interface FieldCell {
  isText: boolean
  cell: number
}

export interface Program {
  /** In the order of the signature's fields. */
  fields: readonly FieldCell[]
  numbers: Float64Array
  texts: string[]
  /** Copies a row of encoded tensors into the fields' cells. @param row 0-based. */
  load(feeds: Feeds, row: number): void
  /** Computes every value from the fields' cells. Not re-entrant. */
  run(): void
  /** The wire of a value that was asked for. */
  wire(name: string): Wire
  /** The nodes that were compiled, in the graph's order. */
  nodes: readonly GraphNode[]
}

const OPERATORS = new Map(
  Object.entries({
    ...SHAPE_OPERATORS,
    ...PICK_OPERATORS,
    ...ENCODERS,
    ...ARITHMETIC,
    ...BROADCAST,
    ...REDUCTION_OPERATORS,
    ...LINEAR_OPERATORS,
    ...SUPPORT_VECTORS,
    ...TREE_OPERATORS_TABLE,
  }),
)
/** The only domains whose operators are meant by these names. */
const DOMAINS = new Set(['', 'ai.onnx.ml'])

const CELL_TYPES: Partial<Record<SignatureElementType, CellType>> = {
  float32: 'float32',
  float64: 'float64',
  string: 'text',
  bool: 'boolean',
}

/**
 * @param wanted names of values of the graph
 * @throws UnsupportedError where they need something that is not known here; never a guess
 */
export function compileProgram(model: ModelFile, signature: GraphSignature, wanted: readonly string[]): Program {
  const builder = new ProgramBuilder(constantsOf(model.graph), model.opsets)
  const load = loadInputs(builder, signature)
  const nodes = neededNodes(model.graph, wanted)
  for (const node of nodes) {
    builder.spend(node.inputs.length + node.outputs.length + 1)
    if (node.opType === 'Constant') continue
    if (node.domain === '' && followShape(node, builder)) continue
    const compile = DOMAINS.has(node.domain) ? OPERATORS.get(node.opType) : undefined
    if (!compile) throw new UnsupportedError(`the operator ${node.opType}`)
    compile(node, builder)
  }
  const numbers = new Float64Array(builder.numberCount)
  const texts = new Array<string>(builder.textCount).fill('')
  const steps: readonly Step[] = builder.steps
  return {
    fields: load.fields,
    nodes,
    numbers,
    texts,
    load: (feeds, row) => load.row(feeds, row, numbers, texts),
    run() {
      for (let step = 0; step < steps.length; step++) (steps[step] as Step)(numbers, texts)
    },
    wire(name) {
      const wire = builder.wires.get(name)
      if (!wire) throw new UnsupportedError(`the value ${name}`)
      return wire
    },
  }
}

interface InputLoader {
  fields: FieldCell[]
  row(feeds: Feeds, row: number, numbers: Float64Array, texts: string[]): void
}

function loadInputs(builder: ProgramBuilder, signature: GraphSignature): InputLoader {
  const places = new Map(signature.fields.map((field, index) => [`${field.tensor}\n${field.column}`, index]))
  const fields = new Array<FieldCell>(signature.fields.length)
  const inputs = signature.tensors.map(({ name, elementType, shape, fields: columns }) => {
    const own = columns.map((_, column) => places.get(`${name}\n${column}`) ?? 0)
    const tail = shape.slice(1).map((size) => size ?? columns.length)
    if (product(tail) !== own.length) throw new UnsupportedError(`the input ${name} of an open width`)
    const cells = own.map((field): Cell => ({ fields: [field], by: [], form: 'the answer is an input' }))
    const wire = builder.allocate(CELL_TYPES[elementType] ?? 'integer', tail, cells)
    builder.wires.set(name, wire)
    own.forEach((field, column) => (fields[field] = { isText: wire.type === 'text', cell: wire.start + column }))
    return { name, wire }
  })
  return {
    fields,
    row(feeds, row, numbers, texts) {
      for (let input = 0; input < inputs.length; input++) {
        const { name, wire } = inputs[input] as (typeof inputs)[number]
        const { data } = feeds[name] as EncodedTensor
        const from = row * wire.size
        if (Array.isArray(data))
          for (let cell = 0; cell < wire.size; cell++) texts[wire.start + cell] = data[from + cell] as string
        else for (let cell = 0; cell < wire.size; cell++) numbers[wire.start + cell] = Number(data[from + cell])
      }
    },
  }
}

/** The nodes that these values are computed by, in the graph's order, which is one of computation. */
export function neededNodes(graph: Graph, wanted: readonly string[]): GraphNode[] {
  const producers = new Map<string, number>()
  graph.nodes.forEach((node, at) => node.outputs.forEach((name) => producers.set(name, at)))
  const needed = new Set<number>()
  const open = [...wanted]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const at = producers.get(name)
    if (at === undefined || needed.has(at)) continue
    needed.add(at)
    open.push(...(graph.nodes[at]?.inputs ?? []))
  }
  return [...needed].sort((a, b) => a - b).flatMap((at) => graph.nodes[at] ?? [])
}
