/**
 * Follows the raw fields through a graph, column by column: which field feeds column 17 of the matrix that the trees
 * see, which texts its encoder knows, and whether a missing number is filled, handled or spoils the answer.
 * Operators as specified by ai.onnx and ai.onnx.ml; what is not known here yields no columns, never a guess.
 */
import { constantsOf } from './constants'
import {
  floatOf,
  intOf,
  intsOf,
  stringOf,
  stringsOf,
  numbersIn,
  type Graph,
  type GraphNode,
  type TensorData,
} from './graph'

export interface Column {
  /** The raw fields this column is computed from, as indexes, ascending. */
  fields: readonly number[]
  /** The one field whose value this column still is, unchanged but for its number format or filled gaps. */
  raw: number | null
  /** Whether a missing number still arrives here as NaN. */
  carriesNaN: boolean
}

export interface ColumnTrace {
  /** The columns of each value of the graph that could be followed, by the value's name. */
  columns: Map<string, readonly Column[]>
  /** The texts that encoders compare a field with, in the graph's order. */
  categories: Map<number, Set<string>>
  /** Fields compared with whole numbers. */
  integerFields: Set<number>
  /** Fields whose missing value gives no answer, or one the model never learned. */
  needed: Set<number>
}

/**
 * What one trace may cost, counted in columns and texts looked at. Real models take thousands; a graph built to grow
 * spends it soon, and what comes after is not followed.
 */
const MAXIMUM_COST = 1_000_000

const UNCHANGED = new Set(['Identity', 'Cast', 'Dropout', 'Flatten', 'Squeeze', 'Unsqueeze'])
const BY_ELEMENT = new Set([
  'Abs', 'Add', 'Binarizer', 'Ceil', 'Clip', 'Div', 'Elu', 'Exp', 'Floor', 'LeakyRelu', 'Log', 'Mul', 'Neg', 'Pow',
  'Relu', 'Round', 'Scaler', 'Sigmoid', 'Softplus', 'Sqrt', 'Sub', 'Tanh',
])
/** A NaN in makes a NaN out, whatever the weights. */
const LINEAR = new Set(['LinearClassifier', 'LinearRegressor', 'SVMClassifier', 'SVMRegressor', 'Gemm', 'MatMul'])
const TREES = new Set(['TreeEnsembleClassifier', 'TreeEnsembleRegressor', 'TreeEnsemble'])

/**
 * @param inputs for each fed tensor its name and the field indexes of its columns.
 */
export function traceColumns(graph: Graph, inputs: ReadonlyMap<string, readonly Column[]>): ColumnTrace {
  const trace: ColumnTrace = {
    columns: new Map(inputs),
    categories: new Map(),
    integerFields: new Set(),
    needed: new Set(),
  }
  const walk = walkOf(trace, constantsOf(graph))
  for (const node of graph.nodes) {
    follow(node, walk).forEach((columns, index) => {
      const name = node.outputs[index]
      if (columns !== null && name !== undefined) trace.columns.set(name, columns)
    })
  }
  return trace
}

type Columns = readonly Column[]

interface Walk extends ColumnTrace {
  /** A constant's numbers, null where it is none. */
  numbers(name: string | undefined): number[] | null
  constants: ReadonlyMap<string, TensorData>
  /** Whether so much may still be spent. */
  spend(cost: number): boolean
}

function walkOf(trace: ColumnTrace, constants: ReadonlyMap<string, TensorData>): Walk {
  const read = new Map<string, number[] | null>()
  let left = MAXIMUM_COST
  return {
    ...trace,
    constants,
    numbers(name = '') {
      const tensor = constants.get(name)
      if (!tensor) return null
      const known = read.get(name) ?? numbersIn(tensor)
      read.set(name, known)
      return known
    },
    spend(cost) {
      left -= cost
      return left >= 0
    },
  }
}

