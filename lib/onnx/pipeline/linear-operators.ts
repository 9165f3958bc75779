/** Weighted sums of columns, in float64 and rounded once: the runtime's order of float32 additions is its own. */
import { classLabels } from '../classes'
import { floatOf, floatsOf, intOf, numbersIn, stringOf, type GraphNode } from '../graph'
import { sigmoid, softmaxInto } from './arithmetic'
import { roundingOf, UnsupportedError, type ProgramBuilder, type Wire } from './builder'
import type { OperatorTable } from './program'

/** Each output is a weighted sum of the input's columns and a constant. */
export interface Linear {
  width: number
  outputs: number
  /** Of output o for column c at [o * width + c]. */
  weights: Float64Array
  constants: Float64Array
}

/** What a linear classifier or regressor makes of its sums, as in `EnsembleOutput`. */
export interface LinearHead {
  linear: Linear
  /** For each output column the sum it is made of, and with which sign and constant. */
  columns: readonly { sum: number; factor: number; constant: number }[]
  link: 'identity' | 'logistic' | 'softmax'
}

/** Gemm or MatMul with constant weights. */
export function readProduct(node: GraphNode, builder: Pick<ProgramBuilder, 'constants'>): Linear {
  const tensor = builder.constants.get(node.inputs[1] ?? '')
  const numbers = tensor ? numbersIn(tensor) : null
  if (!tensor || !numbers || tensor.dims.length !== 2)
    throw new UnsupportedError(`${node.opType} with weights that are not constant`)
  const isGemm = node.opType === 'Gemm'
  const isTurned = isGemm && intOf(node, 'transB', 0) === 1
  if (isGemm && intOf(node, 'transA', 0) === 1) throw new UnsupportedError('Gemm across rows')
  const [rows = 0, columns = 0] = tensor.dims
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
 * As ONNX Runtime 1.30 does it (pipeline.test.ts asks it): a single row of coefficients for two classes is the second
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

function fieldsOf(wire: Wire, { width, outputs, weights }: Linear): number[][] {
  return Array.from({ length: outputs }, (_, output) => {
    const found = new Set<number>()
    for (let column = 0; column < width; column++) {
      if (weights[output * width + column] !== 0) for (const field of wire.fields[column] ?? []) found.add(field)
    }
    return [...found].sort((a, b) => a - b)
  })
}

function sum(numbers: Float64Array, start: number, { width, weights, constants }: Linear, output: number): number {
  let total = constants[output] as number
  for (let column = 0, at = output * width; column < width; column++, at++) {
    total += (weights[at] as number) * (numbers[start + column] as number)
  }
  return total
}

function floatInput(node: GraphNode, builder: ProgramBuilder): Wire {
  const wire = builder.numeric(node)
  if (wire.tail.length !== 1) throw new UnsupportedError(`${node.opType} of more than a row of columns`)
  return wire
}

function multiply(node: GraphNode, builder: ProgramBuilder): void {
  const wire = floatInput(node, builder)
  const linear = readProduct(node, builder)
  if (linear.width !== wire.size)
    throw new UnsupportedError(`${node.opType} of ${wire.size} columns with ${linear.width} rows of weights`)
  const out = builder.output(node, wire.type, [linear.outputs], fieldsOf(wire, linear))
  const round = roundingOf(wire.type)
  builder.steps.push((numbers) => {
    for (let output = 0; output < linear.outputs; output++)
      numbers[out.start + output] = round(sum(numbers, wire.start, linear, output))
  })
}

function linearModel(node: GraphNode, builder: ProgramBuilder): void {
  const wire = floatInput(node, builder)
  const { linear, columns, link } = readLinear(node, wire.size)
  const own = fieldsOf(wire, linear)
  const all = [...new Set(own.flat())].sort((a, b) => a - b)
  const fields = columns.map((column) => (link === 'softmax' ? all : (own[column.sum] ?? [])))
  // The labels, output 0 of a classifier, are not computed here.
  const out = builder.name(
    node,
    builder.allocate('float32', [columns.length], fields),
    node.opType === 'LinearClassifier' ? 1 : 0,
  )
  builder.steps.push((numbers) => {
    columns.forEach((column, index) => {
      const total = Math.fround(sum(numbers, wire.start, linear, column.sum))
      const margin = Math.fround(column.factor * total + column.constant)
      numbers[out.start + index] = link === 'logistic' ? Math.fround(sigmoid(margin)) : margin
    })
    if (link === 'softmax') softmaxInto(numbers, out.start, out.start, columns.length, Math.fround)
  })
}

export const LINEAR_OPERATORS: OperatorTable = {
  Gemm: multiply,
  MatMul: multiply,
  LinearClassifier: linearModel,
  LinearRegressor: linearModel,
}
