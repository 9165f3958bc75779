/** Walks from a graph's outputs back to what makes them: which classes a label can be, what kind of number it is. */
import { constantsOf } from './constants'
import {
  intOf,
  intsOf,
  numbersIn,
  stringOf,
  stringsOf,
  type Graph,
  type GraphNode,
  type ModelFile,
  type TensorData,
} from './graph'

export type ClassName = string | number

/** Where the classes of a removed ZipMap are kept (see zip-map.ts). */
export const CLASSES_KEY = 'flightdeck.classes'

export interface OutputOrigin {
  classes: ClassName[] | null
  makes: 'label' | 'probabilities' | 'unknown'
}

/** Steps back from one output: exporters write a handful, and a file may have many outputs. */
export const LONGEST_WAY = 100

const PASSING = new Set(['Identity', 'Cast', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Normalizer', 'ZipMap'])
const CLASSIFIERS = new Set(['LinearClassifier', 'SVMClassifier', 'TreeEnsembleClassifier'])

/** A look-up from a value to what made it, for one graph. */
export function originsOf(graph: Graph): (output: string) => OutputOrigin {
  const producers = new Map<string, { node: GraphNode; index: number }>()
  for (const node of graph.nodes) node.outputs.forEach((name, index) => producers.set(name, { node, index }))
  const constants = constantsOf(graph)

  return (output) => {
    let zipped: ClassName[] | null = null
    const seen = new Set<string>()
    for (let name = output; !seen.has(name) && seen.size < LONGEST_WAY; ) {
      seen.add(name)
      const producer = producers.get(name)
      if (!producer) break
      const { node, index } = producer
      if (node.opType === 'ZipMap') zipped = classLabels(node)
      if (!PASSING.has(node.opType)) {
        const origin = originOf(node, index, constants)
        return { classes: zipped ?? origin.classes, makes: zipped ? 'probabilities' : origin.makes }
      }
      name = node.inputs[0] ?? ''
    }
    return { classes: zipped, makes: zipped ? 'probabilities' : 'unknown' }
  }
}

function originOf(node: GraphNode, index: number, constants: ReadonlyMap<string, TensorData>): OutputOrigin {
  if (CLASSIFIERS.has(node.opType)) {
    return { classes: classLabels(node), makes: index === 0 ? 'label' : 'probabilities' }
  }
  switch (node.opType) {
    case 'ArgMax':
    case 'TopK':
      return { classes: null, makes: node.opType === 'ArgMax' || index === 1 ? 'label' : 'unknown' }
    case 'ArrayFeatureExtractor':
    case 'Gather': {
      // skl2onnx: the classes as a constant, picked by the position of the largest probability.
      const table = constants.get(node.inputs[0] ?? '')
      const classes = table ? valuesOf(table) : null
      return { classes, makes: classes ? 'label' : 'unknown' }
    }
    case 'LabelEncoder': {
      const classes =
        stringsOf(node, 'values_strings') ?? intsOf(node, 'values_int64s') ?? stringsOf(node, 'classes_strings')
      return { classes, makes: classes ? 'label' : 'unknown' }
    }
    case 'Softmax':
    case 'Sigmoid':
      return { classes: null, makes: 'probabilities' }
    case 'TreeEnsembleRegressor':
    case 'LinearRegressor':
      return made(['LOGISTIC', 'SOFTMAX'].includes(stringOf(node, 'post_transform', 'NONE')))
    case 'TreeEnsemble':
      // ai.onnx.ml 5: 1 is softmax, 2 the logistic function.
      return made([1, 2].includes(intOf(node, 'post_transform', 0)))
    default:
      return { classes: null, makes: 'unknown' }
  }
}

function made(areProbabilities: boolean): OutputOrigin {
  return { classes: null, makes: areProbabilities ? 'probabilities' : 'unknown' }
}

/** The class labels of a classifier or ZipMap; null where it names none. */
export function classLabels(node: GraphNode): ClassName[] | null {
  for (const name of ['classlabels_strings', 'classlabels_int64s', 'classlabels_ints']) {
    const labels = stringsOf(node, name) ?? intsOf(node, name)
    if (labels && labels.length > 0) return labels
  }
  return null
}

function valuesOf(tensor: TensorData): ClassName[] | null {
  return Array.isArray(tensor.values) ? tensor.values : numbersIn(tensor)
}

function isClassName(value: unknown): value is ClassName {
  return typeof value === 'string' || typeof value === 'number'
}

export function classesInMetadata(model: ModelFile): ClassName[] | null {
  try {
    const classes: unknown = JSON.parse(model.metadata[CLASSES_KEY] ?? 'null')
    return Array.isArray(classes) && classes.every(isClassName) ? classes : null
  } catch {
    return null
  }
}
