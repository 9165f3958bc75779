/**
 * A margin, as one sum of trees and one weighted sum over one encoded row: what several ensembles and sums of a graph
 * look at stands side by side, so that a vote of two forests is explained as one forest. Shapley values of a sum of
 * games are the sums of their values (Shapley 1953, axiom 3), so that trees and a line add up.
 */
import type { LinearSum } from '@/lib/math/linear-shapley'
import { LEAF, type Forest } from '@/lib/math/tree-shapley'
import type { GraphSignature } from '../signature-types'
import { leafValues, type TreeEnsemble } from '../trees/ensemble'
import { UnsupportedError, type Cell, type Wire } from './builder'
import type { Core, Sum } from './forms'
import type { Program } from './program'

/** Where the columns of one value of the graph stand in an encoded row. */
export interface Block {
  input: string
  precision: Core['precision']
  wire: Wire
  start: number
}

export interface Layout {
  blocks: readonly Block[]
  width: number
  cells: readonly Cell[]
}

export interface AdditiveParts {
  /** With all the margin's constant; null where there is no tree. */
  forest: Forest | null
  /** Without a constant where there are trees. Null where there is no weighted sum. */
  linear: LinearSum | null
  /** Of the weighted sum's parts, by column, and how many are added up: for what rounding may come to. */
  sizes: Float64Array
  additions: number
}

/** The inputs of the sums' models, each once. */
export function inputsOf(sums: readonly Sum[]): string[] {
  return [...new Set(sums.flatMap(({ terms }) => terms.map(({ core }) => core.input)))]
}

/** @param program that computes these inputs */
export function layoutOf(sums: readonly Sum[], program: Program): Layout {
  const blocks = new Map<string, Block>()
  let width = 0
  for (const { terms } of sums) {
    for (const { core } of terms) {
      const key = `${core.precision} ${core.input}`
      if (blocks.has(key)) continue
      const wire = program.wire(core.input)
      blocks.set(key, { input: core.input, precision: core.precision, wire, start: width })
      width += wire.size
    }
  }
  const list = [...blocks.values()]
  return { blocks: list, width, cells: list.flatMap(({ wire }) => wire.cells) }
}

function startOf({ blocks }: Layout, core: Core): number {
  const own = blocks.find(({ input, precision }) => input === core.input && precision === core.precision)
  if (!own) throw new UnsupportedError(`the value ${core.input}`)
  return own.start
}

/** The margin's terms, those of one model together. */
function byCore({ terms }: Sum): Map<Core, { target: number; factor: number }[]> {
  const found = new Map<Core, { target: number; factor: number }[]>()
  for (const { core, target, factor } of terms) {
    const own = found.get(core)
    if (own) own.push({ target, factor })
    else found.set(core, [{ target, factor }])
  }
  return found
}

/** @throws UnsupportedError where a column that counts is computed from several fields */
export function partsOf(sum: Sum, layout: Layout, signature: GraphSignature): AdditiveParts {
  const weights = new Float64Array(layout.width)
  const sizes = new Float64Array(layout.width)
  let additions = 0
  const trees: PlacedTrees[] = []
  let { constant } = sum
  let isLinear = false
  for (const [core, terms] of byCore(sum)) {
    const start = startOf(layout, core)
    if (core.kind === 'trees') {
      trees.push({ ensemble: core.ensemble, start, ...leafValues(core.ensemble, { constant: 0, terms }) })
      continue
    }
    isLinear = true
    const { width, weights: own, constants, sizes: parts = own.map(Math.abs) } = core.linear
    additions += width + (core.linear.parts ?? 0)
    for (const { target, factor } of terms) {
      constant += factor * (constants[target] as number)
      for (let column = 0, at = target * width; column < width; column++, at++) {
        weights[start + column] = (weights[start + column] as number) + factor * (own[at] as number)
        sizes[start + column] = (sizes[start + column] as number) + Math.abs(factor) * (parts[at] as number)
      }
    }
  }
  const kept = trees.map(pruned)
  const asked = new Set<number>()
  for (const { ensemble, start, roots } of kept)
    for (const node of nodesBelow(ensemble, roots)) {
      const column = ensemble.nodes.column[node] as number
      if (column !== LEAF) asked.add(start + column)
    }
  const playerOf = playersOf(layout, (column) => asked.has(column) || weights[column] !== 0, signature)
  const shared = { playerCount: signature.fields.length, playerOf }
  const hasTrees = trees.length > 0
  return {
    forest: hasTrees ? { ...merged(kept), ...shared, constant } : null,
    linear: isLinear || !hasTrees ? { ...shared, weights, constant: hasTrees ? 0 : constant } : null,
    sizes,
    additions,
  }
}

