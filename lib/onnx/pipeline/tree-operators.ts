/** Tree ensembles, added up as ONNX Runtime adds for one row: float32, tree by tree. */
import { leafOf, type Forest } from '@/lib/math/tree-shapley'
import type { GraphNode } from '../graph'
import { outputsOf, type EnsembleOutput, type TreeEnsemble } from '../trees/ensemble'
import { readEnsemble, TreeReadError } from '../trees/read-ensemble'
import { sigmoid, softmaxInto } from './arithmetic'
import { allFields, UnsupportedError, type ProgramBuilder } from './builder'
import type { OperatorTable } from './program'

/** @throws UnsupportedError */
export function ensembleOf(node: GraphNode): { ensemble: TreeEnsemble; outputs: EnsembleOutput[] } {
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
export function lastColumn({ nodes }: TreeEnsemble): number {
  return nodes.column.reduce((last, column) => Math.max(last, column), -1)
}

function trees(node: GraphNode, builder: ProgramBuilder): void {
  const wire = builder.numeric(node)
  const { ensemble, outputs } = ensembleOf(node)
  if (wire.tail.length !== 1 || lastColumn(ensemble) >= wire.size)
    throw new UnsupportedError('trees of other columns than there are')
  const fields = allFields([wire])
  const index = node.opType === 'TreeEnsembleClassifier' ? 1 : 0
  const out = builder.name(
    node,
    builder.allocate(
      'float32',
      [outputs.length],
      outputs.map(() => fields),
    ),
    index,
  )
  const sums = new Float32Array(ensemble.targetCount)
  const add = adderOf(ensemble, sums)
  const link = outputs[0]?.link
  const columns = outputs.map(({ margin }) => margin)
  builder.steps.push((numbers) => {
    sums.fill(0)
    add(numbers, wire.start)
    columns.forEach(({ constant, terms }, column) => {
      // At most one sum each (`outputsOf`), added to the base in float32.
      const [term] = terms
      const total = term ? Math.fround(term.factor * (sums[term.target] as number)) : 0
      const margin = Math.fround(total + constant)
      numbers[out.start + column] = link === 'logistic' ? Math.fround(sigmoid(margin)) : margin
    })
    if (link === 'softmax') softmaxInto(numbers, out.start, out.start, columns.length, Math.fround)
  })
}

function adderOf(ensemble: TreeEnsemble, sums: Float32Array): (numbers: Float64Array, start: number) => void {
  const { nodes, weights, isAverage } = ensemble
  const start = new Int32Array(nodes.column.length + 1)
  for (const node of weights.node) start[node + 1] = (start[node + 1] as number) + 1
  for (let node = 0; node < nodes.column.length; node++)
    start[node + 1] = (start[node + 1] as number) + (start[node] as number)
  const next = start.slice()
  const target = new Int32Array(weights.node.length)
  const weight = new Float32Array(weights.node.length)
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
