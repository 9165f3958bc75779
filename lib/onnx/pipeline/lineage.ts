/** Which raw field feeds which column of the model within the graph, and through what: facts for people to look at. */
import type { GraphNode } from '../graph'
import type { GraphSignature } from '../signature-types'
import type { AdditiveParts, Layout } from './additive'
import type { Cell } from './builder'
import type { Link } from './forms'

export interface LineageColumn {
  column: number
  /** The raw fields it is computed from, by name. */
  fields: string[]
  /** Operators on its way, first one first; at most twelve are named. */
  operators: string[]
  /** Where the column is one for a category and else zero: which. */
  category: string | null
  /** Whether the model looks at it at all. */
  isUsed: boolean
}

export interface Lineage {
  /** What the answer needs of the graph, most used first. */
  operators: { name: string; count: number }[]
  /** The columns that the model within the graph looks at; none where no such model was found. */
  columns: LineageColumn[]
  /** For each raw field, in the signature's order, the columns that it feeds alone. */
  columnsOf: { field: string; columns: number[] }[]
  /** What turns the margin into the answer; null where no margin was found. */
  link: Link | null
  /** The margin's constant: base values, intercepts. */
  constant: number | null
  trees: number
  splits: number
  leaves: number
  /** Columns of the weighted sum with a weight. */
  weights: number
}

export function lineageOf(
  nodes: readonly GraphNode[],
  signature: GraphSignature,
  model: { layout: Layout; parts: AdditiveParts; link: Link } | null,
): Lineage {
  const columns = model ? model.layout.cells.map((cell, column) => described(cell, column, signature, model.parts)) : []
  const forest = model?.parts.forest
  const nodeKinds = forest ? countNodes(forest) : { splits: 0, leaves: 0 }
  return {
    operators: operatorsOf(nodes),
    columns,
    columnsOf: signature.fields.map(({ name }) => ({
      field: name,
      columns: columns.flatMap(({ column, fields }) => (fields.length === 1 && fields[0] === name ? [column] : [])),
    })),
    link: model?.link ?? null,
    constant: model ? (forest?.constant ?? model.parts.linear?.constant ?? 0) : null,
    trees: forest?.roots.length ?? 0,
    ...nodeKinds,
    weights: model?.parts.linear?.weights.filter((weight) => weight !== 0).length ?? 0,
  }
}

function described(
  cell: Cell,
  column: number,
  signature: GraphSignature,
  { forest, linear }: AdditiveParts,
): LineageColumn {
  return {
    column,
    fields: cell.fields.map((field) => signature.fields[field]?.name ?? ''),
    operators: [...cell.by],
    category: cell.category ?? null,
    isUsed: (linear?.weights[column] ?? 0) !== 0 || forest?.column.includes(column) === true,
  }
}

function countNodes(forest: NonNullable<AdditiveParts['forest']>): { splits: number; leaves: number } {
  const seen = new Uint8Array(forest.column.length)
  const open = Array.from(forest.roots)
  let [splits, leaves] = [0, 0]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen[node] === 1) continue
    seen[node] = 1
    if ((forest.column[node] as number) < 0) leaves += 1
    else {
      splits += 1
      open.push(forest.whenTrue[node] as number, forest.whenFalse[node] as number)
    }
  }
  return { splits, leaves }
}

function operatorsOf(nodes: readonly GraphNode[]): Lineage['operators'] {
  const counts = new Map<string, number>()
  for (const { opType } of nodes) counts.set(opType, (counts.get(opType) ?? 0) + 1)
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
}
