/** Weighted sums of columns, in float64 and rounded once: the runtime's order of float32 additions is its own. */
import { floatOf, type GraphNode } from '../../graph'
import { rowOfColumns, sigmoid, softmaxInto } from './arithmetic'
import { changedBy, isFloat, roundingOf, UnsupportedError, type Cell, type ProgramBuilder, type Wire } from '../builder'
import { added, formOf, isForm, linked, moved, softmaxed, type Core, type Form } from '../forms'
import { readLinear, readProduct, sumOf, type Linear } from './linear'
import type { OperatorTable } from '../program'

/**
 * The sums as forms. Columns that are answers of models themselves (the last step of a stack) are taken apart, so that
 * the sum is one over what those models look at; all others are columns of this sum.
 */
export function formsOfSums(
  node: GraphNode,
  builder: ProgramBuilder,
  wire: Wire,
  linear: Linear,
  precision: Core['precision'],
): (Form | string)[] {
  builder.spend(linear.weights.length)
  const isModel = wire.cells.map(({ form }) => isForm(form) && form.link === 'identity')
  const weights = linear.weights.map((weight, at) => (isModel[at % linear.width] ? 0 : weight))
  const input = node.inputs[0] ?? ''
  const core: Core = { kind: 'linear', linear: { ...linear, weights }, id: builder.newCore(), input, precision }
  return Array.from(linear.constants, (constant, output) => {
    const own = { ...formOf(core, output), constantSize: Math.abs(constant) }
    const parts: { form: Form | string; factor: number }[] = [{ form: own, factor: 1 }]
    wire.cells.forEach(({ form }, column) => {
      const factor = linear.weights[output * linear.width + column] as number
      if (isModel[column] && factor !== 0) parts.push({ form, factor })
    })
    return parts.length === 1 ? own : added(parts, (cost) => builder.spend(cost))
  })
}

function cellsOf(
  node: GraphNode,
  builder: ProgramBuilder,
  wire: Wire,
  linear: Linear,
  forms: (Form | string)[],
): Cell[] {
  return forms.map((form, output) => {
    const used = wire.cells.filter((_, column) => linear.weights[output * linear.width + column] !== 0)
    return { ...builder.joined(node, used), form }
  })
}

function multiply(node: GraphNode, builder: ProgramBuilder): void {
  const wire = rowOfColumns(node, builder)
  if (!isFloat(wire.type)) throw new UnsupportedError(`${node.opType} of ${wire.type}`)
  const linear = readProduct(node, builder)
  if (linear.width !== wire.size)
    throw new UnsupportedError(`${node.opType} of ${wire.size} columns with ${linear.width} rows of weights`)
  const forms = formsOfSums(node, builder, wire, linear, wire.type === 'float64' ? 'float64' : 'float32')
  // A column of weights, without an axis of its own, gives one number a row.
  const tail = builder.constants.get(node.inputs[1] ?? '')?.dims.length === 1 ? [] : [linear.outputs]
  const out = builder.output(node, wire.type, tail, cellsOf(node, builder, wire, linear, forms))
  const round = roundingOf(wire.type)
  builder.step(linear.weights.length, (numbers) => {
    for (let output = 0; output < linear.outputs; output++)
      numbers[out.start + output] = round(sumOf(numbers, wire.start, linear, output))
  })
}

/** What other types are cast to before they are multiplied (linearclassifier.cc, svmclassifier.cc). */
export function asFloats(wire: Wire): (numbers: Float64Array) => { numbers: ArrayLike<number>; start: number } {
  if (wire.type === 'float32') return (numbers) => ({ numbers, start: wire.start })
  const rounded = new Float32Array(wire.size)
  return (numbers) => {
    for (let cell = 0; cell < wire.size; cell++) rounded[cell] = numbers[wire.start + cell] as number
    return { numbers: rounded, start: 0 }
  }
}

function linearModel(node: GraphNode, builder: ProgramBuilder): void {
  const wire = rowOfColumns(node, builder)
  const { linear, columns, link } = readLinear(node, wire.size)
  const sums = formsOfSums(node, builder, wire, linear, 'float32')
  const margins = columns.map(({ sum, factor, constant }) => moved(sums[sum] ?? '', factor, constant))
  const forms =
    link === 'softmax'
      ? softmaxed(margins, (cost) => builder.spend(cost))
      : link === 'logistic'
        ? margins.map((form) => linked(form, link))
        : margins
  const cells = cellsOf(node, builder, wire, linear, sums)
  const all = builder.joined(node, wire.cells)
  const made = columns.map(({ sum }, column) => ({
    ...(link === 'softmax' ? all : (cells[sum] ?? all)),
    form: forms[column] ?? '',
  }))
  // The labels, output 0 of a classifier, are not computed here.
  const isClassifier = node.opType === 'LinearClassifier'
  const out = builder.name(node, builder.allocate('float32', [columns.length], made), isClassifier ? 1 : 0)
  const read = asFloats(wire)
  builder.step(linear.weights.length + 4 * columns.length, (cellNumbers) => {
    const { numbers, start } = read(cellNumbers)
    columns.forEach((column, index) => {
      const total = Math.fround(sumOf(numbers, start, linear, column.sum))
      const margin = Math.fround(column.factor * total + column.constant)
      cellNumbers[out.start + index] = link === 'logistic' ? Math.fround(sigmoid(margin)) : margin
    })
    if (link === 'softmax') softmaxInto(cellNumbers, out.start, out.start, columns.length, Math.fround)
  })
}

/** (x - mean) / sqrt(variance + epsilon) x scale + bias, column by column. */
function batchNormalization(node: GraphNode, builder: ProgramBuilder): void {
  const wire = rowOfColumns(node, builder)
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map((index) => builder.numbers(node, index) ?? [])
  if (wire.type !== 'float32' || [scale, bias, mean, variance].some((numbers) => numbers?.length !== wire.size))
    throw new UnsupportedError('BatchNormalization of other than a row of float32 columns')
  const epsilon = floatOf(node, 'epsilon', Math.fround(1e-5))
  const factors = wire.cells.map((_, at) => (scale?.[at] ?? 0) / Math.sqrt((variance?.[at] ?? 0) + epsilon))
  const added = factors.map((factor, at) => (bias?.[at] ?? 0) - (mean?.[at] ?? 0) * factor)
  const cells = wire.cells.map((cell, at) => {
    const form = isForm(cell.form) ? moved(cell.form, factors[at] as number, added[at] as number) : undefined
    return { ...changedBy(node, cell), ...(form === undefined ? {} : { form }) }
  })
  const out = builder.output(node, 'float32', wire.tail, cells)
  builder.step(wire.size, (numbers) => {
    for (let cell = 0; cell < wire.size; cell++)
      numbers[out.start + cell] = Math.fround(
        (numbers[wire.start + cell] as number) * (factors[cell] as number) + (added[cell] as number),
      )
  })
}

export const LINEAR_OPERATORS: OperatorTable = {
  Gemm: multiply,
  MatMul: multiply,
  LinearClassifier: linearModel,
  LinearRegressor: linearModel,
  BatchNormalization: batchNormalization,
}
