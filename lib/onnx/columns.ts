/**
 * Follows the raw fields through a graph, column by column: which field feeds column 17 of the matrix that the trees
 * see, which texts its encoder knows, and whether a missing number is filled, handled or spoils the answer.
 * Operators as specified by ai.onnx and ai.onnx.ml; what is not known here yields no columns, never a guess.
 */
import { constantsOf } from './constants'
import { floatOf, intOf, intsOf, stringOf, stringsOf, numbersIn, type Graph, type GraphNode, type TensorData } from './graph'

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

/** Columns made in one trace: beyond it (a graph built to grow) values are no longer followed. */
const MAXIMUM_COLUMNS = 4_000_000

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
  const constants = constantsOf(graph)
  const trace: ColumnTrace = { columns: new Map(inputs), categories: new Map(), integerFields: new Set(), needed: new Set() }
  let made = 0
  for (const node of graph.nodes) {
    const results = follow(node, trace, constants)
    results.forEach((columns, index) => {
      const name = node.outputs[index]
      if (columns === null || name === undefined || made + columns.length > MAXIMUM_COLUMNS) return
      made += columns.length
      trace.columns.set(name, columns)
    })
  }
  return trace
}

type Columns = readonly Column[]

/** The columns of each output, null where they are not known. */
function follow(node: GraphNode, trace: ColumnTrace, constants: ReadonlyMap<string, TensorData>): (Columns | null)[] {
  const of = (index: number): Columns | null => trace.columns.get(node.inputs[index] ?? '') ?? null
  const constant = (index: number): number[] | null => {
    const tensor = constants.get(node.inputs[index] ?? '')
    return tensor ? numbersIn(tensor) : null
  }
  const first = of(0)
  const op = node.opType

  if (op === 'Concat' || op === 'FeatureVectorizer') {
    const axis = intOf(node, 'axis', 1)
    return [op === 'FeatureVectorizer' || axis === 1 || axis === -1 ? joinedColumns(node.inputs.map((_, index) => of(index))) : null]
  }
  if (BY_ELEMENT.has(op)) return [byElement(node, trace, constants)]
  if (first === null) return []
  if (UNCHANGED.has(op)) return [first]
  if (LINEAR.has(op) || (TREES.has(op) && !followsMissing(node))) {
    for (const column of first) if (column.carriesNaN) for (const field of column.fields) trace.needed.add(field)
    return []
  }
  switch (op) {
    case 'StringNormalizer':
      return [stringOf(node, 'case_change_action', 'NONE') === 'NONE' ? first : first.map(altered)]
    case 'Imputer':
      return [Number.isNaN(floatOf(node, 'replaced_value_float', 0)) ? first.map(filled) : first]
    case 'Reshape':
      return [keepsColumns(constant(1) ?? intsOf(node, 'shape'), first.length) ? first : null]
    case 'ArrayFeatureExtractor':
      return [picked(first, constant(1))]
    case 'Gather':
      return [isColumnAxis(intOf(node, 'axis', 0)) ? picked(first, constant(1)) : null]
    case 'Split':
      return split(node, first, constant(1))
    case 'Slice':
      return [sliced(first, intsOf(node, 'starts') ?? constant(1), intsOf(node, 'ends') ?? constant(2), intsOf(node, 'axes') ?? constant(3), constant(4))]
    case 'OneHotEncoder':
      return [oneHot(node, first, trace)]
    case 'LabelEncoder':
    case 'CategoryMapper':
      learnKeys(node, first, trace)
      return [first.map(encoded)]
    case 'Normalizer': {
      const fields = unionOf(first.flatMap((column) => column.fields))
      const carriesNaN = first.some((column) => column.carriesNaN)
      return [first.map(() => ({ fields, raw: null, carriesNaN }))]
    }
    default:
      return []
  }
}

const altered = (column: Column): Column => ({ ...column, raw: null })
const filled = (column: Column): Column => ({ ...column, carriesNaN: false })
const encoded = (column: Column): Column => ({ ...column, raw: null, carriesNaN: false })

function unionOf(fields: readonly number[]): number[] {
  return [...new Set(fields)].sort((a, b) => a - b)
}

