/** Tree ensembles, added up as ONNX Runtime adds for one row: tree by tree, in float32 or, of doubles, float64. */
import { leafOf, type Forest } from '@/lib/math/tree-shapley'
import type { GraphNode } from '../../graph'
import { longestWays, outputsOf, type EnsembleOutput, type TreeEnsemble } from '../../trees/ensemble'
import { readEnsemble, TreeReadError } from '../../trees/read-ensemble'
import { rowOfColumns, sigmoid, softmaxInto } from './arithmetic'
import { UnsupportedError, type Cell, type ProgramBuilder, type Wire } from '../builder'
import { linked, softmaxed, type Core, type Form } from '../forms'
import type { OperatorTable } from '../program'

/** @throws UnsupportedError */
function ensembleOf(node: GraphNode): { ensemble: TreeEnsemble; outputs: EnsembleOutput[] } {
  try {
    const ensemble = readEnsemble(node)
    const outputs = outputsOf(ensemble)
    if (!outputs) throw new UnsupportedError(`${node.opType} with ${ensemble.postTransform}`)
    return { ensemble, outputs }
  } catch (error) {
    if (error instanceof TreeReadError) throw new UnsupportedError(error.message)
    throw error
  }
}

/** The highest column that a split looks at; -1 where there is no split. */
function lastColumn({ nodes }: TreeEnsemble): number {
  return nodes.column.reduce((last, column) => Math.max(last, column), -1)
}

function trees(node: GraphNode, builder: ProgramBuilder): void {
  const wire = rowOfColumns(node, builder)
  const { ensemble, outputs } = ensembleOf(node)
  if (lastColumn(ensemble) >= wire.size) throw new UnsupportedError('trees of other columns than there are')
  builder.spend(ensemble.nodes.column.length + ensemble.weights.node.length)
  const isWide = wire.type === 'float64'
  const core: Core = {
    kind: 'trees',
    ensemble,
    id: builder.newCore(),
    input: node.inputs[0] ?? '',
    precision: isWide ? 'float64' : 'float32',
  }
  const joined = builder.joined(node, wire.cells)
  const cells = formsOf(core, outputs, builder).map((form): Cell => ({ ...joined, form }))
  const type = isWide && node.opType === 'TreeEnsemble' ? 'float64' : 'float32'
  const index = node.opType === 'TreeEnsembleClassifier' ? 1 : 0
  const out = builder.name(node, builder.allocate(type, [outputs.length], cells), index)
  const round = isWide ? (value: number) => value : Math.fround
  const sums = isWide ? new Float64Array(ensemble.targetCount) : new Float32Array(ensemble.targetCount)
  const add = adderOf(ensemble, sums)
  const read = columnsOf(wire)
  const link = outputs[0]?.link
  const columns = outputs.map(({ margin }) => margin)
  const store = type === 'float64' ? (value: number) => value : Math.fround
  builder.step(longestWays(ensemble) + ensemble.targetCount, (numbers) => {
    sums.fill(0)
    add(read(numbers), wire.type === 'float32' || isWide ? wire.start : 0)
    columns.forEach(({ constant, terms }, column) => {
      // At most one sum each (`outputsOf`), added to the base in the sums' own precision.
      const [term] = terms
      const total = term ? round(term.factor * (sums[term.target] as number)) : 0
      const margin = round(total + constant)
      numbers[out.start + column] = store(link === 'logistic' ? sigmoid(margin) : margin)
    })
    if (link === 'softmax') softmaxInto(numbers, out.start, out.start, columns.length, store)
  })
}

/** Whole numbers are compared as float32 (tree_ensemble_common.h compares them with float thresholds). */
function columnsOf(wire: Wire): (numbers: Float64Array) => ArrayLike<number> {
  if (wire.type === 'float32' || wire.type === 'float64') return (numbers) => numbers
  const rounded = new Float32Array(wire.size)
  return (numbers) => {
    for (let cell = 0; cell < wire.size; cell++) rounded[cell] = numbers[wire.start + cell] as number
    return rounded
  }
}

function formsOf(core: Core, outputs: readonly EnsembleOutput[], builder: ProgramBuilder): (Form | string)[] {
  const margins = outputs.map(({ margin: { constant, terms } }): Form => ({
    link: 'identity',
    constant,
    constantSize: Math.abs(constant),
    operations: 2,
    terms: terms.map((term) => ({ core, ...term })),
  }))
  const link = outputs[0]?.link
  if (link === 'softmax') return softmaxed(margins, (cost) => builder.spend(cost))
  return link === 'logistic' ? margins.map((margin) => linked(margin, link)) : margins
}

type Sums = Float32Array | Float64Array

function adderOf(ensemble: TreeEnsemble, sums: Sums): (numbers: ArrayLike<number>, start: number) => void {
  const { nodes, weights, isAverage } = ensemble
  const start = new Int32Array(nodes.column.length + 1)
  for (const node of weights.node) start[node + 1] = (start[node + 1] as number) + 1
  for (let node = 0; node < nodes.column.length; node++)
    start[node + 1] = (start[node + 1] as number) + (start[node] as number)
  const next = start.slice()
  const target = new Int32Array(weights.node.length)
  const weight = new Float64Array(weights.node.length)
  weights.node.forEach((node, index) => {
    const at = next[node] as number
    target[at] = weights.target[index] as number
    weight[at] = weights.weight[index] as number
    next[node] = at + 1
  })
  const forest: Forest = {
    ...nodes,
    playerCount: 1,
    playerOf: new Int32Array(0),
    value: new Float64Array(0),
    constant: 0,
  }
  return (numbers, row) => {
    for (let tree = 0; tree < nodes.roots.length; tree++) {
      const leaf = leafOf(forest, nodes.roots[tree] as number, numbers, row)
      const end = start[leaf + 1] as number
      for (let at = start[leaf] as number; at < end; at++) {
        const own = target[at] as number
        sums[own] = (sums[own] as number) + (weight[at] as number)
      }
    }
    if (isAverage) for (let own = 0; own < sums.length; own++) sums[own] = (sums[own] as number) / nodes.roots.length
  }
}

export const TREE_OPERATORS_TABLE: OperatorTable = {
  TreeEnsembleClassifier: trees,
  TreeEnsembleRegressor: trees,
  TreeEnsemble: trees,
}
