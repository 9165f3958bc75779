/** Weighted sums of columns, as the operators' attributes and constants have them. */
import { classLabels } from '../../classes'
import { floatOf, floatsOf, intOf, numbersIn, stringOf, type GraphNode } from '../../graph'
import { UnsupportedError, type ProgramBuilder } from '../builder'

/** Each output is a weighted sum of the input's columns and a constant. */
export interface Linear {
  width: number
  outputs: number
  /** Of output o for column c at [o * width + c]. */
  weights: Float64Array
  constants: Float64Array
  /** Where weights are sums themselves (support vectors): of their parts' sizes, and how many are added up. */
  sizes?: Float64Array
  parts?: number
}

/** What a linear classifier or regressor makes of its sums, as in `EnsembleOutput`. */
export interface LinearHead {
  linear: Linear
  /** For each output column the sum it is made of, and with which sign and constant. */
  columns: readonly { sum: number; factor: number; constant: number }[]
  link: 'identity' | 'logistic' | 'softmax'
}

/** Gemm or MatMul with constant weights. */
export function readProduct(node: GraphNode, builder: ProgramBuilder): Linear {
  const tensor = builder.constants.get(node.inputs[1] ?? '')
  builder.spend(tensor?.values.length ?? 0)
  const numbers = tensor ? numbersIn(tensor) : null
  const isGemm = node.opType === 'Gemm'
  const isColumn = tensor?.dims.length === 1 && !isGemm
  if (!tensor || !numbers || (tensor.dims.length !== 2 && !isColumn))
    throw new UnsupportedError(`${node.opType} with weights that are not constant`)
  const isTurned = isGemm && intOf(node, 'transB', 0) === 1
  if (isGemm && intOf(node, 'transA', 0) === 1) throw new UnsupportedError('Gemm across rows')
  const [rows = 0, columns = isColumn ? 1 : 0] = tensor.dims
  const [width, outputs] = isTurned ? [columns, rows] : [rows, columns]
  const alpha = isGemm ? floatOf(node, 'alpha', 1) : 1
  const weights = Float64Array.from({ length: width * outputs }, (_, at) => {
    const [output, column] = [Math.floor(at / width), at % width]
    return alpha * (numbers[isTurned ? at : column * outputs + output] as number)
  })
  const constants = new Float64Array(outputs)
  const added = builder.constants.get(node.inputs[2] ?? '')
  if (isGemm && node.inputs[2]) {
    const values = added ? numbersIn(added) : null
    if (!values || (values.length !== 1 && values.length !== outputs))
      throw new UnsupportedError('Gemm with a constant of another shape')
    const beta = floatOf(node, 'beta', 1)
    constants.forEach((_, output) => (constants[output] = beta * (values[values.length === 1 ? 0 : output] as number)))
  }
  return { width, outputs, weights, constants }
}

/**
 * As ONNX Runtime 1.30 does it (operators.test.ts asks it): a single row of coefficients for two classes is the second
 * class's; LOGISTIC makes its columns logistic(-sum) and logistic(sum), every other transform 1 - sum and sum. With as
 * many rows as classes each column is its own.
 */
export function readLinear(node: GraphNode, width: number): LinearHead {
  const coefficients = floatsOf(node, 'coefficients') ?? []
  const intercepts = floatsOf(node, 'intercepts') ?? []
  const isClassifier = node.opType === 'LinearClassifier'
  const outputs = isClassifier ? intercepts.length : intOf(node, 'targets', 1)
  if (outputs < 1 || coefficients.length !== outputs * width)
    throw new UnsupportedError(`${node.opType} with ${coefficients.length} coefficients for ${width} columns`)
  const linear: Linear = {
    width,
    outputs,
    weights: Float64Array.from(coefficients),
    constants: Float64Array.from({ length: outputs }, (_, output) =>
      intercepts.length === outputs ? (intercepts[output] as number) : 0,
    ),
  }
  const transform = stringOf(node, 'post_transform', 'NONE')
  if (transform === 'PROBIT' || transform === 'SOFTMAX_ZERO')
    throw new UnsupportedError(`${node.opType} with ${transform}`)
  if (isClassifier && outputs === 1 && classLabels(node)?.length === 2) {
    const isLogistic = transform === 'LOGISTIC'
    return {
      linear,
      columns: [
        { sum: 0, factor: -1, constant: isLogistic ? 0 : 1 },
        { sum: 0, factor: 1, constant: 0 },
      ],
      link: isLogistic ? 'logistic' : 'identity',
    }
  }
  // As with trees, a single column is left alone.
  const link =
    outputs === 1
      ? 'identity'
      : transform === 'LOGISTIC'
        ? 'logistic'
        : transform === 'SOFTMAX'
          ? 'softmax'
          : 'identity'
  return { linear, columns: Array.from({ length: outputs }, (_, sum) => ({ sum, factor: 1, constant: 0 })), link }
}

/** One output in float64. */
export function sumOf(
  numbers: ArrayLike<number>,
  start: number,
  { width, weights, constants }: Linear,
  output: number,
): number {
  let total = constants[output] as number
  for (let column = 0, at = output * width; column < width; column++, at++) {
    total += (weights[at] as number) * (numbers[start + column] as number)
  }
  return total
}