function isColumnAxis(axis: number): boolean {
  return axis === 1 || axis === -1
}

function joinedColumns(parts: readonly (Columns | null)[]): Columns | null {
  let total = 0
  for (const part of parts) {
    if (part === null) return null
    total += part.length
    if (total > MAXIMUM_COLUMNS) return null
  }
  return parts.flatMap((part) => part ?? [])
}

function byElement(node: GraphNode, trace: ColumnTrace, constants: ReadonlyMap<string, TensorData>): Columns | null {
  let result: Columns | null = null
  for (const name of node.inputs) {
    const columns = trace.columns.get(name)
    if (!columns) {
      if (name === '' || constants.has(name)) continue
      return null
    }
    if (result === null) result = columns.map(altered)
    else if (result.length !== columns.length) return null
    else {
      result = result.map((column, index) => {
        const other = columns[index] ?? column
        return {
          fields: unionOf([...column.fields, ...other.fields]),
          raw: null,
          carriesNaN: column.carriesNaN || other.carriesNaN,
        }
      })
    }
  }
  // NaN > threshold is false: the gap is gone, though not told from a small value.
  return node.opType === 'Binarizer' && result ? result.map(filled) : result
}

/** Whether [N, columns] stays [N, columns], or [N, 1] becomes [N]. */
function keepsColumns(shape: readonly number[] | null, columns: number): boolean {
  if (shape === null) return false
  const tail = shape.slice(1)
  if (tail.length === 0) return columns === 1 && shape.length === 1
  return shape[0] !== 1 && tail.length === 1 && (tail[0] === columns || (tail[0] === -1 && shape[0] !== -1))
}

function picked(columns: Columns, indexes: readonly number[] | null): Columns | null {
  if (indexes === null) return null
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
  const sizes = given ?? intsOf(node, 'split') ?? node.outputs.map(() => even)
  let at = 0
  return sizes.map((size) => {
    const part = columns.slice(at, at + size)
    at += size
    return part
  })
}

function sliced(
  columns: Columns,
  starts: readonly number[] | null,
  ends: readonly number[] | null,
  axes: readonly number[] | null,
  steps: readonly number[] | null,
): Columns | null {
  const [start, end] = [starts?.[0], ends?.[0]]
  if (start === undefined || end === undefined || axes?.length !== 1 || !isColumnAxis(axes[0] ?? 0)) return null
  return steps === null || steps[0] === 1 ? columns.slice(start, end) : null
}

function oneHot(node: GraphNode, columns: Columns, trace: ColumnTrace): Columns | null {
  const texts = stringsOf(node, 'cats_strings')
  const numbers = intsOf(node, 'cats_int64s')
  const width = texts?.length || numbers?.length || 0
  if (width * columns.length > MAXIMUM_COLUMNS) return null
  learn(columns, texts, numbers, trace)
  if (intOf(node, 'zeros', 1) === 0 && !texts?.includes('')) {
    for (const { raw } of columns) if (raw !== null) trace.needed.add(raw)
  }
  return columns.flatMap((column) => new Array<Column>(width).fill(encoded(column)))
}

function learnKeys(node: GraphNode, columns: Columns, trace: ColumnTrace): void {
  const texts = stringsOf(node, 'keys_strings') ?? stringsOf(node, 'cats_strings') ?? stringsOf(node, 'classes_strings') ?? stringsOf(node, 'keys_tensor')
  learn(columns, texts, texts ? null : (intsOf(node, 'keys_int64s') ?? intsOf(node, 'cats_int64s')), trace)
}

function learn(columns: Columns, texts: readonly string[] | null, numbers: readonly number[] | null, trace: ColumnTrace): void {
  const isText = texts !== null && texts.length > 0
  const known = isText ? texts : (numbers ?? []).map(String)
  if (known.length === 0) return
  for (const { raw } of columns) {
    if (raw === null) continue
    const categories = trace.categories.get(raw) ?? new Set()
    // The empty text stands for a missing one (models/README, "Feeding").
    for (const category of known) if (category !== '') categories.add(category)
    trace.categories.set(raw, categories)
    if (!isText) trace.integerFields.add(raw)
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
