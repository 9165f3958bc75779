/**
 * Support vector machines as ONNX Runtime computes them (svmclassifier.cc, svmregressor.cc): kernels in float32, the
 * probabilities of pairs by a logistic function, joined as in libsvm (Wu, Lin and Weng 2004, second method).
 */
import { classLabels } from '../../classes'
import { floatsOf, intOf, intsOf, stringOf, type GraphNode } from '../../graph'
import { rowOfColumns, softmaxInto } from './arithmetic'
import { UnsupportedError, type ProgramBuilder } from '../builder'
import { asFloats, formsOfSums } from './linear-operators'
import type { Linear } from './linear'
import type { OperatorTable } from '../program'

interface Vectors {
  count: number
  width: number
  vectors: Float32Array
  /** One after another for the classifier's pairs, see `sumOfPair`. */
  coefficients: Float32Array
  kernel: (dot: number) => number
  /** RBF looks at distances, all others at products. */
  isDistance: boolean
  isLinear: boolean
}

function readVectors(node: GraphNode, width: number): Vectors {
  const vectors = Float32Array.from(floatsOf(node, 'support_vectors') ?? [])
  const coefficients = Float32Array.from(floatsOf(node, 'coefficients') ?? [])
  const count = vectors.length / width
  if (count === 0 || !Number.isInteger(count)) throw new UnsupportedError(`${node.opType} without support vectors`)
  const [gamma = 0, constant = 0, degree = 0] = floatsOf(node, 'kernel_params') ?? []
  const kind = stringOf(node, 'kernel_type', 'LINEAR')
  const kernels: Record<string, (dot: number) => number> = {
    LINEAR: (dot) => dot,
    POLY: (dot) => (gamma * dot + constant) ** degree,
    SIGMOID: (dot) => Math.tanh(gamma * dot + constant),
    RBF: (distance) => Math.exp(-gamma * distance),
  }
  const kernel = kernels[kind]
  if (!kernel) throw new UnsupportedError(`${node.opType} with the kernel ${kind}`)
  return { count, width, vectors, coefficients, kernel, isDistance: kind === 'RBF', isLinear: kind === 'LINEAR' }
}

function kernelsInto(
  { count, width, vectors, kernel, isDistance }: Vectors,
  numbers: ArrayLike<number>,
  start: number,
  out: Float32Array,
): void {
  for (let vector = 0; vector < count; vector++) {
    let total = 0
    for (let column = 0, at = vector * width; column < width; column++, at++) {
      const [own, other] = [numbers[start + column] as number, vectors[at] as number]
      total += isDistance ? (own - other) ** 2 : own * other
    }
    out[vector] = kernel(total)
  }
}

function regressor(node: GraphNode, builder: ProgramBuilder): void {
  const wire = rowOfColumns(node, builder)
  const read = readVectors(node, wire.size)
  const rho = floatsOf(node, 'rho')?.[0] ?? 0
  if (read.coefficients.length !== read.count || intOf(node, 'one_class', 0) === 1)
    throw new UnsupportedError('SVMRegressor of one class')
  const cell = builder.joined(node, wire.cells)
  const forms = read.isLinear ? formsOfSums(node, builder, wire, linearOf(read, rho), 'float32') : []
  const out = builder.output(node, 'float32', [1], [{ ...cell, form: forms[0] ?? cell.form }])
  const kernels = new Float32Array(read.count)
  const floats = asFloats(wire)
  builder.step(read.vectors.length, (cells) => {
    const { numbers, start } = floats(cells)
    kernelsInto(read, numbers, start, kernels)
    let total = rho
    for (let vector = 0; vector < read.count; vector++)
      total += (read.coefficients[vector] as number) * (kernels[vector] as number)
    cells[out.start] = Math.fround(total)
  })
}

/** With the linear kernel the vectors add up to one weight for each column. */
function linearOf({ count, width, vectors, coefficients }: Vectors, constant: number): Linear {
  const weights = new Float64Array(width)
  const sizes = new Float64Array(width)
  for (let at = 0; at < count * width; at++) {
    const part = (coefficients[Math.floor(at / width)] as number) * (vectors[at] as number)
    weights[at % width] = (weights[at % width] as number) + part
    sizes[at % width] = (sizes[at % width] as number) + Math.abs(part)
  }
  return { width, outputs: 1, weights, constants: Float64Array.of(constant), sizes, parts: count }
}