interface PlacedTrees {
  ensemble: TreeEnsemble
  /** Where its columns begin in an encoded row. */
  start: number
  /** Of the nodes. */
  value: Float64Array
}

/** Without the trees that say nothing about this margin: of boosted classes all but one class's. */
function pruned(trees: PlacedTrees): PlacedTrees & { roots: number[] } {
  const { ensemble, value } = trees
  const roots = Array.from(ensemble.nodes.roots).filter((root) => {
    for (const node of nodesBelow(ensemble, [root])) if (value[node] !== 0) return true
    return false
  })
  return { ...trees, roots }
}

function* nodesBelow({ nodes }: TreeEnsemble, roots: readonly number[]): Generator<number> {
  const seen = new Set<number>()
  const open = [...roots]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    yield node
    if (nodes.column[node] !== LEAF) open.push(nodes.whenTrue[node] as number, nodes.whenFalse[node] as number)
  }
}

type Nodes = Omit<Forest, 'playerCount' | 'playerOf' | 'constant'>

function merged(parts: readonly (PlacedTrees & { roots: number[] })[]): Nodes {
  const count = parts.reduce((sum, { value }) => sum + value.length, 0)
  const forest = {
    roots: new Int32Array(parts.reduce((sum, { roots }) => sum + roots.length, 0)),
    column: new Int32Array(count),
    comparison: new Uint8Array(count),
    threshold: new Float64Array(count),
    missingIsTrue: new Uint8Array(count),
    whenTrue: new Int32Array(count),
    whenFalse: new Int32Array(count),
    value: new Float64Array(count),
    members: new Map<number, ReadonlySet<number>>(),
  }
  let [node, root] = [0, 0]
  for (const { ensemble, start, value, roots } of parts) {
    const { nodes } = ensemble
    for (const own of roots) forest.roots[root++] = node + own
    for (const [own, members] of nodes.members) forest.members.set(node + own, members)
    forest.comparison.set(nodes.comparison, node)
    forest.threshold.set(nodes.threshold, node)
    forest.missingIsTrue.set(nodes.missingIsTrue, node)
    forest.value.set(value, node)
    for (let own = 0; own < value.length; own++) {
      const column = nodes.column[own] as number
      forest.column[node + own] = column === LEAF ? LEAF : start + column
      forest.whenTrue[node + own] = node + (nodes.whenTrue[own] as number)
      forest.whenFalse[node + own] = node + (nodes.whenFalse[own] as number)
    }
    node += value.length
  }
  return forest
}

/** The one field that each column comes from; of columns that nothing looks at any will do. */
function playersOf({ cells }: Layout, isUsed: (column: number) => boolean, signature: GraphSignature): Int32Array {
  return Int32Array.from(cells, ({ fields }, column) => {
    const [field, ...others] = fields
    if (others.length > 0 && isUsed(column)) {
      const names = fields.map((own) => signature.fields[own]?.name ?? '')
      throw new UnsupportedError(
        `column ${column} of the model is computed from several fields (${names.slice(0, 5).join(', ')})`,
      )
    }
    return field ?? 0
  })
}