/** The columns of each output, null where they are not known. */
function follow(node: GraphNode, walk: Walk): (Columns | null)[] {
  const op = node.opType
  const constant = (index: number) => walk.numbers(node.inputs[index])
  if (op === 'Concat' || op === 'FeatureVectorizer') {
    return [op === 'FeatureVectorizer' || isColumnAxis(intOf(node, 'axis', 1)) ? joinedColumns(node, walk) : null]
  }
  if (BY_ELEMENT.has(op)) return [byElement(node, walk)]
  const first = walk.columns.get(node.inputs[0] ?? '')
  if (first === undefined) return []
  if (UNCHANGED.has(op)) return [first]
  if (!walk.spend(first.length)) return []
  if (LINEAR.has(op) || (TREES.has(op) && !followsMissing(node))) {
    for (const column of first) if (column.carriesNaN) need(column, walk)
    return []
  }
  switch (op) {
    case 'StringNormalizer':
      return [stringOf(node, 'case_change_action', 'NONE') === 'NONE' ? first : first.map(altered)]
    case 'Imputer':
      return [Number.isNaN(floatOf(node, 'replaced_value_float', 0)) ? first.map(filled) : first]
    case 'Normalizer':
      return [mixed(first, walk)]
    case 'Reshape':
      return [keepsColumns(constant(1) ?? intsOf(node, 'shape'), first.length) ? first : null]
    case 'ArrayFeatureExtractor':
      return [picked(first, constant(1), walk)]
    case 'Gather':
      return [isColumnAxis(intOf(node, 'axis', 0)) ? picked(first, constant(1), walk) : null]
    case 'Split':
      return split(node, first, constant(1) ?? intsOf(node, 'split'))
    case 'Slice': {
      const bounds = ['starts', 'ends', 'axes', 'steps'].map((name, index) => intsOf(node, name) ?? constant(index + 1))
      return [sliced(first, bounds)]
    }
    case 'OneHotEncoder':
      return [oneHot(node, first, walk)]
    case 'LabelEncoder':
    case 'CategoryMapper':
      learnKeys(node, first, walk)
      return [first.map(encoded)]
    default:
      return []
  }
}

const altered = (column: Column): Column => ({ ...column, raw: null })
const filled = (column: Column): Column => ({ ...column, carriesNaN: false })
const encoded = (column: Column): Column => ({ ...column, raw: null, carriesNaN: false })

function need(column: Column, walk: Walk): void {
  if (walk.spend(column.fields.length)) for (const field of column.fields) walk.needed.add(field)
}

function isColumnAxis(axis: number): boolean {
  return axis === 1 || axis === -1
}

function union(columns: Columns): Column {
  const fields = [...new Set(columns.flatMap((column) => column.fields))].sort((a, b) => a - b)
  return { fields, raw: null, carriesNaN: columns.some((column) => column.carriesNaN) }
}

/** Each column depends on all. */
function mixed(columns: Columns, walk: Walk): Columns | null {
  if (!walk.spend(columns.reduce((sum, column) => sum + column.fields.length, 0))) return null
  return new Array<Column>(columns.length).fill(union(columns))
}

function joinedColumns(node: GraphNode, walk: Walk): Columns | null {
  const parts: Columns[] = []
  for (const name of node.inputs) {
    const part = walk.columns.get(name)
    if (part === undefined || !walk.spend(part.length)) return null
    parts.push(part)
  }
  return parts.flat()
}

function byElement(node: GraphNode, walk: Walk): Columns | null {
  const operands: Columns[] = []
  for (const name of node.inputs) {
    const columns = walk.columns.get(name)
    if (columns) operands.push(columns)
    else if (name !== '' && !walk.constants.has(name)) return null
  }
  const [first, second] = operands
  if (first === undefined || operands.length > 2 || !walk.spend(first.length)) return null
  for (const name of node.inputs) {
    const size = walk.constants.get(name)?.values.length ?? 1
    if (size !== 1 && size !== first.length) return null
  }
  if (second === undefined) {
    // NaN > threshold is false: the gap is gone, though not told from a small value.
    return first.map(node.opType === 'Binarizer' ? encoded : altered)
  }
  if (second.length !== first.length) return null
  const result: Column[] = []
  for (const [index, one] of first.entries()) {
    const other = second[index] ?? one
    if (!walk.spend(one.fields.length + other.fields.length)) return null
    result.push(union([one, other]))
  }
  return result
}