function classifier(node: GraphNode, builder: ProgramBuilder): void {
  const wire = rowOfColumns(node, builder)
  const read = readVectors(node, wire.size)
  const classes = classLabels(node)?.length ?? 0
  const perClass = intsOf(node, 'vectors_per_class') ?? []
  const [slopes, offsets] = [floatsOf(node, 'prob_a') ?? [], floatsOf(node, 'prob_b') ?? []]
  const rho = floatsOf(node, 'rho') ?? []
  const pairs = (classes * (classes - 1)) / 2
  const transform = stringOf(node, 'post_transform', 'NONE')
  if (slopes.length !== pairs || offsets.length !== pairs)
    throw new UnsupportedError('SVMClassifier without probabilities')
  if (!['NONE', 'SOFTMAX'].includes(transform)) throw new UnsupportedError(`SVMClassifier with ${transform}`)
  const isWhole =
    classes >= 2 &&
    rho.length === pairs &&
    perClass.length === classes &&
    perClass.reduce((sum, own) => sum + own, 0) === read.count &&
    read.coefficients.length === read.count * (classes - 1)
  if (!isWhole) throw new UnsupportedError('SVMClassifier whose arrays do not fit together')
  builder.spend(classes ** 2)
  const cell = builder.joined(node, wire.cells)
  const cells = Array.from({ length: classes }, () => cell)
  const out = builder.name(node, builder.allocate('float32', [classes], cells), 1)
  const kernels = new Float32Array(read.count)
  const floats = asFloats(wire)
  const starts = perClass.map((_, own) => sum(perClass.slice(0, own)))
  const machine = { classes, perClass, rho, slopes, offsets, read, starts }
  const joint = new PairCoupling(classes)
  builder.step(read.vectors.length + read.count * classes + 100 * classes ** 2, (cellNumbers) => {
    const { numbers, start } = floats(cellNumbers)
    kernelsInto(read, numbers, start, kernels)
    pairProbabilities(machine, kernels, joint.pairs)
    cellNumbers.set(joint.probabilities(), out.start)
    if (transform === 'SOFTMAX') softmaxInto(cellNumbers, out.start, out.start, classes, Math.fround)
  })
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

interface Machine {
  classes: number
  perClass: readonly number[]
  starts: readonly number[]
  rho: readonly number[]
  slopes: readonly number[]
  offsets: readonly number[]
  read: Vectors
}

/** Of classes i and j: the vectors of i with the coefficients against j, and the other way round. */
function sumOfPair(
  { perClass, starts, rho, read }: Machine,
  kernels: Float32Array,
  i: number,
  j: number,
  pair: number,
): number {
  const { count, coefficients } = read
  let total = 0
  for (let at = 0, from = starts[i] as number; at < (perClass[i] as number); at++)
    total += (coefficients[count * (j - 1) + from + at] as number) * (kernels[from + at] as number)
  for (let at = 0, from = starts[j] as number; at < (perClass[j] as number); at++)
    total += (coefficients[count * i + from + at] as number) * (kernels[from + at] as number)
  return Math.fround(total + (rho[pair] as number))
}

function pairProbabilities(machine: Machine, kernels: Float32Array, pairs: Float32Array): void {
  const { classes, slopes, offsets } = machine
  let pair = 0
  for (let i = 0; i < classes; i++) {
    for (let j = i + 1; j < classes; j++, pair++) {
      const score = sumOfPair(machine, kernels, i, j, pair)
      const margin = Math.fround(score * (slopes[pair] as number) + (offsets[pair] as number))
      const first = Math.min(Math.max(Math.fround(1 / (1 + Math.exp(margin))), 1e-7), 1 - 1e-7)
      pairs[i * classes + j] = first
      pairs[j * classes + i] = 1 - first
    }
  }
}

/** libsvm's multiclass_probability, in float32: it stops early, so that its steps must be the runtime's. */
class PairCoupling {
  readonly pairs: Float32Array
  private readonly q: Float32Array
  private readonly qp: Float32Array
  private readonly p: Float32Array

  constructor(private readonly classes: number) {
    this.pairs = new Float32Array(classes ** 2)
    this.q = new Float32Array(classes ** 2)
    this.qp = new Float32Array(classes)
    this.p = new Float32Array(classes)
  }

  probabilities(): Float32Array {
    const { classes, p } = this
    const closeEnough = 0.005 / classes
    p.fill(1 / classes)
    this.fillQ()
    for (let round = 0; round < Math.max(100, classes); round++) {
      const whole = this.multiply()
      let error = 0
      for (let one = 0; one < classes; one++) error = Math.max(error, Math.abs((this.qp[one] as number) - whole))
      if (error < closeEnough) break
      this.improve(whole)
    }
    return p
  }

  private fillQ(): void {
    const { classes, q, pairs } = this
    q.fill(0)
    for (let one = 0; one < classes; one++) {
      for (let other = 0; other < classes; other++) {
        if (other === one) continue
        const [back, forth] = [pairs[other * classes + one] as number, pairs[one * classes + other] as number]
        q[one * classes + one] = (q[one * classes + one] as number) + back * back
        q[one * classes + other] = -back * forth
      }
    }
  }

  private multiply(): number {
    const { classes, q, qp, p } = this
    let whole = 0
    for (let one = 0; one < classes; one++) {
      qp[one] = 0
      for (let other = 0; other < classes; other++)
        qp[one] = (qp[one] as number) + (q[one * classes + other] as number) * (p[other] as number)
      whole = Math.fround(whole + (p[one] as number) * (qp[one] as number))
    }
    return whole
  }

  private improve(start: number): void {
    const { classes, q, qp, p } = this
    let whole = start
    for (let one = 0; one < classes; one++) {
      const own = q[one * classes + one] as number
      const step = Math.fround((-(qp[one] as number) + whole) / own)
      p[one] = (p[one] as number) + step
      whole = Math.fround((whole + step * (step * own + 2 * (qp[one] as number))) / (1 + step) / (1 + step))
      for (let other = 0; other < classes; other++) {
        qp[other] = ((qp[other] as number) + step * (q[one * classes + other] as number)) / (1 + step)
        p[other] = (p[other] as number) / (1 + step)
      }
    }
  }
}

export const SUPPORT_VECTORS: OperatorTable = { SVMClassifier: classifier, SVMRegressor: regressor }