/** Whether [N, columns] stays [N, columns], or [N, 1] becomes [N]. */
function keepsColumns(shape: readonly number[] | null, columns: number): boolean {
  if (shape === null || shape.length > 2) return false
  const [rows, width] = shape
  if (width === undefined) return columns === 1 && rows === -1
  return (rows === -1 || rows === 0) && (width === columns || (width === -1 && rows === 0))
}

function picked(columns: Columns, indexes: readonly number[] | null, walk: Walk): Columns | null {
  if (indexes === null || !walk.spend(indexes.length)) return null
  const result: Column[] = []
  for (const index of indexes) {
    const column = columns[index < 0 ? index + columns.length : index]
    if (column === undefined) return null
    result.push(column)
  }
  return result
}

function split(node: GraphNode, columns: Columns, given: readonly number[] | null): (Columns | null)[] {
  if (!isColumnAxis(intOf(node, 'axis', 0))) return []
  const even = Math.ceil(columns.length / Math.max(1, node.outputs.length))
  let at = 0
  return node.outputs.map((_, index) => {
    const start = at
    at += Math.max(0, given?.[index] ?? even)
    return columns.slice(start, at)
  })
}

/** @param bounds starts, ends, axes and steps. */
function sliced(columns: Columns, bounds: readonly (readonly number[] | null)[]): Columns | null {
  const [starts, ends, axes, steps] = bounds
  const [start, end] = [starts?.[0], ends?.[0]]
  if (start === undefined || end === undefined || axes?.length !== 1 || !isColumnAxis(axes[0] ?? 0)) return null
  return !steps || steps[0] === 1 ? columns.slice(start, end) : null
}

function oneHot(node: GraphNode, columns: Columns, walk: Walk): Columns | null {
  const texts = stringsOf(node, 'cats_strings')
  const numbers = intsOf(node, 'cats_int64s')
  const width = texts?.length || numbers?.length || 0
  learn(columns, texts, numbers, walk)
  if (intOf(node, 'zeros', 1) === 0 && !texts?.includes('')) {
    for (const column of columns) need(column, walk)
  }
  // Of several columns it makes [N, columns, categories], whose order in what follows depends on the axis joined.
  const [only] = columns
  if (only === undefined || columns.length > 1 || !walk.spend(width)) return null
  return new Array<Column>(width).fill(encoded(only))
}

function learnKeys(node: GraphNode, columns: Columns, walk: Walk): void {
  const names = ['keys_strings', 'cats_strings', 'classes_strings', 'keys_tensor']
  const texts = names.map((name) => stringsOf(node, name)).find((found) => found !== null) ?? null
  learn(columns, texts, texts ? null : (intsOf(node, 'keys_int64s') ?? intsOf(node, 'cats_int64s')), walk)
}

function learn(columns: Columns, texts: readonly string[] | null, numbers: readonly number[] | null, walk: Walk): void {
  const isText = texts !== null && texts.length > 0
  const known = isText ? texts : (numbers ?? []).map(String)
  if (known.length === 0 || !walk.spend(columns.length * known.length)) return
  for (const { raw } of columns) {
    if (raw === null) continue
    const categories = walk.categories.get(raw) ?? new Set()
    // The empty text stands for a missing one (models/README, "Feeding").
    for (const category of known) if (category !== '') categories.add(category)
    walk.categories.set(raw, categories)
    if (!isText) walk.integerFields.add(raw)
  }
}

/**
 * Trees that learned what to do with a missing value say so at some node. Where none does, a NaN fails every
 * comparison and walks down the false branches. That is learned in XGBoost, which gives every split a direction for
 * missing values and alone writes `<` (BRANCH_LT, 1 in ai.onnx.ml 5); in scikit-learn's trees it is an accident.
 */
function followsMissing(node: GraphNode): boolean {
  if (intsOf(node, 'nodes_missing_value_tracks_true')?.includes(1)) return true
  return (stringsOf(node, 'nodes_modes')?.includes('BRANCH_LT') || intsOf(node, 'nodes_modes')?.includes(1)) ?? false
}
